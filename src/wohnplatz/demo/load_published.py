"""A Sozialbericht that went the whole way: written, reviewed, consulted, agreed, presented, published.

All days are set, so that its files have the same bytes wherever the demo is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone

from wohnplatz.report.suggesting import About, suggest
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.consultation import answering, deciding, finishing, opening, reviewing
from wohnplatz.workflow.consultation.models import Consultation, Invitation, Remark
from wohnplatz.workflow.consultation.profiles import profile_of
from wohnplatz.workflow.consultation.states import Verdict
from wohnplatz.workflow.partners.models import Partner, PartnerKind
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import actions, queries, shown, writing
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .published_words import (
    DECISIONS,
    FOREWORD,
    IN_SHORT,
    LETTER,
    OUTCOMES,
    REMARK,
    REVIEW,
    SHORTER,
    STATEMENT,
    TOWN_BETTER,
    TOWNS,
)  # fmt: skip

BEGUN = timedelta(days=60)
"""After the release: the draft."""
LEFT_OUT = ("wp-linien-1", "wp-linien-2", "wp-lage")
"""So that the profile of a Wohnplatz fits on a page."""
CODES = ("einwohner", "sgb2_quote", "kinderarmut")
"""Without them there is nothing to say in short."""


def publish_report(users: Mapping[str, User]) -> SocialReport | None:
    """The full report on the oldest release, published. None without a release or anybody to ask."""
    planner = next((u for u in users.values() if u.role == Role.PLANNER), None)
    sector = next((u for u in users.values() if u.role == Role.SECTOR), None)
    release = Release.objects.order_by("number").first()
    if planner is None or sector is None or release is None or not _can_be_written(release):
        return None
    way = _Way(planner, sector, release.made_at + BEGUN)
    report = way.written(release)
    consultation = way.reviewed_and_opened(report)
    for user in users.values():
        place = Invitation.objects.filter(consultation=consultation, partner=user.partner_id).first()
        if place is not None:
            way.answered(user, place)
    way.decided(consultation)
    return way.published(consultation)


def _can_be_written(release: Release) -> bool:
    known = releases.catalogue(release).indicators
    return (
        all(code in known for code in CODES)
        and Partner.objects.filter(kind=PartnerKind.MUNICIPALITY).exists()
    )


class _Way:
    """The steps of the report, each some days after the one before."""

    def __init__(self, planner: User, sector: User, begun: datetime) -> None:
        self.planner, self.sector, self.begun = planner, sector, begun

    def at(self, days: int) -> datetime:
        """So many days after the beginning."""
        return self.begun + timedelta(days=days)

    def day(self, days: int) -> date:
        """The day of it."""
        found: date = timezone.localtime(self.at(days)).date()
        return found

    def written(self, release: Release) -> SocialReport:
        """From the template, with a foreword, the most important in short, a sentence for each theme."""
        year = max(e.reference_date.year for e in releases.manifest(release).entries)
        report = actions.begin(self.planner, "sozialbericht", release, year=year, at=self.begun)
        self.write(report, "vorwort-text", FOREWORD)
        self.write(report, "kurz-text", IN_SHORT)
        self.edit(report.blocks.get(block_id="ergebnisse-tabelle"), outcomes=OUTCOMES)
        for row in report.blocks.filter(block_id__in=LEFT_OUT):
            writing.remove(self.planner, row, row.version, at=self.at(8))
        self.take_suggestions(report, year)
        texts = report.blocks.get(block_id="kp-texte")
        tree = releases.hierarchy(release)
        towns = {area.name: key for key, area in tree.areas(tree.levels[-2]).items()}
        for name, words in TOWNS.items():
            if name in towns:
                writing.write_for_area(self.planner, texts, towns[name], words, "", at=self.at(9))
        return report

    def write(self, report: SocialReport, block: str, markdown: str) -> None:
        """A person writes the text of a block."""
        self.edit(report.blocks.get(block_id=block), markdown=markdown, state="written")

    def edit(self, row: ReportBlock, **fields: object) -> None:
        """Store other fields of a block."""
        writing.edit(self.planner, row, {**row.content, **fields}, row.version, at=self.at(8))

    def take_suggestions(self, report: SocialReport, year: int) -> None:
        """For each theme what the program suggests to say of the district's first figure."""
        material = shown.material_of(self.planner, report, queries.tree(report))
        catalogue = releases.catalogue(report.release)
        for row in report.blocks.filter(block_id__startswith="thema-", block_id__endswith="-linie"):
            code = row.content["indicator"]
            made = suggest(material, material.district, code, year)
            words = " ".join(s.markdown for s in made if s.about in {About.VALUE, About.CHANGE, About.NONE})
            theme = catalogue.indicators[code].block
            if words:
                self.write(report, f"thema-{theme}-text", words)

    def reviewed_and_opened(self, report: SocialReport) -> Consultation:
        """A colleague remarks, which is decided; then everybody who is asked gets the report."""
        actions.advance(self.planner, report, ReportState("review"), at=self.at(14))
        said = reviewing.say(self.sector, report, block_id="vorwort-text", words=REVIEW, at=self.at(16))
        deciding.decide(
            self.planner, said, Verdict("declined"), DECISIONS["review"], said.version, at=self.at(18)
        )
        prepared = opening.prepare(self.planner, report, letter=LETTER, due_on=self.day(48))
        for partner in self.asked():
            opening.invite(self.planner, prepared, partner, at=self.at(20))
        return opening.open_consultation(self.planner, prepared, today=self.day(20), at=self.at(20))

    @staticmethod
    def asked() -> list[Partner]:
        """All municipalities, for their profiles; the Jobcenter and a welfare association."""
        known = Partner.objects.order_by("pk")
        towns = list(known.filter(kind=PartnerKind.MUNICIPALITY))
        others = [known.filter(kind=kind).first() for kind in (PartnerKind.JOBCENTER, PartnerKind.WELFARE)]
        return [*towns, *(p for p in others if p is not None)]

    def answered(self, user: User, place: Invitation) -> None:
        """A municipality lets its profile go; one proposes a wording; the others remark or state."""
        days = 24 + place.pk % 9
        answering.open_page(user, place, at=self.at(days - 2))
        kind, first = place.partner.kind, place.partner == self.asked()[0]
        if kind == PartnerKind.WELFARE:
            answering.save_statement(user, place, STATEMENT, place.version, at=self.at(days))
        elif kind == PartnerKind.JOBCENTER:
            answering.save_remark(user, place, block_id="kurz-text", words=REMARK, at=self.at(days))
        else:
            self.municipality(user, place, days, proposes=first)
        place.refresh_from_db()
        answering.release_answer(
            user, place, place.version, function=answering.usual_function(place) or "Leitung",
            no_remarks=not (place.statement or place.remarks.exists()), at=self.at(days),
        )  # fmt: skip

    def municipality(self, user: User, place: Invitation, days: int, *, proposes: bool) -> None:
        """Look at the own profile, let it go; perhaps propose a wording of its text."""
        report = place.consultation.report
        if proposes:
            area = str(place.partner.area_keys[0])
            answering.save_remark(
                user, place, block_id="kp-texte", area=area, words=SHORTER, proposal=TOWN_BETTER,
                at=self.at(days),
            )  # fmt: skip
        found = profile_of(report, place.partner)
        if found is not None:
            answering.decide_profile(
                user, place, let_go=True, function="Leitung der Verwaltung",
                seen_fingerprint=found.fingerprint, at=self.at(days),
            )  # fmt: skip

    def decided(self, consultation: Consultation) -> None:
        """Close, take the proposal over, answer the remark with a reason."""
        opening.close(self.planner, consultation, at=self.at(49))
        for remark in Remark.objects.filter(invitation__consultation=consultation).order_by("number"):
            if remark.proposal:
                deciding.take_over(
                    self.planner, remark, DECISIONS["proposal"], remark.version, at=self.at(52)
                )  # fmt: skip
            else:
                partly = Verdict("partly")
                deciding.decide(
                    self.planner, remark, partly, DECISIONS["remark"], remark.version, at=self.at(52)
                )
        finishing.conclude(self.planner, consultation, at=self.at(55))

    def published(self, consultation: Consultation) -> SocialReport:
        """Agreed, laid before the committee, published."""
        finishing.agree(self.planner, consultation, "Steuerungsgruppe Sozialplanung", at=self.at(62))
        finishing.present(
            self.planner, consultation, body="Ausschuss für Soziales und Gesundheit",
            meeting_on=self.day(80), paper=f"118/{self.day(80).year}", at=self.at(80),
        )  # fmt: skip
        fresh = Consultation.objects.select_related("report__release").get(pk=consultation.pk)
        return finishing.publish(self.planner, fresh, at=self.at(82))
