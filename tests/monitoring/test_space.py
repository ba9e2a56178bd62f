import csv
import doctest
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.monitoring import getis, space, weights
from wohnplatz.monitoring.getis import getis_ord, joint, local_g
from wohnplatz.monitoring.space import conditional_draws, geary, local_moran, moran
from wohnplatz.monitoring.weights import Weights, distance_band, nearest, weights_of


@pytest.mark.parametrize("module", [weights, space])
def test_examples_in_the_documentation_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def grid(side: int, **options) -> Weights:
    """Rook neighbours of a chessboard."""
    keys = [f"{i}.{j}" for i in range(side) for j in range(side)]
    around = {
        f"{i}.{j}": [f"{i + a}.{j + b}" for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))]
        for i in range(side)
        for j in range(side)
    }
    return weights_of(around, keys, **options)


def gal(path, *, row_standardised: bool) -> tuple[Weights, list[str]]:
    lines = path.read_text().split("\n")
    rows = [line.split() for line in lines[1:] if line.strip()]
    found = {head[0]: others for head, others in zip(rows[::2], rows[1::2], strict=True)}
    order = list(found)
    return weights_of(found, order, row_standardised=row_standardised), order


def dbf(path) -> list[dict[str, str]]:
    data = path.read_bytes()
    count, start, length = struct.unpack("<IHH", data[4:12])
    fields = [data[i : i + 32] for i in range(32, start - 1, 32)]
    names = [(f[:11].split(b"\0")[0].decode(), f[16]) for f in fields]
    rows = []
    for n in range(count):
        at, row = start + n * length + 1, {}
        for name, width in names:
            row[name] = data[at : at + width].decode("latin-1").strip()
            at += width
        rows.append(row)
    return rows


def st_louis(folder) -> tuple[np.ndarray, Weights]:
    with (folder / "spatial/stl/stl_hom.csv").open() as f:
        x = np.array([float(r["HR8893"]) for r in csv.DictReader(f)])
    w, order = gal(folder / "spatial/stl/stl.gal", row_standardised=True)
    assert order == [str(i + 1) for i in range(len(x))]
    return x, w


@pytest.mark.reference_data
def test_moran_of_st_louis_is_the_published_number(reference_data):
    x, w = st_louis(reference_data)
    found = moran(x, w, permutations=9999)
    assert found.statistic == pytest.approx(0.2436558, abs=5e-8)
    assert found.expected == pytest.approx(-1 / 77)
    assert found.p < 0.01


@pytest.mark.reference_data
def test_moran_of_the_sids_counties_is_the_published_number(reference_data):
    w, order = gal(reference_data / "spatial/sids2/sids2.gal", row_standardised=True)
    rows = {
        r["FIPSNO"].split(".")[0]: float(r["SIDR74"]) for r in dbf(reference_data / "spatial/sids2/sids2.dbf")
    }
    x = np.array([rows[key] for key in order])
    assert moran(x, w).statistic == pytest.approx(0.2477252, abs=5e-8)


