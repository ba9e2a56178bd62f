import contextlib
import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Needs
from wohnplatz.disclosure.rounding import round_table, rounded_facts
from wohnplatz.model import WohnplatzError


def sums(*levels):
    """All sums over the given dimensions; each level is a list of labels for each atom."""
    rows = []
    for combination in itertools.product(*levels):
        keys = list(zip(*combination, strict=True))
        rows += [[int(k == key) for k in keys] for key in dict.fromkeys(keys)]
    return sp.csr_array(np.array(rows, dtype=np.int64))


def counts(values):
    values = np.array(values, dtype=np.int64)
    return Atoms(values, np.zeros_like(values), np.full_like(values, UNBOUNDED), lambda i: f"Zahl {i}")


def district(shape, values):
    """Towns x areas x groups with totals of towns, areas and groups."""
    towns, areas, groups = (x.ravel().tolist() for x in np.indices(shape))
    area = [f"{t}/{a}" for t, a in zip(towns, areas, strict=True)]
    one = [0] * len(towns)
    return counts(values), sums([area, towns, one], [groups, one]), np.array(towns)


tables = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda shape: st.tuples(
        st.just(shape),
        st.lists(st.integers(0, 30), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))),
    )
)


@settings(max_examples=40, deadline=None)
@given(tables, st.booleans())
def test_a_rounded_table_adds_up_keeps_its_zeros_and_stays_near(table, by_blocks):
    atoms, cells, towns = district(*table)
    found = round_table(atoms, cells, blocks=towns if by_blocks else None, seconds=20)
    assert (found.atoms % 5 == 0).all()
    assert (found.figures == cells @ found.atoms).all()
    assert (found.figures[cells @ atoms.values == 0] == 0).all()
    assert (found.deviation == found.figures - cells @ atoms.values).all()
    assert np.abs(found.deviation).max() <= found.limit == 9


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_a_small_table_is_rounded_as_well_as_trying_everything_can(values):
    atoms, cells, _ = district((1, 2, 2), values)
    found = round_table(atoms, cells, gap=0)
    true, best = cells @ atoms.values, None
    for tried in itertools.product(*[(0,) if v == 0 else range(0, 21, 5) for v in values]):
        off = np.abs(cells @ np.array(tried) - true)
        if off.max() <= 9 and (best is None or off.sum() < best):
            best = off.sum()
    assert np.abs(found.deviation).sum() == best


@settings(max_examples=20, deadline=None)
@given(tables)
def test_the_truth_lies_within_what_a_rounded_table_tells(table):
    atoms, cells, towns = district(*table)
    facts = rounded_facts(round_table(atoms, cells, blocks=towns), cells, str)
    true = cells @ atoms.values
    assert ((facts.low <= true) & (true <= facts.high)).all()
    # A published figure above zero tells that there is somebody, nothing nearer than the stated limit.
    assert (facts.high - facts.low >= 9).all()


def test_what_is_out_already_is_not_rounded_a_second_way():
    atoms, cells, towns = district((2, 2, 2), [1, 7, 3, 12, 2, 2, 8, 1])
    kept = np.full(8, -1)
    kept[0], kept[3] = 5, 15
    for blocks in (None, towns):
        assert round_table(atoms, cells, blocks=blocks, kept=kept).atoms[[0, 3]].tolist() == [5, 15]


def test_a_table_whose_sums_cannot_stay_near_is_refused_and_nothing_comes_out():
    atoms, cells, _ = district((1, 1, 3), [4, 4, 4])
    with pytest.raises(WohnplatzError, match="Es wird nichts ausgegeben") as caught:
        round_table(atoms, cells, kept=np.array([20, 20, 20]))
    assert caught.value.code == "disclosure.rounding"


def test_a_negative_count_is_named():
    atoms, cells, _ = district((1, 1, 3), [4, -4, 4])
    with pytest.raises(WohnplatzError, match="»Zahl 1« ist negativ"):
        round_table(atoms, cells)


def test_without_time_what_comes_out_is_right_or_nothing_comes_out():
    rng = np.random.default_rng(1)
    atoms, cells, towns = district((4, 6, 6), rng.integers(0, 40, 144))
    found = None
    with contextlib.suppress(WohnplatzError):
        found = round_table(atoms, cells, blocks=towns, seconds=0)
    assert found is None or (found.figures == cells @ found.atoms).all()
    assert found is None or np.abs(found.deviation).max() <= 9


@pytest.mark.parametrize("seed", range(3))
def test_nobody_who_knows_the_method_can_prove_a_small_count(seed):
    rng = np.random.default_rng(seed)
    atoms, cells, towns = district((2, 3, 4), rng.poisson(2.0, 24))
    rounded = round_table(atoms, cells, blocks=towns)
    true = cells @ atoms.values
    at = np.flatnonzero((true > 0) & (true < 3))
    assert len(at) > 5
    rows, either = sp.csr_array(cells[at]), np.ones(len(at), dtype=np.bool_)
    for needs in (
        Needs(rows, true[at] - 1, true[at] + 1, either, str),
        Needs(rows, true[at], np.full(len(at), 3), ~either, str),
    ):
        assert audit(atoms, rounded_facts(rounded, cells, str), needs).ok
