"""Trends in words: which way a figure goes, how sure that is, and since when it can be said."""

from __future__ import annotations

from .. import text
from ..model import FigureMeta
from .changes import AreaTrend
from .warnings import change_unit

SURE = 0.05


def trend_short(t: AreaTrend | None) -> str:
    """``steigt``, ``fällt``, ``keine Richtung erkennbar``; empty where there is no trend."""
    if t is None or t.slope is None or t.p is None:
        return ""
    if t.p > SURE or t.slope == 0:
        return "keine Richtung erkennbar"
    return "steigt" if t.slope > 0 else "fällt"


def trend_sentence(t: AreaTrend, meta: FigureMeta) -> str:
    """One German sentence: direction, size a year with interval, the years; or why there is no trend."""
    broken = max((b.year for b in meta.breaks if t.years and b.year <= t.years[-1]), default=0)
    if t.slope is None or t.low is None or t.high is None or t.p is None:
        since = f" seit dem Bruch der Zeitreihe {broken}" if broken else ""
        return f"Ein Trend{since} ist nicht berechenbar: {text.reason(t.reason)}."
    places = meta.decimals + 1
    span = " bis ".join(text.number(x, places, signed=True) for x in (t.low, t.high))
    when = f"{t.years[0]} bis {t.years[-1]}" + (f" (seit dem Bruch der Zeitreihe {broken})" if broken else "")
    size = f"{text.number(t.slope, places, signed=True)} {change_unit(meta)}".strip()
    if trend_short(t) == "keine Richtung erkennbar":
        return f"Keine Richtung erkennbar, {when}: {size} im Jahr, Unsicherheitsbereich {span}."
    return f"{trend_short(t).capitalize()}, {when}: im Mittel {size} im Jahr, Unsicherheitsbereich {span}."
