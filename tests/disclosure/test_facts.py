"""Every kind of published figure tells what it tells, no more and no less."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.disclosure.audit import Verdict, audit
from wohnplatz.disclosure.facts import exact, join, parts_of, printed_ratios, published, ratios, rounded
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Needs
from wohnplatz.disclosure.tables import Dimension, cube

N, D = sp.csr_array(np.array([[1, 0]])), sp.csr_array(np.array([[0, 1]]))


def name(i: int) -> str:
    return f"Zahl {i}"


def pair(part: int, whole: int) -> Atoms:
    return Atoms(np.array([part, whole]), np.array([0, 1]), np.array([UNBOUNDED, UNBOUNDED]), name)


def holds(facts, part: int, whole: int) -> bool:
    sums = facts.matrix @ np.array([part, whole])
    return bool(((sums >= facts.low) & (sums <= facts.high)).all())


def printed(part: int, whole: int, decimals: int) -> Decimal:
    exact_rate = Decimal(100 * part) / Decimal(whole)
    return exact_rate.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@given(st.integers(0, 40), st.integers(1, 60), st.integers(0, 2), st.integers(0, 40), st.integers(1, 60))
def test_a_printed_rate_allows_exactly_the_counts_that_round_to_it(part, whole, decimals, other, size):
    shown = printed(part, whole, decimals)
    half = Fraction(1, 2 * 10**decimals)
    would_do = abs(Fraction(100 * other, size) - Fraction(shown)) <= half
    assert holds(printed_ratios(N, D, [shown], name), other, size) == would_do
    if size == whole:
        public = printed_ratios(N, D, [shown], name, known=np.array([whole]))
        assert holds(public, other, whole) == would_do


@given(st.integers(0, 20), st.integers(1, 30), st.integers(0, 8), st.integers(1, 8), st.booleans())
def test_a_class_of_a_map_has_its_lower_limit_and_not_its_upper(part, whole, k, width, public):
    low, high = Fraction(k, 10), Fraction(k + width, 10)
    known = np.array([whole]) if public else None
    told = ratios(N, D, [low], [high], name, below=np.array([True]), known=known)
    assert holds(told, part, whole) == (low <= Fraction(part, whole) < high)


@pytest.mark.parametrize(
    ("base", "controlled", "reach"), [(3, False, 1), (5, False, 2), (10, False, 5), (5, True, 4)]
)
def test_a_rounded_count_may_be_that_far_off(base, controlled, reach):
    told = rounded(N, np.array([20]), base, name, controlled=controlled)
    possible = [x for x in range(40) if holds(told, x, 1)]
    assert possible == list(range(20 - reach, 20 + reach + 1))


def test_a_part_is_not_larger_than_its_whole():
    assert holds(parts_of(N, D, name), 3, 3)
    assert not holds(parts_of(N, D, name), 4, 3)


def test_names_stay_with_their_facts_when_publications_are_joined():
    one = exact(N, pair(1, 5), lambda i: f"a{i}")
    two = printed_ratios(N, D, [Decimal(20)], lambda i: f"b{i}")
    both = join(one, two, one)
    assert [both.name(i) for i in range(len(both))] == ["a0", "b0", "b0", "a0"]


def test_a_rate_beside_its_denominator_gives_the_hidden_count_away():
    atoms = pair(2, 28)
    need = Needs(N, np.array([1]), np.array([3]), np.array([True]), name)
    total = exact(D, atoms, name)
    assert audit(atoms, total, need).ok
    for rate in (
        printed_ratios(N, D, [Decimal(7)], name),
        printed_ratios(N, D, [Decimal(7)], name, known=np.array([28])),
    ):
        (failure,) = audit(atoms, join(total, rate), need).failures
        assert (failure.low, failure.high) == (2, 2)
        assert failure.verdict in {Verdict.LEAK, Verdict.WHOLE_NUMBERS}


def test_one_decimal_more_is_one_too_many():
    atoms = pair(2, 150)
    need = Needs(N, np.array([1]), np.array([3]), np.array([True]), name)
    total = exact(D, atoms, name)
    coarse = join(total, printed_ratios(N, D, [Decimal(1)], name, known=np.array([150])))
    fine = join(total, printed_ratios(N, D, [Decimal("1.3")], name, known=np.array([150])))
    assert audit(atoms, coarse, need).ok
    assert not audit(atoms, fine, need).ok


def square(counts):
    area, sex = np.array(["A", "A", "B", "B"]), np.array(["m", "w", "m", "w"])
    return cube(np.array(counts), [Dimension("Gebiete", (area,)), Dimension("Personen", (sex,))])


def test_nearest_rounding_of_a_table_with_its_margins_can_be_undone():
    """1 + 1 + 1 + 0 is shown as 0 + 0 + 0 + 0 = 5: three of four are at least 1, rounding notwithstanding."""
    atoms, cells = square([2, 2, 2, 2])
    sums = cells.matrix @ atoms.values
    needs = Needs(cells.matrix, sums - 1, sums + 1, np.ones(len(sums), dtype=np.bool_), cells.name)
    nearest = rounded(cells.matrix, 5 * ((sums + 2) // 5), 5, cells.name)
    report = audit(atoms, nearest, needs)
    assert {(f.low, f.high) for f in report.failures if (cells.matrix[[f.need]]).sum() == 1} == {(2, 2)}
    additive = rounded(cells.matrix, np.array([0, 5, 5, 5, 0, 5, 5, 5, 10]), 5, cells.name, controlled=True)
    assert audit(atoms, additive, needs).ok


def test_two_releases_that_are_safe_alone_are_not_together():
    atoms, cells = square([1, 4, 5, 2])
    leaf = cells.matrix.sum(axis=1) == 1
    rows = np.flatnonzero(cells.sensitive)
    value = cells.matrix[rows] @ atoms.values
    needs = Needs(cells.matrix[rows], value - 1, value + 1, np.ones(2, dtype=np.bool_), cells.name)
    margins = leaf.copy()
    only_sensitive = cells.sensitive | (cells.matrix.sum(axis=1) == 2)
    first, second = published(cells, atoms, margins), published(cells, atoms, only_sensitive)
    assert audit(atoms, first, needs).ok
    assert audit(atoms, second, needs).ok
    together = audit(atoms, join(first, second), needs)
    assert [(f.low, f.high) for f in together.failures] == [(1, 1), (2, 2)]
