"""What would be hidden if less, or coarser, figures were shown: protected for real, for one variable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure import Rule, RuleSet
from wohnplatz.indicators.linear import Term
from wohnplatz.model import FigureTable

from .blocks import make_block
from .demands import demands, ties
from .openness import follow_parts, open_rows
from .protecting import record_of
from .splitting import split
from .universe import NO_CELL, UNKNOWN_CELL, Node, Sum, Universe
from .weighing import hiding_weights

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
LEFT_OUT = -1


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """By what figures are judged, whatever is shown of them."""

    rules: Mapping[str, Rule]
    minimum_denominator: Mapping[str, float]
    weights: RuleSet
    index_inputs: frozenset[str]
    seconds: float


def coarser(universe: Universe, table: FigureTable, group: Ints) -> tuple[Universe, FigureTable]:
    """The figures in groups: rows with the same number in ``group`` (m,) become one, ``LEFT_OUT`` ones go.

    A figure made of several rows is the sum of their counts; its year, area and name are those of the last.
    Rows must be ``summable``; a group with another one is left out.
    """
    lost = np.unique(group[~summable(universe)])
    rows = np.flatnonzero((group != LEFT_OUT) & ~np.isin(group, lost))
    order = rows[np.lexsort((table.year[rows], group[rows]))]
    ends = np.flatnonzero(np.append(np.diff(group[order]), 1)) if len(order) else np.empty(0, dtype=np.int64)
    members = np.split(order, ends[:-1] + 1) if len(order) else []
    last = order[ends].astype(np.int64)
    cells = _Cells(universe)
    roles = [
        np.array([cells.of(role[m], int(table.year[m[-1]])) for m in members], dtype=np.int64)
        for role in (universe.numerator, universe.denominator)
    ]
    made = cells.universe(*roles)
    shown = table.where(np.isin(np.arange(len(table)), last))
    place = np.argsort(np.argsort(last))  # ``where`` keeps the table's order
    roles = [np.empty_like(role) for role in (made.numerator, made.denominator)]
    for mine, role in zip(roles, (made.numerator, made.denominator), strict=True):
        mine[place] = role
    whole = np.append(made.values.astype(np.float64), np.nan)
    merged = replace(
        shown,
        denominator=np.where(roles[1] >= 0, whole[np.maximum(roles[1], -1)], shown.denominator),
    )
    return replace(made, numerator=roles[0], denominator=roles[1]), merged


def summable(universe: Universe) -> Bools:
    """Rows that are sums of counts or ratios of such, (m,)."""
    unfit = (universe.numerator == UNKNOWN_CELL) | (universe.denominator == UNKNOWN_CELL)
    result: Bools = ~unfit & ((universe.numerator != NO_CELL) | (universe.denominator != NO_CELL))
    return result


class _Cells:
    """Collects cells that are sums of a universe's cells."""

    def __init__(self, universe: Universe) -> None:
        self.universe_of = universe
        self.known: dict[tuple[tuple[int, ...], int], int] = {}

    def of(self, role: Ints, year: int) -> int:
        """The cell of one figure made of rows with these cells."""
        parts = tuple(sorted({int(c) for c in role if c != NO_CELL}))
        if not parts:
            return NO_CELL
        if len(parts) == 1:
            year = int(self.universe_of.cell_year[parts[0]])
        return self.known.setdefault((parts, year), len(self.known))

    def universe(self, numerator: Ints, denominator: Ints) -> Universe:
        """The universe over the same counts with the cells that were asked for."""
        old, found = self.universe_of, list(self.known)
        rows = np.repeat(np.arange(len(found)), [len(parts) for parts, _ in found])
        columns = np.array([c for parts, _ in found for c in parts], dtype=np.int64)
        picks = sp.csr_array(
            (np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(found), old.matrix.shape[0])
        )
        keys = [_added(old, parts, year) for parts, year in found]
        sums = tuple(dict.fromkeys(keys))
        place = {key: n for n, key in enumerate(sums)}
        first = np.array([parts[0] for parts, _ in found], dtype=np.int64)
        matrix = sp.csr_array(picks @ old.matrix)
        changed = {
            "matrix": matrix, "sums": sums, "sum": np.array([place[k] for k in keys], dtype=np.int64),
            "level": old.level[first], "cell_area": tuple(old.cell_area[c] for c in first.tolist()),
            "cell_year": np.array([year for _, year in found], dtype=np.int64),
            "whole": np.array([old.whole[list(parts)].all() for parts, _ in found], dtype=np.bool_),
            "numerator": numerator, "denominator": denominator, "values": matrix @ old.value,
        }  # fmt: skip
        kept = {f.name: getattr(old, f.name) for f in fields(Universe)}
        return Universe(**{**kept, **changed})


def _added(universe: Universe, cells: Sequence[int], year: int) -> Sum:
    """The sum of several cells as of a year."""
    found: dict[tuple[Term, int], int] = {}
    for cell in cells:
        shift = year - int(universe.cell_year[cell])
        for term, back, coefficient in universe.sums[int(universe.sum[cell])]:
            found[term, back + shift] = found.get((term, back + shift), 0) + coefficient
    return tuple(sorted((t, b, c) for (t, b), c in found.items() if c))


def closed_rows(
    universe: Universe, table: FigureTable, nodes: Collection[Node], frame: Frame
) -> Bools | None:
    """Rows (m,) that must be hidden if exactly these figures were published, and nothing before.

    Only what belongs to the variables and years ``nodes`` is protected; the rest counts as shown. None where
    no sparing pattern is found in time: it would say nothing of the figures.
    """
    asked = demands(universe, table, frame.rules, frame.minimum_denominator)
    parted = split(universe, ties(asked, universe))
    weight = hiding_weights(universe, table, asked.shown_by, frame.weights.weights, frame.index_inputs)
    hidden = asked.shown_by == 0
    wanted = set(nodes)
    for number, names in enumerate(parted.names):
        if wanted & set(names):
            block = make_block(universe, parted, number, asked, weight)
            record = record_of(block, [], [], seconds=frame.seconds)
            if record.spent:
                return None
            hidden[block.cell[record.hidden]] = True
    result: Bools = ~open_rows(universe, follow_parts(hidden, parted.parts), (), table)
    return result
