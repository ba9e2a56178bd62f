"""A protected number appears nowhere for those who may not know it: pages, files, mails, addresses, logs.

In Bruch two persons of 72 inhabitants draw benefits: the count is protected, and the share would be 2,8 %.
"""

from __future__ import annotations

import io
import logging
import re
from datetime import date

import openpyxl
import pytest
from django.core import mail
from django.urls import reverse

from wohnplatz.web.urls import urlpatterns
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.deliveries import actions, feedback
from wohnplatz.workflow.deliveries.models import DeliveryEvent

SHARE = re.compile(r"(?<![\d.,])(?:2,8(?!\d)|2[.,]7[78]\d*)|2\s+(?:von|of)\s+72(?!\d)")
WORDS = "es sind wirklich 2 Personen"
BRUCH, HIDDEN_COUNT = "0599900102", 2
LEVELS = ("wohnplatz", "kommune", "kreis")
OTHERS = ("user_behausen", "user_ahausen", "sector", "administrator")


def release_with_two(world, scene) -> None:
    """Everything delivered twice, so that there are changes; a release; words on findings."""
    from wohnplatz.workflow.releases.actions import make_release

    for code, areas in (("ahausen", scene.AHAUSEN), ("behausen", scene.BEHAUSEN)):
        data = scene.population(areas, base=60)
        made = actions.receive(world.operator, world.rounds[code, 2024], f"{code}.csv", data)
        scene.released_and_accepted(world.planner, made)
    round_ = world.rounds["jobcenter", 2024]
    actions.add_rule(
        world.planner, code="klein", dataset="arbeit", left="sgb2_personen", operator=">=", right="3",
        absolute=0.0, relative=0.0, severity="warning", message="Es sind nur {links}.", why="", advice="",
    )  # fmt: skip
    for bruch in ("5", str(HIDDEN_COUNT)):
        counts = {"0599900101": "17", BRUCH: bruch, "0599900201": "0", "0599900202": "19"}
        made = actions.receive(world.user_jobcenter, round_, "arbeit.csv", scene.benefits(counts))
        for code in {f["code"] for f in made.findings if f["severity"] == "warning"}:
            actions.note(world.user_jobcenter, made, code, WORDS)
        world.delivery = scene.released_and_accepted(world.planner, made)
    world.release = make_release(world.planner, "2024-1")
    for partner in (world.ahausen, world.behausen, world.jobcenter):
        type(partner).objects.filter(pk=partner.pk).update(contact_email="stelle@example.org")


@pytest.fixture
def mailing(settings):
    """``mailing(world)``: send what is due, to be read in the tests."""
    from wohnplatz.workflow.messages import actions as mails

    settings.WOHNPLATZ_MAIL_KIND = "file"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return lambda world: mails.send_due(world.operator, date(2025, 4, 1))


@pytest.fixture
def world_with_two(world, scene, steps, mailing):
    """The release with two, and mails sent."""
    steps.take(release_with_two, world, scene)
    mailing(world)
    return world


@pytest.fixture
def told_with_two(world, scene, mailing, caplog):
    """The same, made afresh: all that it logs and sends can be read."""
    caplog.set_level(logging.DEBUG, logger="wohnplatz")
    release_with_two(world, scene)
    mailing(world)
    return world


def texts(answer) -> str:
    """All that an answer says: head, text, and the cells of a workbook line by line."""
    said = [f"{k}: {v}" for k, v in answer.headers.items() if k not in {"ETag", "Content-Length"}]
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheetml" in kind:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        for sheet in book:
            said += [" ; ".join(str(c.value) for c in row) for row in sheet.iter_rows()]
    elif kind.startswith(("text/", "application/json", "image/svg")):
        said.append(answer.content.decode())
    return "\n".join(said)


def addresses(world):
    """Every address with arguments that exist, in all levels where that makes a difference."""
    places = {
        "indicator": ["sgb2_quote", "sgb2_veraenderung_1"], "key": [BRUCH, "05999001", "05999"],
        "code": ["status", "jobcenter"], "number": [world.release.number],
        "step": ["annehmen"], "token": ["x"],
    }  # fmt: skip
    for pattern in urlpatterns:
        if pattern.name == "logout":
            continue
        of_round = str(pattern.pattern).startswith("lieferungen/<int:pk>")
        combined = [{}]
        for name in pattern.pattern.converters:
            values = places.get(name, [world.delivery.round_id if of_round else world.delivery.pk])
            combined = [{**c, name: v} for c in combined for v in values]
        for arguments in combined:
            url = reverse(pattern.name, kwargs=arguments)
            queries = [f"?ebene={x}&jahr=2024" for x in LEVELS] if pattern.name.startswith("map") else [""]
            yield from (url + query for query in queries)


