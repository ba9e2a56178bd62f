"""Numbers of which only limits are known: a cell without number is not zero, but not nothing either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Lower and upper limit (n each) of n numbers; equal where the number is known.

    What can be said of a sum although a part of it is missing stands in its limits: the sum of the known
    parts is the least it can be, as long as no part can be negative.
    """

    low: Floats
    high: Floats

    @classmethod
    def of(cls, value: float, n: int) -> Interval:
        """The same known number n times."""
        return cls(np.full(n, value), np.full(n, value))

    @classmethod
    def unknown(cls, n: int, *, non_negative: bool = True) -> Interval:
        """Nothing is known but, perhaps, the sign."""
        return cls(np.full(n, 0.0 if non_negative else -np.inf), np.full(n, np.inf))

    @property
    def exact(self) -> npt.NDArray[np.bool_]:
        """Where the number is known (n)."""
        found: npt.NDArray[np.bool_] = self.low == self.high
        return found

    def __neg__(self) -> Interval:
        """All numbers with the other sign."""
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        """Sums."""
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        """Differences."""
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        """Products; nothing times infinity is nothing, because every number is finite in truth."""
        with np.errstate(invalid="ignore"):
            corners = np.stack([a * b for a in (self.low, self.high) for b in (other.low, other.high)])
        corners = np.where(np.isnan(corners), 0.0, corners)
        return Interval(corners.min(axis=0), corners.max(axis=0))

    def __truediv__(self, other: Interval) -> Interval:
        """Quotients; nothing is known where the divisor may be zero."""
        possible = (other.low <= 0) & (other.high >= 0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            corners = np.stack([a / b for a in (self.low, self.high) for b in (other.low, other.high)])
        low, high = corners.min(axis=0), corners.max(axis=0)
        unclear = possible | np.isnan(corners).any(axis=0)
        return Interval(np.where(unclear, -np.inf, low), np.where(unclear, np.inf, high))

    def where(self, mask: npt.NDArray[np.bool_], other: Interval) -> Interval:
        """These numbers where ``mask`` (n) holds, the others elsewhere."""
        return Interval(np.where(mask, self.low, other.low), np.where(mask, self.high, other.high))
