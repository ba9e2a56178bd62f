import pytest

from wohnplatz import charts
from wohnplatz.model import CellState, Reliability, Verdict

NAMES = {f"A{i}": f"Ort {i} & mehr" for i in range(12)}
CURVES = tuple((n, 2.0, 4.0, 16.0, 18.0) for n in (50.0, 400.0, 1000.0))
PLACES = {f"A{i}": 0 for i in range(10)} | {"A10": 2, "A11": -1}


@pytest.fixture
def table(make):
    rows = [make.rate(f"A{i}", 10 + i, 100 + 10 * i) for i in range(10)]
    rows += [make.rate("A10", 300, 900), make.rate("A11", 9, 400), make.without("M", CellState.MISSING)]
    rows.append(make.without("K", CellState.MISSING, level="kommune"))
    return make.released(*rows)


def draw(table, **more):
    return charts.funnel_svg(
        table, indicator="quote", year=2024, level="wohnplatz", mean=10.0, curves=CURVES, places=PLACES,
        names=NAMES, title="Trichter", **more,
    )  # fmt: skip


def marks(make, svg):
    return {g.get("data-key"): g for g in make.parse(svg).iter(f"{make.ns}g") if g.get("data-key")}


def test_a_funnel_marks_every_area_with_a_number_and_says_where_it_lies(make, table):
    svg = draw(table)
    assert set(marks(make, svg)) == set(PLACES)
    assert "Ort 10 &amp; mehr: 33,3\u00a0% (300 von 900), über der 99,8-%-Grenze" in svg
    assert "Kreis 10,0\u00a0%" in svg
    assert "10\u00a0Gebiete innerhalb der Grenzen" in svg


def test_a_funnel_says_how_many_areas_of_its_level_have_no_number(make, table):
    told = "12 von 13 Gebieten mit Zahl; 1 nicht geliefert."
    for svg in (draw(table), draw(table, standalone=True)):
        assert told in make.words(svg)
        assert told in next(make.parse(svg).iter(f"{make.ns}desc")).text
    whole = make.released(*(make.rate(key, 20, 200) for key in PLACES))
    assert "Gebieten mit Zahl" not in draw(whole)


def test_areas_outside_differ_in_form_and_the_selection_is_ringed(make, table):
    found = marks(make, draw(table, selected=["A3"]))
    form = {key: next(found[key].iter(f"{make.ns}path")).get("d") for key in ("A0", "A10", "A11")}
    assert "a4.2" in form["A0"]
    assert form["A10"].endswith("h-10.4Z")
    assert len(list(found["A3"].iter(f"{make.ns}circle"))) == 1
    assert not list(found["A0"].iter(f"{make.ns}circle"))
    assert "Ort 3 & mehr" in make.words(draw(table, selected=["A3"]))


def test_the_funnel_to_take_away_holds_title_and_source(make, table):
    words = " ".join(make.words(draw(table, standalone=True)))
    assert "Trichter" in words
    assert "Musterkreis" in words


def test_a_course_has_a_gap_where_a_year_is_missing_and_words_for_everybody(make):
    rows = [make.rate("A0", 50 + y, 1000, year=2010 + y) for y in (0, 1, 2, 4, 5)]
    table = make.released(*rows, make.without("A0", CellState.PROTECTED, year=2013))
    svg = charts.course_svg(table.figures, table.meta["quote"], marked=(2012, 2015))
    assert svg.count("<path") == 2
    assert svg.count("<circle") == 2
    assert 'aria-label="Verlauf 2010 bis 2015, von 5,0\u00a0% auf 5,5\u00a0%"' in svg
    assert not charts.course_svg([], table.meta["quote"], marked=(1, 2))


def test_an_interval_is_a_line_with_the_district_across(make, table):
    sure = Reliability(28.0, 36.0, None, Verdict.ABOVE)
    figure = next(f for f in table if f.area == "A10")
    assert not charts.interval_svg(figure, table.meta["quote"], 10.0)
    from dataclasses import replace

    svg = charts.interval_svg(replace(figure, reliability=sure), table.meta["quote"], 10.0)
    assert "Bereich 28,0\u00a0% bis 36,0\u00a0%, Kreis 10,0\u00a0%" in svg
