"""Controlled rounding of a block: every count behind it gets one multiple of the base, and all sums follow.

What is shown of rounded counts is arithmetic over their rounded values, so it adds up everywhere. The
intruder is given all of them, shown or not, and the method: base, largest deviation, zeros that stay zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Atoms, Facts, Needs
from wohnplatz.disclosure.rounding import BASE, figure_facts, round_table
from wohnplatz.model import WohnplatzError

if TYPE_CHECKING:
    from .record import Record

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NOT_ROUNDED = -1
LIMITS = (2 * BASE - 1, 3 * BASE - 1, 4 * BASE - 1)
"""Largest deviations that are tried: beside kept values the smallest one may be out of reach."""

MANY = 1500
"""Counts from which on municipalities are rounded one by one, and a part may come out above its whole."""


@dataclass(frozen=True, slots=True, eq=False)
class ToRound:
    """What of a block is rounded, over its n counts and the number 1."""

    counts: Bools
    """(n + 1,)"""
    sums: sp.csr_array
    """(c, n + 1): figures that are plain sums of rounded counts."""
    words: tuple[str, ...]
    equal: sp.csr_array
    """(k, n + 1): differences of rounded sums that are 0 for everybody to see, and stay so."""
    parts: sp.csr_array
    """(j, n + 1): parts that must not come out above their wholes, less these where they are rounded too."""
    wholes: Ints
    """(j,): the wholes that are shown as they are, 0 where they are rounded."""
    groups: Ints
    """Number of the municipality each count lies in, (n + 1,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rounding:
    """The rounded counts of a block, and the figures whose deviation is bounded."""

    base: int
    limit: int
    counts: Ints
    """Rounded value of each count of the record, ``NOT_ROUNDED`` where it is not, (a,)."""
    figures: sp.csr_array
    """(c, a): each count by itself, then the figures that are sums of several."""
    words: tuple[str, ...]

    def shown(self) -> Ints:
        """The figures as multiples of the base, (c,): they add up because the counts do."""
        result: Ints = self.figures @ np.maximum(self.counts, 0)
        return result

    def facts(self) -> Facts:
        """What an intruder learns who knows the method."""
        return figure_facts(
            self.shown(), self.limit, self.figures, lambda i: f"{self.words[i]}, gerundet auf {self.base}"
        )

    def holds(self, atoms: Atoms) -> bool:
        """Whether it is what it says: multiples of the base, zeros kept, no figure further than the limit."""
        on = np.flatnonzero(self.counts != NOT_ROUNDED)
        told, true = self.counts[on], atoms.values[on]
        outside = np.setdiff1d(self.figures.indices, on)
        off = np.abs(self.shown() - self.figures @ atoms.values)
        return bool(
            len(self.counts) == len(atoms)
            and not len(outside)
            and not (told < 0).any()
            and not (told % self.base).any()
            and not told[true == 0].any()
            and (off <= self.limit).all()
        )

    def widened(self, size: int) -> Rounding:
        """Over ``size`` counts; those that are added are not rounded here."""
        more = size - len(self.counts)
        rows = self.figures
        return replace(
            self,
            counts=np.append(self.counts, np.full(more, NOT_ROUNDED)),
            figures=sp.csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], size)),
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """For the bytes of a record."""
        rows = sp.csr_array(self.figures, copy=True)
        rows.sort_indices()
        return {
            "rounding_head": np.array([self.base, self.limit, rows.shape[0]], dtype=np.int64),
            "rounding_counts": self.counts, "rounding_data": rows.data,
            "rounding_indices": rows.indices.astype(np.int32),
            "rounding_indptr": rows.indptr.astype(np.int32),
        }  # fmt: skip

    @classmethod
    def of(cls, a: dict[str, npt.NDArray[Any]], words: tuple[str, ...]) -> Rounding:
        """From ``columns``."""
        base, limit, rows = (int(x) for x in a["rounding_head"])
        counts = a["rounding_counts"].astype(np.int64)
        parts = a["rounding_data"].astype(np.int64), a["rounding_indices"], a["rounding_indptr"]
        return cls(base, limit, counts, sp.csr_array(parts, shape=(rows, len(counts))), words)


