from itertools import pairwise

import pytest

from wohnplatz import charts
from wohnplatz.model import CellState

AGES = [("0-2", 3), ("3-5", 3), ("6-17", 12), ("18-64", 47), ("65-84", 20), ("85+", 15)]


def rows(make, area, counts, **more):
    return [
        make.plain(area, float(n), indicator="einwohner", breakdown=f"alter={age};geschlecht={sex}", **more)
        for sex in ("m", "w")
        for (age, _), n in zip(AGES, counts, strict=True)
    ]


@pytest.fixture
def table(make):
    own = rows(make, "A", (30, 33, 120, 470, 200, 2))
    return make.released(*own, *rows(make, "K", (300, 330, 1200, 4700, 2000, 150), level="kreis"))


def draw(table, **more):
    usual = {"area": "A", "year": 2024, "names": {"A": "Dorf & Feld", "K": "Musterkreis"}, "compare": "K"}
    return charts.pyramid_svg(table, **(usual | {"title": "Altersaufbau", "subtitle": "2024"} | more))


def bars(make, svg):
    found = {}
    for e in make.parse(svg).iter(f"{make.ns}g"):
        title, rect = e.findtext(f"{make.ns}title"), e.find(f"{make.ns}rect")
        if title and rect is not None:
            found[title] = rect
    return found


def test_the_surface_of_a_bar_is_the_number_of_persons(make, table):
    found = bars(make, draw(table))
    surfaces = {
        t.split(": ")[1]: float(r.get("width")) * float(r.get("height"))
        for t, r in found.items()
        if "geschützt" not in t
    }
    scale = surfaces["470"] / 470
    for count in ("30", "33", "120", "200"):
        assert surfaces[count] == pytest.approx(int(count) * scale, rel=0.02)


def test_a_protected_class_has_a_mark_of_fixed_length_and_its_word(make, table):
    svg = draw(table)
    found = bars(make, svg)
    rect = found["Männer, 85 Jahre und älter: geschützt"]
    assert float(rect.get("width")) == 26
    assert rect.get("fill").startswith("url(#")
    assert "geschützt" in make.words(svg)
    assert "2\u00a0Altersklassen ohne Zahl: geschützt." in make.parse(svg).findtext(f"{make.ns}desc")


def test_what_the_rules_leave_out_is_called_so_and_not_pointless(make):
    """The level is too detailed to be published by age; the figures exist and make sense."""
    left_out = [
        make.without(
            "A", CellState.NOT_APPLICABLE, reason="too_detailed", indicator="einwohner",
            breakdown=f"alter={age};geschlecht={sex}",
        )
        for sex in ("m", "w")
        for age, _ in AGES
    ]  # fmt: skip
    district = rows(make, "K", (300, 330, 1200, 4700, 2000, 150), level="kreis")
    svg = draw(make.released(*left_out, *district))
    assert "nicht sinnvoll" not in " ".join(make.words(svg))
    assert "Männer, 85 Jahre und älter: nicht veröffentlicht (zu kleinteilig)" in make.words(svg)
    said = make.parse(svg).findtext(f"{make.ns}desc")
    assert "12\u00a0Altersklassen ohne Zahl: nicht veröffentlicht (zu kleinteilig)." in said


def test_the_outline_of_equal_shares_lies_on_the_bars(make):
    same = (30, 33, 120, 470, 200, 150)
    table = make.released(*rows(make, "A", same), *rows(make, "K", [10 * n for n in same], level="kreis"))
    svg = draw(table)
    right = [
        float(r.get("transform")[10:].split()[0]) + float(r.get("width")) for r in bars(make, svg).values()
    ]
    (_, outline) = [
        e.get("d")
        for e in make.parse(svg).iter(f"{make.ns}path")
        if e.get("stroke-width") == "1.7" and "V" in e.get("d")
    ]
    reached = {float(part.split("V")[0]) for part in outline.split("H")[1:-1]}
    assert all(min(abs(x - r) for r in right) < 0.2 for x in reached)
    assert "auf dieselbe Gesamtzahl umgerechnet" in " ".join(make.words(svg))


def test_without_comparison_or_figures_by_age_it_is_still_a_picture(make, table):
    assert "umgerechnet" not in draw(table, compare=None)
    assert make.parse(draw(make.released(make.rate("A", 60, 600))))


def test_other_codes_are_read_through_given_bounds(make):
    table = make.released(make.plain("A", 50.0, indicator="einwohner", breakdown="alter=jung;geschlecht=w"))
    assert "Frauen, unter 10 Jahre: 50" in make.words(draw(table, ages={"jung": (0, 9)}))


@pytest.mark.parametrize("width", [220, 300, 364, 560])
def test_numbers_below_a_narrow_pyramid_do_not_touch(make, width):
    table = make.released(*rows(make, "A", (300_000, 330_000, 1_200_000, 4_700_000, 2_000_000, 900_000)))
    svg = make.parse(draw(table, compare=None, width=width))
    axis = [t for t in svg.iter(f"{make.ns}text") if t.get("y") == "397" and t.get("text-anchor") == "middle"]
    assert len(axis) >= 4
    places = sorted((float(t.get("x")), len(t.text) * 6.2) for t in axis)
    assert all(b - a >= (wide + other) / 2 for (a, wide), (b, other) in pairwise(places))


def coarser(make, area, counts, **more):
    return [make.plain(area, float(n), indicator="einwohner", breakdown=b, **more) for b, n in counts.items()]


def test_ages_without_sexes_grow_to_one_side_and_name_no_sex(make):
    own = coarser(make, "A", {"alter=0-17": 60, "alter=18-64": 470, "alter=65+": 2})
    above = coarser(make, "K", {"alter=0-17": 900, "alter=18-64": 4700}, level="kreis")
    svg = draw(make.released(*own, *above))
    found = bars(make, svg)
    assert set(found) == {
        "Personen, unter 18 Jahre: 60", "Personen, 18 bis unter 65 Jahre: 470",
        "Personen, 65 Jahre und älter: geschützt",
    }  # fmt: skip
    left = {float(r.get("transform").removeprefix("translate(").split()[0]) for r in found.values()}
    assert len(left) == 1
    assert "Männer" not in make.words(svg)
    assert all(min(left) + float(r.get("width")) <= 560 for r in found.values())


def test_sexes_without_ages_are_two_bars_of_persons(make):
    svg = draw(make.released(*coarser(make, "A", {"geschlecht=m": 300, "geschlecht=w": 150})))
    found = bars(make, svg)
    assert set(found) == {"Männer: 300", "Frauen: 150"}
    men, women = (float(found[t].get("width")) for t in ("Männer: 300", "Frauen: 150"))
    assert men == pytest.approx(2 * women, rel=0.01)
    words = make.words(svg)
    assert "Personen je Altersjahr" not in words
    assert "Alter" not in make.parse(svg).findtext(f"{make.ns}desc")
