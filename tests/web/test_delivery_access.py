"""Every address about deliveries × everybody: who is let in, and that a refusal tells nothing.

The addresses are collected from ``urls.py``: a new one without a line here fails the first test.
"""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wohnplatz.web.urls import urlpatterns
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.deliveries.models import Delivery, DeliveryEvent, FindingNote, Upload
from wohnplatz.workflow.partners.models import DeliveryRound

OWN, OTHER, PLANNER, ADMINISTRATOR, SECTOR = (
    "user_jobcenter",
    "user_ahausen",
    "planner",
    "administrator",
    "sector",
)
EVERYBODY = (OWN, OTHER, PLANNER, ADMINISTRATOR, SECTOR)

SEES = frozenset({OWN, PLANNER, ADMINISTRATOR})
CONTENTS = frozenset({OWN, PLANNER})
DECIDES = frozenset({PLANNER})
ANY_PARTNER = frozenset({OWN, OTHER, PLANNER, ADMINISTRATOR})
ANY_SENDER = frozenset({OWN, OTHER, PLANNER})
SETS_UP = frozenset({PLANNER, ADMINISTRATOR})

ABOUT = {
    # of one round
    "round": SEES, "round_template": SEES, "round_upload": CONTENTS, "round_entry": CONTENTS,
    "round_entry_keep": CONTENTS, "round_profile": SEES, "transfer_begin": CONTENTS,
    "round_exception": DECIDES, "round_waive": DECIDES,
    # of one partner and its agreement: terms, no values
    "partner": SEES, "partner_change": SETS_UP, "partner_retire": SETS_UP, "agreement": SEES | {SECTOR},
    "agreement_new": SETS_UP, "agreement_renew": SETS_UP, "agreement_end": SETS_UP,
    # of one upload: the organisation that began it
    "transfer_append": frozenset({OWN}), "transfer_finish": frozenset({OWN}),
    # of one delivery
    "delivery": SEES, "delivery_progress": SEES, "delivery_say": CONTENTS, "delivery_assign": CONTENTS,
    "delivery_changes": CONTENTS, "delivery_marked": CONTENTS, "delivery_findings": CONTENTS,
    "delivery_values": CONTENTS, "delivery_original": CONTENTS, "delivery_feedback": CONTENTS,
    "delivery_profile_pdf": CONTENTS, "delivery_quality_pdf": CONTENTS,
}  # fmt: skip
STEPS = {
    "freigeben": CONTENTS, "zurueckziehen": CONTENTS, "annehmen": DECIDES, "zurueckgeben": DECIDES,
    "unsinn": SEES,
}  # fmt: skip
"""The last part of ``delivery_decide``; a step that there is not is a page that there is not."""
LISTS = {
    "delivery_list": ANY_PARTNER, "deliver_several": ANY_SENDER, "coverage": ANY_PARTNER,
    "coverage_xlsx": ANY_PARTNER, "punctuality": ANY_PARTNER, "rule_list": DECIDES, "rule_new": DECIDES,
    "partner_list": SETS_UP, "partner_new": SETS_UP, "agreement_list": frozenset(EVERYBODY),
    "calendar": frozenset(EVERYBODY), "calendar_feed": frozenset(EVERYBODY),
    "mail_list": SETS_UP, "mail_preview": SETS_UP, "mail_send": SETS_UP, "mail_settings": SETS_UP,
}  # fmt: skip
"""Pages of many deliveries: everybody finds their own there."""
ELSEWHERE = {"rule_retire", "mail", "delivery_decide", "calendar_file"}
"""Looked at in tests of their own below."""
OTHER_SUBJECTS = {
    "distribution", "distribution_svg", "distribution_png", "distribution_xlsx",
    "comparison", "comparison_xlsx", "two_maps", "series", "series_svg", "series_png", "series_xlsx",
    "scatter", "scatter_svg", "scatter_png", "scatter_xlsx",
    "start", "login", "logout", "password", "release_list", "release_make", "release_run",
    "rules", "rules_check", "rules_force", "rules_file",
    "release_compare", "release", "release_preview", "own_area", "own_area_csv",
    "release_proof", "release_proof_pdf", "release_proof_check", "release_atlas", "release_atlas_file",
    "release_pictures", "release_picture",
    "map_index", "map", "map_svg", "map_png", "map_csv", "map_xlsx", "map_area", "area_list", "area",
    "area_xlsx", "area_picture", "origin", "index_list", "index", "index_xlsx", "index_compare",
    "index_workshop", "workshop_file",
    "catalogue", "catalogue_formula", "catalogue_import", "catalogue_new", "catalogue_item",
    "catalogue_change", "catalogue_discard", "catalogue_retire", "catalogue_version", "catalogue_file",
    "method_list", "method", "administration", "division_list", "division_points", "division",
    "division_change", "division_estimates", "division_streets", "division_streets_file", "crosswalk",
    "crosswalk_new", "design_compare", "design_file",
    "crosswalk_file", "design_list", "design_new", "design", "design_version", "district_settings",
    "division_import", "division_columns", "account_new", "account_lock", "glossary", "accessibility",
    "imprint", "types", "types_svg", "types_png", "types_xlsx", "space_index", "space", "space_svg",
    "space_png", "space_xlsx", "inequality", "inequality_svg", "inequality_png", "inequality_xlsx",
    "analyses", "projection", "projection_svg", "projection_png", "projection_xlsx", "early_warning",
    "early_warning_xlsx", "early_warning_csv", "funnel_index", "funnel", "funnel_svg", "funnel_png",
    "funnel_xlsx", "funnel_csv", "report_list", "report_new", "report_begin", "report_style", "report",
    "report_settings", "report_release", "report_figure", "report_preview", "report_file", "report_bin",
    "report_step", "report_block_new", "report_block", "report_history", "report_block_preview",
    "report_block_offers",
    "report_review", "report_review_decide", "report_making", "consultation_list", "consultation",
    "consultation_prepare",
    "consultation_add",
    "consultation_place", "consultation_ask", "consultation_reopen", "consultation_step",
    "consultation_remarks", "consultation_table", "consultation_decide", "consultation_file",
    "consultation_seat", "consultation_chapter", "consultation_remark", "consultation_statement",
    "consultation_answer", "consultation_profile",
}  # fmt: skip
"""Of figures, releases, accounts and reports (``test_access``, ``test_no_leak``, ``test_report_pages``,
``test_consultation_pages``)."""

