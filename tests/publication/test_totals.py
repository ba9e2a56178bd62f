"""Totals with and without one area give that area away: the cheaper of them is hidden, and no more."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import join
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Facts, Needs
from wohnplatz.publication.blocks import Block
from wohnplatz.publication.protecting import _by_level
from wohnplatz.publication.record import told
from wohnplatz.publication.totals import needed_totals

AREAS = ("a1", "a2", "a3", "b1", "b2", "b3")
COUNTS = np.array([2, 40, 55, 61, 33, 70], dtype=np.int64)
SUMS = {
    **{name: (name,) for name in AREAS},
    "A": AREAS[:3], "A ohne a1": AREAS[1:3], "B": AREAS[3:], "Kreis": AREAS, "Kreis ohne a1": AREAS[1:],
}  # fmt: skip
LEVEL = np.array([0] * 6 + [1, 1, 1, 2, 2])
WEIGHT = np.array([1.0] * 6 + [32, 8, 32, 256, 64])


@pytest.fixture
def block() -> Block:
    """One count for each area; that of a1 must not be told to be less than 5."""
    n = len(AREAS)
    names = list(SUMS)
    matrix = sp.csr_array(np.array([[a in SUMS[name] for a in AREAS] for name in names], dtype=np.int64))
    sensitive = np.array([name == "a1" for name in names])
    none = Facts(sp.csr_array((0, n), dtype=np.int64), *(np.empty(0, dtype=np.int64),) * 2, str)
    return Block(
        (("faelle", 2024),), AREAS, np.arange(len(names)), tuple(names),
        Atoms(COUNTS, np.zeros(n, np.int64), np.full(n, UNBOUNDED), AREAS.__getitem__),
        Cells(matrix, WEIGHT, np.ones(len(names), np.bool_), sensitive, names.__getitem__),
        Needs(matrix[[0]], np.array([2]), np.array([5]), np.array([False]), lambda _: "a1"),
        none, False, LEVEL, (),
    )  # fmt: skip


def names_of(block: Block, chosen: np.ndarray) -> set[str]:
    return {block.cells.name(int(k)) for k in np.flatnonzero(chosen)}


def test_one_total_of_each_pair_is_needed_and_it_is_the_cheaper(block) -> None:
    found = needed_totals(block, block.bounds, block.cells.sensitive, 10.0)
    assert found is not None
    assert names_of(block, found) == {"A ohne a1", "Kreis ohne a1"}


def test_the_pattern_keeps_whole_totals_and_nothing_is_told(block) -> None:
    hidden, _, measured = _by_level(block, block.bounds, None, 10.0, 1)
    gone = names_of(block, hidden)
    assert not gone & {"A", "B", "Kreis"}
    assert {"a1", "A ohne a1", "Kreis ohne a1"} <= gone
    assert measured["unmet"] == 0
    facts = join(told(block.cells, block.atoms, hidden, block.zeros_visible), block.bounds)
    assert audit(block.atoms, facts, block.needs).failures == ()


def test_where_no_total_is_in_the_way_none_is_needed(block) -> None:
    partial = np.array([name.endswith("ohne a1") for name in SUMS])
    found = needed_totals(block, block.bounds, block.cells.sensitive | partial, 10.0)
    assert found is not None
    assert not found.any()


def test_what_is_known_whatever_is_hidden_cannot_be_mended_by_totals(block) -> None:
    everybody = Facts(block.cells.matrix[[0]], np.array([2]), np.array([2]), lambda _: "steht in der Zeitung")
    assert needed_totals(block, everybody, block.cells.sensitive, 10.0) is None
