"""A figure as a reader saw it, and whether a printed number is that of a value."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

Place = tuple[str, str, int, str]
"""Indicator, area, year, breakdown: an area's key is unique over all levels."""


class Seen(NamedTuple):
    """A figure as a reader saw it; ``value`` is the printed decimal, None where only a sign stood there."""

    indicator: str
    area: str
    year: int
    where: str
    """Page or file."""
    value: Decimal | None = None
    numerator: float | None = None
    denominator: float | None = None
    breakdown: str = ""
    former: bool = False
    """On the areas of the time, not on today's."""
    earlier: bool = False
    """In an earlier release: where a delivery was corrected since, it tells of the delivery before."""

    @property
    def place(self) -> Place:
        """What the figure is about."""
        return self.indicator, self.area, self.year, self.breakdown

    @property
    def words(self) -> str:
        """Which figure, and where it was seen."""
        return f"{self.indicator}, {self.area}, {self.year} ({self.where})"

    @property
    def tells(self) -> bool:
        """Whether a number stood there."""
        return self.value is not None or self.numerator is not None or self.denominator is not None


def prints(printed: Decimal, value: float) -> bool:
    """Whether a value gives this number at its decimals; half a unit of the last place may be rounded."""
    number, most = _rounded(str(printed))
    return abs(number - value) <= most + 1e-9 * abs(value)


@lru_cache(maxsize=1 << 16)
def _rounded(printed: str) -> tuple[float, float]:
    """The number, and how far from it lies what is rounded to it. By its text: 1,0 is not 1."""
    places = Decimal(printed).as_tuple().exponent
    assert isinstance(places, int)
    return float(printed), 0.5 * 10.0 ** min(places, 0) * (1 + 1e-9)
