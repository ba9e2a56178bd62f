"""Which totals must be hidden whatever is hidden below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure.audit import Failure, audit
from wohnplatz.disclosure.derivation import derive
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.disclosure.problem import UNBOUNDED, Facts

from .blocks import Block
from .record import told

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TURNS = 12
"""So many sets of totals are looked at; where that does not do, every total may be hidden."""


def needed_totals(block: Block, known: Facts, hidden: Bools, seconds: float) -> Bools | None:
    """The coarser figures (c,) to hide beside everything finer until all needs are open; None: not found.

    What encloses a need although all finer figures are hidden is derived from a few coarser ones, and one of
    each such set must go (lemma of Farkas). A cheap choice that meets all sets found is tried until nothing
    is enclosed. Among all totals at once, a search takes the long way round through those of two
    municipalities for as near as the one through their areas.
    """
    cells = block.cells
    below = hidden | (cells.hideable & (block.level == block.level.min()))
    chosen = np.zeros(len(cells), dtype=np.bool_)
    sets: list[Ints] = []
    for _ in range(TURNS):
        pattern = below | chosen
        facts = join(told(cells, block.atoms, pattern, block.zeros_visible), known)
        report = audit(block.atoms, facts, block.needs, time_limit=seconds)
        if not report.failures:
            return chosen
        found = list(_grounds(block, known, pattern, report.failures[0]))
        if not found:
            return None
        sets += found
        chosen[:] = False
        chosen[_cheap(sets, cells.weight)] = True
    return None


def _grounds(block: Block, known: Facts, hidden: Bools, failure: Failure) -> Iterator[Ints]:
    """The figures that a limit of an enclosed need is derived from, of which one at least can be hidden."""
    cells = block.cells
    shown, floor = np.flatnonzero(~hidden), np.flatnonzero(cells.sensitive & block.zeros_visible)
    least = Facts(
        cells.matrix[floor], np.ones(len(floor), np.int64), np.full(len(floor), UNBOUNDED), cells.name
    )
    facts = join(exact(cells.matrix[shown], block.atoms, cells.name), least, known)
    row = block.needs.matrix.tocsr()[[failure.need]].toarray()[0]
    for sign, limit in ((1, failure.low), (-1, failure.high)):
        made = None if abs(limit) == UNBOUNDED else derive(sign * row, sign * limit, block.atoms, facts)
        used = [t.fact for t in made.terms if t.fact is not None and t.fact < len(shown)] if made else []
        open_ones = np.array([shown[f] for f in used if cells.hideable[shown[f]]], dtype=np.int64)
        if open_ones.size:
            yield open_ones


def _cheap(sets: Sequence[Ints], weight: npt.NDArray[np.float64]) -> list[int]:
    """Figures of which at least one is in each set, one after the other by what it costs for each set."""
    left, chosen = list(sets), list[int]()
    while left:
        members, count = np.unique(np.concatenate(left), return_counts=True)
        best = int(members[np.argmin(weight[members] / count)])
        chosen.append(best)
        left = [s for s in left if best not in s]
    return chosen
