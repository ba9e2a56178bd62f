"""A planner's way through the monitoring pages in a real browser, on a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, LogIn
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ALTDORF = "0599900101"


def sound(page: Page) -> None:
    """No accessibility violation, nothing wider than the screen."""
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{page.url}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_planner_goes_from_the_map_to_the_index_with_one_selection(
    address: str, log_in: LogIn, size: dict[str, int]
) -> None:
    page = log_in(address, "sozialplanung", size=size)
    page.goto("/karte/sgb2_quote/")
    newest = int(page.locator("[aria-current=true].wp-years__now").inner_text())
    step_through_years(page, newest)
    page.get_by_label("Werte", exact=True).select_option("geglaettet")
    expect(page.get_by_text("Geglättete Werte.")).to_be_visible()
    page.locator("[data-map] a").first.focus()
    expect(page.locator("[data-map-panel]")).to_contain_text("Unsicherheitsbereich")
    sound(page)
    page.locator("#dazu").select_option(ALTDORF)
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.locator("tr.wp-selected")).to_have_count(1)
    follow_the_selection(page)


def step_through_years(page: Page, newest: int) -> None:
    """Back by the link, forth by the arrow key on the slider: the legend stays the same."""
    classes = page.locator(".wp-legend li > span:nth-child(2)")
    legend = classes.all_inner_texts()
    page.locator("#jahr-zurueck").click()
    expect(page.locator(".wp-years__now")).to_have_text(str(newest - 1))
    for n, words in enumerate(legend[:5]):
        expect(classes.nth(n)).to_have_text(words)
    slider = page.get_by_role("slider", name="Jahr")
    expect(slider).to_have_value(str(newest - 1))  # a moment after the rest: htmx takes attributes over last
    slider.press("ArrowRight")
    expect(page.locator(".wp-years__now")).to_have_text(str(newest))


def navigation(page: Page, name: str) -> str:
    """Address of an entry of the main navigation, which keeps the selection."""
    return page.locator("nav[aria-label=Hauptnavigation] a", has_text=name).get_attribute("href") or ""


def follow_the_selection(page: Page) -> None:
    """Profile, comparison, warning, space, types, index: the area is marked on each."""
    page.locator("tr.wp-selected a").click()
    expect(page.get_by_role("heading", name="Lage, Richtung und mehrere Jahre")).to_be_visible()
    name = page.locator("h1").inner_text()
    sound(page)
    page.goto(navigation(page, "Auswertungen"))
    page.get_by_role("link", name="Gebiete vergleichen").click()
    expect(page.locator(".wp-chip")).to_contain_text(name)
    places = page.locator("tr.wp-sub", has_text="mögliche Plätze").first
    expect(places).to_contain_text(re.compile(r"Platz \d"))
    sound(page)
    for title, mark in (
        ("Frühwarnung", ".wp-chip"), ("Verteilung", ".wp-chip"), ("Räumliches Muster", "tr.wp-selected"),
        ("Typen von Gebieten", "tr.wp-selected"),
    ):  # fmt: skip
        page.goto(f"/auswertungen/?auswahl={ALTDORF}")
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.locator(mark, has_text=name).first).to_be_visible()
    sound(page)
    page.goto(navigation(page, "Sozialindex"))
    page.locator("main a[href*='/sozialindex/soziallage/']").first.click()
    expect(page.locator("tr.wp-selected")).to_contain_text(name)
    sound(page)


def test_the_years_can_be_walked_without_script(address: str, log_in: LogIn) -> None:
    page = log_in(address, "sozialplanung", javascript=False)
    page.goto("/karte/sgb2_quote/")
    newest = int(page.locator(".wp-years__now").inner_text())
    page.get_by_role("slider", name="Jahr").press("ArrowLeft")
    page.get_by_role("button", name="Jahr zeigen").click()
    expect(page.locator(".wp-years__now")).to_have_text(str(newest - 1))
    page.get_by_text("Alle Jahre", exact=True).click()
    page.get_by_role("link", name=str(newest - 3), exact=True).click()
    expect(page.locator(".wp-years__now")).to_have_text(str(newest - 3))


def test_a_finger_sees_the_figure_first_and_opens_the_profile_with_the_second_tap(
    address: str, browser, log_in: LogIn
) -> None:
    state = log_in(address, "sozialplanung").context.storage_state()
    context = browser.new_context(base_url=address, viewport=PHONE, has_touch=True, storage_state=state)
    page = context.new_page()
    page.goto("/karte/sgb2_quote/")
    area = page.locator("[data-map] a").nth(20)
    area.tap(force=True)
    expect(page.locator("[data-map-panel]")).to_contain_text("Unsicherheitsbereich")
    expect(page).to_have_url(re.compile("/karte/"))
    area.tap(force=True)
    expect(page).to_have_url(re.compile("/gebiete/"))
    context.close()
