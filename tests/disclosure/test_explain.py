"""What is said of a leak is true, and says how to find it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure.audit import Failure, Verdict, audit
from wohnplatz.disclosure.derivation import derive
from wohnplatz.disclosure.explain import explain, explain_contradictions
from wohnplatz.disclosure.facts import exact, join, published
from wohnplatz.disclosure.guard import PUBLIC_REASON, Answer, Refusal, guard
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Facts, Needs
from wohnplatz.disclosure.tables import Dimension, cube


def name(i: int) -> str:
    return f"Zahl {i}"


def square():
    """Four areas' counts by sex and area: 1 4 / 5 2."""
    area, sex = np.array(["A", "A", "B", "B"]), np.array(["m", "w", "m", "w"])
    return cube(np.array([1, 4, 5, 2]), [Dimension("Gebiete", (area,)), Dimension("Personen", (sex,))])


def needs_of(cells, atoms, rows) -> Needs:
    value = cells.matrix[rows] @ atoms.values
    either = np.ones(len(rows), dtype=np.bool_)
    return Needs(cells.matrix[rows], value - 1, value + 1, either, lambda i: cells.name(int(rows[i])))


@st.composite
def publications(draw):
    n = draw(st.integers(2, 5))
    values = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=np.int64)
    atoms = Atoms(values, np.minimum(values, 1), np.full(n, UNBOUNDED), name)
    rows = [*draw(st.lists(st.lists(st.integers(0, 1), min_size=n, max_size=n), max_size=5)), [1] * n]
    matrix = sp.csr_array(np.array(rows, dtype=np.int64))
    slack = draw(st.integers(0, 1))
    sums = matrix @ values
    low = sums - slack * (np.arange(len(rows)) % 2)
    return atoms, Facts(matrix, np.where(np.arange(len(rows)) == len(rows) - 1, sums, low), sums, name)


@settings(max_examples=50, deadline=None)
@given(publication=publications(), data=st.data())
def test_a_derivation_gives_what_enumeration_confirms(enumerate_sums, publication, data):
    atoms, facts = publication
    row = np.array(
        data.draw(st.lists(st.integers(0, 1), min_size=len(atoms), max_size=len(atoms))), dtype=np.int64
    )
    needs = Needs(sp.csr_array(row[None, :]), np.array([-9]), np.array([99]), np.array([False]), name)
    report = audit(atoms, facts, needs)
    (possible,) = enumerate_sums(atoms, facts, needs)
    (failure,) = report.failures
    for sign, limit, reached in ((1, failure.low, min(possible)), (-1, failure.high, max(possible))):
        found = derive(sign * row, sign * limit, atoms, facts)
        assert found is not None
        assert sum(t.factor * t.limit for t in found.terms) == found.value
        assert found.value <= sign * reached
        assert -(-found.value.numerator // found.value.denominator) == sign * limit


def test_a_difference_is_told_as_one():
    atoms, cells = square()
    rows = np.flatnonzero(cells.sensitive)
    needs = needs_of(cells, atoms, rows)
    facts = published(cells, atoms, cells.sensitive)
    failures = audit(atoms, facts, needs).failures
    told = [explain(f, atoms, facts, needs) for f in failures]
    assert told[0] == "A, m lässt sich errechnen: 5 (A, Personen insgesamt) − 4 (A, w) = 1."


def test_what_everybody_knows_is_named_where_it_decides():
    """Two hidden counts that add up to 2 are 1 each, as neither is 0."""
    atoms = Atoms(np.array([1, 1]), np.array([1, 1]), np.full(2, UNBOUNDED), lambda i: f"Gebiet {i}")
    facts = exact(sp.csr_array(np.array([[1, 1]])), atoms, lambda _: "beide Gebiete")
    needs = Needs(
        sp.csr_array(np.array([[1, 0]])),
        np.zeros(1, int),
        np.array([2]),
        np.array([True]),
        lambda _: "Gebiet 0",
    )
    (failure,) = audit(atoms, facts, needs).failures
    assert explain(failure, atoms, facts, needs) == (
        "Gebiet 0 ist genau 1. Dass sie mindestens 1 ist, weiß jeder. "
        "Sie ist höchstens 2 (beide Gebiete) − 1 (mindestens bei Gebiet 1) = 1."
    )


def test_what_was_not_settled_is_not_called_a_leak():
    atoms, cells = square()
    rows = np.flatnonzero(cells.sensitive)
    needs, facts = needs_of(cells, atoms, rows), published(cells, atoms, cells.sensitive)
    unsettled = explain(Failure(0, Verdict.UNSETTLED, 0, UNBOUNDED), atoms, facts, needs)
    assert unsettled == "A, m: in der verfügbaren Zeit nicht geklärt und darum nicht nachgewiesen."
    contrary = replace(facts, low=facts.low + 1, high=facts.high + 1)
    report = audit(atoms, contrary, needs)
    assert "widersprechen" in explain(report.failures[0], atoms, contrary, needs)
    assert (
        explain_contradictions(report.contradictions[:1], contrary)
        == "Den Ausgangsdaten widersprechen: A, w."
    )
    assert explain_contradictions((), contrary) == ""


def test_the_guard_answers_what_is_safe_and_remembers_it():
    atoms, cells = square()
    needs = needs_of(cells, atoms, np.flatnonzero(cells.sensitive))
    total = exact(sp.csr_array(np.ones((1, 4), dtype=np.int64)), atoms, lambda _: "Kreis")
    men = exact(sp.csr_array(np.array([[1, 0, 1, 0]])), atoms, lambda _: "Männer")
    answer = guard(atoms, total, needs, men)
    assert isinstance(answer, Answer)
    assert len(answer.facts) == 2
    assert answer.report.ok


def test_the_guard_refuses_what_a_subtraction_would_reveal_and_tells_the_asker_nothing():
    atoms, cells = square()
    needs = needs_of(cells, atoms, np.flatnonzero(cells.sensitive))
    men = exact(sp.csr_array(np.array([[1, 0, 1, 0]])), atoms, lambda _: "Männer")
    free = exact(sp.csr_array(np.array([[0, 0, 1, 0]])), atoms, lambda _: "freie Auswahl")
    assert isinstance(guard(atoms, join(free), needs, free), Answer)
    refused = guard(atoms, men, needs, free)
    assert isinstance(refused, Refusal)
    assert refused.reason == "A, m lässt sich errechnen: 6 (Männer) − 5 (freie Auswahl) = 1."
    assert refused.public_reason == PUBLIC_REASON
    assert not any(digit in PUBLIC_REASON for digit in "0123456789")
