"""Berlin's areas and three editions of its monitoring, as deliveries through every room and the door."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.model import CellState

pytestmark = pytest.mark.reference_data

SCRIPT = Path(__file__).resolve().parents[2] / "bench" / "berlin_mss.py"


@pytest.fixture(scope="session")
def berlin():
    spec = importlib.util.spec_from_file_location("bench_berlin_mss", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def released(berlin, reference_data, tmp_path_factory):
    return berlin.run(reference_data, tmp_path_factory.mktemp("berlin"))


def column(table, measure, mss):
    """The released figures of a measure in the order of the sheet; the edition refers to the year before."""
    found = {f.area: f for f in table if (f.indicator, f.year) == (f"mss:{measure}", mss.edition - 1)}
    assert set(found) == set(mss.keys)
    return [found[key] for key in mss.keys]


def test_the_script_itself_finds_no_difference(released):
    _, comparisons = released
    assert [(c.edition, c.areas, c.used, c.missed) for c in comparisons] == [
        (2013, 447, 434, 0),
        (2015, 447, 435, 0),
        (2017, 447, 436, 0),
    ]
    assert all(c.holds for c in comparisons)


def test_the_official_classes_come_out_of_the_door_without_a_miss(released, mss):
    table, _ = released
    for measure, official in (("status_class", mss.status_class), ("dynamics_class", mss.dynamics_class)):
        assert [f.value or 0 for f in column(table, measure, mss)] == official.tolist()
    groups = np.where(mss.used, (mss.status_class - 1) * 3 + mss.dynamics_class, 0)
    assert [f.value or 0 for f in column(table, "group", mss)] == groups.tolist()


def test_the_index_comes_out_of_the_door_as_published(released, mss):
    table, _ = released
    for measure, official in (("status", mss.status), ("dynamics", mss.dynamics)):
        found = np.array([np.nan if f.value is None else f.value for f in column(table, measure, mss)])
        assert np.isnan(found).tolist() == (~mss.used).tolist()
        np.testing.assert_allclose(found[mss.used], official[mss.used], atol=1e-4)


def test_an_excluded_area_has_no_number_and_says_why(released, mss):
    table, _ = released
    for figure, used, inhabitants in zip(
        column(table, "status", mss), mss.used, mss.inhabitants, strict=True
    ):
        if not used:
            assert figure.state in {CellState.NOT_APPLICABLE, CellState.PROTECTED}
            assert (figure.value, figure.numerator, figure.denominator) == (None, None, None)
            small = inhabitants < 300
            assert figure.reason == (
                "protected"
                if figure.state is CellState.PROTECTED
                else "min_population"
                if small
                else "excluded"
            )
