"""A theme report in consultation: every partner's account has something to read, and some have answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.consultation import answering, opening
from wohnplatz.workflow.consultation.models import Invitation
from wohnplatz.workflow.consultation.profiles import profile_of
from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import actions, writing
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport
from wohnplatz.workflow.reports.states import ReportState

THEME, CODE, SECOND = "mindestsicherung", "sgb2_quote", "kinderarmut"
WEEKS = timedelta(weeks=3)
LETTER = (
    "Wir legen Ihnen den Entwurf des Themenberichts zur Abstimmung vor. Bitte prüfen Sie die gemeinsamen"
    " Kapitel und das Profil Ihrer Gebiete.\n\n"
    "Kommunen bitten wir um die Freigabe ihres Profils; bis dahin sieht es niemand außerhalb der Planung."
)
OPENING = (
    "Die SGB-II-Quote liegt im Kreis bei {{ sgb2_quote | gebiet=kreis }}. Von den Kindern und Jugendlichen"
    " leben {{ kinderarmut | gebiet=kreis }} in Haushalten, die Leistungen nach dem SGB II erhalten."
)
BETTER = (
    "Die SGB-II-Quote liegt im Kreis bei {{ sgb2_quote | gebiet=kreis }}. Von den Kindern und Jugendlichen"
    " leben {{ kinderarmut | gebiet=kreis }} in Haushalten, die Leistungen nach dem SGB II erhalten. Zwischen"
    " den Kommunen und innerhalb der Städte sind die Unterschiede groß."
)
STATEMENT = (
    "Wir begrüßen, dass der Bericht die Lage von Familien in den Mittelpunkt stellt.\n\n"
    "Aus unserer Beratung wissen wir, dass viele Haushalte knapp über der Grenze liegen und in den Zahlen"
    " nicht vorkommen. Wir bitten, das bei den Empfehlungen zu berücksichtigen."
)
TOWN_TEXT = "Die Stadt hat ihre Angebote für Familien in den letzten Jahren ausgebaut."


def open_consultation(users: Mapping[str, User]) -> SocialReport | None:
    """Begin the report, open its consultation, let some answer. None where there is no release or planner."""
    planner = next((u for u in users.values() if u.role == Role.PLANNER), None)
    release = Release.objects.first()
    if planner is None or release is None or THEME not in releases.catalogue(release).blocks:
        return None
    report = _written(planner, release)
    actions.advance(planner, report, ReportState("review"))
    due = timezone.localdate() + WEEKS
    prepared = opening.prepare(planner, report, letter=LETTER, due_on=due)
    for partner in Partner.objects.filter(is_active=True):
        opening.invite(planner, prepared, partner)
    opening.open_consultation(planner, prepared)
    own = {u.partner_id: u for u in users.values() if u.role == Role.PARTNER}
    places = Invitation.objects.filter(consultation=prepared).select_related(
        "partner", "consultation__report__release"
    )
    for place in places:
        if place.partner_id in own:
            _play(own[place.partner_id], place)
    return report


def _written(planner: User, release: Release) -> SocialReport:
    """The theme report with an opening, and a profile of every municipality with a text for the first."""
    year = max(e.reference_date.year for e in releases.manifest(release).entries)
    report = actions.begin(planner, "themenbericht", release, year=year, theme=THEME)
    text = report.blocks.get(block_id="kurz-text")
    writing.edit(planner, text, {**text.content, "markdown": OPENING, "state": "written"}, text.version)
    tree = releases.hierarchy(release)
    level = tree.levels[-2]
    first = next(iter(tree.areas(level)))
    chapter = _added(
        planner, report, {"kind": "chapter", "title": "Die Kommunen im Profil", "new_page": True}, position=3
    )
    repeated = {"kind": "profiles", "level": level, "area": "", "areas": []}
    profiles = _added(planner, report, repeated, parent=chapter)
    figures = {"kind": "figures", "indicators": ["einwohner", CODE, SECOND], "area": "", "year": None}
    _added(planner, report, figures, parent=profiles)
    written = {"area": first, "markdown": TOWN_TEXT, "state": "written"}
    _added(planner, report, {"kind": "areatexts", "texts": [written]}, parent=profiles)
    line = {"kind": "chart", "form": "line", "indicator": CODE}
    _added(planner, report, line, parent=profiles)
    return report


def _added(
    planner: User, report: SocialReport, content: Mapping[str, object], **where: object
) -> ReportBlock:
    made: ReportBlock = writing.add(planner, report, content, **where)  # type: ignore[arg-type]
    return made


def _play(user: User, place: Invitation) -> None:
    """What this partner has done by today."""
    match place.partner.kind, place.partner.code:
        case "municipality", code if code == _first("municipality"):
            answering.open_page(user, place)
            _remark(user, place, "kurz-text", proposal=BETTER, words="Die Unterschiede sind das Wichtigste.")
            _remark(user, place, "raum-karte", words="Bitte auch die Entwicklung seit 2020 zeigen.")
            _let_go(user, place)
            _release(user, place)
        case "municipality", code if code == _first("municipality", 1):
            answering.open_page(user, place)
            _remark(user, place, "tabelle-alle", words="Ein Hinweis auf kleine Gebiete fehlt.")
        case "jobcenter", _:
            answering.open_page(user, place)
            _release(user, place, nothing=True)
        case "welfare", code if code == _first("welfare"):
            answering.open_page(user, place)
            answering.save_statement(user, place, STATEMENT, place.version)
            place.refresh_from_db()
            _release(user, place)
        case _:
            pass


def _first(kind: str, place: int = 0) -> str:
    codes = Partner.objects.filter(kind=kind).order_by("pk").values_list("code", flat=True)
    return str(codes[place])


def _remark(user: User, place: Invitation, block: str, *, words: str, proposal: str = "") -> None:
    answering.save_remark(user, place, block_id=block, words=words, proposal=proposal)


def _let_go(user: User, place: Invitation) -> None:
    found = profile_of(place.consultation.report, place.partner)
    if found is not None:
        answering.decide_profile(
            user, place, let_go=True, function="Bürgermeisterin", seen_fingerprint=found.fingerprint
        )


def _release(user: User, place: Invitation, *, nothing: bool = False) -> None:
    place.refresh_from_db()
    function = answering.usual_function(place) or "Leitung"
    answering.release_answer(user, place, place.version, function=function, no_remarks=nothing)
