"""Class limits for a legend: the roundest numbers that part the values in the same way.

A limit that is taken from a value says that value, to its last digit. A reader needs no such limit: any
number between the largest value of one class and the smallest of the next one draws the same map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..model import Classes, ClassMethod
from .classes import classify

Floats = npt.NDArray[np.float64]
STEPS = (5, 2, 1)
DIGITS = 12
"""Decimals beyond which two numbers are the same."""


def legend_classes(  # noqa: PLR0913 (values, how they are parted, how they are printed)
    values: npt.NDArray[np.floating] | Sequence[float],
    method: ClassMethod,
    k: int = 5,
    *,
    decimals: int,
    centre: float | None = None,
    limits: Sequence[float] | None = None,
) -> Classes:
    """Classes as by ``classify``, with every limit rounded outward to a number that is no figure.

    ``decimals`` is how figures are printed. The outermost limits go outward to round steps. An inner limit
    becomes the roundest number between the values of its two classes, with equal widths and around a centre
    the nearest one: every value stays in its class, and the counts are those of ``classify``. Limits that
    somebody set (``OWN``) stay as they are, but for the outermost ones that follow from values.

    >>> legend_classes([4.13, 5.2, 9.77, 10.48], ClassMethod.NATURAL, 2, decimals=1).limits
    (4.0, 8.0, 10.5)
    >>> legend_classes([12.34], ClassMethod.QUANTILES, 5, decimals=1).limits
    (12.0, 13.0)
    """
    found = classify(values, method, k, centre=centre, limits=limits)
    x = np.asarray(values, dtype=np.float64).ravel()
    x = np.sort(x[np.isfinite(x)])
    if not len(found) or not x.size:
        return found
    own = {float(b) for b in limits or ()} if method is ClassMethod.OWN else set()
    step = _step(found.limits, decimals)
    first, last = found.limits[0], found.limits[-1]
    low = first if first in own else _stepped(min(first, float(x[0])), step, math.floor)
    high = last if last in own else _stepped(max(last, float(x[-1])), step, math.ceil)
    if low == high:
        high = _clean(low + step)
    near = method in {ClassMethod.EQUAL, ClassMethod.DEVIATION}
    inner = [b if b in own else _between(x, b, decimals, near=near) for b in found.limits[1:-1]]
    made = (low, *inner, high)
    if any(a >= b for a, b in pairwise(made)):
        made = (low, *_apart(x, found.limits[1:-1], low, high), high)
    return Classes(found.method, made, found.counts, found.diverging, found.centre)


def _step(limits: Sequence[float], decimals: int) -> float:
    """A round step, about a tenth of the span, or of the value itself where there is no span."""
    span = limits[-1] - limits[0] or abs(limits[0])
    least = 10.0**-decimals
    if span <= 0:
        return least
    power = 10.0 ** math.floor(math.log10(span / 10))
    return max(next(s * power for s in STEPS if s * power <= span / 10 * (1 + 1e-9)), least)


def _stepped(value: float, step: float, to: object) -> float:
    """The multiple of a step below or above; a value that is one is taken for itself."""
    return _clean(to(round(value / step, 9)) * step)  # type: ignore[operator]


def _between(x: Floats, limit: float, decimals: int, *, near: bool) -> float:
    """The roundest number that parts the values as ``limit`` does, or with ``near`` one beside it."""
    place = int(np.searchsorted(x, limit, side="left"))
    below = float(x[place - 1]) if place else -math.inf
    above = float(x[place]) if place < x.size else math.inf
    if not (math.isfinite(below) and math.isfinite(above)):
        return _clean(round(limit, decimals))
    if near and below < (close := _clean(round(limit, decimals))) < above:
        return close
    for digits in range(-6, DIGITS):
        for size in STEPS:
            step = size * 10.0**-digits
            nearest = round(limit / step)
            for n in sorted(range(nearest - 1, nearest + 2), key=lambda n: abs(n * step - limit)):
                if below < _clean(n * step) < above:
                    return _clean(n * step)
            if below < _clean(math.ceil(below / step + 1e-9) * step) < above:
                return _clean(math.ceil(below / step + 1e-9) * step)
    return limit


def _apart(x: Floats, inner: Sequence[float], low: float, high: float) -> list[float]:
    """Limits that would meet when rounded, as around a centre with empty classes: with more digits."""
    for digits in range(DIGITS):
        found = [_clean(round(b, digits)) for b in inner]
        row = [low, *found, high]
        same = [int(np.searchsorted(x, b, side="left")) for b in inner] == [
            int(np.searchsorted(x, b, side="left")) for b in found
        ]
        if same and all(a < b for a, b in pairwise(row)):
            return found
    return list(inner)


def _clean(value: float) -> float:
    """Without the dust of floating point, and no minus before a zero."""
    return round(value, DIGITS) + 0.0
