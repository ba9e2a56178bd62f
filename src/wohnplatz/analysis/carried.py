"""Figures on a division that lies beside the hierarchy: estimates from the parts of other areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from wohnplatz.areas.conversion import convert, half_width
from wohnplatz.areas.crosswalk import Crosswalk

from ..model import FIRST_WITHOUT_NUMBER, CellState, FigureKind, ReleasedFigure, ReleasedTable

NOT_SUMMED = "rate_not_summable"
"""Reason of figures that are no sums: rents, balances, changes, indices."""


def carried(table: ReleasedTable, crosswalk: Crosswalk, *, level: str) -> ReleasedTable:
    """The figures of ``table`` on the target areas of ``crosswalk``, whose sources are the table's areas.

    Numerator and denominator are counts: each is converted with the weights, and the figure is made anew from
    them. It is an estimate where a part of a source area went in, with the half width of its 95 % band in
    ``error`` (docs/methoden/umsteigeschluessel.md). A part without a number leaves none: its state goes over.
    What is no count and no ratio of counts is not applicable. Broken-down figures are left out.
    """
    groups: dict[tuple[str, int], dict[str, ReleasedFigure]] = {}
    for f in table:
        if not f.breakdown and f.area in crosswalk.sources:
            groups.setdefault((f.indicator, f.year), {})[f.area] = f
    made = [
        figure
        for (indicator, year), figures in groups.items()
        for figure in _group(indicator, year, figures, crosswalk, table.meta[indicator].kind, level)
    ]
    return table.derive(lambda _: made)


def _group(  # noqa: PLR0913, PLR0917 (one indicator in one year, with all that is known of it)
    indicator: str,
    year: int,
    figures: dict[str, ReleasedFigure],
    way: Crosswalk,
    kind: FigureKind,
    level: str,
) -> Iterator[ReleasedFigure]:
    if kind is FigureKind.OTHER:
        for key in way.targets:
            yield ReleasedFigure(
                indicator, level, key, year, None, CellState.NOT_APPLICABLE, reason=NOT_SUMMED
            )
        return
    states = np.array([figures[k].state if k in figures else CellState.MISSING for k in way.sources])
    above = np.array([_number(figures.get(k), "numerator", kind) for k in way.sources])
    below = np.array([_number(figures.get(k), "denominator", kind) for k in way.sources])
    found = convert(way, np.column_stack([above, below]), np.column_stack([states, states]))
    factor = _factor(tuple(figures.values()))
    for n, key in enumerate(found.keys):
        state = CellState(max(found.state[n]))
        if state >= FIRST_WITHOUT_NUMBER:
            yield ReleasedFigure(indicator, level, key, year, None, state, reason=_reason(key, figures, way))
            continue
        top, base = float(found.value[n, 0]), float(found.value[n, 1])
        counted = kind is FigureKind.COUNT
        if not counted and not base > 0:
            none = CellState.NOT_APPLICABLE
            yield ReleasedFigure(indicator, level, key, year, None, none, reason="zero_denominator")
            continue
        parts = _parts(key, figures, way, kind)
        error = half_width(parts, top, np.nan if counted else base, 1.0 if counted else factor)
        yield ReleasedFigure(
            indicator, level, key, year, top if counted else factor * top / base, state, top,
            None if counted else base, error=error if parts else None,
        )  # fmt: skip


def _number(figure: ReleasedFigure | None, name: str, kind: FigureKind) -> float:
    """Numerator or denominator; of a count its value, and nothing to divide by."""
    if figure is None:
        return np.nan
    if kind is FigureKind.COUNT:
        value = figure.value if name == "numerator" else 0.0
    else:
        value = figure.numerator if name == "numerator" else figure.denominator
    return np.nan if value is None else float(value)


def _factor(figures: Sequence[ReleasedFigure]) -> float:
    """What a ratio is multiplied with (100 for per cent), read off the figures themselves."""
    for f in figures:
        if f.value and f.numerator and f.denominator:
            return f.value * f.denominator / f.numerator
    return 1.0


def _parts(
    key: str, figures: dict[str, ReleasedFigure], way: Crosswalk, kind: FigureKind
) -> list[tuple[float, float, float, float]]:
    """Value, numerator, denominator and w·(1 − w) of the cut source areas of a target."""
    return [
        (top := _number(figures.get(source), "numerator", kind), top,
         _number(figures.get(source), "denominator", kind), w * (1 - w))
        for source, to, w in zip(way.from_key, way.to_key, way.weight, strict=True)
        if to == key and 0 < w < 1
    ]  # fmt: skip


def _reason(key: str, figures: dict[str, ReleasedFigure], way: Crosswalk) -> str:
    """Why the gravest part of a target has no number."""
    parts = [figures[s] for s, to in zip(way.from_key, way.to_key, strict=True) if to == key and s in figures]
    gravest = max(parts, key=lambda f: f.state, default=None)
    return gravest.reason if gravest else "not_delivered"
