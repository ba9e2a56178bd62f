"""A clerk who has never seen the product: what is due, template, five mistakes, mended, profile back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import python_calamine
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, LONG, PHONE, LogIn
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
Rows = list[list[str]]
LARGE = 9 * 1024 * 1024


def what_is_due(page: Page) -> str:
    """From the start page to the round that is owed; its address."""
    page.goto("/")
    page.locator("main tbody a[href^='/lieferungen/']").first.click()
    page.get_by_role("link", name="Vorlage herunterladen (XLSX)").wait_for()
    return page.url


def template_rows(page: Page, folder: Path) -> Rows:
    """The template as a spreadsheet shows it: the sheet to fill in, as text."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Vorlage herunterladen (XLSX)").click()
    path = folder / "vorlage.xlsx"
    download.value.save_as(path)
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Daten")
    return [[as_text(cell) for cell in row] for row in sheet.to_python()]


def as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return f"{cell:%d.%m.%Y}" if hasattr(cell, "strftime") else str(cell)


def filled(rows: Rows) -> Rows:
    """The template filled in: last year's values once more, moved a little."""
    head = rows[0]
    value, former = head.index("Wert"), head.index("Zuletzt geliefert")
    found = [head]
    for row in rows[1:]:
        last = row[former].replace(".", "")
        new = str(int(last) + 1) if last.isdecimal() else row[former].replace(".", ",") or "-"
        found.append([*row[:value], new, *row[value + 1 :]])
    return found


def with_mistakes(rows: Rows) -> Rows:
    """Wrong key, missing cell, text in a number, last year's date, an unknown sign."""
    head, found = rows[0], [list(row) for row in rows]
    value, area, day = head.index("Wert"), head.index("Gebiet"), head.index("Stichtag")
    found[1][area] = found[1][area][:-2] + "77"
    found[2][value] = ""
    found[3][value] = "ca. 40"
    found[4][day] = re.sub(r"\d{4}$", lambda y: str(int(y[0]) - 1), found[4][day])
    found[5][value] = "?"
    return found


def save(rows: Rows, path: Path) -> Path:
    path.write_bytes("\r\n".join(";".join(row) for row in rows).encode("cp1252"))
    return path


def send(page: Page, round_url: str, path: Path) -> None:
    page.goto(f"{round_url}einreichen/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Einreichen und prüfen").click()
    page.wait_for_url("**/lieferungen/datei/**")


def explain_everything(page: Page) -> None:
    """A word to each kind of warning, in place."""
    expect(page.locator("form.wp-say:visible").first).to_be_visible()
    page.wait_for_load_state()  # its scripts listen
    for _ in range(20):
        forms = page.locator("form.wp-say:visible")
        if not forms.count():
            return
        first = forms.first
        group = first.locator("xpath=ancestor::details[contains(@class,'wp-findings__group')]")
        name = group.get_attribute("id")
        first.locator("textarea").fill("Mit dem Fachverfahren verglichen, der Wert stimmt.")
        first.get_by_role("button").click()
        expect(page.locator(f"#{name} .wp-findings__state")).to_contain_text("erläutert")
    raise AssertionError("still something to explain")


def test_a_clerk_finds_what_is_due_mends_five_mistakes_releases_and_gets_the_profile_back(
    own_address: str, log_in: LogIn, tmp_path: Path
) -> None:
    page = log_in(own_address, "eschenlohn")
    round_url = what_is_due(page)
    rows = filled(template_rows(page, tmp_path))
    send(page, round_url, save(with_mistakes(rows), tmp_path / "mit_fehlern.csv"))
    expect(page.get_by_role("heading", name="Diese Datei wurde nicht übernommen")).to_be_visible()
    findings = page.locator("#befunde")
    for words in (
        "Unbekanntes Gebiet", "Der Wert fehlt", "Text statt einer Zahl", "Falscher Stichtag",
        "Unbekanntes Zeichen", "Zeile 2", "Zeile 5", "ca. 40",
    ):  # fmt: skip
        expect(findings).to_contain_text(words)
    with page.expect_download() as download:
        page.get_by_role("link", name="Datei mit markierten Zellen").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="Berichtigte Datei einreichen").click()
    page.wait_for_url("**/einreichen/**")
    send(page, round_url, save(rows, tmp_path / "berichtigt.csv"))
    expect(page.locator("main")).to_contain_text("Zellen gelesen")
    page.wait_for_load_state()
    if page.get_by_role("link", name="Erklären").count():
        page.get_by_role("link", name="Erklären").click()
        explain_everything(page)
    page.get_by_role("link", name="Freigeben …").click()
    expect(page.get_by_role("heading", name="Was sich ändert")).to_be_visible()
    page.get_by_role("button", name="Freigeben").click()
    expect(page.get_by_role("heading", name="Freigegeben, die Sozialplanung ist am Zug")).to_be_visible()
    page.get_by_role("link", name="Rückmeldung zu Ihren Gebieten").click()
    expect(page.get_by_role("heading", name="Rückmeldung zu Ihrer Lieferung")).to_be_visible()
    # The worker proves the profile's protection; the page fills itself, without being loaded again.
    expect(page.get_by_role("heading", name="Ihre Gebiete: ")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("link", name="Profil (PDF)")).to_be_visible()


