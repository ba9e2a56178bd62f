"""Street lists: read, checked for gaps and overlaps, asked for an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from wohnplatz.areas.streets import (
    HouseNumber,
    Side,
    StreetRange,
    address_points,
    find_address,
    house_number,
    load_streets,
    plain,
    read_streets,
    save_streets,
)
from wohnplatz.store import ObjectStore

HEAD = ["Straße", "von", "bis", "Seite", "Gebiet"]
AREAS = ("A", "B")


def read(*rows: list[str], head: list[str] = HEAD) -> tuple[tuple[StreetRange, ...], list[str]]:
    ranges, findings = read_streets([head, *rows], AREAS)
    return ranges, [f.code.removeprefix("areas.streets_") for f in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", "12"), ("12a", "12a"), (" 12 A ", "12a"), ("12.0", "12"), ("0", None), ("a", None), ("", None),
     ("12-14", None), ("12/2", None)],
)  # fmt: skip
def test_house_numbers_with_their_suffix(text: str, expected: str | None) -> None:
    found = house_number(text)
    assert (str(found) if found else None) == expected


def test_suffixes_sort_behind_their_number() -> None:
    assert HouseNumber(2) < HouseNumber(12) < HouseNumber(12, "a") < HouseNumber(13)


def test_spellings_of_a_street_are_the_same_street() -> None:
    same = {plain(s) for s in ("Hauptstraße", "Hauptstrasse", "HAUPTSTR.", "Haupt-Str.", "Haupt Straße")}
    assert len(same) == 1
    assert plain("Straße des Friedens") != plain("Friedensstraße")


def test_ranges_are_read_and_a_complete_street_has_no_finding() -> None:
    ranges, codes = read(
        ["Hauptstr.", "1", "11a", "u", "A"], ["Hauptstr.", "13", "", "ungerade", "B"],
        ["Hauptstr.", "", "20", "g", "A"], ["Hauptstr.", "22", "98", "g", "B"], ["Am Bach", "", "", "", "B"],
    )  # fmt: skip
    assert codes == []
    first = ranges[0]
    assert (first.area, first.first, first.last) == ("A", HouseNumber(1), HouseNumber(11, "a"))
    assert (first.side, first.row) == (Side.ODD, 2)
    assert [r.label for r in ranges[1:]] == [
        "Hauptstr., ab 13 (ungerade)", "Hauptstr., bis 20 (gerade)", "Hauptstr., ab 22 bis 98 (gerade)",
        "Am Bach, ganze Straße",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "1", "3", "u", "A"], "no_street"),
        (["X", "1", "3", "u", ""], "no_area"),
        (["X", "1", "3", "u", "C"], "unknown_area"),
        (["X", "eins", "3", "u", "A"], "number"),
        (["X", "1", "3", "links", "A"], "side"),
        (["X", "9", "3", "u", "A"], "reversed"),
        (["X", "12b", "12a", "g", "A"], "reversed"),
    ],
)
def test_a_faulty_row_is_named_and_gives_no_range(row: list[str], code: str) -> None:
    ranges, codes = read(row)
    assert ranges == ()
    assert codes == [code]


def test_numbers_on_the_wrong_side_are_told() -> None:
    assert read(["X", "2", "9", "u", "A"], ["Y", "", "", "", "B"])[1] == ["wrong_side"]


def test_overlaps_name_both_areas_and_rows() -> None:
    _, findings = read_streets([HEAD, ["X", "1", "9", "u", "A"], ["X", "7", "15", "", "B"]], AREAS)
    assert [(f.code, f.row, f.message) for f in findings] == [(
        "areas.streets_overlap", 3,
        "X: die Nummern 7 bis 9 (ungerade) gehören zugleich zu „A“ (Zeile 2) und zu „B“.",
    )]  # fmt: skip
    assert read(["X", "1", "9", "u", "A"], ["X", "7", "15", "u", "A"], ["Y", "", "", "", "B"])[1] == ["twice"]


def test_an_overlap_with_a_range_that_ended_long_before_is_found() -> None:
    _, codes = read(["X", "1", "99", "u", "A"], ["X", "3", "5", "u", "A"], ["X", "51", "53", "u", "B"])
    assert codes == ["twice", "overlap"]


def test_gaps_are_told_on_each_side_but_not_between_single_addresses() -> None:
    _, findings = read_streets([HEAD, ["X", "2", "8", "g", "A"], ["X", "14", "20", "g", "B"]], AREAS)
    assert [f.message for f in findings] == [
        "X: die Nummern 10 bis 12 (gerade) sind keinem Gebiet zugeordnet."
    ]
    head = ["Straße", "Hausnummer", "Gebiet"]
    assert read(["X", "2", "A"], ["X", "14", "B"], head=head)[1] == []


def test_both_sides_together_leave_no_gap() -> None:
    assert read(["X", "1", "10", "", "A"], ["X", "11", "20", "", "B"])[1] == []


def test_areas_without_streets_and_missing_columns_are_told() -> None:
    assert read(["X", "", "", "", "A"])[1] == ["area_without"]
    assert read(["X"], head=["Weg"])[1] == ["columns"]
    assert read_streets([], AREAS)[1][0].code == "areas.streets_columns"
    assert read()[1] == ["empty"]


LIST = (
    StreetRange("Hauptstraße", "A", HouseNumber(1), HouseNumber(11), Side.ODD, "Ahausen"),
    StreetRange("Hauptstraße", "B", HouseNumber(11, "b"), None, Side.ODD, "Ahausen"),
    StreetRange("Hauptstraße", "B", None, HouseNumber(20), Side.EVEN, "Ahausen"),
    StreetRange("Hauptstraße", "C", None, None, Side.ALL, "Behausen"),
)


@pytest.mark.parametrize(
    ("address", "areas"),
    [
        ("Hauptstraße 3, Ahausen", ["A"]),
        ("hauptstr. 11a, Ahausen", ["A"]),
        ("Hauptstr. 11 b, Ahausen", ["B"]),
        ("Haupt-Straße 13, Ahausen", ["B"]),
        ("Hauptstraße 20c, Ahausen", ["B"]),
        ("Hauptstraße 22, Ahausen", []),
        ("Hauptstraße 3", ["A", "C"]),
        ("Hauptstraße", ["C"]),
        ("Nebenweg 1", []),
        ("", []),
        ("12", []),
    ],
)
def test_an_address_finds_its_area(address: str, areas: list[str]) -> None:
    assert [f.area for f in find_address(LIST, address)] == areas


def test_streets_of_two_places_do_not_overlap() -> None:
    head = [*HEAD, "Ort"]
    assert read(["X", "", "", "", "A", "Ahausen"], ["X", "", "", "", "B", "Behausen"], head=head)[1] == []


def test_addresses_with_places_weigh_a_crosswalk() -> None:
    head = ["Straße", "Nr", "Gebiet", "Ost", "Nord", "Einwohner"]
    ranges, codes = read(
        ["X", "1", "A", "360000,5", "5650000", "3"], ["X", "3", "B", "hier", "5650000", ""], head=head
    )
    assert codes == ["coordinates"]
    points = address_points(ranges)
    assert points is not None
    assert (points.x.tolist(), points.weight.tolist()) == ([360000.5], [3])
    assert address_points(LIST) is None


def test_a_list_comes_back_equal_from_the_store(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    sha = save_streets(store, LIST)
    assert [r.label for r in load_streets(store, sha)] == [r.label for r in LIST]
    assert find_address(load_streets(store, sha), "Hauptstr. 11b, Ahausen")[0].area == "B"
    assert save_streets(store, load_streets(store, sha)) == sha