@pytest.mark.reference_data
def test_geary_of_columbus_is_the_published_number(reference_data):
    """The published figure stands on rook neighbours, read here from shared corners of the polygons."""
    import shapely

    from wohnplatz.areas import read_layer
    from wohnplatz.areas.adjacency import neighbours

    folder = reference_data / "spatial/columbus"
    x = np.array([float(r["CRIME"]) for r in dbf(folder / "columbus.dbf")])
    layer = read_layer(folder / "columbus.json", key="POLYID", crs="EPSG:25832", digits=2)
    assert len(layer.keys) == len(x)
    assert shapely.is_valid(layer.geometries).all()
    w = weights_of(neighbours(layer), layer.keys)
    # Published with seven places as 0.5154409; libpysal's rook weights give 0.51544080586524 as well.
    assert geary(x, w).statistic == pytest.approx(0.5154409, abs=1e-7)
    assert geary(x, w).statistic == pytest.approx(0.5154408058652411, rel=1e-12)
    queen = weights_of(neighbours(layer, corners=True), layer.keys)
    assert geary(x, queen).statistic == pytest.approx(0.5405282027020684, rel=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row_standardised", [True, False])
def test_all_statistics_equal_esda(row_standardised):
    import esda
    import libpysal

    rng = np.random.default_rng(1)
    points = rng.uniform(0, 100, (120, 2))
    x = rng.gamma(2.0, 5.0, 120) + points[:, 0] / 10
    mine = nearest(points, 6, row_standardised=row_standardised)
    other = libpysal.weights.KNN.from_array(points, k=6)
    assert all(
        set(other.neighbors[i]) == set(mine.neighbour[mine.start[i] : mine.start[i + 1]]) for i in range(120)
    )
    transform = "R" if row_standardised else "B"
    theirs = esda.Moran(x, other, transformation=transform, permutations=0)
    found = moran(x, mine, permutations=0)
    exact = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(
        [found.statistic, found.expected, found.variance_normal, found.variance_random, found.z],
        [theirs.I, theirs.EI, theirs.VI_norm, theirs.VI_rand, theirs.z_rand], **exact,
    )  # fmt: skip
    theirs = esda.Geary(x, other, transformation=transform, permutations=0)
    found = geary(x, mine, permutations=0)
    np.testing.assert_allclose(
        [found.statistic, found.variance_normal, found.variance_random],
        [theirs.C, theirs.VC_norm, theirs.VC_rand], **exact,
    )  # fmt: skip
    theirs = esda.Moran_Local(x, other, transformation=transform, permutations=0)
    np.testing.assert_allclose(local_moran(x, mine, 99).statistic, theirs.Is, **exact)
    np.testing.assert_array_equal(local_moran(x, mine, 99).quadrant, theirs.q)
    theirs = esda.G(x, libpysal.weights.KNN.from_array(points, k=6), permutations=0)
    found = getis_ord(x, mine, permutations=0)
    np.testing.assert_allclose(
        [found.statistic, found.expected, found.variance_random], [theirs.G, theirs.EG, theirs.VG], rtol=1e-9
    )
    for star in (True, False):
        fresh = libpysal.weights.KNN.from_array(points, k=6)
        theirs = esda.G_Local(x, fresh, transform=transform, star=star, permutations=0)
        made = local_g(x, mine, star=star, permutations=99)
        np.testing.assert_allclose(made.statistic, theirs.Gs, **exact)
        np.testing.assert_allclose(made.expected, theirs.EGs, **exact)
        if not row_standardised:  # esda's variance holds for binary weights alone
            np.testing.assert_allclose(made.z, theirs.Zs, **exact)


def test_gi_has_the_same_z_with_binary_and_with_standardised_weights():
    x = np.random.default_rng(3).gamma(2, 5, 49)
    binary, rows = grid(7, row_standardised=False), grid(7)
    np.testing.assert_allclose(local_g(x, binary).z, local_g(x, rows).z)


def test_weights_of_points_equal_libpysal():
    import libpysal

    points = np.random.default_rng(2).uniform(0, 10, (60, 2))
    theirs = libpysal.weights.DistanceBand.from_array(points, 2.0, silence_warnings=True)
    mine = distance_band(points, 2.0)
    for i in range(60):
        assert set(mine.neighbour[mine.start[i] : mine.start[i + 1]]) == set(theirs.neighbors[i])


def test_conditional_permutation_equals_counting_every_possible_draw():
    """Five areas in a ring: all pairs of other areas are enumerated."""
    from itertools import combinations

    x = np.array([1.0, 5, 2, 8, 13])
    ring = weights_of({str(i): [str((i + 1) % 5), str((i - 1) % 5)] for i in range(5)}, list("01234"))
    draws = conditional_draws(ring, 40_000, seed=4)
    z = x - x.mean()
    at_least, at_most = space.lag_ranks(z, ring, draws)
    for i in range(5):
        real = z[(i + 1) % 5] + z[(i - 1) % 5]
        sums = np.array([z[a] + z[b] for a, b in combinations([j for j in range(5) if j != i], 2)])
        assert at_least[i] / 40_000 == pytest.approx((sums >= real - 1e-9).mean(), abs=0.012)
        assert at_most[i] / 40_000 == pytest.approx((sums <= real + 1e-9).mean(), abs=0.012)


def test_shared_draws_count_as_drawing_for_each_area_alone():
    """The short cut over sorted sums gives exactly the counts of the plain definition on the same draws."""
    rng = np.random.default_rng(5)
    w = nearest(rng.uniform(size=(40, 2)), 5).restricted(rng.random(40) < 0.8)
    z = rng.normal(size=len(w))
    draws = conditional_draws(w, 500, seed=1)
    at_least, at_most = space.lag_ranks(z, w, draws)
    for i, k in enumerate(w.counts):
        chosen = [[j for j in row if j != i][:k] for row in draws.ids]
        assert all(len(set(c)) == k for c in chosen)
        sums = np.array([z[c].sum() for c in chosen])
        real = z[w.neighbour[w.start[i] : w.start[i + 1]]].sum()
        if k:
            assert at_least[i] == (sums >= real - 1e-9).sum()
            assert at_most[i] == (sums <= real + 1e-9).sum()


@pytest.mark.filterwarnings("ignore")
def test_p_values_agree_with_esda_but_for_chance():
    import esda
    import libpysal

    points = np.random.default_rng(8).uniform(0, 100, (90, 2))
    x = points[:, 0] + np.random.default_rng(9).normal(0, 20, 90)
    theirs = esda.Moran_Local(x, libpysal.weights.KNN.from_array(points, k=5), permutations=9999, seed=1)
    mine = local_moran(x, nearest(points, 5), permutations=9999)
    np.testing.assert_allclose(mine.p, np.minimum(2 * theirs.p_sim, 1), atol=0.03)


def test_a_cluster_in_the_corner_is_found_and_noise_is_not():
    side = 12
    noise = np.random.default_rng(6).normal(size=(side, side))
    w = grid(side)
    assert (local_moran(noise.ravel(), w, 9999).p_adjusted > 0.05).all()
    noise[:4, :4] += 4
    found = local_moran(noise.ravel(), w, 9999)
    seen = (found.p_adjusted <= 0.05) & (found.quadrant == 1)
    assert seen.reshape(side, side)[1:3, 1:3].all()
    assert not seen.reshape(side, side)[6:, 6:].any()
    both = joint(found, local_g(noise.ravel(), w, permutations=9999)).reshape(side, side)
    assert (both[1:3, 1:3] == getis.BOTH_HIGH).all()
    assert moran(noise.ravel(), w).p < 0.01


def test_islands_and_gaps_are_stated_and_change_nothing_for_the_others():
    w = weights_of({"a": "b", "b": "ac", "c": "bd", "d": "ce", "e": "df", "f": "e"}, list("abcdefi"))
    x = np.array([1.0, 3, 2, 8, 9, 4, 5])
    found = local_moran(x, w)
    assert found.reason.tolist() == [""] * 6 + ["no_neighbours"]
    assert np.isnan(found.statistic[6])
    assert np.isnan(found.p[6])
    assert found.quadrant[6] == 0
    assert moran(x, w).islands == 1
    with_gap = local_moran(np.array([1.0, np.nan, 2, 8, 9, 4, np.inf]), w)
    assert with_gap.reason.tolist() == ["no_neighbours", "no_value", "", "", "", "", "no_value"]
    assert local_g(np.array([1.0, np.nan, 2, 8, 9, 4, np.inf]), w).reason.tolist() == with_gap.reason.tolist()


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ([np.nan] * 5, "too_few"),
        ([1.0, 2, 3, np.nan, np.inf], "too_few"),
        ([7.3] * 5, "constant"),
        ([0.0] * 5, "constant"),
    ],
)
def test_what_cannot_be_computed_is_a_stated_result(x, reason):
    ring = weights_of({str(i): [str((i + 1) % 5), str((i - 1) % 5)] for i in range(5)}, list("01234"))
    values = np.array(x)
    for found in (moran(values, ring), geary(values, ring), getis_ord(values, ring)):
        assert found.reason == reason
        assert np.isnan(found.statistic)
        assert np.isnan(found.p)
    for local in (local_moran(values, ring), local_g(values, ring)):
        assert np.isnan(local.p).all()
        assert set(local.reason) <= {reason, "no_value"}


