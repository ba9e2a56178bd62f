"""Files of all kinds: what is opened, and what is said where it is not."""

from __future__ import annotations

import io
import zipfile

import pytest

from wohnplatz.intake import archive, isolated, sheets
from wohnplatz.intake.archive import inspect_xlsx
from wohnplatz.intake.delimited import decode, delimiter_of
from wohnplatz.intake.filetypes import OLE_MAGIC
from wohnplatz.intake.findings import UnreadableFileError
from wohnplatz.intake.limits import Limits

HEAD = "Merkmal;Gebiet;Gebietsname;Stichtag;Geschlecht;Wert\r\n"
TABLE = HEAD + "einwohner;06999001;Köln-Süd;31.12.2025;männlich;5\r\n"
ROWS = [["Merkmal", "Gebiet", "Stichtag", "Wert"], ["haushalte", "06999001", "31.12.2025", 5]]


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """The start of a compound file whose directory names the streams."""
    return OLE_MAGIC + bytes(504) + b"".join(map(entry, streams)) + bytes(512)


def entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return encoded.ljust(64, b"\0") + len(encoded).to_bytes(2, "little") + b"\2" + bytes(61)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_text_files_are_read_in_every_usual_encoding(desk, encoding):
    result = desk.read(TABLE.encode(encoding))
    assert result.ok
    assert result.observations[0].breakdown == {"geschlecht": "m"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_delimiter_and_line_ends_are_found_out(desk, delimiter, newline):
    data = TABLE.replace(";", delimiter).replace("\r\n", newline).encode()
    assert desk.read(data, "lieferung.txt").ok


def test_decimal_commas_do_not_pass_for_delimiters():
    lines = ["a;b", *[f"{i},5;{i},7" for i in range(30)]]
    assert delimiter_of("\n".join(lines)) == ";"


def test_quoted_cells_may_hold_delimiters_and_line_ends(desk):
    row = 'einwohner;06999001;"Köln; ""Süd""\r\nund Nord";31.12.2025;;5'
    result = desk.lines(row, "einwohner;06999002;;31.12.2025;;6")
    assert result.ok
    assert [o.row for o in result.observations] == [2, 3]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "empty_file"),
        (b"\xef\xbb\xbf", "a.csv", "empty_file"),
        (b"  \r\n \r\n", "a.csv", "empty_file"),
        (b"%PDF-1.7 ...", "a.xlsx", "wrong_type"),
        (b"%PDF-1.7 ...", "a.csv", "wrong_type"),
        (b"%PDF-1.7 ...", "a.pdf", "unsupported_type"),
        (TABLE.encode(), "a.xlsx", "wrong_type"),
        (TABLE.encode(), "ohne_endung", "unsupported_type"),
        (b"<html><table><tr><td>1</td></tr></table>", "a.xls", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv", "wrong_type"),
        (bytes(range(256)), "a.csv", "wrong_type"),
        (b"Merkmal;Wert\r\n\x81\x8d;1", "a.csv", "encoding"),
        (b'Merkmal;Gebiet;Stichtag;Wert\r\na;"b;c;d\r\ne;f;g;h', "a.csv", "broken_quote"),
        (ole("WordDocument"), "a.xlsx", "wrong_type"),
        (ole("WordDocument"), "a.xls", "wrong_type"),
        (ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx", "encrypted"),
        (ole("Workbook"), "a.xls", "broken_file"),
        (ole("Unbekannt"), "a.xls", "wrong_type"),
        (packed({"word/document.xml": b"<w/>"}), "a.xlsx", "wrong_type"),
        (packed({"xl/workbook.bin": b"x"}), "a.xlsx", "wrong_type"),
        (packed({"liesmich.txt": b"x"}), "a.xlsx", "wrong_type"),
        (packed({"xl/workbook.xml": b"<workbook"}), "a.xlsx", "broken_file"),
        (b"PK\x03\x04 abgeschnitten", "a.xlsx", "broken_file"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), "a.ods", "wrong_type"),
    ],
)
def test_what_cannot_be_read_is_one_error_that_says_why(desk, only_error, data, name, code):
    result = desk.read(data, name)
    assert only_error(result).code == f"intake.{code}"
    assert (result.observations, result.reader) == ((), "")


def test_a_file_of_another_kind_is_named_as_what_it_is(desk, only_error):
    assert "ein PDF-Dokument" in only_error(desk.read(b"%PDF-1.7", "a.xlsx")).message
    assert "ein Word-Dokument im alten Format" in only_error(desk.read(ole("WordDocument"), "a.xlsx")).message


