"""A planner corrects a formula in a real browser, with and without JavaScript; the pages are accessible."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, LONG, PHONE, LogIn
from playwright.sync_api import expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUOTE = "/katalog/indikator/sgb2_quote/"
REASON = "Nenner auf das Erwerbsalter berichtigt"


def problems_of(page) -> list[str]:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{page.url}: {wide} px too wide"] if wide > 0 else []
    violations = Axe().run(page, options=RULES).response["violations"]
    return found + [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in violations]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_the_catalogue_are_accessible_and_fit(
    address: str, log_in: LogIn, size: dict[str, int]
) -> None:
    page = log_in(address, "sozialplanung", size=size)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    for path in (
        "/katalog/", QUOTE, f"{QUOTE}aendern/", f"{QUOTE}fassung/1/", f"{QUOTE}ausser-kraft/",
        "/katalog/indikator/neu/", "/katalog/index/neu/", "/katalog/index/soziallage/",
        "/katalog/index/soziallage/aendern/", "/katalog/index/soziallage/ausser-kraft/", "/katalog/einlesen/",
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        problems += problems_of(page)
    page.goto(f"{QUOTE}aendern/")
    page.locator("#id_nenner").fill("einwohner[alter=0..63]")
    page.get_by_text("Die Spanne geht mitten durch eine Gruppe").first.wait_for()
    problems += problems_of(page)
    assert problems == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_planner_corrects_a_formula_and_the_next_release_tells_what_changed(
    own_address: str, log_in: LogIn, javascript: bool
) -> None:
    page = log_in(own_address, "sozialplanung", javascript=javascript)
    page.set_default_timeout(LONG)  # the effect is computed twice over all years
    page.goto("/methoden/")
    page.get_by_role("link", name="Katalog: Fassungen und Änderungen").click()
    page.get_by_role("link", name="SGB-II-Quote", exact=True).click()
    page.get_by_role("link", name="Ändern", exact=True).click()
    page.locator("#id_nenner").wait_for()
    page.wait_for_load_state()  # its scripts listen
    page.locator("#id_nenner").fill("einwohner[alter=15..64")
    if javascript:
        page.get_by_text("Zeichen 10:").wait_for()
    else:
        page.get_by_role("button", name="Formeln prüfen").click()
        page.get_by_text("Zeichen 10:").wait_for()
    page.locator("#id_nenner").fill("einwohner[alter=15..64]")
    page.get_by_label("Was ändert sich, und warum?").fill(REASON)
    page.locator("form#katalogform .wp-actions").get_by_role("button", name="Wirkung ansehen").click()
    page.get_by_role("heading", name="Wirkung der neuen Fassung").wait_for()
    expect(page.get_by_text("Noch ist nichts gespeichert.")).to_be_visible()
    effect = page.locator("#wirkung")
    expect(effect.get_by_role("link", name="Sozialindex Soziale Lage").first).to_be_visible()
    if javascript:
        assert problems_of(page) == []
    page.get_by_role("button", name="Übernehmen: Fassung 2 in Kraft setzen").click()
    page.get_by_text("Fassung 2 ist in Kraft.").wait_for()
    expect(page.get_by_text(REASON).first).to_be_visible()
    make_release(page)
    page.get_by_role("link", name="Was hat sich geändert").click()
    page.get_by_role("heading", name="Was sich am Katalog geändert hat").wait_for()
    expect(page.get_by_text("Fassung 1 → Fassung 2")).to_be_visible()
    expect(page.get_by_text(REASON)).to_be_visible()
    if javascript:
        assert problems_of(page) == []
    former_is_citable(page)


def make_release(page) -> None:
    """Make a release; its page opens."""
    page.goto("/datenstaende/bilden/")
    page.get_by_role("heading", name="Was sich am Katalog ändert").wait_for()
    page.get_by_label("Bezeichnung").fill("Berichtigter Nenner")
    page.get_by_role("button", name="Datenstand bilden").click()
    page.get_by_role("heading", name="Datenstand Berichtigter Nenner").wait_for()


def former_is_citable(page) -> None:
    """The newest release shows the new version, the one before its own, each at an address of its own."""
    page.goto(QUOTE)
    used = page.locator(".wp-history > li").last.locator("a[href*='datenstand=']").first
    used.click()
    expect(page).to_have_url(re.compile("datenstand="))
    expect(page.locator("code", has_text="einwohner[alter=0..64]").first).to_be_visible()
    page.goto("/methoden/sgb2_quote/")
    expect(page.locator("code", has_text="einwohner[alter=15..64]").first).to_be_visible()