def test_only_islands_and_negative_values_have_reasons_of_their_own():
    alone = weights_of({}, list("abcde"))
    assert moran(np.arange(5.0), alone).reason == "no_neighbours"
    ring = weights_of({str(i): [str((i + 1) % 5), str((i - 1) % 5)] for i in range(5)}, list("01234"))
    assert getis_ord(np.array([-1.0, 2, 3, 4, 5]), ring).reason == "negative"
    assert np.isfinite(local_g(np.array([-1.0, 2, 3, 4, 5]), ring).z).all()


def test_one_area_and_none_are_stated():
    assert moran(np.array([1.0]), weights_of({}, ["a"])).reason == "too_few"
    assert moran(np.empty(0), weights_of({}, [])).reason == "too_few"
    assert len(nearest(np.zeros((1, 2)), 3)) == 1


def test_points_in_the_same_place_are_no_neighbours_of_themselves():
    w = nearest(np.zeros((8, 2)), 3)
    for i in range(8):
        assert i not in w.neighbour[w.start[i] : w.start[i + 1]]
    assert (w.counts == 3).all()


def test_every_area_may_neighbour_every_other():
    keys = [str(i) for i in range(60)]
    w = weights_of(dict.fromkeys(keys, keys), keys)
    x = np.random.default_rng(1).normal(size=60)
    assert (local_moran(x, w, 199).p == 1).all()
    assert moran(x, w).statistic == pytest.approx(-1 / 59)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 2.0, 1024.0]))
def test_order_of_areas_and_units_do_not_matter(seed, scale):
    rng = np.random.default_rng(seed)
    side = 5
    keys = [f"{i}.{j}" for i in range(side) for j in range(side)]
    around = {
        f"{i}.{j}": [f"{i + a}.{j + b}" for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))]
        for i in range(side)
        for j in range(side)
    }
    x = rng.normal(10, 1, len(keys))
    mixed = rng.permutation(len(keys))
    one = weights_of(around, keys)
    other = weights_of(around, [keys[i] for i in mixed])
    assert moran(x, one, 0).statistic == pytest.approx(moran(scale * x[mixed], other, 0).statistic)
    first, second = local_moran(x, one, 9), local_moran(scale * x[mixed], other, 9)
    np.testing.assert_allclose(first.statistic[mixed], second.statistic)
    np.testing.assert_allclose(local_g(x, one).z[mixed], local_g(scale * x[mixed], other).z)
