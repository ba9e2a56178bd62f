"""A report in the browser: written, bound to another release, read; with JavaScript and without."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
KEPT = "Object.keys(localStorage).filter(k => k.startsWith('wohnplatz-text:')).length"


def begin(page: Page, title: str) -> str:
    """A report on a single area, made from its template; its address."""
    page.goto("/berichte/")
    page.get_by_role("link", name="Neuer Bericht").click()
    page.get_by_role("link", name="Einseitiges Profil").click()
    page.get_by_label("Titel").fill(title)
    page.get_by_role("button", name="Bericht anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def new_text(page: Page, report: str) -> None:
    """A text at the end of the report, open in the editor."""
    page.goto(report)
    page.get_by_role("link", name="Block am Ende einfügen").click()
    page.get_by_role("link", name="Text", exact=True).click()
    page.get_by_role("button", name="Einfügen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Text schreiben")
    page.wait_for_load_state()  # its scripts listen


def sound(page: Page) -> None:
    """No violation of WCAG, and nothing wider than the page."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)


def test_a_text_is_written_bound_to_another_release_and_read(own_address, log_in) -> None:
    page = log_in(own_address, "sozialplanung")
    report = begin(page, "Probe mit Maus")
    new_text(page, report)
    page.get_by_label("Text", exact=True).fill("Die Quote liegt bei ")
    page.get_by_label("Indikator").select_option("sgb2_quote")
    offer = page.locator(".wp-offer", has_text=re.compile("^Wert(?! ohne)")).first
    shown = offer.locator(".wp-offer__words").inner_text()
    offer.get_by_role("button").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile(r"liegt bei \{\{ sgb2_quote"))
    expect(page.locator(".wp-printed")).to_contain_text(f"Die Quote liegt bei {shown}")
    sound(page)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Der Text ist gespeichert.")).to_be_visible()

    page.goto(report)
    sound(page)
    page.locator(".wp-head").get_by_role("link").click()
    older = page.get_by_label("Datenstand").locator("option").last.get_attribute("value")
    page.get_by_label("Datenstand").select_option(older)
    page.get_by_role("button", name="Folgen ansehen").click()
    expect(page.get_by_role("button", name="Diesen Datenstand verwenden")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Diesen Datenstand verwenden").click()
    expect(page.get_by_text("Der Bericht steht jetzt auf dem Datenstand")).to_be_visible()

    page.goto(report)
    page.get_by_role("link", name="Vorschau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Probe mit Maus")
    expect(page.get_by_text("Die Quote liegt bei")).to_be_visible()
    page.get_by_text("Die Quote liegt bei").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SGB-II-Quote")
    sound(page)


def test_two_people_write_at_once_without_javascript_on_a_phone(own_address, log_in) -> None:
    first = log_in(own_address, "sozialplanung", javascript=False, size=PHONE)
    report = begin(first, "Probe zu zweit")
    new_text(first, report)
    second = log_in(own_address, "sozialplanung", javascript=False)
    second.goto(first.url)
    first.get_by_label("Text", exact=True).fill("Anfang der Ersten.")
    first.get_by_role("button", name="Speichern").click()
    expect(first.get_by_text("Der Text ist gespeichert.")).to_be_visible()
    second.get_by_label("Text", exact=True).fill("Anfang der Zweiten.")
    second.get_by_role("button", name="Speichern").click()
    expect(second.get_by_role("heading", name="Gespeicherte Fassung")).to_be_visible()
    expect(second.get_by_text("Anfang der Ersten.").first).to_be_visible()
    expect(second.get_by_label("Text", exact=True)).to_have_value("Anfang der Zweiten.")
    second.get_by_label("Text", exact=True).fill("Anfang der Ersten. Anfang der Zweiten.")
    second.get_by_role("button", name="Zusammengeführt speichern").click()
    expect(second.get_by_text("Der Text ist gespeichert.")).to_be_visible()
    second.get_by_role("link", name="Verlauf").click()
    expect(second.get_by_text("Fassung 3", exact=True)).to_be_visible()
    first.goto(f"{first.url}")
    expect(first.get_by_label("Text", exact=True)).to_have_value("Anfang der Ersten. Anfang der Zweiten.")
    first.get_by_label("Indikator").select_option("sgb2_quote")
    first.get_by_role("button", name="Zeigen").click()
    first.locator(".wp-offer").first.get_by_role("button").click()
    expect(first.get_by_label("Text", exact=True)).to_have_value(re.compile("sgb2_quote"))


def test_a_text_outlives_a_closed_browser_and_meets_what_others_stored(own_address, log_in) -> None:
    page = log_in(own_address, "sozialplanung")
    new_text(page, begin(page, "Probe mit Abbruch"))
    editor, field = page.url, page.get_by_label("Text", exact=True)
    field.fill("Halb geschrieben und nicht gespeichert")
    for _ in range(600):
        if page.evaluate(KEPT):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the text is not kept on the device")
    context = page.context
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto(editor)
    offer, field = page.locator("[data-kept]"), page.get_by_label("Text", exact=True)
    expect(offer).to_contain_text("der nicht gespeichert wurde")
    expect(field).to_have_value("")
    sound(page)
    other = log_in(own_address, "sozialplanung")
    other.goto(editor)
    expect(other.locator("[data-kept]")).to_be_hidden()
    other.get_by_label("Text", exact=True).fill("Inzwischen gespeichert")
    other.get_by_role("button", name="Speichern").click()
    expect(other.get_by_text("Der Text ist gespeichert.")).to_be_visible()

    page.reload()
    expect(offer).to_contain_text("Seitdem hat sich hier etwas geändert")
    page.get_by_role("button", name="Wieder einsetzen").click()
    expect(field).to_have_value("Halb geschrieben und nicht gespeichert")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("region", name="Gespeicherte Fassung")).to_have_text("Inzwischen gespeichert")
    field.fill("Beides zusammen")
    page.get_by_role("button", name="Zusammengeführt speichern").click()
    expect(page.get_by_text("Der Text ist gespeichert.")).to_be_visible()
    page.wait_for_load_state()  # its scripts have run
    expect(offer).to_be_hidden()
    assert page.evaluate(KEPT) == 0
