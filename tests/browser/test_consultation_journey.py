"""A report on its way: three partners answer, the planner decides every remark, agrees, publishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, LONG, PHONE, LogIn
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
REPORT = "Mindestsicherung 2025"
TOWN, OTHER, JOBS = "hammerfurt", "lindrath", "nb-westkreis"
"""Two municipalities and a welfare association that have not answered yet."""


def looked_at(page: Page) -> None:
    """No violation, nothing wider than the screen; where scripts run, for this is looked at by one."""
    page.wait_for_load_state()
    if page.evaluate("typeof htmx") == "undefined":
        return
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(page.url, v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def own_place(page: Page) -> str:
    """From the start page to the partner's own page; its address."""
    page.goto("/")
    page.get_by_role("link", name=REPORT).first.click()
    page.get_by_role("heading", name=REPORT, level=1).wait_for()
    return page.url


def propose(page: Page, place: str, words: str, proposal: str) -> None:
    page.goto(place)
    page.get_by_role("link", name="Das Wichtigste in Kürze", exact=True).click()
    part = page.locator("#b-kurz-text")
    part.get_by_text("Anmerken", exact=False).last.click()
    part.get_by_label("Anmerkung", exact=True).fill(words)
    part.get_by_label("Ihr Vorschlag für den Text").fill(proposal)
    looked_at(page)
    part.get_by_role("button", name="Sichern").click()
    expect(page.get_by_text("Gesichert als Nr.")).to_be_visible()


def release(page: Page, place: str, function: str, *, nothing: bool = False) -> None:
    page.goto(f"{place}antwort/")
    if nothing:
        page.get_by_label("Keine Anmerkungen").check()
    page.get_by_label("Freigegeben durch (Funktion)").fill(function)
    looked_at(page)
    page.get_by_role("button", name="Freigeben").click()
    expect(page.get_by_text("Ihre Antwort ist freigegeben", exact=True)).to_be_visible()


def let_go(page: Page, place: str) -> None:
    page.goto(f"{place}profil/")
    looked_at(page)
    page.get_by_label("Entschieden durch (Funktion)").fill("Bürgermeisterin")
    page.get_by_role("button", name="Profil freigeben").click()
    expect(page.get_by_text("Das Profil Ihrer Gebiete ist freigegeben.")).to_be_visible()


def step(page: Page, report: str, name: str, **fields: str) -> None:
    page.goto(f"{report}schritt/{name}/")
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=False).first.fill(value)
    looked_at(page)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(report)


@pytest.mark.parametrize(
    ("size", "javascript"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-without-script"]
)
def test_from_the_planner_by_three_partners_to_the_published_report(
    own_address: str, log_in: LogIn, tmp_path: Path, size: dict[str, int], javascript: bool
) -> None:
    def person(username: str) -> Page:
        page = log_in(own_address, username, size=size, javascript=javascript)
        page.set_default_timeout(LONG)  # publishing writes every file
        return page

    planner = person("sozialplanung")
    planner.goto("/abstimmungen/")
    planner.get_by_role("link", name=REPORT).click()
    planner.get_by_role("heading", name=REPORT, level=1).wait_for()
    report = planner.url
    looked_at(planner)

    # the first town: two remarks, its profile, its answer
    town = person(TOWN)
    place = own_place(town)
    looked_at(town)
    text = "Ein neuer Satz der Stadt."
    propose(town, place, "Bitte kürzer.", text)
    expect(town.locator("#b-kurz-text ins").first).to_be_visible()
    let_go(town, place)
    release(town, place, "Bürgermeister")

    # the second one refuses its profile with a reason and has no remarks
    other = person(OTHER)
    place_of_other = own_place(other)
    other.goto(f"{place_of_other}profil/")
    other.get_by_label("Entschieden durch (Funktion)").fill("Bürgermeister")
    other.get_by_label("Begründung").fill("Die Zahlen der Stadt sind noch strittig.")
    other.get_by_role("button", name="Nicht freigeben").click()
    expect(other.get_by_text("Das Profil Ihrer Gebiete bleibt zurückgehalten")).to_be_visible()
    release(other, place_of_other, "Bürgermeister", nothing=True)

    # a welfare association states officially; the profile that was refused stays hidden from it
    welfare = person(JOBS)
    place_of_welfare = own_place(welfare)
    welfare.get_by_role("link", name="Stadt Lindrath").click()
    expect(welfare.locator(".wp-consulted").get_by_text("noch nicht freigegeben")).to_be_visible()
    expect(welfare.locator(".wp-consulted .wp-facts")).to_have_count(0)
    welfare.goto(f"{place_of_welfare}stellungnahme/")
    welfare.get_by_label("Stellungnahme").fill("Wir unterstützen den Bericht.\n\nFamilien brauchen Wege.")
    welfare.get_by_role("button", name="Sichern").click()
    expect(welfare.get_by_text("Die Stellungnahme ist gesichert.")).to_be_visible()
    release(welfare, place_of_welfare, "Geschäftsführung")
    welfare.goto(place)
    expect(welfare.get_by_role("heading", name="Seite nicht gefunden")).to_be_visible()

    # the planner closes, decides, takes a wording over with one click
    step(planner, report, "schliessen")
    planner.goto(f"{report}anmerkungen/?zeigen=offen")
    looked_at(planner)
    mine = planner.locator(".wp-remarks__item", has_text="Bitte kürzer.")
    mine.get_by_role("button", name="Text übernehmen").click()
    expect(planner.get_by_text("als neue Fassung übernommen")).to_be_visible()
    planner.goto(f"{report}anmerkungen/?zeigen=offen")
    while planner.get_by_role("link", name="Entscheiden").count():
        planner.get_by_role("link", name="Entscheiden").first.click()
        planner.get_by_label("Begründung").fill("Das bleibt dem nächsten Bericht vorbehalten.")
        looked_at(planner)
        planner.get_by_role("button", name="Ablehnen").click()
        expect(planner.get_by_text("ist entschieden.").first).to_be_visible()
        planner.goto(f"{report}anmerkungen/?zeigen=offen")
    step(planner, report, "entschieden")
    step(planner, report, "abgestimmt", Abgestimmt_durch="Steuerungsgruppe Sozialplanung")
    step(planner, report, "vorgelegt", Gremium="Sozialausschuss", Sitzung_am="2026-12-03",
         Nummer_der_Vorlage="61/2026")  # fmt: skip
    step(planner, report, "veroeffentlichen")
    expect(planner.get_by_role("heading", name="Veröffentlichte Dateien")).to_be_visible()
    looked_at(planner)
    with planner.expect_download() as download:
        planner.get_by_role("link", name=".html").click()
    download.value.save_as(tmp_path / "bericht.html")
    page = (tmp_path / "bericht.html").read_text(encoding="utf-8")
    for words in (text, "Wir unterstützen den Bericht.", "Das bleibt dem nächsten Bericht vorbehalten.",
                  "noch nicht freigegeben"):  # fmt: skip
        assert words in page, words
    assert re.search(r"sgb2_quote/05999002/", page), "the profile that was let go is there"
    after = page[page.index("Stadt Lindrath</h") :][:400]
    assert "noch nicht freigegeben" in after

    # and the town reads what became of its words
    town.goto(place)
    expect(town.get_by_role("heading", name="Veröffentlichte Dateien")).to_be_visible()
