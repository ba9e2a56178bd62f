import re
from collections import Counter

import pytest

from wohnplatz import charts
from wohnplatz.charts import palette
from wohnplatz.charts.svg import text_width
from wohnplatz.model import Audience, CellState, Classes, ClassMethod
from wohnplatz.monitoring import classify

NAMES = {"N1": "Musterdorf-Nord", "P": 'Hinter <dem> "Berg" & Tal'}


def classes_of(table, method=ClassMethod.EQUAL, k=3, **more):
    return classify([f.value for f in table if f.value is not None], method, k, **more)


def draw(make, table, classes=None, **more):
    keys = list(dict.fromkeys(f.area for f in table))
    usual = {
        "indicator": "quote",
        "year": 2024,
        "names": NAMES,
        "title": "Was zu sehen ist",
        "subtitle": "in %",
    }
    shapes = more.pop("shapes", None) or make.grid(keys)
    return charts.map_svg(table, shapes, classes or classes_of(table), **(usual | more))


def test_each_area_says_its_figure_its_base_and_its_class(make, states):
    areas = make.areas_of(draw(make, states))
    assert len(areas) == len(states)
    assert areas["N1"][1] == "Musterdorf-Nord: 5,0\u00a0% (30 von 600), Klasse 1 von 3"
    assert areas["N3"][1] == "N3: 20,0\u00a0% (120 von 600), Klasse 3 von 3"
    assert areas["P"][1] == 'Hinter <dem> "Berg" & Tal: geschützt'
    assert areas["Z"][1].startswith("Z: 0\u00a0%")
    assert "unvollständig" in areas["PARTIAL"][1]
    assert "1 von 2\u00a0Gebieten" in areas["PARTIAL"][1]


def test_every_state_has_a_pattern_and_a_word_of_its_own(make, states):
    svg = draw(make, states)
    areas = make.areas_of(svg)
    fills = {k: e.find(f"{make.ns}path").get("fill") for k, (e, _) in areas.items()}
    patterned = {k: f for k, f in fills.items() if f.startswith("url(#")}
    assert set(patterned) == set(fills) - {"N1", "N2", "N3"}
    assert len(set(patterned.values())) == len(patterned)
    tiles = {
        e.get("id"): [p.get("d") for p in e.iter(f"{make.ns}path")]
        for e in make.parse(svg).iter(f"{make.ns}pattern")
    }
    assert {f"url(#{i})" for i in tiles} == set(patterned.values())
    assert len({tuple(t) for t in tiles.values()}) == len(tiles)
    entries = charts.legend(states, classes_of(states), indicator="quote", year=2024)
    assert len({e.label for e in entries}) == len(entries)


def test_the_legend_counts_every_area_once_and_names_only_states_that_occur(states):
    entries = charts.legend(states, classes_of(states), indicator="quote", year=2024)
    assert sum(e.count for e in entries if not e.part) == len(states)
    by_label = {e.label: e for e in entries}
    assert by_label["geschützt"].count == 1
    assert by_label["davon unvollständig"].part
    assert by_label["0\u00a0% (genau null)"].count == 1
    calm = states.where(lambda f: f.area in {"N1", "N2", "N3"})
    assert [e.pattern for e in charts.legend(calm, classes_of(calm), indicator="quote", year=2024)] == [
        ""
    ] * 3


def test_class_limits_are_rounded_outward_at_the_ends_and_never_look_the_same(make):
    table = make.released(
        *(make.plain(f"A{i}", v, indicator="wandel") for i, v in enumerate((5.04, 7.0, 9.01)))
    )
    limits = Classes(ClassMethod.QUANTILES, (5.04, 7.0, 9.01), (1, 2))
    found = charts.legend(table, limits, indicator="wandel", year=2024)
    assert [e.label for e in found] == [
        "5,0 bis unter 7,0\u00a0Prozentpunkte",
        "7,0 bis 9,1\u00a0Prozentpunkte",
    ]
    close = Classes(ClassMethod.QUANTILES, (5.0, 5.01, 5.04), (1, 2))
    found = charts.legend(table, close, indicator="wandel", year=2024)
    assert found[0].label == "5,00 bis unter 5,01\u00a0Prozentpunkte"


