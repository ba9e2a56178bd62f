"""Column by column and block by block: the same as row by row, whatever stands in a file, however long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wohnplatz.intake import ReadResult, long_text, read_delivery, reading
from wohnplatz.intake.cells import read_date, read_value
from wohnplatz.intake.limits import Limits
from wohnplatz.intake.matching import normalised
from wohnplatz.intake.sheets import is_filled
from wohnplatz.intake.template_columns import Columns, Plain
from wohnplatz.model import CellState, Observation, ObservationTable

HEAD = ("Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Geschlecht", "Wert")
YEAR_END = date(2025, 12, 31)
VARIABLES = ["einwohner", "Haushalte", " haushalte ", "Fläche", "saldo", "kita_u3", "sgb2", "haushalt", ""]
AREAS = ["06999001", "06999002", "6999001", "06999009", "Altstadt", "4711", ""]
DAYS = ["31.12.2025", "2025-12-31", "01.03.2025", "1. 3. 2025", "31.12.2024", "46022", "2025", "heute", ""]
CATEGORIES = ["", "T", "insgesamt", "w", "Frauen", "männlich", "2", "x"]
VALUES = [
    "0", "-", "17", "1.234", "1 234", "12,5", "-3", "(5)", "()", "*", ".", "...", "/", "x", "?", "nan",
    "#REF!", "", "-0", "12.5", "9" * 30,
]  # fmt: skip
ROWS = st.tuples(*map(st.sampled_from, (VARIABLES, AREAS, ["", "Altstadt"], DAYS, CATEGORIES, VALUES)))
FOOTNOTES = st.sampled_from([("Quelle: Amt", "", "", "", "", ""), ("", "", "", "", "", ""), ("",), ()])
SURPLUS = ROWS.map(lambda row: (*row, "Rest"))
FILES = st.lists(ROWS | FOOTNOTES | SURPLUS, max_size=14)
GOOD_FILES = st.lists(
    st.tuples(
        st.sampled_from(["haushalte", "saldo", "einwohner"]), st.sampled_from(AREAS[:2]), st.just(""),
        st.sampled_from(DAYS[:2]), st.just(""), st.sampled_from(VALUES[:3]),
    ),
    max_size=10,
)  # fmt: skip


def examples(count: int) -> settings:
    """So many examples; the desk holds nothing that one of them could change."""
    allowed = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=count, deadline=None, suppress_health_check=allowed)


def text_of(rows: list[tuple[str, ...]], delimiter: str = ";") -> str:
    return "\r\n".join(delimiter.join(row) for row in [HEAD, *rows])


def same(one: ReadResult, other: ReadResult) -> bool:
    assert list(one.observations) == list(other.observations)
    assert one.findings == other.findings
    assert (one.reader, one.sheets, one.cells) == (other.reader, other.sheets, other.cells)
    return True


@contextmanager
def patched(*changes: tuple[object, str, object]) -> Iterator[None]:
    """Attributes set for a while: hypothesis must not share a fixture between its examples."""
    with pytest.MonkeyPatch.context() as patch:
        for target, name, value in changes:
            patch.setattr(target, name, value)
        yield


def in_blocks(of: int) -> tuple[tuple[object, str, object], ...]:
    """All text tables count as long, and are read in blocks of so many rows."""
    return ((reading, "LONG", 0), (long_text, "BLOCK", of))


def nothing_plain(columns: Columns, rows: list[list[str | None]], first_row: int) -> Plain:
    """What ``Columns.read`` says where no row is plain: each is then looked at by itself."""
    filled = np.flatnonzero([is_filled(row) for row in rows])
    return Plain(ObservationTable.of(()), filled, len(filled))


@examples(150)
@given(FILES)
@example([("kita_u3", "06999001", "", "", "", "0")])
def test_columns_say_the_same_as_rows_looked_at_one_by_one(desk, rows):
    by_column = desk.read(text_of(rows).encode())
    with patched((Columns, "read", nothing_plain)):
        by_row = desk.read(text_of(rows).encode())
    assert same(by_column, by_row)


CELLS = st.one_of(
    st.sampled_from([*VARIABLES, *AREAS, *DAYS, *CATEGORIES, *VALUES]), st.integers(-3, 9), st.booleans(),
    st.sampled_from([0.0, -0.0, 6999001.0, 6999002.0, 1.0, 11.999999999999998, 2.5, 1e300, YEAR_END]),
    st.none(),
)  # fmt: skip


@examples(25)
@given(st.lists(st.tuples(*[CELLS] * 6), min_size=1, max_size=8))
def test_cells_of_workbooks_that_are_equal_but_of_another_kind_stay_apart(desk, workbook, rows):
    full = [("haushalte", "06999001", "", YEAR_END, "", row[-1]) for row in rows]
    data = workbook([HEAD, *rows, *full])
    by_column = desk.read(data, "a.xlsx")
    with patched((Columns, "read", nothing_plain)):
        by_row = desk.read(data, "a.xlsx")
    assert same(by_column, by_row)


class Reference(NamedTuple):
    """A plain reader of plain rows, as short as can be: what the rows say that are right throughout."""

    catalogue: object
    request: object

    def read(self, rows: list[tuple[str, ...]]) -> list[Observation]:
        return [o for n, row in enumerate(rows, start=2) if (o := self.row(row, n))]

    def row(self, row: tuple[str, ...], number: int) -> Observation | None:
        if len(row) != len(HEAD):
            return None
        name, area, _, day, category, value = row
        variable = next(
            (
                v
                for v in self.catalogue.variables.values()
                if normalised(name) in {v.code, normalised(v.label)}
            ),
            None,
        )
        area = {"6999001": "06999001"}.get(area, area)
        sex = {"": "", "T": "", "insgesamt": "", "w": "w", "Frauen": "w", "2": "w", "männlich": "m"}.get(
            category
        )
        if variable is None or variable.dataset != "bevoelkerung" or area not in self.request.areas:
            return None
        own = date(2025, 3, 1) if variable.code == "kita_u3" else YEAR_END
        on = read_date(day, own) or read_date(day, YEAR_END)
        found = read_value(value)
        number_ = found.value
        if (
            on not in {own, YEAR_END}
            or sex is None
            or (sex and variable.code != "einwohner")
            or found.problem
        ):
            return None
        if number_ is not None and number_ < 0 and variable.non_negative:
            return None
        if number_ is not None and variable.integer and number_ != int(number_):
            return None
        return Observation(
            variable.code,
            area,
            on,
            number_,
            found.state,
            {"geschlecht": sex} if sex else None,
            "",
            number,
            "Wert",
        )


@examples(150)
@given(st.lists(ROWS, max_size=14))
def test_what_is_read_is_what_a_plain_reader_of_rows_reads(desk, rows):
    expected = Reference(desk.catalogue, desk.request).read(rows)
    assert list(desk.read(text_of(rows).encode()).observations) == expected


@examples(60)
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_their_numbers(desk, rows, random):
    def content(result: ReadResult) -> Counter[object]:
        return Counter(
            (o.variable, o.area, o.reference_date, o.value, o.state, str(o.breakdown))
            for o in result.observations
        )

    other = rows[:]
    random.shuffle(other)
    one, two = desk.read(text_of(rows).encode()), desk.read(text_of(other).encode())
    assert content(one) == content(two)
    assert Counter(f.code for f in one.findings) == Counter(f.code for f in two.findings)
    assert (one.ok, one.cells) == (two.ok, two.cells)


@examples(60)
@given(GOOD_FILES)
def test_every_row_that_speaks_of_a_cell_again_is_a_duplicate(desk, rows):
    first: dict[tuple[str, str], int] = {}
    again = []
    for number, row in enumerate(rows, start=2):
        if first.setdefault(row[:2], number) != number:
            again.append((number, first[row[:2]]))
    result = desk.read(text_of(rows).encode())
    found = [f for f in result.findings if f.code == "intake.duplicate_cell"]
    assert [f.row for f in found] == [number for number, _ in again]
    assert all(f"Zeile {before}" in f.message for f, (_, before) in zip(found, again, strict=True))


@examples(60)
@given(GOOD_FILES.filter(bool))
def test_a_variable_lacks_exactly_the_areas_without_any_row(desk, rows):
    result = desk.read(text_of(rows).encode())
    lacking = {f.value: f.message for f in result.findings if f.code == "intake.missing_cells"}
    for variable in ("haushalte", "saldo", "einwohner"):
        for area in desk.request.areas:
            assert (area in lacking.get(variable, "")) == ((variable, area) not in {row[:2] for row in rows})


@examples(60)
@given(FILES, st.integers(1, 5))
def test_blocks_say_the_same_as_the_whole(desk, rows, size):
    data = text_of(rows).encode()
    whole = desk.read(data)
    with patched(*in_blocks(size)):
        assert same(desk.read(data), whole)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_blocks_know_encodings_and_delimiters(desk, encoding, delimiter):
    rows = [("Fläche", "06999001", "", "31.12.2025", "", str(n)) for n in range(9)]
    data = text_of(rows, delimiter).encode(encoding)
    whole = desk.read(data)
    assert [o.value for o in whole.observations] == list(range(9))
    with patched(*in_blocks(2)):
        assert same(desk.read(data), whole)


def test_a_letter_of_another_encoding_far_behind_the_head_decides_for_the_whole_file(desk):
    rows = [("haushalte", "06999001", "", "31.12.2025", "", str(n)) for n in range(9)]
    rows.append(("Fläche", "06999001", "", "31.12.2025", "", "5"))
    with patched(*in_blocks(2), (long_text, "_HEAD", 40)):
        assert desk.read(text_of(rows).encode("cp1252")).observations[-1].variable == "flaeche"


def test_a_quoted_line_break_between_two_blocks_stays_in_its_cell(desk):
    rows = [("haushalte", "06999001", f'"Alt\r\nstadt {n}"', "31.12.2025", "", str(n)) for n in range(5)]
    whole = desk.read(text_of(rows).encode())
    assert [o.row for o in whole.observations] == [2, 3, 4, 5, 6]
    with patched(*in_blocks(2)):
        assert same(desk.read(text_of(rows).encode()), whole)


def test_a_quotation_mark_left_open_in_a_later_block_names_its_row(desk, only_error):
    rows = [("haushalte", "06999001", "", "31.12.2025", "", str(n)) for n in range(6)]
    rows.append(("haushalte", '"06999001', "", "31.12.2025", "", "1"))
    with patched(*in_blocks(3)):
        result = desk.read(text_of(rows).encode())
    found = only_error(result)
    assert (found.code, found.row) == ("intake.broken_quote", 8)
    assert len(result.observations) == 0


def test_a_long_table_of_another_form_goes_the_way_of_all_tables(desk):
    data = b"Gebiet;Haushalte\r\n06999001;5\r\n06999002;7\r\n"
    whole = desk.read(data)
    with patched(*in_blocks(2)):
        assert same(desk.read(data), whole)


def test_a_file_is_read_from_disk_and_tells_how_far_it_is(desk, tmp_path: Path):
    rows = [("haushalte", "06999001", "", "31.12.2025", "", str(n)) for n in range(50)]
    path = tmp_path / "lieferung.csv"
    path.write_bytes(text_of(rows).encode())
    told: list[tuple[int, int]] = []
    with patched(*in_blocks(7)):
        result = read_delivery(
            path, path.name, desk.request, desk.catalogue, progress=lambda *step: told.append(step)
        )
    assert same(result, desk.read(path.read_bytes()))
    assert len(told) == 8
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def test_findings_beyond_the_limit_are_counted_over_all_blocks(desk):
    rows = [("haushalte", f"4711{n}", "", "31.12.2025", "", "1") for n in range(60)]
    whole = desk.read(text_of(rows).encode())
    with patched(*in_blocks(9)):
        assert same(desk.read(text_of(rows).encode()), whole)


def test_nothing_of_an_empty_long_file_is_read(desk, only_error):
    with patched((reading, "LONG", -1)):
        assert only_error(desk.read(b"")).code == "intake.empty_file"
        assert not desk.read(b"\r\n\r\n").ok


def states(result: ReadResult) -> list[CellState]:
    return [o.state for o in result.observations]


def test_zero_missing_protected_and_not_applicable_stay_apart_in_columns(desk):
    signs = {"0": 0, "-": 0, ".": 14, "*": 15, "x": 10, "/": 13, "...": 12}
    rows = [("einwohner", "06999001", "", "31.12.2025", "", sign) for sign in signs]
    result = desk.read(text_of(rows).encode())
    assert states(result) == list(signs.values())
    assert [o.value for o in result.observations] == [0, 0, None, None, None, None, None]


SIX = [
    (variable, area, "", "31.12.2025", "", "5")
    for variable in ("haushalte", "saldo", "flaeche")
    for area in AREAS[:2]
]


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(long_rows=6), "mehr als 6 Zeilen"), (Limits(long_size=200), "erlaubt sind 0 MB")],
)
@pytest.mark.parametrize("block", [1, 2, 7, 100])
def test_a_table_longer_than_allowed_is_refused_as_a_whole(desk, only_error, limits, words, block):
    with patched(*in_blocks(block)):
        result = read_delivery(
            text_of(SIX).encode(), "lieferung.csv", desk.request, desk.catalogue, limits=limits
        )
    assert only_error(result).code == "intake.too_large"
    assert words in only_error(result).message + only_error(result).advice
    assert len(result.observations) == 0


@pytest.mark.parametrize("block", [1, 2, 7, 100])
def test_a_table_just_as_long_as_allowed_is_read(desk, block):
    data = text_of(SIX).encode()
    allowed = Limits(long_rows=7, long_size=len(data))
    with patched(*in_blocks(block)):
        assert read_delivery(data, "lieferung.csv", desk.request, desk.catalogue, limits=allowed).ok


def test_a_job_may_read_more_from_the_disk_than_a_page_from_memory(desk, tmp_path: Path):
    path = tmp_path / "lieferung.csv"
    path.write_bytes(text_of(SIX).encode())
    page, job = Limits(long_rows=3), Limits(long_rows=30)
    with patched(*in_blocks(2), (Limits, "page", page), (Limits, "job", job)):
        assert not desk.read(path.read_bytes()).ok
        assert read_delivery(path, path.name, desk.request, desk.catalogue).ok
    assert Limits.job.long_rows == 10_000_000
    assert Limits.job.size == Limits.page.size


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<html><table></table></html>", "lieferung.csv", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n", "lieferung.csv", "wrong_type"),
        (b"PK\x03\x04 broken", "lieferung.csv", "broken_file"),
        (b"Merkmal;Gebiet\x00", "lieferung.csv", "wrong_type"),
        (text_of(SIX).encode(), "../lieferung.csv", "unsafe_name"),
    ],
)
def test_a_long_file_is_what_its_name_says_or_refused(desk, only_error, data, name, code):
    whole = desk.read(data, name)
    with patched(*in_blocks(2)):
        long = desk.read(data, name)
    assert only_error(long).code == f"intake.{code}"
    assert same(long, whole)
