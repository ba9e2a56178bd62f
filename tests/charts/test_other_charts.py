import pytest

from wohnplatz import charts
from wohnplatz.charts.axis import axis
from wohnplatz.charts.strip import swarm
from wohnplatz.charts.svg import text_width
from wohnplatz.model import CellState

NAMES = {"A0": "Nord & Süd", "G": "Musterstadt", "K": "Musterkreis"}


@pytest.fixture
def table(make):
    rows = [make.rate(f"A{i}", 30 + 7 * (i % 9), 600) for i in range(40)]
    rows += [make.rate("P", 1, 617), make.without("M", CellState.MISSING)]
    rows += [make.rate("G", 600, 6000, level="kommune"), make.rate("K", 5000, 60000, level="kreis")]
    return make.released(*rows)


def strip(table, area="A0", **more):
    return charts.strip_svg(table, indicator="quote", year=2024, area=area, names=NAMES, title="Lage", **more)


def test_a_strip_shows_every_area_names_three_and_ranks_none(make, table):
    svg = strip(table)
    dots = list(make.parse(svg).iter(f"{make.ns}circle"))
    assert len(dots) == 40
    text = make.words(svg)
    assert {"Nord & Süd: 5,0\u00a0%", "Musterstadt: 10,0\u00a0%", "Musterkreis: 8,3\u00a0%"} <= set(text)
    assert "Rang" not in svg
    assert any("40 von 42 Gebieten mit Zahl; 1 nicht geliefert, 1 geschützt." in w for w in text)


def test_a_strip_of_a_protected_area_says_so_and_marks_no_place(make, table):
    text = " ".join(make.words(strip(table, area="P")))
    assert "P: geschützt." in text
    assert len(list(make.parse(strip(table, area="P")).iter(f"{make.ns}circle"))) == 40


def test_compare_chooses_what_is_marked(make, table):
    assert "Musterstadt" not in strip(table, compare=["K"])


def test_dots_of_a_swarm_never_touch_and_lie_at_their_values(make, table):
    figures = [f for f in table if f.level == "wohnplatz" and f.value is not None]
    x = axis([f.value for f in figures], 0, 300)
    placed = swarm(figures, x, 5.0)
    assert all(at == x.at(f.value) for f, at, _ in placed)
    for i, (_, x1, y1) in enumerate(placed):
        for _, x2, y2 in placed[i + 1 :]:
            assert (x1 - x2) ** 2 + (y1 - y2) ** 2 >= 100 - 1e-3


@pytest.fixture
def index(make):
    numbers = [1, 2, 2, 6, 6, 6, 12]
    rows = [make.plain(f"A{i}", float(n), indicator="lage:group") for i, n in enumerate(numbers)]
    return make.released(*rows, make.without("X", CellState.NOT_APPLICABLE, indicator="lage:group"))


def matrix(index, **more):
    return charts.matrix_svg(index, index="lage", year=2024, title="Matrix", subtitle="", **more)


def test_the_matrix_counts_areas_by_status_and_dynamics(make, index):
    counts = charts.matrix_counts(index, index="lage", year=2024)
    assert counts == ((1, 2, 0), (0, 0, 3), (0, 0, 0), (0, 0, 1))
    text = make.words(matrix(index))
    assert "Status mittel, Dynamik negativ: 3\u00a0Gebiete" in text
    assert "Status hoch, Dynamik positiv: 1\u00a0Gebiet" in text
    assert "Ohne Einordnung: 1 nicht sinnvoll." in text


def test_attention_cells_are_framed_and_cells_with_areas_are_links(make, index):
    svg = matrix(index, attention=[(4, 3), (4, 1)], href=lambda s, d: f"?status={s}&dynamik={d}")
    root = make.parse(svg)
    assert sum(e.get("stroke-width") == "3.2" for e in root.iter(f"{make.ns}rect")) == 2
    links = list(root.iter(f"{make.ns}a"))
    assert [e.get("href") for e in links][-1] == "?status=4&dynamik=3"
    assert len(links) == 4
    assert root.get("role") == "group"


def test_bars_carry_values_states_and_the_line_of_comparison(make, table):
    areas = [("A0", "Nord & Süd"), ("P", "Gebiet P"), ("M", "Gebiet M"), ("fremd", "Ohne Zeile")]
    svg = charts.bars_svg(
        table,
        indicator="quote",
        year=2024,
        areas=areas,
        title="Balken",
        subtitle="in %",
        compare=("K", "Musterkreis"),
    )
    text = make.words(svg)
    assert {"5,0\u00a0%", "geschützt", "nicht geliefert", "keine Angabe", "Musterkreis: 8,3\u00a0%"} <= set(
        text
    )
    widths = {k: float(e.find(f"{make.ns}rect").get("width")) for k, (e, _) in make.areas_of(svg).items()}
    assert widths["P"] == widths["M"] == 26


