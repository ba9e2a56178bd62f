"""Published files as deliveries: read without any guide where their headings say what is asked for."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wohnplatz.intake import Request, read_delivery
from wohnplatz.model import Catalogue, CellState, DataSet, Dimension, Variable

HEAD = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
    "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label"
)
ROW = (
    "12613;Sterbefälle;JAHR;Jahr;{time};GEOGM1;Gemeinden;{key};Ort;GES;Geschlecht;{sex};{value};Anzahl;BEV003;"
    "Gestorbene"
)


@pytest.fixture(scope="module")
def towns() -> Catalogue:
    sex = Dimension("geschlecht", "Geschlecht", {"m": "männlich", "w": "weiblich"})

    def variable(code: str, label: str, **more) -> Variable:
        return Variable(code, label, "Personen", "bev", "kommune", **more)

    variables = [
        variable("einwohner", "Bevölkerung", breakdowns=("geschlecht",)),
        variable("gestorbene", "Gestorbene", breakdowns=("geschlecht",), reference="Jahr"),
    ]
    return Catalogue(
        dimensions={"geschlecht": sex}, datasets={"bev": DataSet("bev", "Bevölkerung", "Land", "")},
        variables={v.code: v for v in variables}, indicators={}, indices={}, blocks={},
    )  # fmt: skip


def asked(catalogue: Catalogue, areas, day: date, **more) -> Request:
    return Request(catalogue.datasets["bev"], day, dict.fromkeys(areas, "Ort"), "kommune", **more)


def flat(*rows: tuple[str, str, str, str]) -> bytes:
    lines = [ROW.format(time=t, key=k, sex=s, value=v) for t, k, s, v in rows]
    return "\r\n".join([HEAD, *lines]).encode()


def test_a_flat_file_of_the_new_form_becomes_observations(towns):
    data = flat(
        ("2023", "053820004004", "GESM;männlich", "50"), ("2023", "053820004004", "GESW;weiblich", "-"),
        ("2023", "053820004004", ";", "."), ("2023", "110000000000", ";", "9"),
        ("2022", "053820004004", ";", "8"),
    )  # fmt: skip
    result = read_delivery(data, "flat.csv", asked(towns, ["05382004"], date(2023, 12, 31)), towns)
    assert (result.ok, result.reader) == (True, "genesis")
    assert [(o.area, o.value, o.state, o.breakdown, o.row) for o in result.observations] == [
        ("05382004", 50, CellState.VALUE, {"geschlecht": "m"}, 2),
        ("05382004", 0, CellState.VALUE, {"geschlecht": "w"}, 3),
        ("05382004", None, CellState.UNKNOWN, None, 4),
    ]
    codes = {f.code for f in result.findings}
    assert {"intake.other_areas", "intake.other_days"} <= codes


def test_a_flat_file_of_another_year_is_refused(towns):
    data = flat(("2019", "053820004004", ";", "50"))
    result = read_delivery(data, "flat.csv", asked(towns, ["05382004"], date(2023, 12, 31)), towns)
    assert "intake.no_due_day" in {f.code for f in result.findings if f.severity == "error"}


def test_a_census_grid_becomes_one_observation_an_area_with_its_state(towns):
    data = (
        "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n"
        "CRS3035RES100mN3000000E4000000;4000050;3000050;12\n"
        "CRS3035RES100mN3000000E4000100;4000150;3000050;–\n"
        "CRS3035RES100mN3000000E9000000;9000050;3000050;5\n"
    )
    request = asked(
        towns, ["05382004"], date(2022, 5, 15), locate=lambda x, _: np.where(x < 5e6, "05382004", "")
    )
    result = read_delivery(data.encode("cp1252"), "grid.csv", request, towns)
    assert (result.ok, result.reader) == (True, "zensus_gitter")
    assert [(o.area, o.value, o.state) for o in result.observations] == [("05382004", 12, CellState.PARTIAL)]


@pytest.mark.reference_data
@pytest.mark.parametrize(("district", "people"), [("05382", 608_335), ("05378", 286_213)])
def test_the_gemeindeverzeichnis_delivers_a_districts_municipalities(reference_data, towns, district, people):
    data = (reference_data / "deliveries" / "AuszugGV2QAktuell.xlsx").read_bytes()
    from wohnplatz.areas import read_layer

    layer = read_layer(reference_data / "geo" / "vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")
    keys = [key for key in layer.keys if key.startswith(district)]
    result = read_delivery(data, "gv.xlsx", asked(towns, keys, date(2022, 12, 31)), towns)
    assert (result.ok, result.reader) == (True, "gemeindeverzeichnis")
    sums = {
        sex: sum(o.value for o in result.observations if o.category("geschlecht") == sex) for sex in "Tmw"
    }
    assert sums["T"] == sums["m"] + sums["w"] == people
    assert {o.area for o in result.observations} == set(keys)


@pytest.mark.reference_data
def test_berlins_register_delivers_every_planning_area(reference_data, towns):
    data = (reference_data / "berlin_lor" / "EWR201612E_Matrix.csv").read_bytes()
    keys = [line.split(";")[1] for line in data.decode().splitlines()[1:]]
    result = read_delivery(data, "ewr.csv", asked(towns, keys, date(2016, 12, 31)), towns)
    assert (result.ok, result.reader, len(result.observations)) == (True, "berlin_ewr", 3 * 447)
