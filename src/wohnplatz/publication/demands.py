"""What the rules ask of the figures, cell by cell: the way from a row of a figure table to a need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Rule
from wohnplatz.model import FigureTable

from .universe import Node, Universe, nodes_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NO_WHOLE = -1
CLOSE = 30
"""A rest of at least this size is not touched by any change that keeps a figure open."""
SMALL = 10
"""Wholes under this size are solved together with their parts."""


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """d questions the rules ask, each about one cell; equal ones asked once. Arrays of shape (d,)."""

    cell: Ints
    """The numerator."""
    whole: Ints
    """The denominator's cell, or ``NO_WHOLE``."""
    rule: Ints
    """Position in ``rules``."""
    thin: npt.NDArray[np.bool_]
    """The denominator is under the smallest one that may be shown: the numerator must not be computable."""
    rules: tuple[Rule, ...]
    shown_by: Ints
    """How many figures show each cell of the universe, (c,): what hiding it would take away. 0: it is silent,
    because every figure with it has too small a denominator."""
    close: Ints
    """Cells of a part and its whole that are nearly the same size, (p, 2)."""

    def of(self, chosen: Ints) -> Demands:
        """The chosen demands."""
        return Demands(
            self.cell[chosen], self.whole[chosen], self.rule[chosen], self.thin[chosen], self.rules,
            self.shown_by, self.close,
        )  # fmt: skip


def demands(
    universe: Universe,
    table: FigureTable,
    rules: Mapping[str, Rule],
    minimum_denominator: Mapping[str, float],
) -> Demands:
    """The demands of all rows; ``rules`` has one for each indicator of the table that has cells."""
    names, code = np.unique(table.indicator, return_inverse=True)
    chosen = [rules.get(str(n), Rule("")) for n in names]
    kinds = list(dict.fromkeys(chosen))
    kind = np.array([kinds.index(rule) for rule in chosen], dtype=np.int64)
    least = np.array(
        [minimum_denominator.get(str(n), r.minimum_denominator) for n, r in zip(names, chosen, strict=True)]
    )
    rows = np.flatnonzero(universe.numerator >= 0)
    code = code[rows]
    with np.errstate(invalid="ignore"):
        thin = (least[code] > 0) & (table.denominator[rows] < least[code])
    whole = np.maximum(universe.denominator[rows], NO_WHOLE)
    asked = np.column_stack([universe.numerator[rows], whole, kind[code], thin.astype(np.int64)])
    alone = np.flatnonzero((universe.numerator < 0) & (universe.denominator >= 0))
    shown_by = _shown_by(universe, np.concatenate([rows[~thin], alone]))
    asked = np.unique(asked.astype(np.int64), axis=0)
    close = _close_pairs(asked, kinds, universe.values)
    return Demands(asked[:, 0], asked[:, 1], asked[:, 2], asked[:, 3] == 1, tuple(kinds), shown_by, close)


def _shown_by(universe: Universe, rows: Ints) -> Ints:
    count = universe.matrix.shape[0]
    result = np.zeros(count, dtype=np.int64)
    for role in (universe.numerator[rows], universe.denominator[rows]):
        result += np.bincount(role[role >= 0], minlength=count)
    return result


def _close_pairs(asked: Ints, rules: Sequence[Rule], values: Ints) -> Ints:
    """Parts and wholes of nearly the same size: only there it matters that a part is no larger."""
    cell, whole = asked[:, 0], asked[:, 1]
    part_of = np.array([rule.complement for rule in rules], dtype=np.bool_)[asked[:, 2]]
    rest = values[np.maximum(whole, 0)] - values[cell]
    fits = part_of & (whole != NO_WHOLE) & (values[cell] > 0) & (rest >= 0) & (rest < CLOSE)
    result: Ints = np.unique(asked[fits][:, :2], axis=0)
    return result


def ties(demands: Demands, universe: Universe) -> tuple[frozenset[Node], ...]:
    """Variables and years of wholes that are so small that they are hidden, with those of their parts.

    Where both are hidden what is said of one cannot be judged without the other.
    """
    small = demands.close[universe.values[demands.close[:, 1]] < SMALL]
    return tuple(
        sorted({nodes_of(universe, a) | nodes_of(universe, b) for a, b in small.tolist()}, key=sorted)
    )
