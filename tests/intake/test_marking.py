"""The partner's own file with its findings: marked at the right cell, listed in full, and safe to open."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from wohnplatz.intake import marking, write_marked
from wohnplatz.intake.marking import COLOURS, HEADER, NOTE
from wohnplatz.model import Finding, Severity

ERROR, WARNING, REMARK = Severity.ERROR, Severity.WARNING, Severity.NOTE
ROWS = [
    ["Merkmal", "Gebiet", "Stichtag", "Wert"],
    ["haushalte", "06999001", date(2025, 12, 31), 5],
    ["haushalte", "06999002", date(2025, 12, 31), "=1+1"],
]
CSV = b"Merkmal;Gebiet;Wert\r\nhaushalte;06999001;1.234,5\r\nhaushalte;06999002;=1+1\r\n"


def finding(row=None, column="", severity=ERROR, sheet="Daten", message="Der Wert fehlt.", **more) -> Finding:
    return Finding(
        "intake.missing_value", severity, message, "Bitte ergänzen.", "Weil.", sheet, row, column, **more
    )


def own_file() -> bytes:
    """A workbook as a partner has it: own fonts, widths, a merged heading, a formula, a text like one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Daten"
    sheet.append(["Bevölkerung", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append(["Gebiet", "männlich", "weiblich"])
    sheet.append(["06999001", 5, "=B3*2"])
    sheet.append(["06999002", "=1+1", None])
    sheet["B4"].data_type = "s"
    sheet["A3"].font = Font(bold=True, color="FF0000")
    sheet.column_dimensions["A"].width = 33
    book.create_sheet("Notizen")["A1"] = "bleibt"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def colour(cell) -> str:
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type else ""


def formulas(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    return [xml for xml in sheets if b"<f>" in xml or b"<f " in xml]


def test_cells_are_coloured_by_severity_and_say_what_to_do():
    marked = opened(write_marked(own_file(), "a.xlsx", [finding(3, "B"), finding(4, "C", WARNING)]))
    sheet = marked["Daten"]
    assert (colour(sheet["B3"]), colour(sheet["C4"])) == (COLOURS[ERROR], COLOURS[WARNING])
    assert sheet["B3"].comment.text == "Fehler: Der Wert fehlt.\nBitte ergänzen."
    assert colour(sheet["A3"]) == ""


def test_the_form_of_the_partners_workbook_stays():
    marked = opened(write_marked(own_file(), "a.xlsx", [finding(3, "B")]))
    sheet = marked["Daten"]
    assert sheet["A3"].font.b
    assert sheet["A3"].font.color.rgb == "00FF0000"
    assert sheet.column_dimensions["A"].width == 33
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:C1"]
    assert marked["Notizen"]["A1"].value == "bleibt"


def test_a_heading_leads_to_its_column_and_a_path_of_headings_to_the_right_one(workbook):
    rows = [
        ["", "Kinder", "", "Erwachsene", ""],
        ["Gebiet", "m", "w", "m", "w"],
        ["06999001", 1, 2, 3, 4],
    ]
    found = [finding(3, "Erwachsene › m"), finding(3, "Kinder › w", WARNING), finding(3, "gebiet", REMARK)]
    sheet = opened(write_marked(workbook(rows), "a.xlsx", found))["Daten"]
    colours = {cell.coordinate: colour(cell) for cell in sheet[3] if colour(cell)}
    assert colours == {"A3": COLOURS[REMARK], "C3": COLOURS[WARNING], "D3": COLOURS[ERROR]}


def test_a_finding_on_a_merged_cell_marks_the_cell_that_is_seen():
    sheet = opened(write_marked(own_file(), "a.xlsx", [finding(1, "C")]))["Daten"]
    assert colour(sheet["A1"]) == COLOURS[ERROR]


def test_a_finding_of_a_column_marks_its_heading_and_one_of_a_row_its_first_cell(workbook):
    found = [finding(None, "Wert"), finding(2), finding(99, "Wert"), finding(2, "gibt es nicht")]
    sheet = opened(write_marked(workbook(ROWS), "a.xlsx", found))["Daten"]
    assert [c.coordinate for row in sheet for c in row if colour(c)] == ["D1", "A2"]


def test_several_findings_of_a_cell_share_it_and_the_worst_gives_the_colour(workbook):
    found = [finding(2, "Wert", REMARK, message="Erstens."), finding(2, "Wert", WARNING, message="Zweitens.")]
    cell = opened(write_marked(workbook(ROWS), "a.xlsx", found))["Daten"]["D2"]
    assert colour(cell) == COLOURS[WARNING]
    assert "Erstens." in cell.comment.text
    assert "Zweitens." in cell.comment.text


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_the_list_holds_every_finding_also_those_without_a_place(workbook, name):
    data = workbook(ROWS) if name == "a.xlsx" else CSV
    sheet = "Daten" if name == "a.xlsx" else ""
    found = [finding(2, "Wert", sheet=sheet, value="=x"), finding(sheet="", message="Es fehlen Gebiete.")]
    listed = [[c.value for c in row] for row in opened(write_marked(data, name, found))["Prüfbefunde"].rows]
    assert listed[0][0].startswith(NOTE)
    assert tuple(listed[2]) == HEADER
    assert listed[3] == [
        "Fehler", sheet or None, 2, "Wert", "=x", "Der Wert fehlt.", "Weil.", "Bitte ergänzen.",
        "intake.missing_value",
    ]  # fmt: skip
    assert listed[4][5] == "Es fehlen Gebiete."
    assert len(listed) == 5


def test_the_list_leads_to_the_cell(workbook):
    marked = opened(write_marked(workbook(ROWS), "a.xlsx", [finding(3, "Wert")]))
    assert marked["Prüfbefunde"]["C4"].hyperlink.location == "'Daten'!D3"
    assert marked.active.title == "Prüfbefunde"


@pytest.mark.parametrize("keeps", [True, False])
def test_nothing_in_the_copy_runs(monkeypatch, keeps):
    monkeypatch.setattr(marking, "KEEPS_FORM_BYTES", 5_000_000 if keeps else 0)
    attack = '=HYPERLINK("http://x","y")'
    marked = write_marked(own_file(), "a.xlsx", [finding(4, "B", value=attack, message=attack)])
    assert formulas(marked) == []
    assert opened(marked)["Daten"]["B4"].value == "=1+1"
    assert opened(marked)["Daten"]["B4"].data_type == "s"


def test_formulas_stand_as_their_last_values():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Daten").write_formula("A1", "=6*7", None, 42)
    book.define_name("Ruf", "=cmd|'/c calc'!A0")
    book.close()
    marked = write_marked(out.getvalue(), "a.xlsx", [])
    assert formulas(marked) == []
    assert opened(marked)["Daten"]["A1"].value == 42
    assert "Ruf" not in opened(marked).defined_names


def test_a_text_table_is_written_as_it_stood_with_its_marks():
    sheet = opened(write_marked(CSV, "a.csv", [finding(2, "Wert", sheet="")]))["Lieferung"]
    assert [[c.value for c in row] for row in sheet.rows] == [
        ["Merkmal", "Gebiet", "Wert"],
        ["haushalte", "06999001", "1.234,5"],
        ["haushalte", "06999002", "=1+1"],
    ]
    assert colour(sheet["C2"]) == COLOURS[ERROR]
    assert "Der Wert fehlt." in sheet["C2"].comment.text


def test_a_workbook_written_anew_keeps_values_of_every_kind_at_their_place(monkeypatch):
    monkeypatch.setattr(marking, "KEEPS_FORM_BYTES", 0)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "dd.mm.yyyy hh:mm"})
    sheet = book.add_worksheet("Daten")
    values = [1.5, True, "x", date(2025, 3, 1), datetime(2025, 3, 1, 8, 30)]
    for column, value in enumerate(values):
        sheet.write(3, column + 1, value)
    book.close()
    written = opened(write_marked(out.getvalue(), "a.xlsx", [finding(4, "G")]))["Daten"]
    assert [c.value for c in written[4]] == [
        None, 1.5, "ja", "x", datetime(2025, 3, 1), "01.03.2025 08:30:00", None,
    ]  # fmt: skip
    assert colour(written["G4"]) == COLOURS[ERROR]


def test_of_a_large_table_the_head_and_the_rows_with_findings_are_shown(monkeypatch):
    monkeypatch.setattr(marking, "WHOLE_CELLS", 100)
    data = "\r\n".join(["a;b", *(f"{i};{i}" for i in range(2, 1000))]).encode()
    marked = opened(write_marked(data, "a.csv", [finding(900, "b", sheet="")]))
    sheet = marked["Lieferung"]
    assert sheet["A900"].value == "900"
    assert sheet["A60"].value == "60"
    assert sheet["A61"].value is None
    assert "großen Tabellen" in marked["Prüfbefunde"]["A1"].value


def test_a_file_that_cannot_be_opened_gives_the_list_alone():
    marked = opened(write_marked(b"%PDF", "a.xlsx", [finding(sheet="", message="Die Datei ist kaputt.")]))
    assert marked.sheetnames == ["Prüfbefunde"]


def test_a_corrected_copy_is_read_again_and_loses_its_former_marks(desk, workbook):
    first = write_marked(workbook(ROWS), "a.xlsx", [finding(2, "Wert")])
    result = desk.read(first, "a.xlsx")
    assert not [f for f in result.findings if f.sheet == "Prüfbefunde"]
    again = opened(write_marked(first, "a.xlsx", [finding(3, "Wert")]))
    assert again.sheetnames.count("Prüfbefunde") == 1
    assert [c.coordinate for row in again["Daten"] for c in row if colour(c)] == ["D3"]
    assert again["Daten"]["D2"].comment is None


def test_the_real_findings_of_a_template_stand_on_the_cells_they_speak_of(desk, workbook):
    day = date(2025, 12, 31)
    rows = [*ROWS[:1], ["haushalte", "06999003", day, 5], ["haushalte", "06999001", day, "zwölf"]]
    data = workbook(rows)
    sheet = opened(write_marked(data, "a.xlsx", desk.read(data, "a.xlsx").findings))["Daten"]
    assert [c.coordinate for row in sheet for c in row if colour(c)] == ["B2", "D3"]


def test_a_workbook_the_library_cannot_take_is_written_anew(monkeypatch, workbook):
    def fail(*_, **__):
        raise KeyError("styles")

    monkeypatch.setattr(marking, "load_workbook", fail)
    marked = opened(write_marked(workbook(ROWS), "a.xlsx", [finding(2, "Wert")]))
    assert colour(marked["Daten"]["D2"]) == COLOURS[ERROR]


TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["=1+1", "Wert", "A", "ZZZ", "Gebiet › Wert", "\x01\ud800"])
)
ANY_FINDINGS = st.lists(
    st.builds(
        Finding,
        code=TEXTS, severity=st.sampled_from(list(Severity)), message=TEXTS, advice=TEXTS, why=TEXTS,
        sheet=st.sampled_from(["", "Daten", "Hinweise", "Gibt es nicht"]),
        row=st.one_of(st.none(), st.integers(-3, 9), st.just(2_000_000)), column=TEXTS, value=TEXTS,
    ),
    max_size=6,
)  # fmt: skip