def test_classes_by_deviation_are_open_at_both_ends_and_carry_signs(make):
    values = (2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0)
    table = make.released(*(make.plain(f"A{i}", v, indicator="wandel") for i, v in enumerate(values)))
    classes = classes_of(table, ClassMethod.DEVIATION, 4, centre=5.0)
    entries = charts.legend(table, classes, indicator="wandel", year=2024)
    assert [e.label.split("\u00a0")[0] for e in entries] == [
        "unter 3,0",
        "3,0 bis unter 5,0",
        "5,0 bis unter 7,0",
        "ab 7,0",
    ]
    assert [e.sign for e in entries] == ["−", "−", "+", "+"]
    svg = draw(make, table, classes, indicator="wandel", standalone=True)
    signs = [e.get("d") for e in make.parse(svg).iter(f"{make.ns}path") if e.get("class") == "wp-signs"]
    assert sum(d.count("h") for d in signs) == len(values)
    assert any("Bezugswert 5,0" in w for w in [" ".join(make.words(svg))])


def test_without_a_value_there_are_states_and_no_classes(make):
    table = make.released(make.without("A", CellState.MISSING), make.without("B", CellState.LATER))
    svg = draw(make, table, classify([], ClassMethod.QUANTILES, 5))
    assert {t for _, t in make.areas_of(svg).values()} == {"A: nicht geliefert", "B: folgt später"}


def test_an_area_without_a_row_says_so(make, states):
    shapes = make.grid([*(f.area for f in states), "FREMD"])
    svg = draw(make, states, shapes=shapes)
    assert make.areas_of(svg)["FREMD"][1] == "FREMD: keine Angabe"
    assert "keine Angabe: 1\u00a0Gebiet" in make.parse(svg).findtext(f"{make.ns}desc")


def test_with_an_address_each_area_is_a_link_and_the_map_is_no_image(make, states):
    svg = draw(make, states, href=lambda key: f"/gebiete/{key}/?a=1&b=2")
    root = make.parse(svg)
    assert root.get("role") == "group"
    links = {e.get("href") for e in root.iter(f"{make.ns}a")}
    assert links == {f"/gebiete/{f.area}/?a=1&b=2" for f in states}
    assert make.parse(draw(make, states)).get("role") == "img"


def test_selection_outlines_background_and_part_are_drawn(make, states):
    keys = [f.area for f in states]
    outlines = make.grid(keys, groups={k: "G1" if i < 6 else "G2" for i, k in enumerate(keys)})
    svg = draw(
        make, states, selected=["N1"], outlines=outlines, background="https://karten.example/wms?x=1&y=2",
        viewbox=(10.0, 10.0, 500.0, 250.0), names=NAMES | {"G1": "Musterstadt"},
    )  # fmt: skip
    root = make.parse(svg)
    assert root.get("viewBox") == "10 10 500 250"
    image = root.find(f"{make.ns}image")
    assert image.get("href").endswith("x=1&y=2")
    assert (image.get("x"), image.get("width")) == ("10", "500")
    widths = [
        float(e.get("stroke-width")) for e in root.iter(f"{make.ns}path") if e.get("class") == "wp-outline"
    ]
    area_width = float(
        next(e for e in root.iter(f"{make.ns}g") if e.get("class") == "wp-areas").get("stroke-width")
    )
    assert min(widths) > 2 * area_width
    whole = draw(make, states, outlines=outlines, names={"G1": "Musterstadt"})
    assert "Musterstadt" in make.words(whole)


def test_a_standalone_map_carries_everything_a_reader_needs(make, states):
    svg = draw(make, states, standalone=True, background="https://karten.example/")
    text = " ".join(make.words(svg))
    parts = ("Was zu sehen ist", "in %", "6,7 bis unter 13,3", "geschützt", "nicht geliefert", "Musterkreis",
                 "Datenstand 2024-1 vom 01.03.2025", "öffentlich", "Quelle: Beispielstatistik")  # fmt: skip
    for part in parts:
        assert part in text, part
    assert "karten.example" not in svg
    root = make.parse(svg)
    assert root.find(f"{make.ns}rect").get("fill") == palette.PAPER


def test_an_internal_view_is_marked_in_the_picture(make):
    table = make.released(make.rate("A", 2, 617), make.rate("B", 60, 600), audience=Audience.WORKING)
    svg = draw(make, table, standalone=True)
    assert "Interne Arbeitsansicht: nicht zur Weitergabe" in make.words(svg)
    assert make.areas_of(svg)["A"][1].startswith("A: 0,3\u00a0% (2 von 617), nur intern")


def test_named_classes_are_drawn_by_status_colour_and_dynamics_sign(make):
    rows = [make.plain(f"A{i}", float(i), indicator="lage:group") for i in (1, 2, 6, 10, 12)]
    table = make.released(*rows, make.without("X", CellState.NOT_APPLICABLE, indicator="lage:group"))
    svg = draw(make, table, indicator="lage:group")
    areas = make.areas_of(svg)
    assert areas["A6"][1] == "A6: mittel / negativ"
    fill = {k: e.find(f"{make.ns}path").get("fill") for k, (e, _) in areas.items()}
    assert fill["A1"] == fill["A2"] == palette.ordered(4)[0]
    assert fill["A10"] == fill["A12"] == palette.ordered(4)[3]
    entries = charts.legend(table, None, indicator="lage:group", year=2024)
    assert len(entries) == 13
    assert [e.sign for e in entries[:3]] == ["+", "", "−"]