def lines_about_bruch(text: str) -> list[str]:
    return [line for line in text.splitlines() if BRUCH in line or "Bruch" in line]


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_finds_a_protected_number_anywhere(world_with_two, log_in, person) -> None:
    client, seen = log_in(getattr(world_with_two, person)), 0
    for url in addresses(world_with_two):
        answer = client.get(url)
        said = texts(answer)
        found = SHARE.search(said)
        assert found is None, (url, said[max(0, found.start() - 200) : found.end() + 100])
        assert WORDS not in said, url
        assert "nur 2." not in said, url
        if "spreadsheetml" in answer.headers.get("Content-Type", ""):
            cells = [c.strip() for line in lines_about_bruch(said) for c in line.split(" ; ")]
            assert not {"2", "2.0"} & set(cells), url
        seen += answer.status_code == 200
    assert seen > 20


def test_the_planner_does_find_it_where_it_belongs(world_with_two, log_in) -> None:
    client = log_in(world_with_two.planner)
    values = client.get(reverse("delivery_values", args=[world_with_two.delivery.pk])).context["cells"]
    assert [c["value"] for c in values if c["key"] == BRUCH] == ["2"]
    changes = client.get(reverse("delivery_changes", args=[world_with_two.delivery.pk]))
    assert SHARE.search(changes.content.decode()), "the test would find the share if it were shown"
    assert WORDS in client.get(reverse("delivery", args=[world_with_two.delivery.pk])).content.decode()


@pytest.mark.parametrize("person", ["planner", "sector"])
def test_figures_are_protected_for_the_planning_too(world_with_two, log_in, person) -> None:
    client = log_in(getattr(world_with_two, person))
    for route, args in (
        ("area", [BRUCH]), ("area_xlsx", [BRUCH]), ("map", ["sgb2_quote"]), ("map_csv", ["sgb2_quote"]),
        ("map_svg", ["sgb2_quote"]), ("map_xlsx", ["sgb2_quote"]), ("index", ["status"]),
    ):  # fmt: skip
        answer = client.get(reverse(route, args=args), {"ebene": "wohnplatz", "jahr": "2024"})
        assert not SHARE.search(texts(answer)), route


def test_what_the_partner_may_pass_on_hides_it(world_with_two) -> None:
    delivery, user = world_with_two.delivery, world_with_two.user_jobcenter
    profile, quality = feedback.profile(user, delivery), feedback.quality(user, delivery)
    assert profile is not None
    assert not SHARE.search(repr(profile))
    assert "geschützt" in repr(profile)
    said = repr(quality)
    assert "nur 2" not in said
    assert WORDS not in said
    assert "[Zahl] Personen" in said


def test_mails_name_no_figures(told_with_two) -> None:
    assert mail.outbox
    for sent in mail.outbox:
        assert not SHARE.search(f"{sent.subject}\n{sent.body}")
        assert WORDS not in sent.body
        assert "nur 2" not in sent.body


def test_logs_hold_neither_figures_nor_words_about_them(told_with_two, log_in, caplog) -> None:
    client = log_in(told_with_two.user_behausen)
    for route in ("delivery", "delivery_values", "delivery_changes"):
        client.get(reverse(route, args=[told_with_two.delivery.pk]))
    entries = [repr(e) for e in LogEntry.objects.values_list("action", "details", "person", "organisation")]
    for line in [
        *entries,
        *(r.getMessage() for r in caplog.records if r.name.startswith(("wohnplatz", "django.req"))),
    ]:
        assert not SHARE.search(line)
        assert WORDS not in line
        assert "arbeit.csv" not in line


@pytest.mark.parametrize("switch", [False, True])
def test_names_of_persons_stand_in_logs_only_where_that_is_switched_on(
    world, scene, settings, switch
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    settings.WOHNPLATZ_LOG_PERSONS = switch
    round_ = world.rounds["jobcenter", 2024]
    made = actions.receive(world.user_jobcenter, round_, "a.csv", scene.benefits(scene.COUNTS))
    scene.released_and_accepted(world.planner, made)

    def names() -> set[str]:
        return {
            name
            for model in (LogEntry, DeliveryEvent)
            for name in model.objects.values_list("person", flat=True)
            if name
        }

    assert names() >= {"konto-jobcenter", "planner"} if switch else not names()
    later = timezone.now() + timedelta(days=settings.WOHNPLATZ_LOG_PERSONS_DAYS + 1)
    settings.WOHNPLATZ_LOG_PERSONS = False
    actions.prune(world.planner, at=later)
    assert not names()