FILE, NUMBER, WORDS = "vertraulich-benannt.csv", "7331", "vertrauliche Erläuterung"
SECRETS = (FILE, NUMBER, "7.331", WORDS)


def test_every_address_has_its_line() -> None:
    known = set(ABOUT) | set(LISTS) | ELSEWHERE | OTHER_SUBJECTS
    assert {p.name for p in urlpatterns} == known


@pytest.fixture
def case(world, scene, steps):
    """The Jobcenter's round with an accepted file, a correction that is checked, and one file half sent."""
    return steps.take(correcting, world, scene)


def correcting(world, scene) -> None:
    from wohnplatz.workflow.deliveries import actions

    for code, data in (
        ("ahausen", scene.population(scene.AHAUSEN)),
        ("behausen", scene.population(scene.BEHAUSEN)),
    ):
        made = actions.receive(world.operator, world.rounds[code, 2024], f"{code}.csv", data)
        scene.released_and_accepted(world.planner, made)
    round_ = world.rounds["jobcenter", 2024]
    first = actions.receive(world.operator, round_, "erste.csv", scene.benefits(scene.COUNTS))
    scene.released_and_accepted(world.planner, first)
    actions.add_rule(
        world.planner, code="hoch", dataset="arbeit", left="sgb2_personen", operator="<=", right="1000",
        absolute=0.0, relative=0.0, severity="warning", message="Es sind {links}.", why="", advice="",
    )  # fmt: skip
    counts = {**scene.COUNTS, "0599900101": NUMBER}
    world.delivery = actions.receive(world.user_jobcenter, round_, FILE, scene.benefits(counts))
    world.round = round_
    warnings = [f for f in world.delivery.findings if f["severity"] == "warning"]
    assert warnings, "the file must give something to talk about"
    for code in {f["code"] for f in warnings}:
        actions.note(world.user_jobcenter, world.delivery, code, WORDS)
    world.upload = actions.begin_upload(world.user_jobcenter, round_, FILE, 6)
    actions.append_chunk(world.user_jobcenter, world.upload, 0, b"abc")


