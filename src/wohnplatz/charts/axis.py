"""Axes: nice ticks, scales, the words beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .. import text

_TINY_RANGE = 0.15
"""Where all values lie closer together than this part of the largest, the axis need not begin at 0."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Ticks at even steps from ``ticks[0]`` to ``ticks[-1]``, drawn from ``start`` to ``end`` px."""

    ticks: tuple[float, ...]
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Place of ``value`` in px."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def words(self, value: float) -> str:
        """A tick in German, with the places its step needs."""
        return text.number(value, max(0, -math.floor(math.log10(self.step) + 1e-9)))

    @property
    def from_zero(self) -> bool:
        """Whether 0 is on the axis."""
        return self.ticks[0] <= 0 <= self.ticks[-1]


def nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that parts ``span`` at most ``count`` times."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= raw * (1 - 1e-9))


def axis(  # noqa: PLR0913 (range of values and range of px)
    values: Sequence[float],
    start: float,
    end: float,
    *,
    count: int = 5,
    zero: bool = True,
    floor: float = 0.0,
) -> Axis:
    """An axis over ``values`` (finite; may be empty).

    With ``zero`` it begins at 0 where no value is negative, unless all values lie very close together.
    ``floor`` is the smallest step, so that ticks are not finer than the figures.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero and (low <= 0 <= high or not _far_from_zero(low, high)):
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9 * max(abs(high), abs(low), 1e-9):
        pad = abs(high) * 0.1 or 1.0
        low, high = (low - pad, high + pad) if low else (0.0, pad)
    step = max(nice_step(high - low, count), floor)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(i * step for i in range(first, max(last, first + 1) + 1))
    return Axis(ticks, step, start, end)


def _far_from_zero(low: float, high: float) -> bool:
    largest = max(abs(low), abs(high))
    return low * high > 0 and 0 < high - low < _TINY_RANGE * largest