@pytest.mark.parametrize("standalone", [False, True])
def test_ids_are_unique_styles_are_absent_and_the_same_input_gives_the_same_bytes(make, states, standalone):
    svg = draw(make, states, standalone=standalone)
    ids = Counter(e.get("id") for e in make.parse(svg).iter() if e.get("id"))
    assert set(ids.values()) == {1}
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
    assert "style" not in svg
    assert svg == draw(make, states, standalone=standalone)


def test_swatches_stand_alone_with_their_patterns(make, states):
    for entry in charts.legend(states, classes_of(states), indicator="quote", year=2024):
        svg = charts.swatch_svg(entry, "legend1")
        assert make.parse(svg).get("aria-hidden") == "true"
        assert ("<pattern" in svg) == bool(entry.pattern)


def test_a_map_of_eighty_areas_stays_small_beside_its_paths(make):
    table = make.released(*(make.rate(f"0599{i:06}", 20 + i, 600) for i in range(80)))
    names = {f.area: "Musterdorf-Neustadt" for f in table}
    shapes = make.grid([f.area for f in table], columns=10)
    svg = draw(make, table, shapes=shapes, names=names, href=lambda key: f"/gebiete/{key}/?jahr=2024")
    paths = sum(len(p) for p in shapes.paths.values())
    # The areas' paths keep to 37.6 kB (areas.shapes), so the map stays below 60 kB.
    assert len(svg.encode()) - paths < 22_000


def test_names_on_a_map_keep_their_distance_and_what_is_marked_is_named_first(make):
    keys = [f"A{i}" for i in range(12)]
    table = make.released(*(make.rate(key, 20 + i, 200) for i, key in enumerate(keys)))
    names = {key: f"Am langen Mühlenbach {i}" for i, key in enumerate(keys)}
    svg = draw(
        make, table, names=names, selected=["A5"], viewbox=(0.0, 0.0, 900.0, 700.0), width=700,
    )  # fmt: skip
    group = next(e for e in make.parse(svg).iter(f"{make.ns}g") if e.get("class") == "wp-labels")
    size = float(group.get("font-size"))
    places = [(t.text, float(t.get("x")), float(t.get("y"))) for t in group]
    assert places[0][0] == names["A5"]
    assert 3 < len(places) < len(keys)
    for n, (name, x, y) in enumerate(places):
        for other, left, base in places[:n]:
            apart = abs(x - left) - (text_width(name, size) + text_width(other, size)) / 2
            assert apart > 0.5 * size or abs(y - base) > 1.8 * size


def test_the_name_of_a_coarser_area_moves_a_line_before_it_is_left_out(make):
    keys = [f"A{i}" for i in range(8)]
    table = make.released(*(make.rate(key, 20 + i, 200) for i, key in enumerate(keys)))
    groups = {key: f"G{i % 4}" for i, key in enumerate(keys)}
    names = {f"G{n}": f"Stadt Langenbrück {n}" for n in range(4)}
    outlines = make.grid(keys, groups=groups)
    svg = draw(make, table, outlines=outlines, names=names, width=480)
    group = next(e for e in make.parse(svg).iter(f"{make.ns}g") if e.get("class") == "wp-labels")
    places = {t.text: float(t.get("y")) for t in group}
    assert set(places) == set(names.values())
    assert len(set(places.values())) > 1


def test_names_for_narrow_screens_are_larger_and_hidden_until_a_style_shows_them(make):
    keys = [f"A{i}" for i in range(8)]
    table = make.released(*(make.rate(key, 20 + i, 200) for i, key in enumerate(keys)))
    outlines = make.grid(keys, groups={key: f"G{i % 4}" for i, key in enumerate(keys)})
    names = {f"G{n}": f"Stadt Langenbrück {n}" for n in range(4)}
    still = draw(make, table, outlines=outlines, names=names)
    assert "wp-labels-narrow" not in still
    svg = draw(make, table, outlines=outlines, names=names, href=lambda key: f"/gebiete/{key}/")
    wide, narrow = (e for e in make.parse(svg).iter(f"{make.ns}g") if "wp-labels" in e.get("class", ""))
    assert (wide.get("display"), narrow.get("display")) == (None, "none")
    assert float(narrow.get("font-size")) > 1.9 * float(wide.get("font-size"))
    assert 0 < len(narrow) <= len(wide)
