"""The preview of a release on its page: asked for, watched, read; what it tells, and to whom."""

from __future__ import annotations

import re
import time

import pytest
from django.urls import reverse

from wohnplatz.workflow.releases import previewing
from wohnplatz.workflow.releases.models import ReleasePreview

URL = "release_preview"


@pytest.fixture
def previewed(delivered, log_in):
    """The page of a finished preview, as the planner sees it."""

    def page(**query: str) -> str:
        client = log_in(delivered.planner)
        if not ReleasePreview.objects.filter(state="done").exists():
            client.post(reverse(URL))
            assert previewing.compute(previewing.running().pk) == "done"
        return client.get(reverse(URL), query).content.decode()

    return page


def words(html: str) -> str:
    """What a reader sees, without the noise between."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\xa0", " "))


def test_it_is_asked_for_watched_and_found_again(delivered, log_in) -> None:
    client = log_in(delivered.planner)
    assert "Vorschau berechnen" in client.get(reverse(URL)).content.decode()
    asked = client.post(reverse(URL), follow=True).content.decode()
    assert "Wartet auf die Berechnung" in asked
    assert 'http-equiv="refresh"' in asked
    twice = client.post(reverse(URL), follow=True).content.decode()
    assert "gerade eine Vorschau berechnet" in twice
    previewing.compute(previewing.running().pk)
    html = client.get(reverse(URL)).content.decode()
    assert "http-equiv" not in html
    assert "Zahlen geschützt" in html
    assert "Datenstand bilden" in html


def test_others_neither_see_nor_begin_one(delivered, previewed, log_in) -> None:
    previewed()
    for user in (delivered.administrator, delivered.sector, delivered.user_ahausen, delivered.user_jobcenter):
        client = log_in(user)
        for answer in (client.get(reverse(URL)), client.post(reverse(URL))):
            assert answer.status_code == 403
            assert "geschützt" not in answer.content.decode()
        assert reverse(URL) not in client.get(reverse("release_list")).content.decode()
    assert ReleasePreview.objects.count() == 1


def test_it_counts_what_is_hidden_by_level_year_and_indicator(previewed) -> None:
    text = words(previewed())
    assert "Öffentlichkeit, Lieferstellen und Planung" in text
    assert re.search(r"2024 2 von \d+ \([\d,]+ %\)", text)
    assert "SGB-II-Quote" in text
    towns = words(previewed(ebene="kommune", jahr="2024"))
    assert "Kommunen 2024, nach Indikator" in towns


def test_nonsense_in_the_address_shows_the_beginning(previewed) -> None:
    for query in ({"ebene": "mond"}, {"jahr": "x"}, {"kreis": "99"}, {"kreis": "-1", "jahr": "1"}):
        assert "Wohnplätze 2024, nach Indikator" in words(previewed(**query))


def test_a_proposal_leads_to_where_it_is_done(previewed, log_in, delivered) -> None:
    html = previewed()
    links = re.findall(r'href="(/katalog/[^"]+)"', html)
    assert links
    assert "Erst ab der Ebene Kommunen zeigen" in html
    for link in links:
        assert log_in(delivered.planner).get(link).status_code == 200


def test_a_level_left_out_is_a_change_of_the_rules_or_of_the_catalogue(previewed, log_in, delivered) -> None:
    previewed()
    row = ReleasePreview.objects.get()
    group, counts = row.result["groups"][0], {"figures": 9, "hidden": 4, "people": 0.1}
    topic = {"variable": "einwohner", "broken": True, "year": 2024, "hidden": 4, "worst": []}
    way = {
        "kind": "division", "detail": "kommune", "indicators": ["einwohner"], "given_up": 2, "gain": 1,
        "now": counts, "then": counts | {"figures": 7, "hidden": 2},
    }  # fmt: skip
    group["savings"] = [way | {"topic": topic}]
    row.save()
    html = previewed()
    assert "Ohne die Ebene Kommunen zeigen" in html
    assert "Gegen bekannte Summen schützt der Nachweis dann nicht" in words(html)
    (link,) = re.findall(r'href="(/schutzregeln/pruefen/[^"]+)"', html)
    page = log_in(delivered.planner).get(link.replace("&amp;", "&")).content.decode()
    assert "without_breakdowns_on = [&quot;kommune&quot;]" in page
    group["savings"] = [way | {"topic": topic | {"broken": False}, "indicators": ["sgb2_quote"]}]
    row.save()
    html = previewed()
    assert "Im Katalog bei „Ebenen“ Kommunen abwählen" in words(html)
    group["savings"] = [way | {"topic": topic, "kind": "ages", "detail": "alter", "given_up": 0}]
    row.save()
    assert "keine Zahl ganz; 9 werden zu 7 gröberen" in words(previewed())
    assert re.search(r"/katalog/[a-z]+/sgb2_quote/", html)
    assert "/schutzregeln/pruefen/" not in html


def test_a_breakdown_left_out_is_a_change_of_the_rules(previewed, log_in, delivered) -> None:
    previewed()
    row = ReleasePreview.objects.get()
    counts = {"figures": 9, "hidden": 4, "people": 0.1}
    topic = {"variable": "einwohner", "broken": True, "year": 2024, "hidden": 4, "worst": []}
    row.result["groups"][0]["savings"] = [
        {"kind": "dimension", "detail": "geschlecht", "indicators": ["einwohner"], "given_up": 0, "gain": 1,
         "now": counts, "then": counts | {"figures": 5, "hidden": 1}, "topic": topic}
    ]  # fmt: skip
    row.save()
    html = previewed()
    assert re.search("Ohne Gliederung nach [Gg]eschlecht zeigen", html)
    (link,) = re.findall(r'href="(/schutzregeln/pruefen/[^"]+)"', html)
    page = log_in(delivered.planner).get(link.replace("&amp;", "&")).content.decode()
    assert "without_breakdowns_by = [&quot;geschlecht&quot;]" in page


def test_one_that_holds_no_longer_is_replaced_and_any_is_stopped(delivered, log_in, scene) -> None:
    client = log_in(delivered.planner)
    client.post(reverse(URL))
    first = previewing.running()
    assert "Neu beginnen" not in client.get(reverse(URL)).content.decode()
    scene.deliver_everything(delivered, 2023)
    assert "Neu beginnen" in client.get(reverse(URL)).content.decode()
    client.post(reverse(URL))
    second = previewing.running()
    first.refresh_from_db()
    assert second.pk != first.pk
    assert (first.state, previewing.compute(first.pk)) == ("failed", "failed")
    html = client.post(reverse(URL), {"anhalten": "ja"}, follow=True).content.decode()
    assert "angehalten" in html
    assert previewing.running() is None


def test_what_is_being_computed_ends_at_its_next_step_when_it_is_stopped(delivered, monkeypatch) -> None:
    """The worker is free for what waits; nothing of it is kept."""
    row = previewing.begin(delivered.planner)
    steps = []

    def stopped_meanwhile(*args, progress, **more):
        previewing.stop(delivered.planner)
        for n in range(1000):
            steps.append(n)
            progress("Schritt", n, 1000)
            time.sleep(0.01)
        raise AssertionError

    monkeypatch.setattr(previewing, "preview", stopped_meanwhile)
    assert previewing.compute(row.pk) == "failed"
    row.refresh_from_db()
    assert (row.reason, row.result) == (previewing.STOPPED, None)
    assert len(steps) < 1000


def test_no_protected_figure_is_in_the_page_nor_in_its_row(delivered, log_in, scene, previewed) -> None:
    """The same page, byte for byte, whichever the protected figures are."""
    from wohnplatz.workflow.deliveries.actions import receive

    def result_and_page():
        ReleasePreview.objects.all().delete()
        html = previewed()
        html = re.sub(r"csrfmiddlewaretoken[^>]+>|\d\d:\d\d Uhr", "", html)
        return ReleasePreview.objects.get().result, html

    one = result_and_page()
    other = scene.COUNTS | {"0599900101": "101", "0599900102": "1"}
    more = receive(delivered.operator, delivered.rounds["jobcenter", 2024], "b.csv", scene.benefits(other))
    scene.released_and_accepted(delivered.planner, more)
    two = result_and_page()
    assert one[0] == two[0]
    assert one[1] == two[1]


def test_it_says_when_something_changed_since(delivered, log_in, scene, previewed) -> None:
    assert "hat sich etwas geändert" not in previewed()
    scene.deliver_everything(delivered, 2023)
    assert "hat sich etwas geändert" in previewed()


def test_it_names_the_rules_it_was_computed_with_not_those_put_in_force_meanwhile(
    delivered, previewed, monkeypatch
) -> None:
    from wohnplatz.disclosure import STANDARD_RULES
    from wohnplatz.workflow.protection.actions import put_in_force

    rounded = STANDARD_RULES.read_text(encoding="utf-8").replace("version = 3", "version = 4", 1)
    rounded += '\n[datasets.arbeit]\nmode = "rounding"\n'
    compute = previewing.preview

    def meanwhile(*args, **more):
        put_in_force(delivered.administrator, rounded.encode(), "Grund", accept_weaker=True)
        return compute(*args, **more)

    monkeypatch.setattr(previewing, "preview", meanwhile)
    text = words(previewed())
    assert "Alle Datensätze: Sperrung" in text
    assert "gerundet auf 5" not in text
    assert "hat sich etwas geändert" in text


def test_a_failed_one_says_why_and_can_be_repeated(delivered, log_in) -> None:
    row = previewing.begin(delivered.planner)
    ReleasePreview.objects.filter(pk=row.pk).update(state="failed", reason="Das Buch ist beschädigt.")
    html = log_in(delivered.planner).get(reverse(URL)).content.decode()
    assert "Das Buch ist beschädigt." in html
    assert "Vorschau berechnen" in html


def test_where_releases_are_made_a_preview_is_one_click_away(delivered, log_in) -> None:
    assert reverse(URL) in log_in(delivered.planner).get(reverse("release_make")).content.decode()
