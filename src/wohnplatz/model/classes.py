"""Classes of values for maps and legends."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum


class ClassMethod(StrEnum):
    """How class limits are found."""

    QUANTILES = "quantiles"
    EQUAL = "equal"
    NATURAL = "natural"
    DEVIATION = "deviation"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Classes:
    """Class limits: ``limits`` (ascending, k + 1 numbers) bound k classes, left-closed, the last one closed.

    ``diverging`` says that the classes run in two directions around ``centre`` (the district's value).
    """

    method: ClassMethod
    limits: tuple[float, ...]
    counts: tuple[int, ...]
    diverging: bool = False
    centre: float | None = None

    def __len__(self) -> int:
        """Number of classes."""
        return len(self.limits) - 1

    def index(self, value: float) -> int:
        """0-based class of ``value``; values outside the limits go to the nearest class."""
        return min(max(bisect_right(self.limits, value) - 1, 0), len(self) - 1)
