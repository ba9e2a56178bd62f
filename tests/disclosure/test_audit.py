"""The audit against an attacker who tries every table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure.audit import Intruder, Verdict, audit
from wohnplatz.disclosure.facts import exact, join, published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Facts, Needs
from wohnplatz.disclosure.proof import Proof, check_proof
from wohnplatz.disclosure.tables import Dimension, cube


def name(i: int) -> str:
    return f"Zahl {i}"


def make_needs(matrix, atoms, *, below=1, above=1, either=True) -> Needs:
    value = matrix @ atoms.values
    return Needs(matrix, value - below, value + above, np.full(len(value), either), name)


@st.composite
def publications(draw):
    """Up to five atoms, some sums of them published exactly or as an interval, the grand total always."""
    n = draw(st.integers(2, 5))
    values = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=np.int64)
    honest = draw(st.booleans())
    lower = np.minimum(values, 1) if honest else np.zeros(n, dtype=np.int64)
    atoms = Atoms(values, lower, np.full(n, UNBOUNDED), name)
    m = draw(st.integers(0, 6))
    entry = st.integers(0, 1) if draw(st.booleans()) else st.integers(-1, 2)
    rows = [draw(st.lists(entry, min_size=n, max_size=n)) for _ in range(m)] + [[1] * n]
    matrix = sp.csr_array(np.array(rows, dtype=np.int64))
    sums = matrix @ values
    spread = np.array([*draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)), 0], dtype=np.int64)
    shift = np.array([draw(st.integers(0, int(s))) for s in spread], dtype=np.int64)
    facts = Facts(matrix, sums - shift, sums - shift + spread, name)
    needed = [
        draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)) for _ in range(draw(st.integers(1, 4)))
    ]
    below, above = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    wanted = sp.csr_array(np.array(needed, dtype=np.int64).reshape(-1, n))
    needs = make_needs(wanted, atoms, below=below, above=above, either=draw(st.booleans()))
    return atoms, facts, needs


@settings(max_examples=120, deadline=None)
@given(publication=publications())
def test_what_the_audit_says_of_each_need_is_what_enumeration_finds(enumerate_sums, publication):
    atoms, facts, needs = publication
    report = audit(atoms, facts, needs, mode="exact")
    sums = enumerate_sums(atoms, facts, needs)
    failing = {f.need: f for f in report.failures}
    for i, possible in enumerate(sums):
        low, high = min(possible) <= needs.low_max[i], max(possible) >= needs.high_min[i]
        is_open = (low or high) if needs.either[i] else (low and high)
        assert is_open == (i not in failing), (i, possible)
        assert report.intervals[i].tolist() == [min(possible), max(possible)]
        if i in failing:
            assert failing[i].low <= min(possible)
            assert failing[i].high >= max(possible)
            assert failing[i].verdict in {Verdict.LEAK, Verdict.WHOLE_NUMBERS}
    assert report.ok == (not failing)
    assert check_proof(report.proof, atoms, facts, needs) == report.ok


@settings(max_examples=40, deadline=None)
@given(publications(), st.data())
def test_a_proof_survives_its_bytes_and_no_change_of_them(publication, data):
    atoms, facts, needs = publication
    report = audit(atoms, facts, needs)
    stored = report.proof.to_bytes()
    again = Proof.from_bytes(stored)
    assert again.to_bytes() == stored
    assert check_proof(again, atoms, facts, needs) == report.ok
    if not report.ok:
        return
    i = data.draw(st.integers(0, len(facts) - 1))
    told = facts.low.copy()
    told[i] -= 1
    assert not check_proof(again, atoms, replace(facts, low=told), needs)
    higher = needs.high_min.copy()
    higher[0] += 1
    assert not check_proof(again, atoms, facts, replace(needs, high_min=higher))


@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.integers(0, 3), min_size=6, max_size=6), chosen=st.data())
def test_tables_with_hierarchies_and_a_second_division_hide_what_enumeration_cannot_find(
    enumerate_sums, counts, chosen
):
    area = np.array(["A", "A", "B", "B", "C", "C"])
    school = np.array(["S", "T", "S", "T", "T", "T"])
    sex = np.array(["m", "w"] * 3)
    town = np.array(["1", "1", "2", "2", "2", "2"])
    values = np.array(counts)
    pieces = Dimension("Stücke", (np.array(list("abcdef")),))
    atoms, _ = cube(values, [pieces], zeros_visible=False)
    parts = []
    for dimensions in ([Dimension("G", (area, town)), Dimension("P", (sex,))], [Dimension("S", (school,))]):
        rows = unit_cells(dimensions)
        sums = rows @ values
        hidden = np.array(chosen.draw(st.lists(st.booleans(), min_size=len(sums), max_size=len(sums)))) & (
            sums > 0
        )
        hidden[-1] = False
        cells = Cells(rows, np.ones(len(sums)), sums > 0, hidden, name)
        parts.append(published(cells, atoms, hidden))
    facts, needs = join(*parts), make_needs(sp.csr_array(np.eye(6, dtype=np.int64)), atoms)
    report = audit(atoms, facts, needs)
    failing = {f.need: f for f in report.failures}
    for i, possible in enumerate(enumerate_sums(atoms, facts, needs)):
        assert (len(possible) == 1) == (i in failing)
        assert i not in failing or (failing[i].low <= counts[i] <= failing[i].high)
    assert check_proof(report.proof, atoms, facts, needs) == (not failing)


def unit_cells(dimensions):
    """The sums of a table over six atoms, each count's row found by counting it alone."""
    columns = [cube((np.arange(6) == i).astype(np.int64), dimensions) for i in range(6)]
    return sp.csr_array(np.column_stack([cells.matrix @ atoms.values for atoms, cells in columns]))


