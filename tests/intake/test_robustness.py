"""Whatever is sent: findings, never an exception; and no state ever becomes a number."""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.intake import ReadResult, Request, read_delivery
from wohnplatz.intake.findings import Findings
from wohnplatz.intake.foreign import READY, best_ready
from wohnplatz.intake.layout import detect_layout, read_table
from wohnplatz.intake.sheets import Table, open_tables
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


def mutations():
    path = Path(__file__).with_name("mutations.py")
    spec = importlib.util.spec_from_file_location("wohnplatz_test_mutations", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TEMPLATE = [
    ["Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Geschlecht", "Wert"],
    ["haushalte", "06999001", "Altstadt", "31.12.2025", None, 12],
    ["haushalte", "06999002", "Am Bach", "31.12.2025", None, "*"],
    ["einwohner", "06999001", "Altstadt", "31.12.2025", "männlich", 20],
    ["einwohner", "06999001", "Altstadt", "31.12.2025", "weiblich", 21],
]


def content(result: ReadResult) -> list[tuple[object, ...]]:
    return [
        (o.variable, o.area, o.reference_date, o.value, o.state, str(o.breakdown))
        for o in result.observations
    ]


def test_intact_files_of_every_kind_say_the_same(desk):
    found = {name: desk.read(data, name) for name, data in mutations().intact(TEMPLATE).items()}
    assert all(result.ok for result in found.values()), found
    assert len({str(content(result)) for result in found.values()}) == 1


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_broken_files_give_findings_and_never_other_figures(part, desk):
    """Either it is refused with a reason, or the damage touched nothing of what the file says."""
    tools = mutations()
    files = tools.intact(TEMPLATE) | tools.published()
    whole = {name: content(desk.read(data, name)) for name, data in files.items()}
    for file in tools.damaged(files, 100, seed=part):
        result = desk.read(file.data, file.name)
        hold(result)
        if result.ok:
            assert content(result) == whole[file.source], (file.source, file.how)
        else:
            assert any(f.severity == "error" for f in result.findings), (file.source, file.how)


CELLS = st.one_of(
    st.sampled_from(
        ["", "-", ".", "…", "–", "x", "e", "p", "12", "1.5", "1,5", "05382004", "053820004004", "60", "40",
         "2025", "31.12.2025", "2025-12-31", "202512", "MONAT13", "GEMEIN", "GEOGM1", "__________",
         "CRS3035RES100mN2689100E4337000", "1kmN3051E4091", "99999999kmN9E9", "KLAMMERN", "Insgesamt"]
    ),
    st.text(max_size=6), st.floats(), st.integers(), st.none(), st.booleans(), st.dates(), st.datetimes(),
)  # fmt: skip
TABLES = st.lists(st.lists(CELLS, max_size=14), max_size=10)


def published_heads() -> dict[str, list[list[object]]]:
    """The first rows of each published form."""
    tools = mutations()
    tables = {name: open_tables(data, name)[0] for name, data in tools.published().items()}
    heads = {name: table.rows[:1] for name, table in tables.items()}
    register = [
        ["Satzart", "Textkz", "ARS", "", "", "", "", "Gemeindename", "Fläche km2", "Bevölkerung", ""],
        ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich"],
        ["", "", "", "", "", "", "", "", "31.12.2022", "am 31.12.2022", ""],
    ]
    return {**heads, "gv.xlsx": register}


HEADS = published_heads()


@given(head=st.sampled_from(sorted(HEADS)), rows=TABLES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_published_form_with_random_cells_ends_in_cells_that_hold(head, rows, request_):
    table = Table("Blatt", [*HEADS[head], *rows])
    reader = best_ready(table, READY)
    assert reader is not None
    nowhere = replace(request_, locate=lambda x, _: np.full(len(x), "06999001"))
    for asked in (None, nowhere):
        result = reader.read(table, asked, Findings())
        for cell in result.cells:
            assert (cell.value is not None) == cell.state.has_number or cell.problem, cell
            assert 1 <= cell.row <= len(table.rows)


@given(rows=TABLES)
@SLOW
def test_a_random_table_has_a_layout_or_none_and_its_cells_hold(rows):
    table = Table("Blatt", rows)
    for reader in READY:
        reader.recognises(table)
    layout = detect_layout(table)
    if layout is not None:
        for cell in read_table(table, layout).cells:
            assert (cell.value is not None) == cell.state.has_number or cell.problem, cell


@pytest.mark.reference_data
def test_files_that_partners_really_sent_end_in_findings(reference_data, request_, catalogue):
    files = [path for path in (reference_data / "deliveries").iterdir() if path.is_file()]
    assert files
    for path in files:
        result = read_delivery(path.read_bytes(), path.name, request_, catalogue)
        hold(result)
        assert not result.ok
