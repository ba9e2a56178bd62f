"""Real files of partners, cell by cell against what is published beside them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import pytest

from wohnplatz.intake.layout import StatTable, detect_layouts, read_table
from wohnplatz.intake.sheets import open_tables
from wohnplatz.model import CellState

pytestmark = pytest.mark.reference_data

WORKFORCE = "BA_Kreise_WO_Zeitreihe.xlsx"
QUARTERS = "Daten_fuer_die_Stadtteilprofile_2014.xlsx"
UNEMPLOYED = "13211-03ir"


def tables_of(folder, name: str) -> dict[str, StatTable]:
    opened = open_tables((folder / "deliveries" / name).read_bytes(), name)
    return {layout.sheet: read_table(table, layout) for table in opened for layout in detect_layouts(table)}


def by_place(table: StatTable) -> Iterator[tuple[tuple[str, str, date | None], object]]:
    """(area, qualification, day) → cell; the qualification is the heading above the dates."""
    for cell in table.cells:
        yield (cell.labels[0], cell.path[-2], cell.day), cell


@pytest.fixture(scope="module")
def workforce(reference_data) -> tuple[dict, dict]:
    counts, shares = tables_of(reference_data, WORKFORCE).values()
    return dict(by_place(counts)), dict(by_place(shares))


def test_each_share_of_the_employment_agency_is_count_by_total(workforce):
    counts, shares = workforce
    assert (len(counts), len(shares)) == (47_700, 38_160)
    compared = 0
    for (area, what, day), share in shares.items():
        if share.value is None:
            continue
        count, whole = counts[area, what, day], counts[area, "Insgesamt", day]
        assert math.isclose(share.value, count.value / whole.value * 100, rel_tol=1e-12), (area, what, day)
        compared += 1
    assert compared == 31_740


def test_districts_sum_to_germany_in_each_of_twenty_years(workforce):
    counts, _ = workforce
    sums: dict[date, float] = defaultdict(float)
    germany: dict[date, float] = {}
    for (area, what, day), cell in counts.items():
        if what != "Insgesamt" or cell.value is None:
            continue
        if area == "Deutschland":
            germany[day] = cell.value
        else:
            sums[day] += cell.value
    assert sorted(germany) == [date(year, 6, 30) for year in range(2002, 2022)]
    assert sums == germany


def test_points_of_the_employment_agency_keep_their_state(workforce):
    counts, shares = workforce
    for cells, expected in ((counts, 7_622), (shares, 6_420)):
        unknown = [cell for cell in cells.values() if cell.text == "."]
        assert len(unknown) == expected
        assert {(cell.value, cell.state) for cell in unknown} == {(None, CellState.UNKNOWN)}
    assert Counter(cell.state for cell in counts.values()) == {
        CellState.VALUE: 40_078,
        CellState.UNKNOWN: 7_622,
    }


@pytest.fixture(scope="module")
def hamburg(reference_data) -> StatTable:
    (table,) = tables_of(reference_data, QUARTERS).values()
    return table


DISTRICTS = (
    "Hamburg-Mitte", "Altona", "Eimsbüttel", "Hamburg-Nord", "Wandsbek",
    "Bergedorf", "Harburg",
)  # fmt: skip


def people_of(table: StatTable) -> dict[str, float | None]:
    return {c.labels[0]: c.value for c in table.cells if c.path[1] == "Bevölkerung" and c.letter == "B"}


def test_totals_of_hamburg_stand_above_the_sum_of_their_quarters_and_stay_as_they_are(hamburg):
    people = people_of(hamburg)
    quarters = [value for name, value in people.items() if name not in DISTRICTS and name != "Hamburg"]
    districts = [people[name] for name in DISTRICTS]
    assert sum(districts) <= people["Hamburg"]
    assert sum(value for value in quarters if value is not None) < people["Hamburg"]


def test_the_workbook_of_the_state_office_says_the_same_as_the_csv_beside_it(reference_data):
    (book,) = tables_of(reference_data, UNEMPLOYED + ".xls").values()
    (text,) = tables_of(reference_data, UNEMPLOYED + ".csv").values()
    words = {"insgesamt": "gesamt", "männlich": "maennlich", "weiblich": "weiblich"}
    of_book = {(c.day, words[c.path[-1].casefold()]): c for c in book.cells}
    of_text = {(c.day, c.path[-1]): c.value for c in text.cells}
    assert len(of_book) == len(book.cells) == 540
    assert len(of_text) == len(text.cells) == 522
    common = [place for place in of_book if place in of_text]
    values = {place: of_book[place].value for place in common}
    assert values == {place: of_text[place] for place in common}
    missing = [cell for cell in of_book.values() if cell.value is None]
    assert len(missing) == 18