def rounding_of(
    what: ToRound, atoms: Atoms, keys: Sequence[str], earlier: Sequence[Record], *, seconds: float
) -> Rounding | None:
    """The rounding of a block; None where none was found in time, and then nothing of it may go out.

    ``atoms`` are those of the block and the number 1. What earlier records rounded keeps its value.
    """
    on = np.flatnonzero(what.counts)
    kept = _kept(keys, atoms, earlier)[on]
    sums = _several(what.sums)
    single = sp.csr_array(
        (np.ones(len(on), dtype=np.int64), (np.arange(len(on)), on)), shape=(len(on), len(atoms))
    )
    figures = sp.csr_array(sp.vstack([single, what.sums[sums]], format="csr"))
    words = (*(keys[n] for n in on.tolist()), *(what.words[n] for n in sums.tolist()))
    inner = Atoms(atoms.values[on], atoms.lower[on], atoms.upper[on], lambda i: atoms.name(int(on[i])))
    equal, parts = what.equal[:, on], what.parts[:, on]
    with_parts = (True, False) if parts.shape[0] and len(on) <= MANY else (False,)
    for limit, together in [(limit, t) for limit in LIMITS for t in with_parts]:
        try:
            found = round_table(
                inner, sp.csr_array(figures[:, on]), blocks=what.groups[on], kept=kept, limit=limit,
                equal=equal if equal.shape[0] else None,
                at_most=(parts, what.wholes) if together else None, seconds=seconds,
            )  # fmt: skip
        except WohnplatzError:
            continue
        counts = np.full(len(atoms), NOT_ROUNDED, dtype=np.int64)
        counts[on] = found.atoms
        made = Rounding(BASE, limit, counts, figures, words)
        return made if made.holds(atoms) else None
    return None


def _kept(keys: Sequence[str], atoms: Atoms, earlier: Sequence[Record]) -> Ints:
    """The rounded values that are out already, by identity and value: a corrected count is another one."""
    out: dict[tuple[str, int], int] = {}
    for record in earlier:
        if record.rounding is not None and record.tells:
            own = zip(
                record.keys, record.atoms.values.tolist(), record.rounding.counts.tolist(), strict=False
            )
            out |= {(key, value): told for key, value, told in own if told != NOT_ROUNDED}
    found = [out.get((key, v), -1) for key, v in zip(keys, atoms.values.tolist(), strict=False)]
    return np.array([*found, -1], dtype=np.int64)


def _several(sums: sp.csr_array) -> Ints:
    """Different sums of more than one count."""
    known: dict[bytes, int] = {}
    rows = sp.csr_array(sums)
    rows.sort_indices()
    for n in range(rows.shape[0]):
        at = rows.indices[rows.indptr[n] : rows.indptr[n + 1]]
        if len(at) > 1:
            known.setdefault(at.tobytes(), n)
    return np.array(sorted(known.values()), dtype=np.int64)


def nearby(needs: Needs, atoms: Atoms, facts: Facts) -> sp.csr_array:
    """Tables that differ in one count and agree with ``facts``: witnesses that need no solving, (w, n).

    For each need one count of its sum is moved as far as is asked, up or down.
    """
    rows, columns = sp.csr_array(needs.matrix), sp.csc_array(facts.matrix)
    value = rows @ atoms.values
    slack_up = facts.high - facts.matrix @ atoms.values
    slack_down = facts.matrix @ atoms.values - facts.low
    found: dict[tuple[int, int], None] = {}
    for need in range(len(needs)):
        at = rows.indices[rows.indptr[need] : rows.indptr[need + 1]]
        signs = rows.data[rows.indptr[need] : rows.indptr[need + 1]]
        for wanted in (int(needs.high_min[need] - value[need]), int(needs.low_max[need] - value[need])):
            if wanted:
                moves = (
                    (int(n), wanted // int(sign)) for n, sign in zip(at, signs, strict=True) if abs(sign) == 1
                )
                first = [m for m in moves if _fits(m, atoms, columns, slack_up, slack_down)]
                found |= dict.fromkeys(first[:1])
    triple = [m[1] for m in found], (range(len(found)), [m[0] for m in found])
    return sp.csr_array(triple, shape=(len(found), len(atoms)), dtype=np.int64)


def _fits(move: tuple[int, int], atoms: Atoms, columns: sp.csc_array, up: Ints, down: Ints) -> bool:
    """Whether a table with one count moved keeps to its bounds and to every fact."""
    n, by = move
    if not atoms.lower[n] <= atoms.values[n] + by <= atoms.upper[n]:
        return False
    at = columns.indices[columns.indptr[n] : columns.indptr[n + 1]]
    change = columns.data[columns.indptr[n] : columns.indptr[n + 1]] * by
    return bool((change <= up[at]).all() and (-change <= down[at]).all())