def test_bars_of_changes_run_in_both_directions(make):
    table = make.released(
        make.plain("A", -2.0, indicator="wandel"), make.plain("B", 4.0, indicator="wandel"),
        make.without("C", CellState.UNKNOWN, indicator="wandel"),
    )  # fmt: skip
    svg = charts.bars_svg(
        table,
        indicator="wandel",
        year=2024,
        areas=[("A", "A"), ("B", "B"), ("C", "C")],
        title="Wandel",
        subtitle="",
    )
    box = {k: e.find(f"{make.ns}rect") for k, (e, _) in make.areas_of(svg).items()}
    left = {k: float(r.get("transform")[10:].split()[0]) for k, r in box.items()}
    width = {k: float(r.get("width")) for k, r in box.items()}
    zero = left["B"]
    assert left["A"] + width["A"] == pytest.approx(zero, abs=0.2)
    assert left["C"] + width["C"] / 2 == pytest.approx(zero, abs=0.2)
    assert "−2,0\u00a0Prozentpunkte" in make.words(svg)


@pytest.mark.parametrize("kind", ["strip", "series"])
def test_an_estimate_shows_its_error_band_where_it_is_marked(make, kind) -> None:
    def drawn(error: float) -> str:
        rows = [
            make.rate(f"A{n}", 10 + n, 100, year=year, state=CellState.ESTIMATED, error=error)
            for n in range(6)
            for year in (2023, 2024)
        ]
        table = make.released(*rows)
        if kind == "strip":
            return strip(table, "A2")
        return charts.series_svg(
            table, indicator="quote", level="wohnplatz", names=NAMES, district=None, selected=["A2"],
            title="Verlauf", subtitle="",
        )  # fmt: skip

    with_band, without = drawn(1.5), drawn(float("nan"))
    assert "± 1,5" in with_band
    assert with_band.count("<line") >= without.count("<line") + 3


def test_a_chosen_area_without_a_number_keeps_its_years_as_pattern_and_word(make) -> None:
    rows = [make.rate(f"A{n}", 10 + n, 100, year=year) for n in range(5) for year in (2023, 2024)]
    hidden = [make.without("A5", CellState.PROTECTED, year=year) for year in (2023, 2024)]
    svg = charts.series_svg(
        make.released(*rows, *hidden), indicator="quote", level="wohnplatz", names=NAMES, district=None,
        selected=["A5"], title="Verlauf", subtitle="",
    )  # fmt: skip
    assert svg.count("url(#series-protected") == 3  # two years and the key
    assert "geschützt" in make.words(svg)
    assert "2023 geschützt, 2024 geschützt." in svg


def test_a_scatter_says_how_many_areas_lack_one_of_the_two_numbers(make):
    rows = [make.rate(key, 20 + n, 200) for n, key in enumerate("ABC")]
    rows += [make.plain(key, 1.0 + n, indicator="wandel") for n, key in enumerate("AB")]
    rows.append(make.without("C", CellState.MISSING, indicator="wandel"))
    rows += [make.without("D", CellState.NOT_APPLICABLE), make.plain("D", 3.0, indicator="wandel")]
    svg = charts.scatter_svg(
        make.released(*rows), x="quote", y="wandel", year=2024, names={}, title="Zwei", subtitle=""
    )
    told = "2 von 4 Gebieten mit beiden Zahlen; 1 nicht sinnvoll, 1 nicht geliefert."
    assert told in make.words(svg)
    assert next(make.parse(svg).iter(f"{make.ns}desc")).text.endswith(told)


def test_in_narrow_bars_the_words_of_the_comparison_stay_in_the_picture(make):
    rows = [make.rate(f"A{i}", 10 + i, 200) for i in range(5)]
    table = make.released(*rows, make.rate("K", 900, 9000, level="kreis", state=3, covered=4, share=0.8))
    svg = charts.bars_svg(
        table, indicator="quote", year=2024, areas=[(f"A{i}", f"Gemeinde Langenholz {i}") for i in range(5)],
        title="Vergleich", subtitle="", compare=("K", "Kreis mit langem Namen"), width=350,
    )  # fmt: skip
    labels = [e for e in make.parse(svg).iter(f"{make.ns}text") if (e.text or "").startswith("Kreis mit")]
    assert len(labels) == 1
    words, at = labels[0].text, float(labels[0].get("x"))
    room = text_width(words, 12)
    start, end = (at - room, at) if labels[0].get("text-anchor") == "end" else (at, at + room)
    assert start >= -0.1
    assert end <= 350
