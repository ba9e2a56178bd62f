"""The index against the published results of Berlin's Monitoring Soziale Stadtentwicklung."""

import numpy as np
import pytest

from wohnplatz.monitoring import index_classes, standardised_sum

pytestmark = pytest.mark.reference_data

USED = {2013: 434, 2015: 435, 2017: 436}
PUBLISHED = {
    2013: ([80, 264, 52, 38], [54, 330, 50]),
    2015: ([78, 270, 49, 38], [48, 350, 37]),
    2017: ([75, 278, 41, 42], [49, 339, 48]),
}


def test_the_sheet_holds_all_areas_and_the_published_number_of_exclusions(mss):
    assert len(set(mss.keys)) == 447
    assert mss.used.sum() == USED[mss.edition]
    assert (mss.shares[~mss.used] == 0).all()


def test_status_and_its_classes_come_out_without_a_miss(mss):
    found = standardised_sum(mss.shares, use=mss.used)
    assert found.used.sum() == USED[mss.edition]
    np.testing.assert_allclose(found.index[mss.used], mss.status[mss.used], atol=2e-5)
    np.testing.assert_allclose(found.z[mss.used], mss.z[mss.used, :4], atol=2e-5)
    classes = index_classes(found.index, (-1, 1, 1.5))
    np.testing.assert_array_equal(classes, mss.status_class)
    assert np.bincount(classes)[1:].tolist() == PUBLISHED[mss.edition][0]


def test_dynamics_and_its_classes_come_out_without_a_miss(mss):
    found = standardised_sum(mss.changes, use=mss.used)
    np.testing.assert_allclose(found.index[mss.used], mss.dynamics[mss.used], atol=2e-5)
    np.testing.assert_allclose(found.z[mss.used], mss.z[mss.used, 4:], atol=2e-5)
    classes = index_classes(found.index, (-1, 1))
    np.testing.assert_array_equal(classes, mss.dynamics_class)
    assert np.bincount(classes)[1:].tolist() == PUBLISHED[mss.edition][1]


def test_no_area_lies_so_close_to_a_limit_that_rounding_could_move_it(mss):
    for values, limits in ((mss.shares, (-1, 1, 1.5)), (mss.changes, (-1, 1))):
        index = standardised_sum(values, use=mss.used).index[mss.used]
        assert min(np.abs(index - limit).min() for limit in limits) > 1e-4


def with_sample_deviation(x):
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    total = z.sum(axis=1)
    return (total - total.mean()) / total.std(ddof=1)


def test_the_sample_standard_deviation_would_miss_published_classes(mss):
    used = mss.used
    status = index_classes(with_sample_deviation(mss.shares[used]), (-1, 1, 1.5)) != mss.status_class[used]
    dynamics = index_classes(with_sample_deviation(mss.changes[used]), (-1, 1)) != mss.dynamics_class[used]
    assert status.sum() + dynamics.sum() == {2013: 1, 2015: 1, 2017: 0}[mss.edition]
