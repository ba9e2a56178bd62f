"""What people come for, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import LONG, PHONE, LogIn
from playwright.sync_api import Page, expect


def open_delivery_due(page: Page) -> str:
    """From the start page to the form of the first file that is still owed; returns the round's address."""
    page.goto("/")
    page.locator("main a[href^='/lieferungen/']").first.click()
    page.wait_for_url("**/lieferungen/**")
    if not re.search(r"/lieferungen/\d+/$", page.url):
        page.locator("main a[href^='/lieferungen/']").first.click()
        page.wait_for_url(re.compile(r"/lieferungen/\d+/$"))
    return page.url


def test_a_partner_sends_a_faulty_file_understands_it_and_sends_the_template_filled(
    own_address: str, log_in: LogIn, tmp_path: Path
) -> None:
    page = log_in(own_address, "eschenlohn")
    round_url = open_delivery_due(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Vorlage herunterladen")).click()
    template = tmp_path / "vorlage.xlsx"
    download.value.save_as(template)
    page.goto(round_url + "einreichen/")
    page.locator("input[type=file]").set_input_files(template)
    page.get_by_role("button", name="Einreichen und prüfen").click()
    expect(page.get_by_text("Diese Datei wurde nicht übernommen")).to_be_visible()
    expect(page.locator("#befunde")).to_contain_text("Zeile")
    filled = tmp_path / "gefuellt.csv"
    filled.write_bytes(fill(template))
    page.goto(round_url + "einreichen/")
    page.locator("input[type=file]").set_input_files(filled)
    page.get_by_role("button", name="Einreichen und prüfen").click()
    expect(page.locator("main")).to_contain_text("Zellen gelesen")
    page.goto(round_url)
    expect(page.locator("main")).to_contain_text("noch nicht freigegeben")


def fill(template: Path) -> bytes:
    """The template with a number in every row, as CSV."""
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(str(template)).get_sheet_by_name("Daten").to_python()
    head = next(n for n, row in enumerate(rows) if "Wert" in row)
    place = rows[head].index("Wert")
    lines = [rows[head], *([*row[:place], "12", *row[place + 1 :]] for row in rows[head + 1 :] if row[0])]
    return "\n".join(";".join(cell_text(c) for c in line) for line in lines).encode()


def cell_text(cell: object) -> str:
    return f"{cell:%d.%m.%Y}" if hasattr(cell, "strftime") else str(cell)


def test_a_planner_accepts_what_waits_and_makes_a_release(own_address: str, log_in: LogIn) -> None:
    page = log_in(own_address, "sozialplanung")
    page.locator("main a[href^='/lieferungen/datei/']").first.click()
    page.get_by_role("link", name="Annehmen …").click()
    expect(page.get_by_role("heading", name="Was sich ändert")).to_be_visible()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/lieferungen/datei/\d+/$"))
    expect(page.locator("main")).to_contain_text("angenommen")
    page.goto("/datenstaende/bilden/")
    page.locator("main input[type=text]").first.fill("Datenstand der Probe")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("Datenstand der Probe")
    # A job makes it; the page follows it and opens the release.
    page.wait_for_url(re.compile(r"/datenstaende/\d+/$"), timeout=LONG)
    page.goto("/karte/sgb2_quote/")
    expect(page.locator("main")).to_contain_text("Datenstand der Probe")


def test_a_sector_planner_goes_from_the_map_to_a_profile_and_the_method(address: str, log_in: LogIn) -> None:
    page = log_in(address, "jugendhilfe")
    page.goto("/karte/sgb2_quote/")
    expect(page.locator("main svg [data-key]")).to_have_count(80)
    key = page.locator("main svg [data-key]").first.get_attribute("data-key")
    page.goto(f"/gebiete/{key}/")
    expect(page.locator("main svg").first).to_be_visible()
    page.goto("/methoden/sgb2_quote/")
    expect(page.locator("main")).to_contain_text("sgb2_personen")


def test_a_partner_is_told_why_other_partners_deliveries_are_closed_to_it(
    address: str, log_in: LogIn
) -> None:
    other = log_in(address, "sozialplanung")
    other.goto("/lieferungen/?zustand=accepted")
    foreign = other.locator("main tbody a[href^='/lieferungen/']").first.get_attribute("href")
    page = log_in(address, "wv-auenburg")
    answer = page.goto(str(foreign))
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main")).to_have_text(re.compile(".{80}", re.S))


def test_the_map_is_walked_with_the_keyboard_alone(address: str, log_in: LogIn) -> None:
    page = log_in(address, "jugendhilfe")
    page.goto("/karte/sgb2_quote/")
    page.locator("main svg a").first.focus()
    first = page.evaluate(
        "document.activeElement.dataset.key || document.activeElement.closest('[data-key]')?.dataset.key"
    )
    page.keyboard.press("Tab")
    second = page.evaluate(
        "document.activeElement.dataset.key || document.activeElement.closest('[data-key]')?.dataset.key"
    )
    assert first
    assert second
    assert first != second
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/gebiete/.*{second}"))


def test_everything_that_matters_works_without_javascript(own_address: str, log_in: LogIn) -> None:
    page = log_in(own_address, "sozialplanung", javascript=False, size=PHONE)
    page.goto("/karte/sgb2_quote/")
    page.locator("select[name=klassen]").select_option(index=1)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("klassen="))
    expect(page.locator("main svg [data-key]")).to_have_count(80)
    page.goto("/")
    page.locator("main a[href^='/lieferungen/datei/']").first.click()
    page.get_by_role("link", name="Zurückgeben …").click()
    page.locator("main textarea").fill("Bitte die Stichtage prüfen.")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Bitte die Stichtage prüfen.")


def test_a_forged_address_is_answered_in_words(address: str, log_in: LogIn) -> None:
    page = log_in(address, "jugendhilfe")
    for path in (
        "/karte/gibt-es-nicht/",
        "/gebiete/000/",
        "/sozialindex/nichts/",
        "/methoden/nichts/",
        "/unsinn/",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path
        expect(page.locator("main h1")).to_be_visible()
    for path in (
        "/karte/sgb2_quote/?datum=abc&anzahl=-3&grenzen=x;;&ebene=mond",
        "/gebiete/?q=%27%22%3Cscript%3E",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in {200, 400, 404}, path