def test_values_are_typed_with_the_keyboard_pasted_from_excel_and_kept(
    own_address: str, log_in: LogIn
) -> None:
    page = log_in(own_address, "eschenlohn")
    round_url = what_is_due(page)
    page.get_by_role("link", name="Werte eingeben").click()
    fields = page.locator("input.wp-grid__input")
    expect(fields.last).to_be_visible()
    page.wait_for_load_state()
    count = fields.count()
    fields.first.click()
    paste(page, "\t".join(["12"] * (count - 1) + ["viele"]))
    expect(page.locator("#eingabe-stand")).to_contain_text(", gesichert")
    expect(page.locator(".wp-grid__problem:not(:empty)")).to_contain_text("weder Zahl noch Zeichen")
    page.goto(round_url)
    page.get_by_role("link", name="Werte eingeben").click()
    expect(fields.first).to_have_value("12")
    page.wait_for_load_state()  # its scripts listen
    fields.first.press("End")
    page.keyboard.press("ArrowRight")
    expect(fields.nth(1)).to_be_focused()
    fields.last.fill("")
    page.get_by_role("button", name="Einreichen und prüfen").click()
    expect(page.locator("#fehler")).to_contain_text("noch nicht ausgefüllt")
    fields.last.fill("x")
    page.get_by_role("button", name="Einreichen und prüfen").click()
    page.wait_for_url("**/lieferungen/datei/**")
    expect(page.locator("main")).to_contain_text("Ihre Eingaben sind eingegangen und geprüft.")


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData('text', text);
            const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(paste);
        }""",
        text,
    )


def test_an_interrupted_upload_goes_on_where_it_stopped(
    own_address: str, log_in: LogIn, tmp_path: Path
) -> None:
    page = log_in(own_address, "eschenlohn")
    round_url = what_is_due(page)
    big = tmp_path / "gross.csv"
    line = "wohnungen;05999003;Eschenlohn;31.12.2025;1;Bemerkung ohne Bedeutung\r\n"
    big.write_text("Merkmal;Gebiet;Gebietsname;Stichtag;Wert;Bemerkung\r\n" + line * (LARGE // len(line)))
    sent: list[int] = []

    def count_and_cut(route) -> None:
        sent.append(int(route.request.url.split("ab=")[1]))
        if len(sent) == 4:
            route.abort()
        else:
            route.continue_()

    page.route("**/uebertragung/*/?ab=*", count_and_cut)
    page.goto(f"{round_url}einreichen/")
    page.locator("input[type=file]").set_input_files(big)
    page.get_by_role("button", name="Einreichen und prüfen").click()
    page.wait_for_url("**/lieferungen/datei/**", timeout=LONG)
    assert sent.count(sent[3]) == 2
    assert sorted(set(sent)) == sent[:4] + sent[5:]
    expect(page.locator("main")).to_contain_text("gross.csv")


def test_the_way_of_a_file_works_without_javascript_on_a_phone(
    own_address: str, log_in: LogIn, tmp_path: Path
) -> None:
    page = log_in(own_address, "eschenlohn", javascript=False, size=PHONE)
    round_url = what_is_due(page)
    rows = filled(template_rows(page, tmp_path))
    send(page, round_url, save(with_mistakes(rows), tmp_path / "fehler.csv"))
    expect(page.get_by_role("heading", name="Diese Datei wurde nicht übernommen")).to_be_visible()
    send(page, round_url, save(rows[:-1], tmp_path / "luecke.csv"))
    page.get_by_role("link", name="Erklären").click()
    page.locator("form.wp-say textarea").first.fill("Wird nachgereicht.")
    page.locator("form.wp-say button").first.click()
    expect(page.locator("#befunde")).to_contain_text("Wird nachgereicht.")


def deliveries_of(page: Page) -> list[str]:
    """The pages of the first delivery of a round that is still in work."""
    page.goto("/lieferungen/?jahr=2025")
    found: list[str] = []
    for round_page in [str(a.get_attribute("href")) for a in page.locator("main tbody a").all()]:
        page.goto(round_page)
        found += [str(a.get_attribute("href")) for a in page.locator("main tbody a[href*='/datei/']").all()]
    return found[:6]


PAGES: dict[str, Callable[[Page], list[str]]] = {
    "eschenlohn": lambda page: [
        "/lieferungen/einreichen/",
        *(what_is_due(page) + p for p in ("", "einreichen/", "eingabe/")),
    ],
    "sozialplanung": lambda _: ["/lieferungen/regeln/", "/lieferungen/regeln/neu/"],
    "hammerfurt": deliveries_of,
    "sw-nordkreis": deliveries_of,
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", PAGES)
def test_the_portal_is_accessible_and_fits(
    address: str, log_in: LogIn, username: str, size: dict[str, int]
) -> None:
    page = log_in(address, username, size=size)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    for path in PAGES[username](page):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            problems.append(f"{path}: {wide} px too wide")
        found = Axe().run(page, options=RULES)
        problems += [f"{path}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    assert problems == []
