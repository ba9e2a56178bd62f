"""Controlled rounding: every figure a multiple of the base, every sum still adds up.

The atoms are rounded so that all published sums of them come out near their value; sums of rounded atoms
add up by themselves. Large tables are solved in two stages: first the sums that reach over several blocks
(such as the district and its municipalities), then each block for itself with those sums kept.

Source: Salazar-González (2005), Controlled rounding and cell perturbation, Mathematical Programming 105.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from ..model import WohnplatzError
from .clock import now, on_the_wall
from .problem import Atoms, Facts, Ints

BASE = 5
"""With base 3 an intruder who knows the largest deviation proves half of the small figures to be small."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One optimisation: what it was about, and how far from the optimum it may be."""

    figures: int
    gap: float
    """Share of the objective that a better solution could save at most."""
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """A table in multiples of ``base`` that adds up everywhere."""

    base: int
    atoms: Ints
    """Shape (n,)."""
    figures: Ints
    """Shape (c,): ``cells @ atoms``."""
    deviation: Ints
    """Rounded less true, shape (c,)."""
    limit: int
    """No figure lies further than this from its value; it may be published and is what an intruder knows."""
    stages: tuple[Stage, ...]

    @property
    def gap(self) -> float:
        """The largest of all stages."""
        return max((s.gap for s in self.stages), default=0.0)


def round_table(  # noqa: PLR0913 (all but the table itself by name)
    atoms: Atoms,
    cells: sp.csr_array,
    *,
    base: int = BASE,
    blocks: Ints | None = None,
    kept: Ints | None = None,
    limit: int = 0,
    equal: sp.csr_array | None = None,
    at_most: tuple[sp.csr_array, Ints] | None = None,
    seconds: float = 60.0,
    gap: float = 0.02,
) -> Rounded:
    """Round the counts ``cells @ atoms`` (shape (c, n), entries 0 and 1) to multiples of ``base``.

    The sum of all deviations is made as small as it can within ``seconds`` or up to ``gap``. A true zero
    stays zero. No figure moves by more than ``limit``, one less than 2 x ``base`` where none is given.
    ``blocks`` (shape (n,)) numbers the part each atom belongs to. ``kept`` (shape (n,)) holds rounded values
    that are out already, -1 where there is none: the same count is never rounded in two ways. ``equal``
    (k, n) are differences that are 0 and stay 0, such as one total counted in two breakdowns; ``at_most``
    (j, n) sums of rounded counts that must not exceed a number (j,), such as a part its whole. With either
    the table is one part, whatever ``blocks`` say.

    Raises ``WohnplatzError`` (``disclosure.rounding``) for negative counts and where no solution was found:
    then nothing may go out.
    """
    _require_counts(atoms, cells)
    task = _Task(base, limit or 2 * base - 1, gap, now() + seconds)
    same = None if equal is None else (equal, np.zeros(equal.shape[0], dtype=np.int64))
    part = _Part(cells, atoms.values, *_atom_bounds(atoms.values, base, kept), same, at_most)
    tied = equal is not None or at_most is not None
    if tied or blocks is None or len(np.unique(blocks)) == 1:
        rounded, stage = _solve(task, part, seconds)
        stages = [stage]
    else:
        rounded, stages = _by_blocks(task, part, blocks)
    figures = cells @ rounded
    off = figures - cells @ atoms.values
    return Rounded(base, rounded, figures, off, task.limit, tuple(s for s in stages if s.figures))


def rounded_facts(rounded: Rounded, cells: sp.csr_array, name: Callable[[int], str]) -> Facts:
    """What an intruder learns who knows how it was rounded: base, largest deviation, and that zeros stay."""
    return figure_facts(rounded.figures, rounded.limit, cells, name)


def figure_facts(figures: Ints, limit: int, cells: sp.csr_array, name: Callable[[int], str]) -> Facts:
    """What ``figures`` (c,), rounded by at most ``limit``, tell of the sums ``cells`` (c, n)."""
    low = np.maximum(figures - limit, np.minimum(figures, 1))
    return Facts(cells, low, figures + limit, name)


