"""Areas, divisions and their hierarchy."""

from __future__ import annotations

from datetime import date

from wohnplatz.model import Area, Division, Hierarchy


def division(level: str, *areas: tuple[str, str | None]) -> Division:
    found = tuple(Area(key, f"Gebiet {key}", parent) for key, parent in areas)
    return Division(f"{level}-1", level, level, found, date(2016, 1, 1), date(2020, 12, 31))


HIERARCHY = Hierarchy(
    (
        division("wohnplatz", ("0101", "01"), ("0102", "01"), ("0201", "02"), ("0301", None)),
        division("kommune", ("01", "0"), ("02", "0")),
        division("kreis", ("0", None)),
    )
)


def test_an_area_finds_the_larger_one_it_lies_in() -> None:
    assert HIERARCHY.ancestor("0102", "kommune") == "01"
    assert HIERARCHY.ancestor("0201", "kreis") == "0"
    assert HIERARCHY.ancestor("01", "kommune") == "01"


def test_an_area_without_parent_has_no_larger_one() -> None:
    assert HIERARCHY.ancestor("0301", "kreis") is None


def test_an_unknown_key_has_no_level_and_no_children() -> None:
    assert HIERARCHY.level_of("9") is None
    assert HIERARCHY.children("9") == ()


def test_children_are_the_areas_of_the_next_finer_level() -> None:
    assert HIERARCHY.children("01") == ("0101", "0102")
    assert HIERARCHY.children("0101") == ()


def test_a_division_is_valid_on_both_ends_of_its_time() -> None:
    kommune = HIERARCHY.divisions[1]
    assert kommune.valid_on(date(2016, 1, 1))
    assert kommune.valid_on(date(2020, 12, 31))
    assert not kommune.valid_on(date(2021, 1, 1))