def two_by_two():
    """Four areas' counts by sex and area; every single count is small."""
    counts = np.array([1, 4, 5, 2], dtype=np.int64)
    area, sex = np.array(["A", "A", "B", "B"]), np.array(["m", "w", "m", "w"])
    return cube(counts, [Dimension("Gebiete", (area,)), Dimension("Personen", (sex,))])


def test_a_hidden_square_withstands_and_one_opened_cell_gives_it_away():
    atoms, cells = two_by_two()
    leaves = np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))])
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    assert audit(atoms, published(cells, atoms, leaves), needs).ok
    opened = leaves.copy()
    opened[np.flatnonzero(leaves & ~cells.sensitive)[0]] = False
    report = audit(atoms, published(cells, atoms, opened), needs)
    assert [(f.verdict, f.low, f.high) for f in report.failures] == [
        (Verdict.LEAK, 1, 1),
        (Verdict.LEAK, 2, 2),
    ]


@pytest.mark.parametrize("tamper", ["move", "witness", "digest", "fraction", "width", "doubled"])
def test_a_tampered_proof_is_rejected(tamper):
    atoms, cells = two_by_two()
    leaves = np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))])
    facts = published(cells, atoms, leaves)
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    proof = audit(atoms, facts, needs).proof
    assert check_proof(proof, atoms, facts, needs)
    moves = proof.moves.toarray()
    changed = {
        "move": lambda: replace(proof, moves=sp.csr_array(np.where(np.arange(len(moves.T)) == 0, 3, moves))),
        "witness": lambda: replace(proof, low_by=np.zeros_like(proof.low_by), high_by=proof.high_by * 0),
        "digest": lambda: replace(proof, digest="0" * 64),
        "fraction": lambda: replace(proof, moves=proof.moves.astype(np.float64)),
        "width": lambda: replace(proof, moves=sp.csr_array(moves[:, :-1])),
        "doubled": lambda: replace(proof, moves=doubled(proof.moves)),
    }[tamper]()
    assert not check_proof(changed, atoms, facts, needs)


def doubled(moves):
    """The same entries listed twice, which some sums would count twice and others once."""
    row = np.repeat(np.arange(moves.shape[0]), np.diff(moves.indptr)).repeat(2)
    order = np.lexsort((moves.indices.repeat(2), row))
    ends = moves.indptr * 2
    return sp.csr_array(
        (moves.data.repeat(2)[order], moves.indices.repeat(2)[order], ends), shape=moves.shape
    )


