"""The Gemeindeverzeichnis and Berlin's sheets, cell by cell against what was published."""

from __future__ import annotations

import csv
import gzip
from datetime import date

import pytest

from wohnplatz.intake.findings import Findings
from wohnplatz.intake.foreign import READY, best_ready
from wohnplatz.intake.foreign.berlin import register_heading
from wohnplatz.intake.sheets import Table, open_tables
from wohnplatz.model import CellState

FEHRBELLIN = "12068117"
GV = [
    ["Gemeinden in Deutschland am 30.06.2024"],
    [
        "Satz-art",
        "Textkz",
        "ARS",
        "",
        "",
        "",
        "",
        "Gemeindename",
        "Fläche km2 1)",
        "Bevölkerung2)",
        "",
        "PLZ",
    ],
    ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "je km2", ""],
    ["", "", "Gebietsstand am 30.06.2024", "", "", "", "", "", "31.12.2022", "am 31.12.2022 (Jahr)", "", ""],
    ["40", "43", "05", "3", "82", "", "", "Rhein-Sieg-Kreis"],
    ["60", "64", "05", "3", "82", "0004", "004", "Alfter", 34.77, 23904.0, 687.0],
    ["60", "64", 5.0, 3.0, 82.0, 8.0, 8.0, "Bad Honnef", 48.14, 26061.0, 541.0],
    ["Quelle: GV-ISys"],
]
MSS = [
    ["Nummer", "Name", "EW 31.12.2016", "S1", "S2", "S3", "S4", "D1", "K 02"],
    ["01011101", "Stülerstraße", 3114.0, 4.98, 1.5, 8.1, 20.5, -0.1, "-"],
    ["01011102", "Großer Tiergarten", 192.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
]


def read(table, request=None):
    reader = best_ready(table, READY)
    findings = Findings()
    return reader.code, reader.read(table, request, findings), findings


def real(folder, name):
    path = folder / name
    for table in open_tables(path.read_bytes(), path.name):
        if best_ready(table, READY):
            return read(table)
    raise AssertionError(f"no ready reader knows {name}")


def test_a_key_split_over_columns_is_joined_and_lost_zeros_come_back():
    code, table, _ = read(Table("GV", GV))
    assert code == "gemeindeverzeichnis"
    assert list(dict.fromkeys(c.keys[0] for c in table.cells)) == ["05382004", "05382008"]
    population = next(c for c in table.cells if c.path == ("Bevölkerung", "insgesamt"))
    assert (population.value, population.day, population.labels) == (23904, date(2022, 12, 31), ("Alfter",))
    assert {c.path: c.unit for c in table.cells}[("Bevölkerung", "je km2")] == ""
    assert table.layout.notes == ("Quelle: GV-ISys",)


@pytest.mark.reference_data
def test_the_gemeindeverzeichnis_agrees_with_the_official_population_of_every_municipality(reference_data):
    code, table, findings = real(reference_data, "deliveries/AuszugGV2QAktuell.xlsx")
    assert code == "gemeindeverzeichnis"
    people = {c.keys[0]: c for c in table.cells if c.path == ("Bevölkerung", "insgesamt")}
    assert sum(c.value for k, c in people.items() if k.startswith("05382")) == 608_335
    assert sum(c.value for k, c in people.items() if k.startswith("05378")) == 286_213
    packed = reference_data / "geo" / "vg250_gem_attributes_2022-12-31.csv.gz"
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        official = {row["AGS"]: float(row["EWZ"]) for row in csv.DictReader(file)}
    # The edition writes 0 for one municipality; it is read as it stands, and warned of.
    assert [(f.area, f.severity) for f in findings.all()] == [(FEHRBELLIN, "warning")]
    assert sum(c.value for c in people.values()) + official[FEHRBELLIN] == 84_358_845
    # The borders of the register are a year and a half younger: merged municipalities have other keys.
    common = official.keys() & people.keys()
    assert len(common) > 10_900
    assert all(people[key].value == official[key] for key in common if key.startswith(("05", "11", "02")))


@pytest.mark.reference_data
def test_each_municipality_is_the_sum_of_men_and_women(reference_data):
    _, table, _ = real(reference_data, "deliveries/AuszugGV2QAktuell.xlsx")
    cells = {(c.keys[0], c.path[-1]): c.value for c in table.cells if c.path[0] == "Bevölkerung"}
    keys = {key for key, _ in cells}
    assert len(keys) == 10_959
    assert all(cells[k, "männlich"] + cells[k, "weiblich"] == cells[k, "insgesamt"] for k in keys)


def test_headings_of_the_register_are_words():
    assert register_heading("E_E") == ("Einwohnerinnen und Einwohner", "insgesamt")
    assert register_heading("E_E95_110")[-1] == "95 Jahre und älter"
    assert register_heading("E_E80U110")[-1] == "80 Jahre und älter"
    assert register_heading("E_E15U18")[-1] == "15 bis unter 18 Jahre"
    assert register_heading("STADTRAUM") == ()


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("register", "sheet"),
    [("EWR201612E_Matrix.csv", "2017_MSS_cut.xlsx"), ("EWR201212E_Matrix.csv", "MSS_2013_cutforR.xls")],
)
def test_the_register_and_the_monitoring_count_the_same_people(reference_data, register, sheet):
    code, table, _ = real(reference_data, f"berlin_lor/{register}")
    assert code == "berlin_ewr"
    of_register = {c.keys[0]: c.value for c in table.cells if c.path[1:] == ("insgesamt",)}
    code, table, _ = real(reference_data, f"berlin_mss/{sheet}")
    assert code == "berlin_mss"
    of_monitoring = {c.keys[0]: c.value for c in table.cells if c.path == ("Einwohnerinnen und Einwohner",)}
    assert len(of_register) == 447
    assert of_register == of_monitoring


