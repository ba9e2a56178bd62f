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

    Where there was no value to class, ``limits`` and ``counts`` are empty and the length is 0.
    ``diverging`` says that the classes run in two directions around ``centre`` (the district's value).
    """

    method: ClassMethod
    limits: tuple[float, ...]
    counts: tuple[int, ...]
    diverging: bool = False
    centre: float | None = None

    def __len__(self) -> int:
        """Number of classes."""
        return max(len(self.limits) - 1, 0)

    def index(self, value: float) -> int:
        """0-based class of ``value``; values outside the limits go to the nearest class.

        ``ValueError`` if there is no class.
        """
        if not len(self):
            raise ValueError("no classes: there was no value to class")
        return min(max(bisect_right(self.limits, value) - 1, 0), len(self) - 1)
