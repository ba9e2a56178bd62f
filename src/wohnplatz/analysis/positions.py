"""Where an area lies among all areas: the places its figures allow, never a place alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .. import text
from ..model import FigureKind, FigureMeta, ReleasedFigure, ReleasedTable
from ..monitoring.ranks import simulated_ranks
from .reliability import column, counts_of, factors

FEWEST = 5
"""Among fewer areas a place says less than the figures themselves."""
LARGEST = 200_000
"""Draws × areas in one go: fewer rounds for many areas, so that a page stays quick."""


@dataclass(frozen=True, slots=True)
class AreaPosition:
    """The places of one area in one indicator, counted from the lowest value; None where there are none."""

    indicator: str
    area: str
    year: int
    of: int
    """Areas that have a place."""
    best: int | None = None
    worst: int | None = None
    reason: str = ""
    """Code for ``text.reason``."""


def positions(table: ReleasedTable, *, indicator: str, level: str, year: int) -> dict[str, AreaPosition]:
    """The range of places of each area of ``level``, by area; totals only.

    Drawn from what the figures allow (``monitoring.simulated_ranks``): a range holds an area's place with
    95 % certainty. Shares, rates and ratios have one; of other figures, and of fewer than ``FEWEST`` areas,
    the reason is given. Areas without a number take no part. A converted figure brings its error band along.
    """
    figures = [
        f for f in table
        if f.indicator == indicator and f.level == level and f.year == year and not f.breakdown
    ]  # fmt: skip
    if not figures:
        return {}
    meta = table.meta[indicator]
    found = {
        f.area: AreaPosition(indicator, f.area, year, 0, reason=f.reason or "unknown")
        for f in figures
        if f.value is None
    }
    known = [f for f in figures if f.value is not None]
    plain = meta.kind in {FigureKind.SHARE, FigureKind.RATE, FigureKind.RATIO} and not meta.classes
    why = "" if plain else "no_interval"
    why = why or ("too_few_places" if len(known) < FEWEST else "")
    if why:
        return found | {f.area: AreaPosition(indicator, f.area, year, len(known), reason=why) for f in known}
    return found | {p.area: p for p in _ranked(known, meta, year)}


def _ranked(known: Sequence[ReleasedFigure], meta: FigureMeta, year: int) -> Iterable[AreaPosition]:
    """Positions of figures that all have a number."""
    count, base = counts_of(known, meta.kind)
    factor = factors(meta, column([f.value for f in known]), count, base)
    error = column([f.error for f in known]) / factor
    if meta.kind is FigureKind.RATIO:
        # The ratio x / n rises with the share x / (x + n): the places are the same.
        error, base = error * (base / (count + base)) ** 2, count + base
    share = meta.kind is not FigureKind.RATE and bool((count <= base).all())
    draws = min(2000, max(200, LARGEST // len(known)))
    ranks = simulated_ranks(count, base, binomial=share, error=error, draws=draws)
    of = int(np.isfinite(ranks.rank).sum())
    rows = zip(known, ranks.best.tolist(), ranks.worst.tolist(), ranks.reason.tolist(), strict=True)
    for f, low, high, reason in rows:
        if reason:
            yield AreaPosition(meta.code, f.area, year, of, reason=reason)
        else:
            yield AreaPosition(meta.code, f.area, year, of, int(low), int(high))


def places(p: AreaPosition) -> str:
    """``Platz 12 bis 31 von 80``; empty where there is no place."""
    if p.best is None or p.worst is None:
        return ""
    span = f"{p.best}" if p.best == p.worst else f"{p.best} bis {p.worst}"
    return f"Platz {span} von {text.number(p.of)}"


def position_sentence(p: AreaPosition, meta: FigureMeta) -> str:
    """The same as the end of a German sentence about the area, or why there is nothing to say."""
    if p.best is None or p.worst is None:
        return f"Eine Lage unter allen Gebieten ist nicht berechenbar: {text.reason(p.reason)}."
    wide = p.worst - p.best + 1
    if wide > 0.75 * p.of:
        return (
            f"Der Wert sagt fast nichts über die Lage unter den {text.number(p.of)} Gebieten ({places(p)})."
        )
    span = f"auf Platz {p.best}" if wide == 1 else f"zwischen Platz {p.best} und {p.worst}"
    sure = f"Liegt mit 95{text.NBSP}% Sicherheit {span} von {text.number(p.of)} Gebieten"
    return f"{sure}, vom niedrigsten Wert an gezählt."