@dataclass(frozen=True, slots=True)
class _Task:
    base: int
    limit: int
    gap: float
    until: float

    def share(self, part: float) -> float:
        """Seconds for a part of what is left to do; at least enough to find something."""
        return max(2.0, part * (self.until - now()))


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What is rounded at once: c figures over n atoms."""

    cells: sp.csr_array
    values: Ints
    low: Ints
    """Bounds of the atoms in units of the base, shapes (n,)."""
    high: Ints
    kept: tuple[sp.csr_array, Ints] | None = None
    """Sums over the atoms (k, n) that are decided already, and their values (k,)."""
    at_most: tuple[sp.csr_array, Ints] | None = None
    """Sums over the atoms (j, n) with their largest values (j,)."""


def _require_counts(atoms: Atoms, cells: sp.csr_array) -> None:
    if len(atoms) and atoms.values.min() < 0:
        worst = int(atoms.values.argmin())
        raise _failed(
            f"»{atoms.name(worst)}« ist negativ ({atoms.values[worst]}).",
            "Bitte die Daten berichtigen; gerundet werden nur Anzahlen.",
        )
    if not np.isin(cells.data, (0, 1)).all():
        raise ValueError("figures must be plain sums of atoms")


def _atom_bounds(values: Ints, base: int, kept: Ints | None) -> tuple[Ints, Ints]:
    """One multiple of the base further than the two neighbours on either side."""
    low, high = np.maximum(values // base - 1, 0), values // base + 2
    high[values == 0] = 0
    if kept is not None:
        out = kept >= 0
        low[out] = high[out] = kept[out] // base
    return low, high


def _by_blocks(task: _Task, table: _Part, blocks: Ints) -> tuple[Ints, list[Stage]]:
    """First what reaches over blocks, then each block with those sums kept."""
    sums, upper, whole = _classes(table.cells, blocks)
    classes, stage = _solve(task, _above(task.base, table, sums, upper), task.share(0.25))
    result, stages = np.zeros(len(table.values), dtype=np.int64), [stage]
    below = sp.csr_array(table.cells[np.flatnonzero(~whole)])
    numbers, size = np.unique(blocks, return_counts=True)
    order = np.argsort(size)
    for place, number in enumerate(order):
        at = np.flatnonzero(blocks == numbers[number])
        inside, sums_inside = _touched(below[:, at])[0], _touched(sums[:, at])
        kept = (sums_inside[0], classes[sums_inside[1]])
        part = _Part(inside, table.values[at], table.low[at], table.high[at], kept)
        share = float(size[number] / size[order[place:]].sum())
        result[at], stage = _solve(task, part, task.share(share))
        stages.append(stage)
    return result, stages


def _above(base: int, table: _Part, sums: sp.csr_array, upper: sp.csr_array) -> _Part:
    """The first stage: as near as the atoms below allow."""
    total = sums @ table.values
    low, high = sums @ table.low, sums @ table.high
    if not (table.low == table.high)[table.values > 0].any():
        near = _atom_bounds(total, base, None)
        low, high = np.maximum(low, near[0]), np.minimum(high, near[1])
    return _Part(upper, total, low, high)


def _touched(matrix: sp.csr_array) -> tuple[sp.csr_array, Ints]:
    """Rows that are not empty, and which they are."""
    rows = sp.csr_array(matrix)
    at = np.flatnonzero(np.diff(rows.indptr))
    return sp.csr_array(rows[at]), at


def _classes(cells: sp.csr_array, blocks: Ints) -> tuple[sp.csr_array, sp.csr_array, npt.NDArray[np.bool_]]:
    """Atoms of a block that no figure beyond the block tells apart: sums over them are the first stage.

    Returns the sums (u, n), the figures that consist of whole sums (v, u), and which figures these are (c,).
    """
    _, block = np.unique(blocks, return_inverse=True)
    n = cells.shape[1]
    member = sp.csr_array((np.ones(n, dtype=np.int64), (np.arange(n), block)))
    reaches = np.diff(sp.csr_array(cells @ member).indptr) > 1
    columns = sp.csc_array(cells[np.flatnonzero(reaches)])
    columns.sort_indices()
    keys = [
        (int(block[i]), columns.indices[columns.indptr[i] : columns.indptr[i + 1]].tobytes())
        for i in range(n)
    ]
    number = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    of = np.array([number[key] for key in keys], dtype=np.int64)
    sums = sp.csr_array((np.ones(n, dtype=np.int64), (of, np.arange(n))), shape=(len(number), n))
    size = np.bincount(of, minlength=len(number))
    held = sp.csr_array(cells @ sums.T)
    partly = sp.csr_array((held.data != size[held.indices], held.indices, held.indptr), shape=held.shape)
    whole = np.asarray(partly.astype(np.int64).sum(axis=1)).ravel() == 0
    upper = sp.csr_array(held[np.flatnonzero(whole)])
    upper.data = np.ones_like(upper.data)
    return sums, upper, whole


def _solve(task: _Task, part: _Part, seconds: float) -> tuple[Ints, Stage]:
    """Rounded atoms with the least sum of deviations over the figures."""
    start, (c, n) = now(), part.cells.shape
    rows = [_distance(task.base, part.cells, part.cells @ part.values)]
    if part.kept is not None:
        sums, decided = part.kept
        widened = sp.hstack([sums, sp.csr_array((sums.shape[0], c), dtype=np.int64)], format="csr")
        rows.append(LinearConstraint(widened, decided // task.base, decided // task.base))
    if part.at_most is not None:
        sums, most = part.at_most
        widened = sp.hstack([sums, sp.csr_array((sums.shape[0], c), dtype=np.int64)], format="csr")
        rows.append(LinearConstraint(widened, -np.inf, most // task.base))
    found = milp(
        np.r_[np.zeros(n), np.ones(c)],
        integrality=np.r_[np.ones(n), np.zeros(c)],
        bounds=Bounds(np.r_[part.low, np.zeros(c)], np.r_[part.high, np.full(c, task.limit)]),
        constraints=rows,
        options={"mip_rel_gap": task.gap, "time_limit": on_the_wall(seconds)},
    )
    if found.x is None:
        raise _failed(
            "Zu diesen Zahlen wurde in der verfügbaren Zeit keine Rundung gefunden, deren Summen aufgehen.",
            "Bitte mehr Zeit geben, die Tabelle gröber gliedern oder den Datensatz sperren statt runden.",
        )
    rounded = np.rint(found.x[:n]).astype(np.int64) * task.base
    _require_kept(task, part, rounded)
    return rounded, Stage(c, max(float(found.mip_gap or 0.0), 0.0), now() - start)


def _require_kept(task: _Task, part: _Part, rounded: Ints) -> None:
    """Check in whole numbers what the solver answered within its tolerance."""
    off = np.abs(part.cells @ (rounded - part.values))
    decided = part.kept is None or np.array_equal(part.kept[0] @ rounded, part.kept[1])
    over = part.at_most is not None and (part.at_most[0] @ rounded > part.at_most[1]).any()
    if not decided or over or (off > task.limit).any():
        raise _failed("Die Lösung hält ihre Grenzen nicht ein.", "Bitte die Tabelle gröber gliedern.")


def _distance(base: int, cells: sp.csr_array, values: Ints) -> LinearConstraint:
    """d >= |base * k - value| for the figure's multiple k = cells @ atoms.

    Besides the two slopes there is the line through the two neighbouring multiples, which every whole k
    satisfies: without it the relaxation is 0 everywhere and the search has nothing to hold on to.
    """
    below, rest = values // base, values % base
    slope = (base - 2 * rest).astype(np.float64)
    one = sp.identity(cells.shape[0], format="csr")
    matrix = sp.vstack(
        [
            sp.hstack([-sp.diags_array(slope) @ cells, one]),
            sp.hstack([base * cells, one]),
            sp.hstack([-base * cells, one]),
        ],
        format="csr",
    )
    return LinearConstraint(matrix, np.concatenate([rest - slope * below, values, -values]), np.inf)


def _failed(what: str, todo: str) -> WohnplatzError:
    return WohnplatzError(
        "Die Tabelle kann nicht gerundet werden.",
        why=what,
        todo=f"Es wird nichts ausgegeben. {todo}",
        code="disclosure.rounding",
    )
