import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.monitoring.typology import Grouping, silhouettes, similar, typology


def three_clouds(seed: int = 1, n: int = 20) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = np.repeat([0, 1, 2], [n, n - 4, n - 8])
    return np.array([[0, 0, 0], [10, 0, 5], [0, 9, 9]])[true] + rng.normal(0, 0.7, (len(true), 3)), true


@pytest.mark.parametrize("method", Grouping)
def test_clouds_are_found_and_their_number_is_chosen_by_silhouette(method):
    x, true = three_clouds()
    found = typology(x, method=method)
    assert found.sizes == (20, 16, 12)
    assert (found.labels == true + 1).all()
    assert max(found.by_count, key=found.by_count.__getitem__) == 3
    assert set(found.by_count) == set(range(2, 9))


def test_silhouette_by_hand():
    """Rousseeuw's definition on a line: groups {0, 1} and {5}."""
    found = silhouettes(np.array([[0.0], [1], [5]]), np.array([1, 1, 2]))
    np.testing.assert_allclose(found, [(5 - 1) / 5, (4 - 1) / 4, 0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(list(Grouping)))
def test_neither_order_of_areas_nor_units_change_the_groups(seed, method):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(30, 4))
    mixed = rng.permutation(30)
    one = typology(x, method=method)
    other = typology(x[mixed] * [2.0, 0.25, 1, 1024] + [0, 8, -4, 0], method=method)
    assert (one.labels[mixed] == other.labels).all()


def test_areas_with_a_gap_are_left_out_and_change_nothing():
    x, _ = three_clouds()
    more = np.vstack([x, [[np.nan, 1, 1]], [[np.inf, 1, 1]]])
    found = typology(more)
    assert (found.labels[:-2] == typology(x).labels).all()
    assert found.labels[-2:].tolist() == [0, 0]
    assert np.isnan(found.silhouette[-2:]).all()


@pytest.mark.parametrize(
    ("values", "count", "reason"),
    [
        (np.full((6, 2), np.nan), None, "too_few"), (np.ones((1, 2)), None, "too_few"),
        (np.ones((6, 2)), None, "constant"), (np.empty((6, 0)), None, "too_few"),
        (np.arange(8.0).reshape(4, 2), 4, "too_few"),
    ],
)  # fmt: skip
def test_what_cannot_be_grouped_is_a_stated_result(values, count, reason):
    found = typology(values, count)
    assert found.reason == reason
    assert (found.labels == 0).all()


def test_a_constant_indicator_counts_for_nothing():
    x, _ = three_clouds()
    found = typology(np.column_stack([x, np.full(len(x), 0.1 + 0.2)]))
    assert (found.labels == typology(x).labels).all()
    assert found.constant.tolist() == [False] * 3 + [True]


def test_the_nearest_profiles_come_first_with_what_differs():
    x = np.array([[0.0, 0], [1, 0], [9, 9], [np.nan, 0], [0, 2]])
    found = similar(x, 0, 2)
    assert found.places.tolist() == [1, 4]
    assert found.used == 4
    assert found.difference[0, 0] > 0
    assert found.difference[0, 1] == 0
    assert similar(x, 3).reason == "no_value"
    assert similar(np.ones((4, 2)), 0).reason == "too_few"


def test_ward_groups_and_silhouettes_are_those_of_another_library():
    cluster = pytest.importorskip("sklearn.cluster")
    metrics = pytest.importorskip("sklearn.metrics")
    x = np.random.default_rng(3).normal(size=(60, 4)) * [1, 10, 0.1, 5]
    found = typology(x, 5, method=Grouping.WARD)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = cluster.AgglomerativeClustering(5, linkage="ward").fit(z).labels_
    assert metrics.adjusted_rand_score(theirs, found.labels) == 1
    np.testing.assert_allclose(found.silhouette, metrics.silhouette_samples(z, theirs))
    for count, width in found.by_count.items():
        labels = cluster.AgglomerativeClustering(count, linkage="ward").fit(z).labels_
        assert width == pytest.approx(metrics.silhouette_score(z, labels))


def test_k_means_is_as_tight_as_another_library_finds_it():
    cluster = pytest.importorskip("sklearn.cluster")
    x = np.random.default_rng(5).normal(size=(50, 3))
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = typology(x, 4, method=Grouping.K_MEANS)
    spread = sum(((z[found.labels == g] - z[found.labels == g].mean(axis=0)) ** 2).sum() for g in range(1, 5))
    theirs = cluster.KMeans(4, n_init=50, random_state=0).fit(z).inertia_
    assert spread <= theirs * 1.02
