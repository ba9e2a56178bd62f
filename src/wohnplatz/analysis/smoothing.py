"""Smoothed figures beside the raw ones: what small areas show beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..model import CellState, FigureKind, FigureMeta, ReleasedFigure, ReleasedTable
from .reliability import with_reliability

SUFFIX = ":geglaettet"
SMOOTHABLE = frozenset({FigureKind.SHARE, FigureKind.RATE})
"""Kinds with a numerator and a base that chance acts upon in a known way."""


def smoothed_code(indicator: str) -> str:
    """Code under which the smoothed figures of an indicator stand in a table."""
    return indicator + SUFFIX


def can_smooth(meta: FigureMeta) -> bool:
    """Whether the figures of an indicator can be smoothed: shares and rates, no counts, rents, indices."""
    return meta.kind in SMOOTHABLE and not meta.classes


def with_smoothed(
    table: ReleasedTable, *, parents: Mapping[str, str], district: str | None = None
) -> ReleasedTable:
    """The table with ``reliability``, and a smoothed figure (``smoothed_code``) beside each that has one.

    A smoothed figure keeps the state, the coverage and the reason of the raw one, but neither its counts nor
    its interval: both describe what was counted. Where the raw figure has no number, or an area has too
    little to be smoothed, the smoothed one has none either. Shares are drawn towards their municipality on
    the logit scale, rates by empirical Bayes (``monitoring.shrinkage``).
    """
    sure = with_reliability(table, parents=parents, smooth=True, district=district)
    codes = {f.indicator for f in sure}
    meta = {
        smoothed_code(code): replace(
            sure.meta[code], code=smoothed_code(code), label=f"{sure.meta[code].label} (geglättet)"
        )
        for code in codes
        if can_smooth(sure.meta[code])
    }
    return sure.derive(
        lambda figures: [*figures, *(_smoothed(f) for f in figures if smoothed_code(f.indicator) in meta)],
        meta,
    )


def _smoothed(f: ReleasedFigure) -> ReleasedFigure:
    value = f.reliability.smoothed if f.reliability is not None and f.value is not None else None
    state, reason = f.state, f.reason
    if value is None and f.value is not None:
        over = f.numerator is not None and f.denominator is not None and f.numerator > f.denominator
        state, reason = CellState.NOT_APPLICABLE, "more_than_all" if over else "no_interval"
    return replace(
        f, indicator=smoothed_code(f.indicator), value=value, state=state, reason=reason, numerator=None,
        denominator=None, error=None, reliability=None,
    )  # fmt: skip
