"""Figures on areas that no division of the release has: own areas, and divisions beside the hierarchy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wohnplatz.areas.conversion import half_width
from wohnplatz.areas.crosswalk import Crosswalk
from wohnplatz.model import FIRST_WITHOUT_NUMBER, CellState, FigureTable

from .pieces import WHOLE, Parts, in_persons

OWN = "eigenes-gebiet"
"""Level and key of an own area in a figure table."""


def own_parts(areas: Collection[str]) -> Parts:
    """An own area as the sum of whole areas."""
    return {OWN: dict.fromkeys(areas, WHOLE)}


def parts_by(way: Crosswalk) -> Parts:
    """The areas a crosswalk leads to, each source area with its share, 1,000 in all."""
    shares: dict[str, list[tuple[str, float]]] = {}
    for source, target, weight in zip(way.from_key, way.to_key, way.weight, strict=True):
        shares.setdefault(source, []).append((target, weight))
    found: dict[str, dict[str, int]] = {target: {} for target in way.targets}
    for source, targets in shares.items():
        down = {target: int(weight * WHOLE) for target, weight in targets}
        rest = sorted(targets, key=lambda t: (down[t[0]] - t[1] * WHOLE, t[0]))
        for target, _ in rest[: WHOLE - sum(down.values())]:
            down[target] += 1
        for target, share in down.items():
            if share:
                found[target][source] = share
    return found


def rows_on(base: FigureTable, parts: Parts, level: str, *, whole: bool) -> FigureTable:
    """The figures of ``base``, those of the finest areas without breakdown, on the areas of ``parts``.

    Numerator and denominator are added up and the ratio is made anew. With ``whole`` an area has a number
    only where each of its parts has one, else the coverage says how many of them went in. Where a part of an
    area went in, the figure is an estimate, in whole persons, with the half width of its 95 % band.
    """
    places: dict[tuple[str, int], dict[str, int]] = {}
    for n, (code, year, area) in enumerate(
        zip(base.indicator.tolist(), base.year.tolist(), base.area.tolist(), strict=True)
    ):
        places.setdefault((code, year), {})[area] = n
    rows = [
        _row(base, code, year, area, [(found.get(a, -1), w) for a, w in inside.items()], whole=whole)
        for (code, year), found in sorted(places.items())
        for area, inside in parts.items()
    ]
    return _table(rows, level)


@dataclass(frozen=True, slots=True)
class _Row:
    indicator: str
    year: int
    area: str
    value: float
    state: int
    numerator: float
    denominator: float
    covered: int
    expected: int
    reason: str
    error: float


def _row(  # noqa: PLR0913 (what names a row, and what goes into it)
    base: FigureTable, code: str, year: int, area: str, inside: Sequence[tuple[int, int]], *, whole: bool
) -> _Row:
    """One figure; ``inside`` are positions in ``base``, -1 where there is no row, with their shares."""
    states = [int(base.state[n]) if n >= 0 else int(CellState.MISSING) for n, _ in inside]
    has = [(n, w) for (n, w), state in zip(inside, states, strict=True) if state < FIRST_WITHOUT_NUMBER]
    if not has or (whole and len(has) < len(inside)):
        gravest = max(range(len(inside)), key=states.__getitem__)
        reason = str(base.reason[inside[gravest][0]]) if inside[gravest][0] >= 0 else "not_delivered"
        return _empty(code, year, area, states[gravest], reason, len(has), len(inside))
    at = np.array([n for n, _ in has], dtype=np.int64)
    shares = np.array([w for _, w in has], dtype=np.int64)
    bare = bool(np.isnan(base.numerator[at]).all())
    top = _total(base.value[at] if bare else base.numerator[at], shares)
    below = _total(base.denominator[at], shares)
    ratio = not np.isnan(below)
    if ratio and not below > 0:
        none = int(CellState.NOT_APPLICABLE)
        return _empty(code, year, area, none, "zero_denominator", len(has), len(inside))
    factor = _factor(base, at) if ratio else 1.0
    cut = [
        (float(base.value[n]), float(base.value[n] if bare else base.numerator[n]),
         float(base.denominator[n]), w / WHOLE * (1 - w / WHOLE))
        for n, w in has if w < WHOLE
    ]  # fmt: skip
    state = max(int(base.state[at].max()), int(CellState.ESTIMATED) if cut else 0)
    error = half_width(cut, top, below, factor) if cut else None
    return _Row(
        code, year, area, factor * top / below if ratio else top, state, top, below, len(has), len(inside),
        "", float("nan") if error is None else error,
    )  # fmt: skip


def _empty(  # noqa: PLR0913, PLR0917 (what a figure without a number still says)
    code: str, year: int, area: str, state: int, reason: str, covered: int, expected: int
) -> _Row:
    nan = float("nan")
    return _Row(code, year, area, nan, state, nan, nan, covered, expected, reason, nan)


def _total(numbers: np.ndarray[tuple[int], np.dtype[np.float64]], shares: np.ndarray) -> float:
    """The sum of shares of numbers: of counts in whole persons."""
    if (numbers == np.round(numbers)).all():
        return float(in_persons(int(numbers.astype(np.int64) @ shares)))
    return float(numbers @ shares / WHOLE)


def _factor(base: FigureTable, at: np.ndarray) -> float:
    """What a ratio is multiplied with (100 for per cent), read off the figures themselves."""
    for n in at.tolist():
        if base.value[n] and base.numerator[n] and base.denominator[n] > 0:
            return float(base.value[n] * base.denominator[n] / base.numerator[n])
    return 1.0


def _table(rows: Sequence[_Row], level: str) -> FigureTable:
    kinds: Mapping[str, type] = {
        "indicator": np.str_, "area": np.str_, "year": np.int32, "value": np.float64, "state": np.uint8,
        "numerator": np.float64, "denominator": np.float64, "covered": np.int32, "expected": np.int32,
        "reason": np.str_, "error": np.float64,
    }  # fmt: skip
    columns: dict[str, Any] = {
        name: np.array([getattr(r, name) for r in rows], dtype=kind) for name, kind in kinds.items()
    }
    same = {
        "level": np.array([level] * len(rows), dtype=np.str_),
        "breakdown": np.array([""] * len(rows), dtype=np.str_),
        "share": np.full(len(rows), np.nan),
    }
    return FigureTable(**columns, **same)
