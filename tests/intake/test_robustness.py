"""Whatever is sent: findings, never an exception; and no state ever becomes a number."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.intake import ReadResult, Request, read_delivery
from wohnplatz.model import Catalogue

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.ods", "a.txt", "a", ".csv", "a.pdf"])
WORDS = st.sampled_from(
    [
        "Merkmal", "Gebiet", "Stichtag", "Wert", "Geschlecht", "haushalte", "einwohner", "06999001",
        "6999001", "31.12.2025", "12", "-", ".", "…", "*", "(3)", "w", "insgesamt", '"', "",
        "=1+1", "-5", "1.234,5",
    ]
)  # fmt: skip


def hold(result: ReadResult) -> None:
    """What must be true of any result."""
    assert result.ok == (not any(f.severity == "error" for f in result.findings))
    assert not result.ok or result.observations
    for observation in result.observations:
        assert (observation.value is not None) == observation.state.has_number
    for finding in result.findings:
        assert finding.code.startswith("intake.")
        assert finding.message
        assert finding.advice
        assert "{" not in finding.message.replace(finding.value, "")


@given(data=st.binary(max_size=400), name=NAMES)
@SLOW
def test_random_bytes_under_any_name_end_in_findings(data, name, request_: Request, catalogue: Catalogue):
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf"):
        hold(read_delivery(start + data, name, request_, catalogue))


@given(rows=st.lists(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8), max_size=12))
@SLOW
def test_random_tables_end_in_findings(rows, request_: Request, catalogue: Catalogue):
    text = "Merkmal;Gebiet;Stichtag;Geschlecht;Wert\n" + "\n".join(";".join(row) for row in rows)
    hold(read_delivery(text.encode("utf-8", errors="replace"), "a.csv", request_, catalogue))


ROWS = [
    ["Merkmal", "Gebiet", "Stichtag", "Geschlecht", "Wert"],
    ["einwohner", "06999001", date(2025, 12, 31), "w", 12],
    ["einwohner", 6999001, "31.12.2025", "m", "*"],
    ["haushalte", "06999002", "31.12.2025", "", "(12)"],
]


@given(changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=8))
@SLOW
def test_a_workbook_with_damaged_bytes_ends_in_findings(changes, workbook, request_, catalogue):
    data = bytearray(workbook(ROWS))
    for where, byte in changes:
        data[int(where * len(data))] = byte
    hold(read_delivery(bytes(data), "a.xlsx", request_, catalogue))


PARTS = st.sampled_from(
    [
        "xl/worksheets/sheet2.xml",
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
    ]
)


@given(
    part=PARTS,
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.binary(max_size=6)), min_size=1, max_size=6),
    cut=st.integers(0, 12),
)
@SLOW
def test_a_workbook_with_damaged_parts_ends_in_findings(part, changes, cut, workbook, desk):
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    content = bytearray(parts[part])
    for where, piece in changes:
        position = int(where * len(content))
        content[position : position + cut] = piece
    parts[part] = bytes(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, value in parts.items():
            target.writestr(name, value)
    hold(desk.read(out.getvalue(), "a.xlsx"))


@pytest.mark.reference_data
def test_files_that_partners_really_sent_end_in_findings(reference_data, request_, catalogue):
    files = [path for path in (reference_data / "deliveries").iterdir() if path.is_file()]
    assert files
    for path in files:
        result = read_delivery(path.read_bytes(), path.name, request_, catalogue)
        hold(result)
        assert not result.ok
