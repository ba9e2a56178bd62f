"""What of a publication is left open: the unknown counts, their rows, and one table that fits all of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from wohnplatz.disclosure.problem import UNBOUNDED

from .system import Row, System

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_TOGETHER = 1000
"""So many unknown counts of separate components go into one question to the solver."""


@dataclass(slots=True)
class Open:
    """The system without what is printed: u unknown counts and r rows between them."""

    counts: Ints
    """Which counts are unknown, shape (u,)."""
    matrix: sp.csr_array
    """Shape (r, u), int64."""
    low: Ints
    high: Ints
    rows: Ints
    """Which row of the system each is, shape (r,)."""
    lower: Ints
    upper: Ints
    reasons: dict[int, list[int]] = field(default_factory=dict)
    """Count → rows of the system that, with what was known before, speak of it alone and bound it."""
    ends: tuple[Ints, Ints] = field(default=(np.empty(0, np.int64), np.empty(0, np.int64)))
    """Bounds of all counts after that, printed ones included."""
    against: list[int] = field(default_factory=list)
    """Rows whose counts are all known and do not fit."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One table that agrees with all rows, and which rows had to be left out for that."""

    values: Ints
    """Shape (u,); only right where ``solved``."""
    solved: npt.NDArray[np.bool_]
    """Shape (u,): False where no table was found in time."""
    against: tuple[int, ...]
    """Rows of the system that contradict the others."""


def open_part(system: System) -> Open:
    """Put printed numbers into the rows; rows about one count alone become its bounds, in whole numbers."""
    low = np.array([c.low for c in system.counts], dtype=np.int64)
    high = np.array([c.high for c in system.counts], dtype=np.int64)
    rows = list(range(len(system.rows)))
    reasons: dict[int, list[int]] = {}
    against: list[int] = []
    changed = True
    while changed:
        changed = False
        left = []
        for number in rows:
            row = system.rows[number]
            unknown = [(c, k) for c, k in row.terms if low[c] != high[c]]
            if len(unknown) > 1:
                left.append(number)
            elif unknown and _bound(row, unknown[0], low, high):
                reasons.setdefault(unknown[0][0], []).append(number)
                changed = True
            elif unknown or not row.low <= sum(int(low[c]) * k for c, k in row.terms) <= row.high:
                against.append(number)
        rows = left
    return _assembled(system, rows, (low, high), reasons, against)


