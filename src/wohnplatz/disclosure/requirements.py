"""From rules to demands: which counts are sensitive, and what must stay open about each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .problem import UNBOUNDED, Atoms, Bools, Ints, Needs
from .rules import Level, Rule, Weights

Floats = npt.NDArray[np.float64]

_WORDS = {
    "small": "Fallzahl unter der Mindestfallzahl",
    "rest": "Rest der Bezugsgröße unter der Mindestfallzahl",
    "everybody": "die ganze Gruppe",
}


@dataclass(frozen=True, slots=True, eq=False)
class Requirements:
    """What the rules ask of c counts, as k needs."""

    needs: Needs
    cell: Ints
    """The count each need stands for, shape (k,)."""
    sensitive: Bools
    """Counts that a primary rule hides, shape (c,)."""
    unavoidable: Ints
    """Sensitive counts for which less than their level can be had, whatever is hidden; shape (u,)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Needs before they are cut to what can be had; each field of length k, ``rows`` of shape (k, n)."""

    rows: sp.csr_array
    cell: Ints
    threshold: Ints
    """The smallest value that is shown."""
    rank: Ints
    """Of the level."""
    words: tuple[str, ...]


def requirements(
    atoms: Atoms,
    counts: sp.csr_array,
    rules: Sequence[Rule],
    name: Callable[[int], str],
    *,
    wholes: sp.csr_array | None = None,
) -> Requirements:
    """Needs of the counts ``counts @ atoms`` (shape (c, n)) under ``rules``, one rule for each count.

    A count is sensitive where its size lies between 0 and ``minimum_count``. With ``wholes`` (the
    denominators, shape (c, n), a row of zeros where there is none) so is the rest where the rule says
    ``complement``, and the whole group (rest 0) where it says ``whole_group``: then the need is the rest's.

    ====================  =======================================================================
    not_computable        some value other than the true one is possible
    not_small             a value of at least ``minimum_count`` is possible
    presence_hidden       that and 0 are possible
    ====================  =======================================================================

    A limit beyond what the atoms' own bounds allow is not asked: it is cut to what can be had, and the count
    is listed as ``unavoidable``. A count without any other possible value gets no need at all.
    """
    if len(rules) != counts.shape[0]:
        raise ValueError("one rule for each count")
    threshold = np.array([int(np.ceil(r.minimum_count)) for r in rules], dtype=np.int64)
    rank = np.array([r.level.rank for r in rules], dtype=np.int64)
    parts = [("small", counts, _small(counts @ atoms.values, threshold))]
    if wholes is not None:
        parts += _of_rests(atoms, counts, wholes, rules, threshold)
    rows = sp.vstack([matrix[np.flatnonzero(mask)] for _, matrix, mask in parts], format="csr")
    cell = np.concatenate([np.flatnonzero(mask) for *_, mask in parts]).astype(np.int64)
    words = tuple(_WORDS[kind] for kind, _, mask in parts for _ in range(int(mask.sum())))
    sensitive = np.zeros(len(rules), dtype=np.bool_)
    sensitive[cell] = True
    asked = _Asked(rows.astype(np.int64), cell, threshold[cell], rank[cell], words)
    return _had(atoms, asked, sensitive, name)


def _small(values: Ints, threshold: Ints) -> Bools:
    result: Bools = (values != 0) & (np.abs(values) < threshold)
    return result


def _of_rests(
    atoms: Atoms, counts: sp.csr_array, wholes: sp.csr_array, rules: Sequence[Rule], threshold: Ints
) -> list[tuple[str, sp.csr_array, Bools]]:
    rests = sp.csr_array(wholes - counts)
    whole, rest = wholes @ atoms.values, rests @ atoms.values
    complement = np.array([r.complement for r in rules], dtype=np.bool_) & (whole > 0)
    group = np.array([r.whole_group for r in rules], dtype=np.bool_) & (whole > 0)
    return [
        ("rest", rests, complement & (rest > 0) & (rest < threshold)),
        ("everybody", rests, group & (rest == 0)),
    ]


def _had(atoms: Atoms, asked: _Asked, sensitive: Bools, name: Callable[[int], str]) -> Requirements:
    """The needs, cut to what the atoms' bounds allow."""
    value = asked.rows @ atoms.values
    lowest, highest = reach(asked.rows, atoms)
    above = np.maximum(asked.threshold, value + 1)
    open_only = asked.rank == Level.NOT_COMPUTABLE.rank
    wanted_low = np.where(asked.rank == Level.PRESENCE_HIDDEN.rank, np.minimum(0, value), value)
    low = np.maximum(wanted_low, lowest)
    high = np.minimum(np.where(open_only, value + 1, above), highest)
    # Where nothing larger is possible, that a smaller value is possible is all that can be asked.
    mild = open_only | (high <= value)
    low = np.where(mild, np.maximum(np.minimum(value - 1, low), lowest), low)
    either = mild & (low < value) & (high > value)
    cut = (low > wanted_low) | (~open_only & (high < above))
    kept = np.flatnonzero((low < value) | (high > value))
    cut |= (low >= value) & (high <= value)
    words, cell = asked.words, asked.cell
    needs = Needs(
        asked.rows[kept], low[kept], high[kept], either[kept],
        lambda i: f"{name(int(cell[kept[i]]))}: {words[kept[i]]}",
    )  # fmt: skip
    return Requirements(needs, cell[kept], sensitive, np.unique(cell[cut]))


def reach(rows: sp.csr_array, atoms: Atoms) -> tuple[Ints, Ints]:
    """Least and greatest value of each sum (shape (k,)) that the atoms' own bounds allow."""
    plus, minus = sp.csr_array(rows.maximum(0)), sp.csr_array((-rows).maximum(0))
    free = (atoms.upper == UNBOUNDED).astype(np.int64)
    upper = np.where(free == 1, 0, atoms.upper)
    lowest = np.where(minus @ free > 0, -UNBOUNDED, plus @ atoms.lower - minus @ upper)
    highest = np.where(plus @ free > 0, UNBOUNDED, plus @ upper - minus @ atoms.lower)
    return lowest.astype(np.int64), highest.astype(np.int64)


def hiding_costs(
    values: Ints, weights: Weights, *, steps_up: Ints, current: Bools, index_input: Bools
) -> Floats:
    """Cost of hiding each of c figures, shape (c,): log2(value + 2) times what must rather stay visible.

    ``steps_up`` counts how often a figure sums over a whole dimension or a coarser level, ``current`` marks
    the newest year, ``index_input`` what an index is made of. The logarithm keeps large figures visible
    without letting one of them outweigh a whole table.
    """
    base = np.log2(np.abs(values) + 2.0)
    factors = np.where(current, weights.current_year, 1.0) * np.where(index_input, weights.index_input, 1.0)
    result: Floats = base * factors * weights.total ** np.minimum(steps_up, 2)
    return result
