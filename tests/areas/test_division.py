"""Divisions in the store, coarser layers, neighbours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, dissolve, load_division, make_division, neighbours, save_division
from wohnplatz.model import Area, Division, WohnplatzError
from wohnplatz.store import Kind, ObjectStore, StoreError, write_table

from .conftest import layer, square


def division(of: AreaLayer, valid_to: date | None = None) -> Division:
    return make_division(
        of, code="wohnplaetze-2016", level="wohnplatz", label="Wohnplätze 2016", valid_from=date(2016, 1, 1),
        valid_to=valid_to, source="Kreis", licence="dl-de/by-2-0",
    )  # fmt: skip


@pytest.mark.parametrize("valid_to", [None, date(2025, 12, 31)])
def test_a_division_comes_back_equal_with_its_polygons(
    tmp_path: Path, four: AreaLayer, valid_to: date | None
) -> None:
    store, made = ObjectStore(tmp_path), division(four, valid_to)
    loaded, shapes = load_division(store, save_division(store, made, four))
    assert loaded == made
    assert (shapes.keys, shapes.names, shapes.parents) == (four.keys, four.names, four.parents)
    assert shapes.crs == four.crs
    assert (shapes.geometries == four.geometries).all()


def test_equal_divisions_have_one_name_and_every_fact_counts(tmp_path: Path, four: AreaLayer) -> None:
    store = ObjectStore(tmp_path)
    first = save_division(store, division(four), four)
    assert save_division(store, division(four), four) == first
    assert save_division(store, replace(division(four), label="anders"), four) != first


def test_areas_without_parent_and_without_polygon_survive(tmp_path: Path) -> None:
    store, odd = ObjectStore(tmp_path), layer({"01": shapely.Polygon(), "02": square(0, 0)})
    loaded, shapes = load_division(store, save_division(store, division(odd), odd))
    assert loaded.areas == (Area("01", "Ort 01"), Area("02", "Ort 02"))
    assert shapes.geometries[0].is_empty


def test_a_division_needs_areas_and_the_polygons_of_the_same_areas(tmp_path: Path, four: AreaLayer) -> None:
    store, none = ObjectStore(tmp_path), layer({})
    with pytest.raises(WohnplatzError):
        save_division(store, division(none), none)
    with pytest.raises(WohnplatzError):
        save_division(store, division(four), layer({"01": square(0, 0)}))


def test_another_table_is_no_division(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    sha = write_table(store, Kind.DIVISION, {"key": np.array(["01"])})
    with pytest.raises(StoreError, match="keine Gebietsgliederung"):
        load_division(store, sha)


def test_coarser_areas_grow_from_finer_ones(four: AreaLayer) -> None:
    coarse = dissolve(four, [Area("B", "Stadt B", "K"), Area("A", "Stadt A", "K"), Area("C", "leer")])
    assert coarse.keys == ("B", "A", "C")
    assert coarse.parents == ("K", "K", None)
    assert shapely.area(coarse.geometries).tolist() == [2e6, 2e6, 0]
    assert coarse.geometries[2].is_empty


def test_a_layer_refuses_columns_of_different_length(four: AreaLayer) -> None:
    with pytest.raises(ValueError, match="length"):
        replace(four, names=("eins",))


def test_neighbours_share_a_border_and_not_only_a_corner() -> None:
    places = {"00": (0, 0), "01": (1, 0), "11": (1, 1), "99": (9, 9)}
    found = neighbours(layer({key: square(*place) for key, place in places.items()}))
    assert found == {"00": ("01",), "01": ("00", "11"), "11": ("01",), "99": ()}


def test_neighbours_bear_overlaps_empty_and_broken_polygons() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    found = neighbours(
        layer({"01": square(0, 0), "02": square(0.999, 0), "03": shapely.Polygon(), "04": bow})
    )
    assert found == {"01": ("02",), "02": ("01",), "03": (), "04": ()}
