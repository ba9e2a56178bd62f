"""Census grid files: cells to areas by their midpoints, states kept, averages never added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wohnplatz.intake.findings import Findings
from wohnplatz.intake.foreign import READY, CensusGrid, best_ready
from wohnplatz.intake.foreign.census_grid import summed
from wohnplatz.intake.sheets import open_tables
from wohnplatz.model import CellState

NEW = [
    "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner;werterlaeuternde_Zeichen",
    "CRS3035RES100mN3000000E4000000;4000050;3000050;12;",
    "CRS3035RES100mN3000000E4000100;4000150;3000050;7;KLAMMERN",
    "CRS3035RES100mN3000000E4100000;4100050;3000050;5;",
    "CRS3035RES100mN3000100E4100000;4100050;3000150;–;",
    "CRS3035RES100mN3000000E4200000;4200050;3000050;–;",
    "CRS3035RES100mN9000000E9000000;9000050;9000050;99;",
]
OLD = [
    "Gitter_ID_1km;x_mp_1km;y_mp_1km;Einwohner;Frauen_A;Einwohner_cat",
    "1kmN3000E4000;4000500,0;3000500,0;139;50,36;1",
    "1kmN3001E4000;4000500,0;3001500,0;-1;-1,0;-1",
    "1kmN3000E4100;4100500,0;3000500,0;20;50,0;1",
]


def locate(x, y):
    """Three areas side by side, 100 km wide; beyond them nothing."""
    names = np.array(["west", "mitte", "ost", ""])
    return names[np.clip(((x - 4_000_000) // 100_000).astype(int), 0, 3)]


@pytest.fixture
def read(request_):
    def reading(lines, encoding="utf-8"):
        table = open_tables("\n".join(lines).encode(encoding), "a.csv")[0]
        assert best_ready(table, READY).code == "zensus_gitter"
        findings = Findings()
        return CensusGrid().read(table, replace(request_, locate=locate), findings), findings

    return reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_cells_are_added_up_and_the_sum_carries_its_state(read, encoding):
    table, _ = read(NEW, encoding)
    sums = {c.keys[0]: (c.value, c.state) for c in table.cells}
    assert sums == {
        "west": (19, CellState.LIMITED),
        "mitte": (5, CellState.PARTIAL),
        "ost": (None, CellState.UNKNOWN),
    }


def test_dates_units_and_places_are_those_of_the_census(read):
    table, _ = read(NEW)
    west = next(c for c in table.cells if c.keys == ("west",))
    assert (west.day.isoformat(), west.unit, west.row, west.letter) == ("2022-05-15", "Anzahl", 2, "D")
    assert west.text == "Summe aus 2\xa0Gitterzellen"
    assert read(OLD)[0].cells[0].day.isoformat() == "2011-05-09"


def test_cells_outside_are_counted_and_told(read):
    told = {f.code: f.message for f in read(NEW)[1].all()}
    assert told["intake.cells_outside"].startswith("1\xa0Gitterzelle liegt außerhalb")
    assert "2022" in told["intake.census_altered"]


def test_the_old_form_knows_uninhabited_or_secret_and_leaves_shares_and_classes_out(read):
    table, findings = read(OLD)
    assert {c.path for c in table.cells} == {("Einwohner",)}
    assert {c.keys[0]: (c.value, c.state) for c in table.cells} == {
        "west": (139, CellState.PARTIAL),
        "mitte": (20, CellState.VALUE),
    }
    left_out = [f.value for f in findings.all() if f.code == "intake.no_sum"]
    assert left_out == ["Frauen_A", "Einwohner_cat"]


def test_an_average_is_left_out_whatever_it_is_called(read):
    lines = [NEW[0].replace("Einwohner", "Irgendwas"), *(line.replace(";12;", ";1,5;") for line in NEW[1:])]
    table, findings = read(lines)
    assert not table.cells
    assert "intake.no_sum" in findings


def test_a_broken_identifier_is_an_error_at_its_row(read):
    table, findings = read([*NEW, "CRS3035RES100m;1;2;3;"])
    broken = next(f for f in findings.all() if f.code == "intake.broken_cell_id")
    assert (broken.row, broken.severity) == (8, "error")
    assert len(table.cells) == 3


def test_without_borders_nothing_is_added_and_that_is_said(request_):
    table = open_tables("\n".join(NEW).encode(), "a.csv")[0]
    findings = Findings()
    assert not CensusGrid().read(table, request_, findings).cells
    assert "intake.no_places" in findings


def test_the_state_of_a_sum():
    value, limited, unknown = (int(s) for s in (CellState.VALUE, CellState.LIMITED, CellState.UNKNOWN))
    states = np.array([value, limited, unknown], dtype=np.uint8)
    assert summed(np.array([1.0, 2.0, np.nan]), states) == (3.0, CellState.PARTIAL)
    assert summed(np.array([1.0, 2.0]), states[:2]) == (3.0, CellState.LIMITED)
    assert summed(np.array([np.nan]), states[2:]) == (None, CellState.UNKNOWN)
    assert summed(np.array([]), np.array([], dtype=np.uint8)) == (None, CellState.UNKNOWN)


@pytest.mark.reference_data
def test_the_inhabitants_of_27_municipalities_in_2011(reference_data, request_):
    import shapely
    from pyproj import Transformer

    from wohnplatz.areas import read_layer

    geo = reference_data / "geo" / "vg250_gem_rsk_rbk_2022_25832.geojson"
    layer = read_layer(geo, key="AGS", name="GEN")
    tree = shapely.STRtree(layer.geometries)
    to_utm = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)
    keys = np.array(layer.keys)

    def place(x, y):
        points, hits = tree.query(shapely.points(*to_utm.transform(x, y)), predicate="within")
        found = np.full(len(x), "", dtype=keys.dtype)
        found[points] = keys[hits]
        return found

    data = next((reference_data / "zensus2011").glob("*.csv"))
    table = open_tables(data.read_bytes(), data.name)[0]
    findings = Findings()
    asked = replace(request_, areas=dict.fromkeys(layer.keys, ""), locate=place)
    cells = CensusGrid().read(table, asked, findings).cells
    assert len(cells) == 27
    assert {c.path for c in cells} == {("Einwohner",)}
    assert sum(c.value for c in cells) == 846_967
    # In most of them lie cells that are uninhabited or secret: the file does not say which.
    assert {c.state for c in cells} == {CellState.VALUE, CellState.PARTIAL}
