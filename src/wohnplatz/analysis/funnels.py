"""The funnel of an indicator: which areas lie further from the district than their size explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..model import FigureKind, ReleasedFigure, ReleasedTable
from ..monitoring import funnel, funnel_limits
from .reliability import column, counts_of, unit_factor

POSSIBLE = frozenset({FigureKind.SHARE, FigureKind.RATE})
"""Kinds of figures whose size says how much chance moves them."""
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Funnel:
    """Curves around the district's value and the place of each area, in the figure's unit."""

    mean: float | None
    """The district's value; None, with a reason, where there is no funnel."""
    curves: tuple[tuple[float, float, float, float, float], ...] = ()
    """(denominator, lower 99.8 %, lower 95 %, upper 95 %, upper 99.8 %), denominators ascending."""
    places: Mapping[str, int] | None = None
    """Area → 0 inside, ±1 outside of 95 %, ±2 outside of 99.8 %; areas without a figure are absent."""
    reason: str = ""
    """Code for ``text.reason``."""


def area_funnel(
    table: ReleasedTable, *, indicator: str, year: int, level: str, district: str | None
) -> Funnel:
    """The funnel of an indicator's areas of ``level`` around the figure of ``district``.

    Limits are exact quantiles of the binomial (shares) or Poisson distribution (rates), interpolated. With
    figures of the whole district missing, or a kind of figure without counts, there is none, and why.
    """
    kind = table.meta[indicator].kind
    if kind not in POSSIBLE:
        return Funnel(None, reason="no_interval")
    found = [f for f in table if f.indicator == indicator and f.year == year and not f.breakdown]
    whole = next((f for f in found if f.area == district), None)
    areas = [f for f in found if f.level == level and f.value is not None and f.denominator]
    if whole is None or whole.value is None:
        return Funnel(None, reason=(whole.reason if whole else "") or "no_common_value")
    if not areas:
        return Funnel(None, reason="unknown")
    return _funnel(areas, whole.value, unit_factor(table.meta[indicator].unit), kind is FigureKind.SHARE)


def _funnel(areas: list[ReleasedFigure], mean: float, factor: float, binomial: bool) -> Funnel:
    kind = FigureKind.SHARE if binomial else FigureKind.RATE
    _, base = counts_of(areas, kind)
    centre = mean / factor
    smallest, largest = float(base.min()), float(base.max())
    sizes = np.rint(np.geomspace(max(smallest * 0.8, 1.0), max(largest * 1.05, 2.0), _STEPS))
    inner, outer = (funnel_limits(sizes, centre, level, binomial=binomial) for level in funnel.LEVELS)
    if (inner.reason != "").any():
        return Funnel(None, reason=str(inner.reason[0]))
    rows = np.column_stack(
        [sizes, *(factor * x for x in (outer.low, inner.low, inner.high, outer.high))]
    ).tolist()
    places = funnel.position(column([f.value for f in areas]) / factor, base, centre, binomial=binomial)
    return Funnel(
        mean,
        tuple((r[0], r[1], r[2], r[3], r[4]) for r in rows),
        {f.area: place for f, place in zip(areas, places.tolist(), strict=True)},
    )
