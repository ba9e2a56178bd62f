import csv
import doctest
import gzip

import numpy as np
import pytest

from wohnplatz.monitoring import segregation
from wohnplatz.monitoring.segregation import dissimilarity, exposure, information, isolation


def test_examples_in_the_documentation_are_true():
    assert doctest.testmod(segregation).failed == 0


@pytest.mark.reference_data
def test_schools_have_the_published_m_and_h(reference_data):
    with gzip.open(reference_data / "segregation/schools00.csv.gz", "rt") as f:
        rows = list(csv.DictReader(f))
    schools = {s: i for i, s in enumerate(dict.fromkeys(r["school"] for r in rows))}
    races = {s: i for i, s in enumerate(dict.fromkeys(r["race"] for r in rows))}
    counts = np.zeros((len(schools), len(races)))
    for r in rows:
        counts[schools[r["school"]], races[r["race"]]] += float(r["n"])
    found = information(counts)
    assert found.mutual == pytest.approx(0.425539, abs=5e-7)
    assert found.theil == pytest.approx(0.418808, abs=5e-7)


def test_dissimilarity_by_hand():
    found = dissimilarity(np.array([30.0, 10, 10]), np.array([20.0, 40, 40]))
    assert found.statistic == pytest.approx((0.4 + 0.2 + 0.2) / 2)
    assert found.statistic > found.high > found.expected > found.low
    assert found.p < 0.01


def test_the_random_baseline_is_the_mean_of_all_ways_to_put_people_into_areas():
    """Two areas of two people, two of four belong to the group: D is 1 in 2 of 6 ways, 0 in 4 of 6."""
    found = dissimilarity(np.array([1.0, 1]), np.array([1.0, 1]), draws=40_000)
    assert found.statistic == 0
    assert found.expected == pytest.approx(1 / 3, abs=0.01)
    assert found.p == 1


def test_few_people_in_many_small_areas_are_far_from_even_by_chance_alone():
    rng = np.random.default_rng(1)
    a = rng.binomial(20, 0.05, 200).astype(float)
    found = dissimilarity(a, 20 - a)
    assert found.statistic > 0.3
    assert found.low <= found.statistic <= found.high
    assert abs(found.excess) < 0.1


def test_isolation_and_exposure_of_two_groups_add_to_one():
    a, b = np.array([10.0, 5, 40]), np.array([30.0, 60, 2])
    assert isolation(a, a + b) + exposure(a, b, a + b) == pytest.approx(1)
    assert isolation(a, a + b) == pytest.approx((10 * 10 / 40 + 5 * 5 / 65 + 40 * 40 / 42) / 55)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ([np.nan, np.nan], [1.0, 2], "too_few"),
        ([5.0], [5.0], "too_few"),
        ([0.0, 0], [4.0, 5], "empty_group"),
        ([-1.0, 3], [4.0, 5], "negative"),
    ],
)
def test_what_cannot_be_computed_is_a_stated_result(a, b, reason):
    found = dissimilarity(np.array(a), np.array(b))
    assert found.reason == reason
    assert np.isnan(found.statistic)


def test_an_empty_group_has_no_isolation():
    assert np.isnan(isolation(np.zeros(3), np.ones(3)))
    assert information(np.array([[1.0, 0], [2, 0]])).reason == "empty_group"


def test_areas_without_a_number_change_nothing_for_the_others():
    a, b = np.array([30.0, 10, np.nan]), np.array([20.0, 40, 9])
    assert dissimilarity(a, b).statistic == dissimilarity(a[:2], b[:2]).statistic
    assert isolation(a, a + b) == isolation(a[:2], (a + b)[:2])
