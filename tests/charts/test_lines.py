import pytest

from wohnplatz import charts
from wohnplatz.model import CellState, SeriesBreak

AREAS = [("A", "Gebiet <A> & Co"), ("G", "Musterstadt"), ("K", "Musterkreis")]


@pytest.fixture
def table(make):
    rows = [make.rate("A", 50 + y - 2016, 600, year=y) for y in (2016, 2017, 2019, 2021)]
    rows += [make.rate("A", 2, 617, year=2018), make.without("A", CellState.MISSING, year=2020)]
    rows += [make.rate("G", 500 + 10 * (y - 2016), 6000, level="kommune", year=y) for y in range(2016, 2021)]
    rows.append(
        make.rate("G", 480, 6000, level="kommune", year=2021, state=3, covered=9, expected=11, share=0.8)
    )
    rows += [make.rate("K", 5000, 60000, level="kreis", year=y) for y in range(2016, 2022)]
    return make.released(*rows)


def draw(table, **more):
    usual = {"indicator": "quote", "areas": AREAS, "title": "Quote <im> Verlauf", "subtitle": "in %"}
    return charts.line_svg(table, **(usual | more))


def paths_of(make, svg, key):
    series = next(e for e in make.parse(svg).iter(f"{make.ns}g") if e.get("data-key") == key)
    return [e for e in series.findall(f"{make.ns}path") if e.get("fill") == "none"]


def test_a_year_without_a_number_leaves_a_gap_and_its_word(make, table):
    svg = draw(table)
    assert len(paths_of(make, svg, "A")) == 1
    assert len(paths_of(make, svg, "K")) == 1
    text = make.words(svg)
    assert "Gebiet <A> & Co, 2018: geschützt" in text
    assert "Gebiet <A> & Co, 2020: nicht geliefert" in text
    assert {"geschützt", "nicht geliefert", "unvollständig"} <= set(text)


def test_lines_end_with_their_name_and_last_value(make, table):
    text = make.words(draw(table))
    assert text.count("9,2\u00a0%") == 1
    assert "Musterkreis" in text
    assert "8,3\u00a0%" in text


def test_an_incomplete_number_is_drawn_hollow_with_its_coverage(make, table):
    (point,) = [
        e
        for e in make.parse(draw(table)).iter(f"{make.ns}g")
        if (e.findtext(f"{make.ns}title") or "").startswith("Musterstadt, 2021")
        and e.get("class") == "wp-point"
    ]
    assert point.find(f"{make.ns}path").get("fill") == "#ffffff"
    assert "9 von 11\u00a0Gebieten" in point.findtext(f"{make.ns}title")


def test_no_line_runs_across_a_break_and_the_note_is_told(make, table):
    svg = draw(table, breaks=[SeriesBreak(2019, "neues Verfahren"), SeriesBreak(2016, "vor dem Anfang")])
    assert len(paths_of(make, svg, "K")) == 2
    assert any("ab 2019: neues Verfahren" in w for w in make.words(svg))
    assert "vor dem Anfang" not in svg


def test_the_description_tells_the_course_and_the_gaps(make, table):
    desc = make.parse(draw(table)).findtext(f"{make.ns}desc")
    assert "von 8,3\u00a0% (2016) auf 9,2\u00a0% (2021); 2018 geschützt und 2020 nicht geliefert." in desc


def test_an_axis_that_does_not_begin_at_zero_says_so(make):
    table = make.released(
        *(make.plain("A", 80.0 + y - 2016, indicator="wandel", year=y) for y in range(2016, 2020))
    )
    svg = draw(table, indicator="wandel", areas=[("A", "A")])
    assert "Die senkrechte Achse beginnt nicht bei null." in make.words(svg)
    assert "Die senkrechte Achse beginnt nicht bei null." not in make.words(
        draw(make.released(make.rate("A", 60, 600)))
    )


def test_a_series_without_any_number_is_named_with_its_states(make):
    table = make.released(*(make.without("A", CellState.LATER, year=y) for y in (2020, 2021)))
    svg = draw(table, areas=[("A", "Gebiet A")])
    assert "Gebiet A: keine Zahl; 2020 folgt später und 2021 folgt später." in svg


def test_nothing_at_all_is_still_a_picture(make, table):
    assert make.parse(draw(table, areas=[])).get("role") == "img"
    assert make.parse(draw(table, areas=[("unbekannt", "Niemandsland")]))


def test_a_standalone_chart_has_head_and_source(make, table):
    text = make.words(draw(table, standalone=True))
    assert text.count("Quote <im> Verlauf") == 2
    assert any(w.startswith("Musterkreis · Datenstand 2024-1") for w in text)


def test_a_chart_that_must_be_low_has_lower_lines_and_letters_as_large_as_ever(make, table):
    def shape(svg):
        root = make.parse(svg)
        sizes = {e.get("font-size") for e in root.iter(f"{make.ns}text")}
        return float(root.get("width")), float(root.get("height")), sizes

    wide, high, letters = shape(draw(table))
    assert shape(draw(table, height=high - 60)) == (wide, high - 60, letters)
    assert shape(draw(table, height=high + 60)) == (wide, high, letters)
    assert shape(draw(table, height=10))[1] > 120
