"""A reference date of which only parts may be known."""

from __future__ import annotations

import calendar
from datetime import date
from typing import NamedTuple


class Moment(NamedTuple):
    """A reference date of which only parts may be known; 0 is unknown."""

    year: int = 0
    month: int = 0
    day: int = 0

    def filled(self, other: Moment) -> Moment:
        """The same with unknown parts taken from ``other``; month and day go together."""
        if self.month:
            return Moment(self.year or other.year, self.month, self.day)
        return Moment(self.year or other.year, other.month, other.day)

    @property
    def date(self) -> date | None:
        """The date; the end of the month or year where no more is known, None without a year."""
        if not self.year:
            return None
        month = self.month or 12
        last = calendar.monthrange(self.year, month)[1]
        # "Februar (28. bzw. 29.)" is the end of the month in every year.
        return date(self.year, month, min(self.day or last, last))


NEVER = Moment()
