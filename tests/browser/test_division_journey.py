"""A planner shifts a border in a real browser, with and without JavaScript; the pages are accessible."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, LogIn
from playwright.sync_api import expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
GIVER, TAKER = "0599900701", "0599900702"


def problems_of(page) -> list[str]:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{page.url}: {wide} px too wide"] if wide > 0 else []
    violations = Axe().run(page, options=RULES).response["violations"]
    return found + [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in violations]


def in_force(page) -> str:
    """Address of the division of the finest level that is in force."""
    page.goto("/verwaltung/gliederungen/")
    link = page.locator(".wp-version", has_text="in Kraft").first.locator("a").get_attribute("href")
    assert link is not None
    return link


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_divisions_are_accessible_and_fit(address: str, log_in: LogIn, size: dict[str, int]) -> None:
    page = log_in(address, "verwaltung", size=size)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    division = in_force(page)
    for path in (
        "/verwaltung/gliederungen/", division, f"{division}aendern/", f"{division}aendern/?art=teilen",
        f"{division}aendern/?art=teilen&gebiet={GIVER}", f"{division}aendern/?art=zusammenlegen",
        f"{division}strassen/", "/verwaltung/gliederungen/umsteiger/neu/",
        "/verwaltung/gliederungen/einwohner/",
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        problems += problems_of(page)
    assert problems == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_border_is_shifted_and_its_effects_are_shown_first(
    own_address: str, log_in: LogIn, javascript: bool
) -> None:
    page = log_in(own_address, "sozialplanung", javascript=javascript)
    page.goto(in_force(page))
    page.get_by_role("link", name="Gliederung ändern").click()
    page.get_by_role("link", name="Eine Grenze verschieben").click()
    page.get_by_label("Welches Gebiet gibt ein Stück ab?").select_option(GIVER)
    page.get_by_role("button", name="Weiter").click()
    page.get_by_label("Gebiet, das es aufnimmt").select_option(TAKER)
    if javascript:
        page.wait_for_load_state()  # its scripts listen
        box = page.locator(".wp-plan__area--marked").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] - 8, box["y"] + box["height"] * 0.45)
        page.mouse.click(box["x"] + box["width"] + 8, box["y"] + box["height"] * 0.5)
    else:
        page.get_by_label("Schnittlinie").fill("320329 6006737\n323260 6006559")
    page.get_by_role("button", name="Weiter: was sich ändert").click()
    page.get_by_role("heading", name="Karte vorher und nachher").wait_for()
    expect(page.get_by_text("zu Schätzungen mit einer Spanne")).to_be_visible()
    if javascript:
        assert problems_of(page) == []
    page.get_by_role("button", name="Neue Fassung übernehmen").click()
    page.get_by_text("gilt ab 01.01.").first.wait_for()
    page.locator("main a[href*='/umsteiger/']").first.click()
    page.get_by_role("heading", name="Geteilte Gebiete").wait_for()
    if javascript:
        assert problems_of(page) == []
