"""What changed from one year to another, and over the years: from released figures, never across a break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..model import FigureKind, FigureMeta, ReleasedFigure, ReleasedTable
from ..monitoring import change, trend
from ..monitoring.intervals import normal_quantile
from .reliability import Floats, column, counts_of, factors

TESTED = frozenset({FigureKind.SHARE, FigureKind.RATE, FigureKind.COUNT})
"""Kinds of figures whose change can be held against chance."""


@dataclass(frozen=True, slots=True)
class AreaChange:
    """The change of one indicator in one area, in the figure's unit; None where there is none."""

    indicator: str
    level: str
    area: str
    start: ReleasedFigure | None
    end: ReleasedFigure | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    """Interval of 95 % of the difference; None where the kind of figure has none."""
    p: float | None = None
    reason: str = ""
    """Code for ``text.reason``: why there is no difference, or no interval of it."""

    @property
    def estimated(self) -> bool:
        """Whether a figure was converted to other areas; its error band is in the interval."""
        return any(f is not None and f.error is not None for f in (self.start, self.end))


@dataclass(frozen=True, slots=True)
class AreaTrend:
    """The direction of one indicator in one area since its last break, per year and in the figure's unit."""

    indicator: str
    level: str
    area: str
    years: tuple[int, ...]
    """Years with a figure that went in."""
    slope: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    robust: float | None = None
    """Median of all slopes between two years (Theil–Sen): one odd year moves it little."""
    robust_p: float | None = None
    reason: str = ""


def changes(table: ReleasedTable, *, start: int, end: int) -> tuple[AreaChange, ...]:
    """The change of each indicator in each area from ``start`` to ``end``; totals only, in the table's order.

    An area that has a figure in one of the years only, or a series that breaks between them, has no
    difference and says why. Shares are compared by Newcombe's interval, rates and counts by Byar's limits;
    of other figures the difference stands without interval. Raises ``ValueError`` where ``end`` is not later.
    """
    if end <= start:
        raise ValueError(f"{end} is not later than {start}")
    found: dict[tuple[str, str, str], dict[int, ReleasedFigure]] = {}
    for f in table:
        if f.year in {start, end} and not f.breakdown:
            found.setdefault((f.indicator, f.level, f.area), {})[f.year] = f
    pairs: dict[str, list[tuple[ReleasedFigure | None, ReleasedFigure | None]]] = {}
    for (indicator, _, _), by_year in found.items():
        pairs.setdefault(indicator, []).append((by_year.get(start), by_year.get(end)))
    return tuple(c for code, part in pairs.items() for c in _changes(part, table.meta[code], start, end))


def trends(table: ReleasedTable) -> tuple[AreaTrend, ...]:
    """The trend of each indicator in each area since the indicator's last break; totals only.

    Weighted by how sure each year is, with the error band of converted years; four years at least. A break
    counts where the table has figures from that year on.
    """
    found: dict[str, dict[tuple[str, str], dict[int, ReleasedFigure]]] = {}
    for f in table:
        if not f.breakdown:
            found.setdefault(f.indicator, {}).setdefault((f.level, f.area), {})[f.year] = f
    return tuple(t for code, areas in found.items() for t in _trends(areas, table.meta[code]))


def breaks_between(meta: FigureMeta, start: int, end: int) -> bool:
    """Whether figures of ``end`` mean something else than those of ``start``."""
    return any(start < b.year <= end for b in meta.breaks)


def _changes(
    pairs: Sequence[tuple[ReleasedFigure | None, ReleasedFigure | None]],
    meta: FigureMeta,
    start: int,
    end: int,
) -> Iterable[AreaChange]:
    broken = breaks_between(meta, start, end)
    both = [(a, b) for a, b in pairs if _has_number(a) and _has_number(b) and not broken]
    computed = iter(_computed([a for a, _ in both if a], [b for _, b in both if b], meta))
    for a, b in pairs:
        if not broken and _has_number(a) and _has_number(b):
            yield next(computed)
            continue
        known = a or b
        assert known is not None
        yield AreaChange(
            known.indicator, known.level, known.area, a, b, reason="series_break" if broken else _gap(a, b)
        )


def _has_number(f: ReleasedFigure | None) -> bool:
    return f is not None and f.value is not None