def test_totals_that_do_not_add_up_prove_nothing_and_are_named():
    atoms, cells = two_by_two()
    facts = published(cells, atoms, cells.sensitive)
    wrong = replace(facts, low=facts.low + (np.arange(len(facts)) == 3), high=facts.high + 1)
    wrong = replace(wrong, low=np.minimum(wrong.low, wrong.high))
    wrong = replace(facts, low=facts.low + (np.arange(len(facts)) == 3))
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    report = audit(atoms, wrong, needs)
    assert not report.ok
    assert report.contradictions == (3,)
    assert {f.verdict for f in report.failures} == {Verdict.CONTRADICTION}
    assert not check_proof(report.proof, atoms, wrong, needs)


def test_negative_counts_are_audited_like_others():
    values = np.array([-2, 5, 1], dtype=np.int64)
    atoms = Atoms(values, np.full(3, -10), np.full(3, UNBOUNDED), name)
    total = exact(sp.csr_array(np.ones((1, 3), dtype=np.int64)), atoms, name)
    needs = make_needs(sp.csr_array(np.eye(3, dtype=np.int64)), atoms, either=False)
    assert audit(atoms, total, needs).ok


def test_no_needs_and_no_facts_are_proven_at_once():
    atoms = Atoms(np.ones(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.full(2, UNBOUNDED), name)
    nothing = Facts(sp.csr_array((0, 2), dtype=np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), name)
    for matrix in (np.zeros((0, 2)), np.eye(2)):
        needs = make_needs(sp.csr_array(matrix.astype(np.int64)), atoms, either=False)
        report = audit(atoms, nothing, needs)
        assert report.ok
        assert check_proof(report.proof, atoms, nothing, needs)


def test_out_of_time_is_not_proven():
    atoms, cells = two_by_two()
    leaves = np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))])
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    report = audit(atoms, published(cells, atoms, leaves), needs, time_limit=0.0)
    assert not report.ok
    assert {f.verdict for f in report.failures} == {Verdict.UNSETTLED}


def test_an_insider_sees_through_what_others_do_not_but_his_own_is_no_leak():
    atoms, cells = two_by_two()
    leaves = np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))])
    facts = published(cells, atoms, leaves)
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    own = sp.csr_array(np.array([[1, 0, 0, 0]], dtype=np.int64))
    report = audit(atoms, facts, needs, intruder=Intruder(own))
    assert report.known == {0}
    assert [(f.need, f.low, f.high) for f in report.failures] == [(1, 2, 2)]
    assert (report.needed, report.proven) == (1, 0)


def test_equal_questions_give_equal_proofs():
    atoms, cells = two_by_two()
    facts = published(cells, atoms, np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))]))
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    proofs = [audit(atoms, join(facts), needs, seed=4).proof.to_bytes() for _ in range(2)]
    assert proofs[0] == proofs[1]


def test_an_earlier_proof_helps_where_it_still_holds_and_harms_nowhere():
    atoms, cells = two_by_two()
    leaves = np.array([cells.matrix[[i]].sum() == 1 for i in range(len(cells))])
    needs = make_needs(cells.matrix[np.flatnonzero(cells.sensitive)], atoms)
    facts = published(cells, atoms, leaves)
    first = audit(atoms, facts, needs)
    again = audit(atoms, facts, needs, hints=first.proof.moves)
    assert again.ok
    assert again.solves == 0
    assert check_proof(again.proof, atoms, facts, needs)
    opened = leaves & cells.sensitive
    assert not audit(atoms, published(cells, atoms, opened), needs, hints=first.proof.moves).ok
    wrong = sp.csr_array(np.array([[1, 0, 0, 0], [0, 0, 0, 0], [-1, 1, 1, -1]], dtype=np.int64))
    assert audit(atoms, facts, needs, hints=wrong).ok
