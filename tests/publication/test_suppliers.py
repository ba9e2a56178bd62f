"""Witnesses that serve against several suppliers, and what is asked when they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Needs
from wohnplatz.disclosure.proof import Digests, check_proof, digest
from wohnplatz.publication import insiders
from wohnplatz.publication.insiders import Insider, leaving_alone, own_facts, proven_against, with_own
from wohnplatz.publication.proving import agreeing, completed, distinct, missing, shown_by

AREAS = ("a1", "a2", "a3", "b1", "b2", "b3")
WARY = STANDARD_RULES.read_bytes().replace(b"insiders = false", b"insiders = true")


def rows(*given):
    return sp.csr_array(np.array(given, dtype=np.int64).reshape(-1, 4))


def table(values):
    """Four counts of which the sum and that of the first two are known, each at least 1."""
    atoms = Atoms(np.array(values), np.ones(4, dtype=np.int64), np.full(4, UNBOUNDED), str)
    return atoms, exact(rows((1, 1, 1, 1), (1, 1, 0, 0)), atoms, str)


def open_all(values):
    """Of each count another value must be possible."""
    value = np.array(values)
    return Needs(sp.csr_array(np.eye(4, dtype=np.int64)), value - 1, value + 1, np.ones(4, dtype=bool), str)


def test_only_moves_to_tables_that_fit_everything_told_are_witnesses():
    atoms, facts = table([2, 5, 3, 3])
    moves = rows((1, -1, 0, 0), (-2, 2, 0, 0), (1, 0, -1, 0), (0, 0, 1, -1), (1, -1, 0, 0))
    assert agreeing(moves, atoms, facts).toarray().tolist() == [[1, -1, 0, 0], [0, 0, 1, -1], [1, -1, 0, 0]]
    assert distinct(rows((1, -1, 0, 0), (0, 0, 0, 0), (1, -1, 0, 0))).toarray().tolist() == [[1, -1, 0, 0]]


def test_a_witness_serves_against_whoever_knows_none_of_what_it_changes():
    moves = rows((1, -1, 0, 0), (0, 0, 1, -1))
    assert leaving_alone(moves, np.array([0])).toarray().tolist() == [[0, 0, 1, -1]]
    assert leaving_alone(moves, np.array([], dtype=np.int64)).shape[0] == 2


def test_two_proofs_of_parts_are_one_proof_of_all():
    atoms, facts = table([2, 5, 3, 3])
    needs = open_all([2, 5, 3, 3])
    first = shown_by(rows((1, -1, 0, 0)), atoms, needs)
    places = missing(first, needs)
    assert places.tolist() == [2, 3]
    rest = shown_by(rows((0, 0, 1, -1)), atoms, needs.of(places))
    seal = digest(atoms, facts, needs)
    assert not check_proof(replace(first, digest=seal), atoms, facts, needs)
    assert check_proof(replace(completed(first, rest, places), digest=seal), atoms, facts, needs)


def test_the_digest_of_what_a_supplier_sees_is_that_of_all_facts_together():
    atoms, facts = table([2, 5, 3, 3])
    needs, own = open_all([2, 5, 3, 3]), np.array([1, 3])
    seen = with_own(facts, atoms, own, "stelle")
    assert Digests(atoms, facts).of(needs, own_facts(atoms, own, "stelle")) == digest(atoms, seen, needs)
    other = own_facts(atoms, own[:1], "stelle")
    assert Digests(atoms, facts).of(needs, other) != digest(atoms, seen, needs)
    assert Digests(atoms, facts).of(needs) == digest(atoms, facts, needs)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(1, 4), min_size=4, max_size=4),
    own=st.sets(st.integers(0, 3), max_size=3),
    moves=st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), max_size=6),
)
def test_known_witnesses_change_nothing_about_what_is_proven(values, own, moves):
    atoms, facts = table(values)
    needs = open_all(values)
    insider = Insider("stelle", np.array(sorted(own), dtype=np.int64), needs)
    seen = with_own(facts, atoms, insider.own, insider.name)
    hints = agreeing(rows(*moves), atoms, facts)
    proof, failing = proven_against(insider, facts, atoms, needs, seconds=30.0, hints=hints)
    alone = audit(atoms, seen, needs)
    assert failing == [f.need for f in alone.failures]
    kept = np.setdiff1d(np.arange(4), failing)
    again, none = proven_against(insider, facts, atoms, needs.of(kept), seconds=30.0, hints=proof.moves)
    assert not none
    again = replace(again, digest=digest(atoms, seen, needs.of(kept)))
    assert check_proof(again, atoms, seen, needs.of(kept))


def test_nothing_is_asked_where_earlier_proofs_still_show_it(district, monkeypatch):
    each = {area: f"stelle-{area}" for area in AREAS}
    first = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    district.release(first, suppliers=each, rules=WARY)
    asked = []
    monkeypatch.setattr(insiders, "audit", lambda *a, **more: asked.append(a) or audit(*a, **more))
    district.release(first | {"b1": 17}, suppliers=each, rules=WARY)
    assert not asked
    district.release(first | {"a3": 9}, suppliers=each, rules=WARY)
    assert asked  # what is hidden changed: not every other table fits any more