def _gap(a: ReleasedFigure | None, b: ReleasedFigure | None) -> str:
    """Why two years cannot be compared: what the later one lacks comes first."""
    if b is None:
        return "not_this_year"
    if b.value is None:
        return b.reason or "unknown"
    return (a.reason or "unknown") if a is not None else "no_earlier_year"


def _computed(
    first: Sequence[ReleasedFigure], last: Sequence[ReleasedFigure], meta: FigureMeta
) -> Iterable[AreaChange]:
    """Changes of areas that have both numbers."""
    if not first:
        return
    if meta.kind not in TESTED:
        for a, b in zip(first, last, strict=True):
            plain = (b.value or 0.0) - (a.value or 0.0)
            yield AreaChange(a.indicator, a.level, a.area, a, b, plain, reason="no_interval")
        return
    found = _tested(first, last, meta)
    difference = column([f.value for f in last]) - column([f.value for f in first])
    rows = np.column_stack([difference, found.low, found.high, found.p]).tolist()
    for a, b, (d, low, high, p), why in zip(first, last, rows, found.reason.tolist(), strict=True):
        if why:
            yield AreaChange(a.indicator, a.level, a.area, a, b, d, reason=why)
        else:
            yield AreaChange(a.indicator, a.level, a.area, a, b, d, low, high, p)


def _tested(
    first: Sequence[ReleasedFigure], last: Sequence[ReleasedFigure], meta: FigureMeta
) -> change.Change:
    """Interval and p-value in the figures' unit."""
    x, n = counts_of(first, meta.kind)
    y, m = counts_of(last, meta.kind)
    factor = factors(meta, column([f.value for f in last]), y, m)
    rate = change.rate_change(x, n, y, m)
    found = rate
    if meta.kind is FigureKind.SHARE:
        share = change.newcombe(x, n, y, m)
        over = share.reason == "more_than_all"
        found = change.Change(
            *(
                np.where(over, getattr(rate, name), getattr(share, name))
                for name in ("difference", "low", "high", "p", "variance", "reason")
            )
        )
    scaled = change.Change(
        factor * found.difference, factor * found.low, factor * found.high, found.p,
        factor**2 * found.variance, found.reason,
    )  # fmt: skip
    return change.with_error(scaled, column([f.error for f in first]), column([f.error for f in last]))


def _trends(areas: dict[tuple[str, str], dict[int, ReleasedFigure]], meta: FigureMeta) -> Iterable[AreaTrend]:
    newest = max(y for by_year in areas.values() for y in by_year)
    since = max((b.year for b in meta.breaks if b.year <= newest), default=0)
    years = sorted({y for by_year in areas.values() for y in by_year if y >= since})
    grid = [[by_year.get(y) for y in years] for by_year in areas.values()]
    values = np.array([column([f.value if f else None for f in row]) for row in grid])
    line = trend.weighted_trend(values, years, _variances(grid, values, meta))
    robust = trend.theil_sen(values, years)
    for i, (level, area) in enumerate(areas):
        known = tuple(y for y, v in zip(years, values[i].tolist(), strict=True) if not np.isnan(v))
        if reason := str(line.reason[i]):
            yield AreaTrend(meta.code, level, area, known, reason=reason)
            continue
        yield AreaTrend(
            meta.code, level, area, known, float(line.slope[i]), float(line.low[i]), float(line.high[i]),
            float(line.p[i]), float(robust.slope[i]), float(robust.p[i]),
        )  # fmt: skip


def _variances(
    grid: Sequence[Sequence[ReleasedFigure | None]], values: Floats, meta: FigureMeta
) -> Floats | None:
    """Variances in the figures' unit, with the error band; None where the kind of figure has none.

    Half a case is added, so that a year with no case or only cases has a variance, too.
    """
    if meta.kind not in TESTED:
        return None
    flat = [f for row in grid for f in row if f is not None and f.value is not None]
    x, n = counts_of(flat, meta.kind)
    factor = factors(meta, column([f.value for f in flat]), x, n)
    part = (x + 0.5) / (n + 1)
    share = (meta.kind is FigureKind.SHARE) & (x <= n)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(share, part * (1 - part) / n, (x + 0.5) / n**2) * factor**2
    error = column([f.error for f in flat])
    variance = variance + (np.where(np.isnan(error), 0.0, error) / normal_quantile(0.95)) ** 2
    result = np.full(values.shape, np.nan)
    result[~np.isnan(values)] = variance
    return result
