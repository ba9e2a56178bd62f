"""Several years as one figure: for areas so small that a single year says little."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from .. import text
from ..model import FigureKind, FigureMeta, ReleasedFigure, ReleasedTable
from ..monitoring import intervals
from ..monitoring.pooling import pooled_years
from .changes import breaks_between
from .reliability import column, counts_of, factors

SPAN = 3
POOLED = frozenset({FigureKind.SHARE, FigureKind.RATE})


@dataclass(frozen=True, slots=True)
class AreaPooled:
    """The figure of one area over several years, in the figure's unit; None where there is none."""

    indicator: str
    area: str
    years: tuple[int, ...]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    """Code for ``text.reason``."""


def pooled(
    table: ReleasedTable, *, year: int, areas: Collection[str], span: int = SPAN
) -> dict[tuple[str, str], AreaPooled]:
    """Cases of the ``span`` years up to ``year`` over the sum of their bases, by indicator and area.

    Every year must have a number, and none may lie behind a break of the series. Cases of a rate are new ones
    each year and the interval is that of their sum (Byar); a share counts mostly the same persons again, so
    that its interval is that of one middle year (Wilson) and not narrower. The mean error band of the years
    is added in squares.
    """
    years = tuple(range(year - span + 1, year + 1))
    found: dict[tuple[str, str], dict[int, ReleasedFigure]] = {}
    for f in table:
        if f.area in areas and f.year in years and not f.breakdown and table.meta[f.indicator].kind in POOLED:
            found.setdefault((f.indicator, f.area), {})[f.year] = f
    return {
        (indicator, area): _pooled(by_year, table.meta[indicator], area, years)
        for (indicator, area), by_year in found.items()
    }


def _pooled(
    by_year: dict[int, ReleasedFigure], meta: FigureMeta, area: str, years: tuple[int, ...]
) -> AreaPooled:
    if breaks_between(meta, years[0], years[-1]):
        return AreaPooled(meta.code, area, years, reason="series_break")
    figures = [by_year.get(y) for y in years]
    lacking = [f for f in figures if f is None or f.value is None]
    known = [f for f in figures if f is not None and f.value is not None]
    if lacking:
        reasons = [f.reason or "unknown" for f in lacking if f is not None]
        return AreaPooled(meta.code, area, years, reason=(reasons or ["too_few_years"])[0])
    count, base = counts_of(known, meta.kind)
    sums = pooled_years(count[None, :], base[None, :])
    if why := str(sums.reason[0]):
        return AreaPooled(meta.code, area, years, reason=why)
    x, n = sums.count, sums.base
    factor = factors(meta, column([known[-1].value]), count[-1:], base[-1:])
    value = factor * x / n
    low, high = _limits(meta.kind, x, n, len(years))
    # The same border was cut in every year: errors go the same way and do not shrink with more years.
    band = np.nan_to_num(column([f.error for f in known])).mean(keepdims=True)
    low, high = intervals.widened(value, factor * low, factor * high, band)
    return AreaPooled(meta.code, area, years, float(value[0]), max(0.0, float(low[0])), float(high[0]))


def _limits(
    kind: FigureKind, x: intervals.Floats, n: intervals.Floats, years: int
) -> tuple[intervals.Floats, intervals.Floats]:
    if kind is FigureKind.SHARE and (x <= n).all():
        middle = intervals.wilson(x / years, n / years)
        return middle.low, middle.high
    rate = intervals.byar(x)
    return rate.low / n, rate.high / n


def pooled_words(p: AreaPooled, meta: FigureMeta) -> str:
    """``12,1 % (10,4 bis 14,0)``, or why there is none."""
    if p.value is None or p.low is None or p.high is None:
        return text.reason(p.reason)
    value = text.with_unit(text.number(p.value, meta.decimals), meta.unit)
    return f"{value} ({text.number(p.low, meta.decimals)} bis {text.number(p.high, meta.decimals)})"


def span_words(years: tuple[int, ...]) -> str:
    """``2023 bis 2025``."""
    return f"{years[0]} bis {years[-1]}"