def address(case, name: str, step: str = "") -> str:
    if name.startswith("transfer_") and name != "transfer_begin":
        return reverse(name, args=[case.upload.token])
    if name == "delivery_decide":
        return reverse(name, args=[case.delivery.pk, step])
    pattern = next(p for p in urlpatterns if p.name == name)
    if not pattern.pattern.converters:
        return reverse(name)
    if name.startswith(("partner", "agreement")):
        agreement = case.round.agreement
        known = {"code": agreement.partner.code, "pk": agreement.pk}
        return reverse(name, kwargs={k: known[k] for k in pattern.pattern.converters})
    of_round = name.startswith("round") or name == "transfer_begin"
    return reverse(name, args=[case.round.pk if of_round else case.delivery.pk])


def snapshot() -> list[object]:
    """Everything a request could have changed."""
    models = (Delivery, DeliveryEvent, FindingNote, Upload, DeliveryRound, LogEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def body(answer) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode("utf-8", errors="replace")


def send(client: Client, case, url: str, method: str):
    if method == "get":
        return client.get(url)
    words = {
        "version": case.delivery.version, "grund": "x", "anmerkung": "x", "erlaeuterung": "x",
        "befund": case.delivery.findings[0]["key"], "schritt": "einreichen", "c0-0": "5", "name": "x.csv",
        "groesse": "3", "datei": SimpleUploadedFile("x.csv", b"a;b"),
    }  # fmt: skip
    return client.post(url, words)


PLACES = [
    *((name, "", who) for name, who in ABOUT.items()),
    *(("delivery_decide", step, who) for step, who in STEPS.items()),
]


@pytest.mark.parametrize(
    ("name", "step", "allowed"), PLACES, ids=[f"{n}-{s}" if s else n for n, s, _ in PLACES]
)
def test_whoever_may_not_is_refused_and_learns_nothing(case, log_in, name, step, allowed) -> None:
    url, before = address(case, name, step), snapshot()
    for person in EVERYBODY:
        if person in allowed:
            continue
        for method in ("get", "post"):
            answer = send(log_in(getattr(case, person)), case, url, method)
            assert answer.status_code == 403, (person, method)
            assert not [s for s in SECRETS if s in body(answer)], (person, method)
    for method in ("get", "post"):
        answer = send(Client(), case, url, method)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/anmelden/")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "step", "allowed"), PLACES, ids=[f"{n}-{s}" if s else n for n, s, _ in PLACES]
)
def test_whoever_may_is_let_in(case, log_in, name, step, allowed) -> None:
    url = address(case, name, step)
    for person in sorted(allowed):
        answer = log_in(getattr(case, person)).get(url)
        assert answer.status_code in {200, 302, 404}, person
        assert "/anmelden/" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(("name", "allowed"), LISTS.items(), ids=list(LISTS))
def test_lists_are_open_to_roles_and_show_others_nothing_of_a_file(case, log_in, name, allowed) -> None:
    url = address(case, name)
    for person in EVERYBODY:
        answer = log_in(getattr(case, person)).get(url)
        assert answer.status_code == (200 if person in allowed else 403) or name == "mail_preview", person
        if person != OWN:
            assert not [s for s in SECRETS[1:] if s in body(answer)], person
        if person == OTHER:
            assert FILE not in body(answer)
            assert "Jobcenter" not in body(answer)
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", ["delivery", "round", "delivery_list", "start", "delivery_progress"])
def test_the_administration_sees_what_came_but_no_values_and_no_words_about_them(case, log_in, name) -> None:
    url = reverse("start") if name == "start" else address(case, name)
    shown = body(log_in(case.administrator).get(url))
    assert not [s for s in SECRETS[1:] if s in shown]


