"""An area in a year, with the figures of the area and of everything it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wohnplatz.analysis import with_reliability
from wohnplatz.model import Area, Indicator, ReleasedFigure, ReleasedTable
from wohnplatz.web.figures import by_place, released
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand


@dataclass(frozen=True, slots=True)
class Scene:
    """An area, a year, and the figures of the area and of everything it lies in."""

    stand: Stand
    key: str
    year: int
    years: tuple[int, ...]
    level: str
    compared: tuple[tuple[str, Area], ...]
    """Key and area: the area itself, then its ancestors."""
    indicators: tuple[Indicator, ...]
    table: ReleasedTable
    found: Mapping[tuple[str, str, int], ReleasedFigure]

    def figure(self, indicator: str, key: str) -> ReleasedFigure | None:
        """The figure of the year."""
        return self.found.get((indicator, key, self.year))


def scene_of(stand: Stand, key: str, wanted: str) -> Scene:
    """Read the core figures of an area; ``wanted`` is a year, the newest one where it is none."""
    level, area = stand.area(key)
    chosen = stand.key_indicators
    compared = ((key, area), *((a.key, a) for _, a in stand.ancestors(key)))
    found = released(stand, [i.code for i in chosen], areas=[k for k, _ in compared])
    table = with_reliability(found, district=stand.top())
    years = tuple(sorted({f.year for f in table if f.area == key}))
    year = asked if (asked := whole(wanted)) in years else (years[-1] if years else 0)
    return Scene(stand, key, year, years, level, compared, chosen, table, by_place(table))