def _bound(row: Row, term: tuple[int, int], low: Ints, high: Ints) -> bool:
    """Narrow the one open count of a row; False where the row contradicts what is known."""
    count, factor = term
    told = sum(int(low[c]) * k for c, k in row.terms if c != count)
    ends = [None if abs(e) == UNBOUNDED else e - told for e in (row.low, row.high)]
    least, most = ends if factor > 0 else (ends[1], ends[0])
    new_low = int(low[count]) if least is None else max(int(low[count]), -(-least // factor))
    new_high = int(high[count]) if most is None else min(int(high[count]), most // factor)
    if new_low > new_high:
        return False
    low[count], high[count] = new_low, new_high
    return True


def _assembled(
    system: System,
    rows: Sequence[int],
    ends: tuple[Ints, Ints],
    reasons: dict[int, list[int]],
    against: list[int],
) -> Open:
    low, high = ends
    unknown = np.flatnonzero(low != high)
    position = np.full(len(low), -1, dtype=np.int64)
    position[unknown] = np.arange(len(unknown))
    entries: list[tuple[int, int, int]] = []
    limits: list[tuple[int, int]] = []
    for i, number in enumerate(rows):
        row = system.rows[number]
        told = sum(int(low[c]) * k for c, k in row.terms if position[c] < 0)
        entries += [(i, int(position[c]), k) for c, k in row.terms if position[c] >= 0]
        limits.append((_less(row.low, told), _less(row.high, told)))
    place = np.array(entries, dtype=np.int64).reshape(-1, 3)
    matrix = sp.csr_array((place[:, 2], (place[:, 0], place[:, 1])), shape=(len(rows), len(unknown)))
    told_of = np.array(limits, dtype=np.int64).reshape(-1, 2)
    return Open(
        unknown, matrix, told_of[:, 0], told_of[:, 1], np.array(rows, dtype=np.int64),
        low[unknown], high[unknown], reasons, ends, against,
    )  # fmt: skip


def _less(limit: int, told: int) -> int:
    return limit if abs(limit) == UNBOUNDED else limit - told


def components(part: Open) -> list[tuple[Ints, Ints]]:
    """Unknown counts (positions) and rows that hang together; counts without any row are left out."""
    r = part.matrix.shape[0]
    if not r:
        return []
    links = sp.block_array([[None, part.matrix], [part.matrix.T, None]], format="csr")
    _, label = connected_components(links, directed=False)
    row_order, rows_of = _grouped(label[:r])
    count_order, counts_of = _grouped(label[r:])
    named = np.unique(label[:r]).tolist()
    return [
        (count_order[counts_of[n] : counts_of[n + 1]], row_order[rows_of[n] : rows_of[n + 1]]) for n in named
    ]


def _grouped(labels: Ints) -> tuple[Ints, Ints]:
    """Positions in order of their labels, and where those of each label begin."""
    order = np.argsort(labels, kind="stable")
    return order, np.r_[0, np.cumsum(np.bincount(labels))]


def fit(part: Open, seconds: float = 60.0) -> Fitted:
    """A table of whole numbers that agrees with the rows; rows that contradict the others are left out."""
    until = time.monotonic() + seconds
    values = np.where(part.lower > 0, part.lower, np.minimum(part.upper, 0))
    solved = np.ones(len(values), dtype=np.bool_)
    against: list[int] = []
    for group in _batches(components(part)):
        counts, rows = (np.concatenate(some) for some in zip(*group, strict=True))
        left = max(1.0, (until - time.monotonic()) / 4)
        found = _table(part, counts, rows, left)[0] if len(group) > 1 else None
        if found is not None:
            values[counts] = found
            continue
        for own, tied in group:
            found, wrong, fits = _fitted(part, own, tied, until)
            against += wrong
            solved[own] = fits
            if found is not None:
                values[own] = found
    return Fitted(values, solved, tuple(against))


def _batches(parts: Sequence[tuple[Ints, Ints]]) -> Iterator[list[tuple[Ints, Ints]]]:
    """Components in groups that are solved as one: a question to the solver costs more than a small one."""
    group: list[tuple[Ints, Ints]] = []
    for part in parts:
        if group and sum(len(counts) for counts, _ in [*group, part]) > MOST_TOGETHER:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _fitted(part: Open, counts: Ints, rows: Ints, until: float) -> tuple[Ints | None, list[int], bool]:
    """A table for one component, the rows that had to give way, and False where time ran out."""
    against: list[int] = []
    while len(rows):
        left = max(1.0, until - time.monotonic())
        found, impossible = _table(part, counts, rows, left)
        if not impossible:
            return found, against, found is not None
        worst = _contradicting(part, counts, rows, left)
        if not len(worst):
            return None, against, False
        against += part.rows[worst].tolist()
        rows = np.setdiff1d(rows, worst)
    return None, against, True


def _ends(low: Ints, high: Ints) -> tuple[Floats, Floats]:
    return (
        np.where(low == -UNBOUNDED, -np.inf, low.astype(np.float64)),
        np.where(high == UNBOUNDED, np.inf, high.astype(np.float64)),
    )


def _table(part: Open, counts: Ints, rows: Ints, seconds: float) -> tuple[Ints | None, bool]:
    """Whole numbers for one component, or whether there are none; neither where time ran out."""
    matrix = sp.csr_array(part.matrix[rows][:, counts])
    low, high = _ends(part.low[rows], part.high[rows])
    lower, upper = _ends(part.lower[counts], part.upper[counts])
    found = milp(
        np.zeros(len(counts)), integrality=np.ones(len(counts)), bounds=Bounds(lower, upper),
        constraints=LinearConstraint(matrix, low, high), options={"time_limit": seconds},
    )  # fmt: skip
    if found.x is None:
        return None, found.status == 2
    whole = np.rint(found.x).astype(np.int64)
    sums = matrix @ whole
    fits = (sums >= part.low[rows]).all() and (sums <= part.high[rows]).all()
    return (whole if fits else None), False


def _contradicting(part: Open, counts: Ints, rows: Ints, seconds: float) -> Ints:
    """The rows that must give way so that the others fit: as few printed units as possible."""
    matrix = sp.csr_array(part.matrix[rows][:, counts]).astype(np.float64)
    size = np.abs(matrix).max(axis=1).toarray().ravel()
    scaled = sp.diags_array(1 / size) @ matrix
    low, high = _ends(part.low[rows], part.high[rows])
    lower, upper = _ends(part.lower[counts], part.upper[counts])
    r, n = matrix.shape
    slack = sp.identity(r, format="csr")
    found = milp(
        np.r_[np.zeros(n), np.ones(2 * r)],
        integrality=np.r_[np.ones(n), np.zeros(2 * r)],
        bounds=Bounds(np.r_[lower, np.zeros(2 * r)], np.r_[upper, np.full(2 * r, np.inf)]),
        constraints=LinearConstraint(sp.hstack([scaled, slack, -slack]), low / size, high / size),
        options={"time_limit": seconds, "mip_rel_gap": 0.05},
    )
    if found.x is None:
        return rows[:0]
    gave = found.x[n : n + r] + found.x[n + r :]
    worst: Ints = rows[gave > 1e-7]
    return worst