def test_a_planner_neither_sees_nor_drops_a_file_a_partner_is_still_sending(case, log_in) -> None:
    from wohnplatz.workflow.deliveries import actions

    actions.append_chunk(case.user_jobcenter, case.upload, 3, b"def")
    client = log_in(case.planner)
    assert FILE not in body(client.get(reverse("deliver_several")))
    client.post(reverse("deliver_several"), {"schritt": "einreichen", f"d{case.upload.pk}": "weg"})
    client.post(reverse("deliver_several"), {"schritt": "einreichen", f"d{case.upload.pk}": case.round.pk})
    assert Upload.objects.filter(pk=case.upload.pk).exists()
    assert FILE in body(log_in(case.user_jobcenter).get(reverse("deliver_several")))


@pytest.mark.parametrize("token", ["x", "..", "0" * 43, "%2e%2e%2fsecret-key", "a/../b"])
def test_a_guessed_token_leads_nowhere(case, log_in, token) -> None:
    client = log_in(case.user_jobcenter)
    for end in ("", "abschliessen/"):
        url = f"/lieferungen/uebertragung/{token}/{end}"
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("name", ["round", "delivery", "delivery_original", "delivery_values"])
def test_a_number_nobody_has_is_no_page_for_anybody_who_may_look(case, log_in, name) -> None:
    for pk in (0, 987654, 10**18, 10**30):
        assert log_in(case.planner).get(reverse(name, args=[pk])).status_code == 404


def test_a_calendar_file_opens_to_its_secret_alone_and_names_own_rounds_only(case, log_in) -> None:
    from wohnplatz.workflow.accounts.actions import deactivate
    from wohnplatz.workflow.partners import feeds
    from wohnplatz.workflow.partners.actions import open_all_rounds

    open_all_rounds(case.operator, timezone.localdate())
    token = feeds.make_feed(case.user_ahausen)
    shown = body(Client().get(reverse("calendar_file", args=[token])))
    assert "BEGIN:VEVENT" in shown
    assert not [s for s in (*SECRETS, "Jobcenter") if s in shown]
    assert Client().get(reverse("calendar_file", args=["x" * 43])).status_code == 404
    assert feeds.make_feed(case.user_ahausen) != token
    assert Client().get(reverse("calendar_file", args=[token])).status_code == 404
    last = feeds.make_feed(case.user_ahausen)
    deactivate(case.administrator, case.user_ahausen)
    assert Client().get(reverse("calendar_file", args=[last])).status_code == 404
    assert not [e for e in LogEntry.objects.values_list("details", flat=True) if last in repr(e)]


def test_rules_and_mails_are_not_for_partners(case, log_in) -> None:
    for url in ("/lieferungen/regeln/x/ausser-kraft/", "/nachrichten/1/"):
        for person in (OWN, OTHER, SECTOR):
            assert log_in(getattr(case, person)).get(url).status_code == 403
            assert log_in(getattr(case, person)).post(url).status_code == 403
        assert log_in(case.planner).get(url).status_code == 404
        assert Client().get(url).status_code == 302


def test_every_post_needs_the_token_of_the_form(case) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.user_jobcenter)
    before = snapshot()
    for name, step, _ in PLACES:
        answer = send(client, case, address(case, name, step), "post")
        assert answer.status_code == 403
    assert snapshot() == before


def test_originals_are_saved_and_never_shown(case, log_in) -> None:
    client = log_in(case.user_jobcenter)
    for name in ("delivery_original", "delivery_marked", "delivery_findings", "delivery_quality_pdf"):
        answer = client.get(address(case, name))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer.headers["Cache-Control"]
    assert (
        client.get(address(case, "delivery_original")).headers["Content-Type"] == "application/octet-stream"
    )
