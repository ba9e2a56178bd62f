"""Counts of a publication, what is known of each, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from wohnplatz.disclosure.problem import UNBOUNDED

from .figures import Figure, Place


def at(place: Place, other: Mapping[str, str]) -> Place:
    """The place with other categories in some dimensions; an empty category is the total."""
    found = dict(place) | dict(other)
    return tuple(sorted((d, c) for d, c in found.items() if c))


class State(Enum):
    """What was published of a count."""

    OPEN = "open"
    HIDDEN = "hidden"
    UNPUBLISHED = "unpublished"


@dataclass(slots=True)
class Count:
    """A count of persons or cases: printed, hidden, or only implied by others."""

    measure: str
    place: Place
    low: int = 0
    high: int = UNBOUNDED
    state: State = State.UNPUBLISHED
    where: list[str] = field(default_factory=list)
    own: bool = False
    """Printed nowhere, but the intruder knows it."""
    rest: bool = False
    """What remains of a whole: nobody prints it, but it counts people all the same."""

    @property
    def known(self) -> bool:
        """Whether its number is printed."""
        return self.low == self.high


class Link(Enum):
    """Why a row of the system holds."""

    SUM = "sum"
    RATE = "rate"
    DIFFERENCE = "difference"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Row:
    """``low <= sum of coefficient x count <= high``."""

    terms: tuple[tuple[int, int], ...]
    """(number of the count, coefficient)."""
    low: int
    high: int
    link: Link
    figure: Figure | None = None
    """The printed rate or difference."""
    group: int = -1
    """Of a sum: which supposed or described sum it belongs to."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole and its parts in one dimension: holds wherever its parts are printed."""

    dimension: str
    whole: str
    """Folded category; empty for the total."""
    parts: frozenset[str]
    described: bool
    """Written down by somebody; otherwise the parts stand together in a table."""
    beside: bool = True
    """The whole stands in the same table as its parts."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Printed numbers that cannot all be right."""

    count: int
    """The total, or the count that stands there in two ways."""
    value: str
    step: str
    """In words, with the numbers."""


@dataclass(slots=True)
class System:
    """All counts and everything that ties them together."""

    counts: list[Count] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    index: dict[tuple[str, Place], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    both: list[tuple[int, str, str]] = field(default_factory=list)
    """Counts that stand open in one place and hidden in another: (count, open where, hidden where)."""
    unused: list[str] = field(default_factory=list)
    """Totals that nothing proves to be sums, with the lines of the description that would say so."""
    checked: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Sum → at how many places it could be checked, and at how many it held."""

    def count(self, measure: str, place: Place) -> int:
        """The number of a count; it is made where it is new."""
        key = (measure, place)
        if key not in self.index:
            self.index[key] = len(self.counts)
            self.counts.append(Count(measure, place))
        return self.index[key]

    def printed(self) -> dict[tuple[str, Place], float]:
        """Measure and place of each count whose number is printed, with the number."""
        return {(c.measure, c.place): c.low for c in self.counts if c.known}
