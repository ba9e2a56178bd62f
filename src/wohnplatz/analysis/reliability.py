"""How sure released figures are: interval, smoothed value, and what they say beside the district."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..model import FigureKind, FigureMeta, ReleasedFigure, ReleasedTable, Reliability, Verdict
from ..monitoring import intervals, shrinkage

Floats = npt.NDArray[np.float64]
NO_PARENTS: Mapping[str, str] = MappingProxyType({})

VERDICTS: Mapping[Verdict, str] = {
    Verdict.ABOVE: "liegt über dem Kreiswert",
    Verdict.BELOW: "liegt unter dem Kreiswert",
    Verdict.SAME: "unterscheidet sich nicht erkennbar vom Kreiswert",
}
"""What an interval says, as the end of a German sentence about the area."""


def with_reliability(
    table: ReleasedTable,
    *,
    parents: Mapping[str, str] = NO_PARENTS,
    smooth: bool = False,
    district: str | None = None,
) -> ReleasedTable:
    """The table with ``reliability`` at each figure that has an interval; nothing else is altered.

    The method follows from the indicator's kind: shares have Wilson's interval, rates and counts Byar's
    (exact below 10 cases), ratios of two groups the odds of a share. A share above 100 %, whose sources
    differ, is taken as a rate. The error band of converted areas is added in squares. Other figures (rents,
    balances, changes, indices) and figures without a number get none; ``why_none`` says why.

    ``parents`` (area → area it lies in) tells the municipality that ``smooth`` draws small areas towards,
    and the district, where ``district`` does not name it. Without parents all areas of a level are one
    group. Protected areas take no part. ``verdict`` compares with the district's figure of the same year:
    an area is above or below where its interval does not hold that figure. Among many areas one of twenty
    stands out by chance.

    Methods and limits: ``docs/methoden/zuverlaessigkeit.md``.
    """
    top = district or district_of(parents)
    return table.derive(lambda figures: _assessed(figures, table.meta, parents, top, smooth))


def district_of(parents: Mapping[str, str]) -> str | None:
    """The one area that lies in no other, None where there are several or none."""
    roots = set(parents.values()) - set(parents)
    return roots.pop() if len(roots) == 1 else None


def why_none(figure: ReleasedFigure, meta: FigureMeta) -> str:
    """Code of the reason (``text.reason``) why a figure has no interval; empty where it has one."""
    if figure.reliability is not None:
        return ""
    if figure.value is None:
        return figure.reason or "unknown"
    if meta.kind is FigureKind.OTHER:
        return "no_interval"
    count, base = counts_of([figure], meta.kind)
    reason = str(_interval(meta.kind, count, base).reason[0])
    return reason or "no_interval"


def counts_of(figures: Sequence[ReleasedFigure], kind: FigureKind) -> tuple[Floats, Floats]:
    """Numerators and denominators (n,) of figures, NaN where there is none; a count is related to 1."""
    if kind is FigureKind.COUNT:
        return column([f.value for f in figures]), np.ones(len(figures))
    return column([f.numerator for f in figures]), column([f.denominator for f in figures])


def column(numbers: Sequence[float | None]) -> Floats:
    """Numbers as an array, None as NaN."""
    return np.array([np.nan if x is None else x for x in numbers], dtype=np.float64)


def factors(meta: FigureMeta, value: Floats, count: Floats, base: Floats) -> Floats:
    """What a fraction is multiplied by, (n,): as the figures have it; from the unit where they are 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = value * base / count
    return np.where(np.isfinite(found), found, unit_factor(meta.unit))


def unit_factor(unit: str) -> float:
    """100 for ``%`` and ``je 100 Plätze``, 1000 for ``je 1.000``, otherwise 1."""
    if unit == "%":
        return 100.0
    digits = unit.removeprefix("je ").split(" ")[0].replace(".", "")
    return float(digits) if unit.startswith("je ") and digits.isdecimal() else 1.0


def _assessed(
    figures: Sequence[ReleasedFigure],
    meta: Mapping[str, FigureMeta],
    parents: Mapping[str, str],
    top: str | None,
    smooth: bool,
) -> list[ReleasedFigure]:
    places: dict[str, list[int]] = {}
    for place, figure in enumerate(figures):
        if figure.value is not None and meta[figure.indicator].kind is not FigureKind.OTHER:
            places.setdefault(figure.indicator, []).append(place)
    result = list(figures)
    for indicator, at in places.items():
        part = [figures[i] for i in at]
        found = _reliability(part, meta[indicator], parents, top, smooth)
        for place, figure, sure in zip(at, part, found, strict=True):
            if sure is not None:
                result[place] = _with(figure, sure)
    return result