@pytest.mark.reference_data
def test_ages_and_sexes_of_the_register_sum_to_the_whole(reference_data):
    _, table, _ = real(reference_data, "berlin_lor/EWR201812E_Matrix.csv")
    sums: dict[tuple[str, str], float] = {}
    for cell in table.cells:
        kind = {"insgesamt": "all", "männlich": "sex", "weiblich": "sex"}.get(cell.path[1], "age")
        if len(cell.path) == 2:
            sums[cell.keys[0], kind] = sums.get((cell.keys[0], kind), 0) + cell.value
    keys = {key for key, _ in sums}
    assert all(sums[k, "all"] == sums[k, "sex"] == sums[k, "age"] for k in keys)
    assert {c.day for c in table.cells} == {date(2018, 12, 31)}


def test_areas_left_out_of_the_index_have_no_zeros_and_a_dash_is_no_zero():
    code, table, findings = read(Table("Sheet1", MSS))
    assert code == "berlin_mss"
    left_out = [c for c in table.cells if c.keys == ("01011102",)]
    assert (left_out[0].value, left_out[0].state) == (192, CellState.VALUE)
    assert {(c.value, c.state) for c in left_out[1:]} == {(None, CellState.UNKNOWN)}
    dash = next(c for c in table.cells if c.path == ("K 02",))
    assert (dash.value, dash.state) == (None, CellState.UNKNOWN)
    assert findings.all()[0].message.startswith("In 1\xa0Gebiet stehen Nullen")


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("name", "used"),
    [("MSS_2013_cutforR.xls", 434), ("2015_MSS_cut.xlsx", 435), ("2017_MSS_cut.xlsx", 436)],
)
def test_the_monitoring_has_figures_for_exactly_the_areas_of_its_index(reference_data, name, used):
    _, table, _ = real(reference_data, f"berlin_mss/{name}")
    shares = {c.keys[0]: c for c in table.cells if c.path == ("S1",)}
    assert len(shares) == 447
    assert sum(c.value is not None for c in shares.values()) == used
    stored = {
        row[0]: row for row in open_tables((reference_data / "berlin_mss" / name).read_bytes(), name)[0].rows
    }
    heads = {c.path[0]: c.position for c in table.layout.columns}
    for cell in table.cells:
        if cell.value is not None and cell.path[0] in heads:
            assert stored[cell.keys[0]][heads[cell.path[0]]] == cell.value