def test_a_truncated_workbook_is_broken(desk, only_error, workbook):
    data = workbook(ROWS)
    assert only_error(desk.read(data[: len(data) // 2], "a.xlsx")).code == "intake.broken_file"


def test_a_workbook_without_anything_is_empty(desk, only_error, workbook):
    found = only_error(desk.read(workbook([], other="Leer"), "a.xlsx"))
    assert found.code in {"intake.no_header", "intake.no_table"}  # it holds one line of text, and no table


def test_an_open_document_table_is_read(desk):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    assert desk.read(ods(cells), "a.ods").observations[0].value == 5


TEXT_ROW = (
    "<table:table-row>"
    + '<table:table-cell office:value-type="string"><text:p>ein längerer Text</text:p></table:table-cell>'
    * 20
    + "</table:table-row>"
)


def ods(rows: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Daten">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.'
        'spreadsheet"/></manifest:manifest>'
    )
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def repacked(data: bytes, part: str, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive_:
        parts = {name: archive_.read(name) for name in archive_.namelist()}
    parts[part] = change(parts[part])
    return packed(parts)


def test_a_cell_far_out_does_not_ask_for_all_memory(desk, only_error, workbook):
    data = repacked(
        workbook(ROWS), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b'r="D2"', b'r="XFD1048576"')
    )
    found = only_error(desk.read(data, "a.xlsx"))
    assert found.code == "intake.too_large"
    assert "Zellen" in found.message


def test_empty_formatted_cells_far_out_are_harmless(desk, workbook):
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    data = repacked(workbook(ROWS), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", far))
    assert desk.read(data, "a.xlsx").ok


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(desk, only_error, workbook):
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    data = packed({**parts, "xl/worksheets/sheet9.xml": bytes(30_000_000)})
    assert len(data) < 100_000
    assert only_error(desk.read(data, "a.xlsx")).code == "intake.too_large"


def test_a_long_text_shared_by_many_cells_is_refused(monkeypatch, workbook):
    monkeypatch.setattr(archive, "MAX_TEXT", 1000)
    with pytest.raises(UnreadableFileError, match="too_large"):
        inspect_xlsx(workbook([["x" * 200] * 10]))


def test_a_sheet_that_hides_from_the_checks_is_broken(workbook):
    data = repacked(workbook(ROWS), "xl/worksheets/sheet2.xml", lambda xml: xml.decode().encode("utf-16"))
    with pytest.raises(UnreadableFileError, match="broken_file"):
        inspect_xlsx(data)


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="9999999"><text:p>x</text:p></table:table-cell></table:table-row>',
        '<table:table-row table:number-rows-repeated="1000000000">'
        '<table:table-cell office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row>",
    ],
)
def test_an_open_document_table_that_asks_for_all_memory_ends_in_a_finding(desk, only_error, rows):
    assert only_error(desk.read(ods(rows), "a.ods"))


def test_a_workbook_that_takes_more_memory_than_allowed_ends_its_own_process_only():
    code, found = isolated.read_sheets(ods(TEXT_ROW * 20_000), (10, 10_000_000), memory=60_000_000)
    assert code not in (0, isolated.ENCRYPTED)
    assert found == []


def test_repeated_empty_cells_of_an_open_document_table_are_harmless(desk, only_error):
    rows = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    assert only_error(desk.read(ods(rows), "a.ods")).code == "intake.empty_file"


def test_an_old_workbook_that_lasts_too_long_is_refused(desk, only_error, monkeypatch):
    monkeypatch.setattr(isolated, "SECONDS", 0.001)
    assert only_error(desk.read(ole("Workbook"), "a.xls")).code == "intake.too_large"


@pytest.mark.reference_data
def test_an_old_workbook_is_opened_with_its_rows_in_place(reference_data):
    data = (reference_data / "deliveries" / "13211-03ir.xls").read_bytes()
    tables = sheets.open_tables(data, "13211-03ir.xls")
    assert tables
    assert not tables[0].is_empty()


def test_limits_on_size_cells_and_sheets_are_named(desk, only_error, monkeypatch, workbook):
    monkeypatch.setattr(Limits, "page", Limits(sheets=1))
    assert "2 Blätter" in only_error(desk.read(workbook(ROWS), "a.xlsx")).message
    monkeypatch.setattr(Limits, "page", Limits(cells=10))
    assert only_error(desk.read(TABLE.encode())).code == "intake.too_large"
    monkeypatch.setattr(Limits, "page", Limits(size=10))
    assert only_error(desk.read(TABLE.encode())).code == "intake.too_large"


def test_a_byte_order_mark_decides_before_anything_else():
    assert decode("ä;b".encode("utf-8-sig")) == "ä;b"
    assert decode("ä;b".encode("utf-16")) == "ä;b"
