"""Secondary suppression against an intruder who tries every table."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import clock
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published
from wohnplatz.disclosure.problem import Facts, Needs
from wohnplatz.disclosure.proof import check_proof
from wohnplatz.disclosure.suppress import protect, repair
from wohnplatz.disclosure.suppress.board import make_board
from wohnplatz.disclosure.suppress.exact import Exact
from wohnplatz.disclosure.suppress.finder import Finder, Part, Quiet
from wohnplatz.disclosure.suppress.greedy import cover, nobody
from wohnplatz.disclosure.suppress.links import make_pool
from wohnplatz.disclosure.suppress.protect import _priced, _scale
from wohnplatz.disclosure.suppress.scope import blocks, torn
from wohnplatz.disclosure.suppress.search import Neighbourhoods, Refiner
from wohnplatz.disclosure.suppress.state import State
from wohnplatz.disclosure.tables import Dimension, cube
from wohnplatz.model import WohnplatzError

from .small_tables import open_needs, overlapping, possible, problem, sums, tables

POLICIES = [(True, "open"), (True, "three"), (False, "three")]
LEVELS = pytest.mark.parametrize(("zeros_visible", "level"), POLICIES)
TWO_WAY = (2, 7, 5, 6, 8, 9, 4, 3, 11), sums((3, 3))


def reachable(atoms, cells, needs, zeros_visible):
    """The needs that stay open when everything that can be hidden is."""
    everything = cells.hideable | cells.sensitive
    return open_needs(needs, possible(atoms, cells, everything, zeros_visible=zeros_visible))


def check(table, zeros_visible, level):
    atoms, cells, needs = problem(*table, zeros_visible=zeros_visible, level=level)
    pattern = protect(atoms, cells, needs, zeros_visible=zeros_visible, time_limit=60)
    assert not (pattern.hidden & ~cells.hideable & ~cells.sensitive).any()
    assert pattern.hidden[cells.sensitive].all()
    safe = open_needs(needs, possible(atoms, cells, pattern.hidden, zeros_visible=zeros_visible))
    meant = np.ones(len(needs), dtype=bool)
    meant[np.concatenate([pattern.unmet, pattern.lowered])] = False
    assert safe[meant].all()
    assert not reachable(atoms, cells, needs, zeros_visible)[~meant].any()
    return pattern


@LEVELS
@given(table=st.one_of(tables(), overlapping()))
@settings(max_examples=40, deadline=None)
def test_an_intruder_who_tries_everything_learns_nothing(table, zeros_visible, level):
    check(table, zeros_visible, level)


@LEVELS
@given(table=tables())
@settings(max_examples=15, deadline=None)
def test_each_witness_is_a_table_that_agrees_with_everything_published(table, zeros_visible, level):
    atoms, cells, needs = problem(*table, zeros_visible=zeros_visible, level=level)
    pattern = protect(atoms, cells, needs, zeros_visible=zeros_visible)
    moves = pattern.witnesses.toarray()
    assert not (cells.matrix @ moves.T)[~pattern.hidden].any()
    moved = atoms.values + moves
    assert (moved >= atoms.lower).all()
    assert (moved <= atoms.upper).all()


def test_the_same_seed_gives_the_same_pattern():
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open")
    first, second = (protect(atoms, cells, needs, zeros_visible=True, seed=7) for _ in range(2))
    assert (first.hidden == second.hidden).all()
    assert (first.witnesses != second.witnesses).nnz == 0


def test_what_was_hidden_before_stays_hidden():
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open")
    one = sums((3, 3)).index((8,)), sums((3, 3)).index((2,)), sums((3, 3)).index((6,))
    before = np.isin(np.arange(len(cells)), one)
    pattern = protect(atoms, cells, needs, zeros_visible=True, preferred=before)
    assert (pattern.hidden == before | cells.sensitive).all()


def test_what_is_known_already_is_taken_into_account():
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open")
    free = protect(atoms, cells, needs, zeros_visible=True)
    told = np.flatnonzero(free.hidden & ~cells.sensitive)[:1]
    rows = cells.matrix[told]
    value = np.asarray(rows @ atoms.values)
    known = Facts(rows, value, value, str)
    pattern = protect(atoms, cells, needs, zeros_visible=True, known=known)
    seen = pattern.hidden & ~np.isin(np.arange(len(cells)), told)
    assert open_needs(needs, possible(atoms, cells, seen, zeros_visible=True, reach=2)).all()


def test_a_demand_nothing_can_meet_is_reported():
    # The total of 2 is made of two counts that are at least 1: it cannot look smaller.
    members = [(0,), (1,), (2,), (0, 1), (0, 1, 2)]
    locked = (4,)
    atoms, cells, needs = problem((1, 1, 9), members, zeros_visible=True, level="three", locked=locked)
    pattern = protect(atoms, cells, needs, zeros_visible=True)
    assert pattern.status == "cut"
    assert pattern.unmet.size


def test_out_of_time_hides_everything():
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open")
    pattern = protect(atoms, cells, needs, zeros_visible=True, time_limit=-1)
    assert pattern.status == "late"
    assert (pattern.hidden == cells.hideable).all()


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_no_price_is_refused_by_name(weight):
    wrong = np.ones(len(TWO_WAY[1]))
    wrong[3] = weight
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open", weight=wrong)
    for call in (protect, lambda *a, **k: repair(*a, cells.sensitive, **k)):
        with pytest.raises(WohnplatzError, match="Es wird nichts ausgegeben") as caught:
            call(atoms, cells, needs, zeros_visible=True)
        assert caught.value.code == "disclosure.weights"
        assert caught.value.where == cells.name(3)


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 1e4])
def test_a_pattern_does_not_depend_on_the_unit_of_the_weights(unit):
    weight = np.random.default_rng(4).uniform(1, 9, 16)
    found, priced = [], []
    for factor in (1.0, unit):
        atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open", weight=weight * factor)
        board = make_board(atoms, cells, needs, None, zeros_visible=True)
        priced.append(_priced(board, _scale(board), None, np.random.default_rng(0)).cost)
        found.append(protect(atoms, cells, needs, zeros_visible=True))
    # The prices of detours are measured against 1: at other costs the way found first would be another.
    assert np.allclose(*priced)
    assert (found[0].hidden == found[1].hidden).all()
    assert found[1].cost == pytest.approx(found[0].cost * unit)
    assert found[1].lower_bound == pytest.approx(found[0].lower_bound * unit)


def contradicted():
    """A table and a total known to be another; a table with a negative count where none can be."""
    atoms, cells, needs = problem(*TWO_WAY, zeros_visible=True, level="open")
    total = cells.matrix[[sums((3, 3)).index(tuple(range(9)))]]
    wrong = total @ atoms.values + 3
    yield atoms, cells, needs, Facts(total, wrong, wrong, str)
    two = sp.csr_array(sp.vstack([total, total]))
    yield atoms, cells, needs, Facts(two, wrong - np.array([3, 2]), wrong - np.array([3, 2]), str)
    yield replace(atoms, values=atoms.values - 3 * (atoms.values == 2)), cells, needs, None


@pytest.mark.parametrize("given", list(contradicted()))
@pytest.mark.parametrize("call", [protect, lambda *a, **k: repair(*a, a[1].sensitive, **k)])
def test_counts_that_break_what_is_known_of_them_leave_nothing_published(given, call):
    *table, known = given
    pattern = call(*table, zeros_visible=True, known=known)
    assert pattern.status == "contradiction"
    assert pattern.unmet.tolist() == list(range(len(table[2])))
    assert (pattern.hidden == table[1].hideable).all()
    assert not pattern.proven
    assert pattern.lower_bound == 0


def test_amounts_of_money_stay_open_by_as_much_as_is_asked():
    atoms, cells, _ = problem(*TWO_WAY, zeros_visible=False, level="three")
    millions = replace(atoms, values=atoms.values * 40_000_000)
    amount = np.asarray(cells.matrix @ millions.values)[cells.sensitive]
    margin = amount * 15 // 100
    either = np.zeros(len(amount), dtype=bool)
    needs = Needs(cells.matrix[cells.sensitive], amount - margin, amount + margin, either, str)
    pattern = protect(millions, cells, needs, zeros_visible=False)
    assert pattern.status == "safe"
    facts = published(cells, millions, pattern.hidden, zeros_visible=False)
    assert check_proof(audit(millions, facts, needs, hints=pattern.witnesses).proof, millions, facts, needs)


@LEVELS
@pytest.mark.parametrize("steps", [0, 8, 30, 400])
def test_whenever_time_runs_out_the_answer_is_safe_and_in_time(steps, zeros_visible, level, monkeypatch):
    worked = itertools.count()
    monkeypatch.setattr(clock, "time", SimpleNamespace(thread_time=lambda: float(next(worked))))
    atoms, cells, needs = problem((2, 5, 6, 2), sums((2, 2)), zeros_visible=zeros_visible, level=level)
    begun = next(worked)
    pattern = protect(atoms, cells, needs, zeros_visible=zeros_visible, time_limit=steps)
    # Each look at the clock is a step of work here: after the limit they only find that it is over.
    assert next(worked) - begun <= steps + 40
    if pattern.status == "late":
        assert (pattern.hidden == cells.hideable).all()
        assert not pattern.proven
        return
    assert pattern.status == "safe"
    assert open_needs(needs, possible(atoms, cells, pattern.hidden, zeros_visible=zeros_visible)).all()
    least = cheapest(atoms, cells, needs, zeros_visible)
    assert pattern.lower_bound <= least <= pattern.cost
    assert not pattern.proven or pattern.cost == least


@LEVELS
@given(table=st.one_of(tables(), overlapping()), data=st.data())
@settings(max_examples=25, deadline=None)
def test_no_safe_pattern_fails_a_condition_found_against_another(table, data, zeros_visible, level):
    atoms, cells, needs = problem(*table, zeros_visible=zeros_visible, level=level)
    pattern = protect(atoms, cells, needs, zeros_visible=zeros_visible)
    board = make_board(atoms, cells, needs, None, zeros_visible=zeros_visible)
    finder = Finder(board)
    refiner = Refiner(finder, make_pool(finder, np.arange(len(board.demands))), alone=True)
    part = st.floats(0, 1) | st.sampled_from([0.0, 1.0])
    y = np.array(data.draw(st.lists(part, min_size=len(board), max_size=len(board))))
    asked = ~np.isin(board.demands.need, np.concatenate([pattern.unmet, pattern.lowered]))
    found = refiner.separate(np.flatnonzero(asked), np.where(board.sensitive, 1.0, y * board.choice))
    assert len(refiner.pool.cuts) == found.size
    safe = np.zeros(len(board))
    safe[board.cell[pattern.hidden]] = 1.0
    assert all(cut.missing(safe) <= 1e-9 for cut in refiner.pool.cuts)


def test_what_was_not_searched_to_its_end_raises_no_bound(monkeypatch):
    board = board_of(*TWO_WAY)
    finder = Finder(board)
    refiner = Refiner(finder, make_pool(finder, np.zeros(0, dtype=np.int64)), alone=True)
    exact = Exact(State(board, board.choice), refiner, 1.0, np.random.default_rng(0))
    exact.given_up[:] = False
    monkeypatch.setattr(refiner, "separate", lambda *_: np.zeros(0, dtype=np.int64))
    for certain in (True, False):
        monkeypatch.setattr(Part, "within", lambda *_, c=certain, **__: Quiet(True, None, c))
        known = len(refiner.pool.cuts)
        going = exact._tested(State(board, board.sensitive))
        assert (going, len(refiner.pool.cuts) > known) == (certain, certain)


def test_long_rows_are_not_torn_apart():
    rng = np.random.default_rng(3)
    shape = (30, 50)
    counts = rng.poisson(8.0, shape).ravel()
    place = np.indices(shape).reshape(2, -1)
    names = [Dimension(d, (np.char.add(d, p.astype(str)),)) for d, p in zip("ab", place, strict=True)]
    atoms, cells = cube(counts, names)
    none = Needs(cells.matrix[:0], *np.zeros((2, 0), dtype=np.int64), np.zeros(0, dtype=bool), str)
    board = make_board(atoms, cells, none, None, zeros_visible=True)
    assert Finder(board).block.max() == 0


def test_a_table_without_small_counts_stays_whole():
    atoms, cells, needs = problem((5, 6, 7, 8), sums((2, 2)), zeros_visible=True, level="open")
    pattern = protect(atoms, cells, needs, zeros_visible=True)
    assert not pattern.hidden.any()
    assert pattern.proven


def cheapest(atoms, cells, needs, zeros_visible):
    """The least cost of a safe pattern, by trying all."""
    rest = np.flatnonzero(cells.hideable & ~cells.sensitive)
    wanted = reachable(atoms, cells, needs, zeros_visible)
    patterns = [c for size in range(rest.size + 1) for c in itertools.combinations(rest.tolist(), size)]
    for chosen in sorted(patterns, key=lambda c: cells.weight[list(c)].sum()):
        hidden = cells.sensitive.copy()
        hidden[list(chosen)] = True
        tables = possible(atoms, cells, hidden, zeros_visible=zeros_visible)
        if (open_needs(needs, tables) >= wanted).all():
            return cells.weight[list(chosen)].sum()
    raise AssertionError


@LEVELS
@given(values=st.lists(st.integers(0, 4), min_size=4, max_size=4), data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_proven_pattern_is_the_cheapest_of_all(values, data, zeros_visible, level):
    weight = np.array(data.draw(st.lists(st.integers(1, 5), min_size=9, max_size=9)), dtype=float)
    table = problem(values, sums((2, 2)), zeros_visible=zeros_visible, level=level, weight=weight)
    pattern = protect(*table, zeros_visible=zeros_visible, time_limit=30)
    assert pattern.proven
    if pattern.status == "safe":
        assert pattern.cost == cheapest(*table, zeros_visible)


@given(table=overlapping())
@settings(max_examples=40, deadline=None)
def test_two_divisions_safe_alone_are_made_safe_together(table):
    values, members = table
    half = 1 + len(members) // 2
    atoms, cells, needs = problem(values, members, zeros_visible=True, level="open")
    hidden = cells.sensitive.copy()
    for part in (np.arange(half), np.append(0, np.arange(half, len(members)))):
        alone = problem(values, [members[i] for i in part], zeros_visible=True, level="open")
        hidden[part] |= protect(*alone, zeros_visible=True).hidden
    pattern = repair(atoms, cells, needs, hidden, zeros_visible=True)
    safe = open_needs(needs, possible(atoms, cells, pattern.hidden, zeros_visible=True))
    assert np.delete(safe, np.concatenate([pattern.unmet, pattern.lowered])).all()
    assert not reachable(atoms, cells, needs, True)[pattern.unmet].any()


@LEVELS
@given(values=st.lists(st.integers(0, 4), min_size=4, max_size=4), data=st.data())
@settings(max_examples=25, deadline=None)
def test_no_safe_pattern_costs_less_than_a_repair_says(values, data, zeros_visible, level):
    weight = np.array(data.draw(st.lists(st.integers(1, 5), min_size=9, max_size=9)), dtype=float)
    table = problem(values, sums((2, 2)), zeros_visible=zeros_visible, level=level, weight=weight)
    pattern = repair(*table, table[1].sensitive, zeros_visible=zeros_visible)
    if pattern.status == "safe":
        least = cheapest(*table, zeros_visible)
        assert pattern.lower_bound <= least
        assert not pattern.proven or pattern.cost == least


def board_of(values, members):
    atoms, cells, needs = problem(values, members, zeros_visible=True, level="open")
    return make_board(atoms, cells, needs, None, zeros_visible=True)


def test_blocks_tear_overlapping_divisions_and_not_a_hierarchy():
    pairs = [(i, i + 1) for i in range(0, 12, 2)]
    across = [(i, i + 1) for i in range(1, 11, 2)]
    four = [tuple(range(i, i + 4)) for i in range(0, 12, 4)]
    values = [5] * 12
    tree = board_of(values, pairs + four)
    assert not torn(tree, blocks(tree, 4))
    twice = board_of(values, pairs + across)
    assert torn(twice, blocks(twice, 4))
    assert Finder(twice, largest=4).block.max() == 0


def test_neighbourhoods_grow_until_they_hold_no_more():
    board = board_of(*TWO_WAY)
    finder = Finder(board)
    state = State(board, board.sensitive)
    rng = np.random.default_rng(0)
    cover(state, finder, np.inf, nobody)
    around = Neighbourhoods(state, make_pool(finder, np.zeros(0, dtype=np.int64)), rng)
    drawn = 0
    while around.remain(state):
        free = around.draw(state)
        assert (free & state.hidden).any()
        assert not (free & (board.sensitive | ~board.choice)).any()
        drawn += 1
    assert 0 < drawn <= state.secondary().size


def test_nothing_is_looked_for_where_nothing_is_hidden_for_others():
    board = board_of((5, 6, 7, 8), sums((2, 2)))
    finder = Finder(board)
    pool = make_pool(finder, np.zeros(0, dtype=np.int64))
    state = State(board, board.sensitive)
    assert not Neighbourhoods(state, pool, np.random.default_rng(0)).remain(state)
