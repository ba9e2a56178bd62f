"""Design of areas: against enumeration, properties, and real municipalities."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.areas import check_layer, read_layer
from wohnplatz.areas.design import (
    Blocks,
    Grid,
    Wishes,
    area_layer,
    blocks_of,
    describe,
    load_blocks,
    move,
    parts,
    propose,
    read_grid,
    save_blocks,
    severed_by_areas,
    severed_by_lines,
)
from wohnplatz.areas.design.moving import problems_of, without
from wohnplatz.areas.layer import AreaLayer
from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.store import ObjectStore

NONE = np.zeros((0, 2), dtype=np.int64)


def chessboard(rows: int, columns: int, people: list[float], values: list[float] | None = None) -> Blocks:
    boxes = [shapely.box(c * 1000, r * 1000, c * 1000 + 1000, r * 1000 + 1000)
             for r in range(rows) for c in range(columns)]  # fmt: skip
    pairs = [(n, n + 1) for n in range(rows * columns) if n % columns < columns - 1]
    pairs += [(n, n + columns) for n in range((rows - 1) * columns)]
    table = np.array([values]).T if values else np.zeros((rows * columns, 0))
    return Blocks(
        tuple(f"z{n:03d}" for n in range(rows * columns)),
        np.array(boxes, dtype=object), np.array(people, float),
        np.zeros(len(boxes), bool), ("anteil",) if values else (), table,
        np.array(sorted(pairs)), "EPSG:25832",
    )  # fmt: skip


def best_by_enumeration(blocks: Blocks, count: int, minimum: float) -> float:
    """The least cost of ways over all choices of centres and all assignments that hold together."""
    n, people = len(blocks), blocks.inhabitants
    weight = 0.8 * people / people.sum() + 0.2 / n
    radius = np.sqrt(n * 1e6 / count / np.pi)
    apart = np.abs(blocks.places[:, None] - blocks.places[None]).sum(axis=2) / radius
    best = np.inf
    for centres in combinations(range(n), count):
        for choice in product(range(count), repeat=n):
            areas = np.array(choice)
            if any(areas[c] != k for k, c in enumerate(centres)):
                continue
            if np.bincount(areas, people, count).min() < minimum:
                continue
            if len(np.unique(parts(n, blocks.pairs, areas))) > count:
                continue
            best = min(best, float((weight * apart[np.array(centres)[areas], np.arange(n)]).sum()))
    return best


@pytest.mark.parametrize(
    "people", [[5, 1, 1, 1, 1, 5], [1, 9, 1, 2, 2, 9], [3, 3, 3, 3, 3, 3], [0, 8, 0, 0, 7, 1]]
)
@pytest.mark.parametrize("count", [2, 3])
def test_the_solver_finds_the_optimum_that_enumeration_finds(people, count) -> None:
    blocks = chessboard(2, 3, people)
    found, best = (
        propose(blocks, Wishes(6, 3, count, compact=1, even=0)),
        best_by_enumeration(blocks, count, 3),
    )
    if np.isinf(best):
        assert found.reason.startswith("Nicht möglich, weil")
        return
    assert found.optimal
    assert found.objective == pytest.approx(best, abs=1e-6)


def test_areas_follow_a_variable_when_it_alone_counts() -> None:
    blocks = chessboard(2, 4, [10] * 8, [1, 1, 1, 9, 1, 9, 9, 9])
    found = propose(blocks, Wishes(40, 10, 2, compact=0.001, even=0, alike=1))
    assert found.areas is not None
    assert describe(blocks, found.areas).homogeneity == pytest.approx(1)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 900), min_size=20, max_size=20),
    st.integers(2, 4),
    st.randoms(use_true_random=False),
)
def test_proposals_hold_together_keep_the_minimum_and_do_not_depend_on_order(people, count, chance) -> None:
    people = [p + 1 for p in people]
    blocks = chessboard(4, 5, people)
    wishes = Wishes(sum(people) / count, sum(people) / (2 * count), count, seconds=300)
    found = propose(blocks, wishes)
    if found.areas is None:
        assert found.reason.startswith("Nicht möglich, weil")
        return
    assert set(found.areas) == set(range(1, count + 1))
    assert not problems_of(blocks, found.areas, wishes.minimum, NONE)
    order = list(range(20))
    chance.shuffle(order)
    position = np.argsort(order)
    mixed = replace(
        blocks, keys=tuple(blocks.keys[n] for n in order), geometries=blocks.geometries[order],
        inhabitants=blocks.inhabitants[order], pairs=np.sort(position[blocks.pairs], axis=1),
    )  # fmt: skip
    again = propose(mixed, wishes)
    assert again.areas is not None
    assert again.areas[position].tolist() == found.areas.tolist()


def test_a_fixed_border_is_never_crossed() -> None:
    blocks = chessboard(2, 4, [10] * 8)
    river = shapely.LineString([(1000, -10), (1000, 3000)])
    severed = severed_by_lines(blocks, [river])
    assert severed.tolist() == [[0, 1], [4, 5]]
    found = propose(blocks, Wishes(40, 20, 2), severed)
    assert found.areas is not None
    assert found.areas[[0, 4]].tolist() == [found.areas[0]] * 2
    assert not set(found.areas[[0, 4]]) & set(found.areas[[1, 2, 3, 5, 6, 7]])
    sides = np.array([shapely.box(0, 0, 1000, 2000), shapely.box(1000, 0, 4000, 2000)], dtype=object)
    halves = AreaLayer(("a", "b"), ("a", "b"), (None, None), sides)
    assert severed_by_areas(blocks, halves).tolist() == severed.tolist()


def test_what_is_not_possible_is_said_with_what_to_relax() -> None:
    blocks = chessboard(2, 3, [10] * 6)
    severed = severed_by_lines(blocks, [shapely.LineString([(1000, -10), (1000, 3000)])])
    cases = {
        "unter der Mindestzahl": propose(blocks, Wishes(50, 100)),
        "brauchen": propose(blocks, Wishes(20, 25, 3)),
        "für 9 Gebiete": propose(blocks, Wishes(5, 1, 9)),
        "feste Grenzen einen Teil": propose(blocks, Wishes(30, 30, 2), severed),
        "bilden, die zusammen": propose(blocks, Wishes(60, 10, 1), severed),
        "zusammenhängenden": propose(chessboard(1, 3, [10, 1, 10]), Wishes(10, 10.4, 2)),
    }
    for words, found in cases.items():
        assert found.areas is None
        assert words in found.reason
        assert "Bitte" in found.reason


def test_a_move_says_at_once_what_stands_against_it() -> None:
    blocks = chessboard(1, 4, [10, 10, 10, 10])
    areas = np.array([1, 1, 2, 2])
    fine = move(blocks, areas, ["z001"], 2, minimum=10)
    assert fine.areas.tolist() == [1, 2, 2, 2]
    assert fine.problems == ()
    torn = move(blocks, areas, ["z003"], 1, minimum=15)
    assert any("zerfällt in 2 Teile" in p for p in torn.problems)
    assert any("5 weniger als die Mindestzahl" in p for p in torn.problems)
    assert any("entfällt" in p for p in move(blocks, areas, ["z000", "z001"], 2).problems)
    with pytest.raises(KeyError):
        move(blocks, areas, ["fremd"], 1)


def test_many_blocks_are_put_together_first_and_areas_still_hold_together() -> None:
    chance = np.random.default_rng(1)
    blocks = chessboard(30, 30, chance.integers(0, 90, 900).tolist())
    found = propose(blocks, Wishes(10_000, 5_000, 4, even=0.1, seconds=300))
    assert found.areas is not None
    assert 0 < found.condensed < 900
    assert not problems_of(blocks, found.areas, 5_000, NONE)


def test_figures_are_those_counted_by_hand() -> None:
    blocks = chessboard(1, 4, [10, 30, 20, 40], [1, 1, 5, 5])
    d = describe(blocks, np.array([1, 1, 2, 2]))
    assert (d.smallest, d.median, d.largest) == (40, 50, 60)
    assert d.homogeneity == pytest.approx(1)
    assert d.areas[0].compactness == pytest.approx(4 * np.pi * 2 / 36)
    assert d.areas[1].means == (5.0,)
    assert describe(chessboard(1, 2, [1, 1], [3, 3]), np.array([1, 2])).homogeneity is None


def test_blocks_come_back_from_the_store(tmp_path) -> None:
    blocks = chessboard(2, 2, [1, 2, 3, 4], [1, 2, 3, 4])
    store = ObjectStore(tmp_path)
    again, severed = load_blocks(store, save_blocks(store, blocks, blocks.pairs[:1]))
    assert again.keys == blocks.keys
    assert again.pairs.tolist() == blocks.pairs.tolist()
    assert severed.tolist() == blocks.pairs[:1].tolist()
    assert again.values.tolist() == blocks.values.tolist()
    assert shapely.equals(again.geometries, blocks.geometries).all()


def test_a_file_of_another_form_is_refused_with_words() -> None:
    for data in (b"", b"a;b\n1;2", b"Gitter_ID_1km;Einwohner\nquatsch;3"):
        with pytest.raises(WohnplatzError) as caught:
            read_grid(data)
        assert caught.value.todo


def test_secret_cells_are_unknown_and_not_counted() -> None:
    grid = read_grid(
        b"Gitter_ID_1km;x_mp_1km;y_mp_1km;Einwohner;Alter_D\n"
        b"1kmN3100E4100;4100500,0;3100500,0;12;40,5\n"
        b"1kmN3100E4101;4101500,0;3100500,0;-1;-1\n"
    )
    assert isinstance(grid, Grid)
    assert np.isnan(grid.inhabitants[1])
    assert grid.names == ("Alter_D",)
    assert (grid.x[0], grid.y[0], grid.size) == (4_100_500, 3_100_500, 1000)
    new = read_grid(
        "\ufeffGITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\nCRS3035RES100mN2689100E4337000;4337050;2689150;–\n".encode()
    )
    assert (new.x[0], new.y[0], new.size) == (4_337_050, 2_689_150, 100)
    assert np.isnan(new.inhabitants[0])


@pytest.mark.reference_data
@pytest.mark.parametrize("name", ["Much", "Troisdorf"])
def test_real_municipalities_are_covered_without_gap_and_keep_the_minimum(reference_data, name) -> None:
    grid = read_grid(
        (reference_data / "zensus2011/zensus2011_1km_spitze_rsk_rbk_koeln_bonn.csv").read_bytes()
    )
    towns = read_layer(reference_data / "geo/vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")
    n = towns.names.index(name)
    blocks = blocks_of(towns.geometries[n], grid, towns.crs, ("Auslaender_A",))
    assert shapely.area(blocks.geometries).sum() == pytest.approx(towns.geometries[n].area, rel=1e-6)
    found = propose(blocks, Wishes(5000, 2000, even=0.15, seconds=300))
    assert found.areas is not None
    assert not problems_of(blocks, found.areas, 2000, NONE)
    layer = area_layer(blocks, found.areas, parent=towns.keys[n])
    only = AreaLayer(towns.keys[n : n + 1], towns.names[n : n + 1], (None,), towns.geometries[n : n + 1])
    assert not [f for f in check_layer(layer, only) if f.severity is Severity.ERROR]
    assert without(blocks.pairs, blocks.pairs).tolist() == []