def _with(f: ReleasedFigure, sure: Reliability) -> ReleasedFigure:
    """The figure with its reliability; written out, because ``replace`` takes three times as long."""
    return ReleasedFigure(
        f.indicator, f.level, f.area, f.year, f.value, f.state, f.numerator, f.denominator, f.covered,
        f.expected, f.share, f.breakdown, f.reason, f.error, sure, f.altered,
    )  # fmt: skip


def _reliability(
    figures: Sequence[ReleasedFigure],
    meta: FigureMeta,
    parents: Mapping[str, str],
    top: str | None,
    smooth: bool,
) -> list[Reliability | None]:
    """Of the figures of one indicator that have a number."""
    count, base = counts_of(figures, meta.kind)
    value = column([f.value for f in figures])
    factor = factors(meta, value, count, base)
    found = _interval(meta.kind, count, base)
    error = column([f.error for f in figures])
    low, high = intervals.widened(value, factor * found.low, factor * found.high, error)
    low = np.maximum(low, 0.0)
    verdicts = _verdicts(figures, meta, low, high, top)
    drawn = factor * _smoothed(figures, meta, count, base, parents) if smooth else np.full(len(value), np.nan)
    return [
        None if np.isnan(at) or np.isnan(up) else Reliability(at, up, None if np.isnan(mid) else mid, verdict)
        for at, up, mid, verdict in zip(low.tolist(), high.tolist(), drawn.tolist(), verdicts, strict=True)
    ]


def _interval(kind: FigureKind, count: Floats, base: Floats) -> intervals.Interval:
    """Interval of the fraction count / base by kind of figure."""
    if kind is FigureKind.RATIO:
        return intervals.odds(count, base)
    share, rate = intervals.wilson(count, base), intervals.byar(count)
    if kind is FigureKind.SHARE:
        over = share.reason == "more_than_all"
    else:
        over = np.ones(len(count), dtype=np.bool_)
    _, fitting, reason = intervals.exposures(count, base)
    low, high = rate.low / fitting, rate.high / fitting
    return intervals.Interval(
        np.where(over, low, share.low), np.where(over, high, share.high), np.where(over, reason, share.reason)
    )


def _verdicts(
    figures: Sequence[ReleasedFigure], meta: FigureMeta, low: Floats, high: Floats, top: str | None
) -> list[Verdict | None]:
    if top is None or meta.kind is FigureKind.COUNT:
        return [None] * len(figures)
    of_district = {(f.year, f.breakdown): f.value for f in figures if f.area == top}
    whole = column([None if f.area == top else of_district.get((f.year, f.breakdown)) for f in figures])
    cases = np.select([np.isnan(whole) | np.isnan(low), low > whole, high < whole], [0, 1, 2], 3)
    words = (None, Verdict.ABOVE, Verdict.BELOW, Verdict.SAME)
    return [words[c] for c in cases.tolist()]


def _smoothed(
    figures: Sequence[ReleasedFigure],
    meta: FigureMeta,
    count: Floats,
    base: Floats,
    parents: Mapping[str, str],
) -> Floats:
    """Fractions drawn towards that of the municipality, level by level and year by year."""
    result = np.full(len(figures), np.nan)
    methods = {FigureKind.SHARE: shrinkage.logit_shrinkage, FigureKind.RATE: shrinkage.empirical_bayes}
    method = methods.get(meta.kind)
    if method is None:
        return result
    cells: dict[tuple[str, int, str], list[int]] = {}
    for place, f in enumerate(figures):
        cells.setdefault((f.level, f.year, f.breakdown), []).append(place)
    for places in cells.values():
        at = np.array(places)
        groups = [parents.get(figures[i].area, "") for i in places]
        result[at] = method(count[at], base[at], groups).smoothed
    return result


def verdict_counts(figures: Collection[ReleasedFigure]) -> dict[Verdict, int]:
    """How many figures lie above, below and within reach of the district's value."""
    found = [f.reliability.verdict for f in figures if f.reliability is not None]
    return {verdict: found.count(verdict) for verdict in Verdict}