@given(found=ANY_FINDINGS, name=st.sampled_from(["a.xlsx", "a.csv", "a.xls", "a.pdf"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_found_can_be_written_and_runs_nothing(found, name, workbook):
    marked = write_marked(CSV if name == "a.csv" else workbook(ROWS), name, found)
    assert formulas(marked) == []
    assert len(list(opened(marked)["Prüfbefunde"].rows)) == 3 + len(found)
    assert all(sheet.max_column <= 16_384 for sheet in opened(marked))


@pytest.mark.reference_data
@pytest.mark.parametrize(
    "name", ["13211-03ir.xls", "BA_Kreise_WO_Zeitreihe.xlsx", "Daten_fuer_die_Stadtteilprofile_2014.xlsx"]
)
def test_files_that_partners_really_sent_can_be_marked(reference_data, name):
    data = (reference_data / "deliveries" / name).read_bytes()
    before = marking.open_tables(data, name)
    table = before[-1]
    row = max(n for n, cells in enumerate(table.rows, start=1) if any(cells))
    marked = write_marked(data, name, [finding(row, "A", sheet=table.name)])
    sheet = opened(marked)[table.name]
    assert colour(sheet.cell(row, 1)) == COLOURS[ERROR]
    after = marking.open_tables(marked, "a.xlsx")
    assert [t.name for t in after] == [*(t.name for t in before), "Prüfbefunde"]
