"""What a report is resolved on: released figures of one release with areas, shapes and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..analysis import AreaChange, changes
from ..areas import Shapes
from ..model import Area, Catalogue, FigureMeta, Hierarchy, ReleasedFigure, ReleasedTable

LEVEL_WORDS: Mapping[str, tuple[str, str]] = {
    "wohnplatz": ("Wohnplatz", "Wohnplätze"),
    "kommune": ("Kommune", "Kommunen"),
    "kreis": ("Kreis", "Kreise"),
}
"""Singular and plural of the shipped levels; another district's are named by their division."""


@dataclass(frozen=True, slots=True)
class FigureId:
    """Which figure is meant: leads to its value then and now, to why it changed and to its origin.

    >>> str(FigureId("sgb2_quote", "05999001", 2025))
    'sgb2_quote/05999001/2025'
    """

    indicator: str
    area: str
    year: int

    def __str__(self) -> str:
        """One text, for marks in a document and for addresses."""
        return f"{self.indicator}/{self.area}/{self.year}"

    @classmethod
    def read(cls, text: str) -> FigureId:
        """The id of ``str``. ``ValueError`` where it is none."""
        indicator, area, year = text.rsplit("/", 2)
        return cls(indicator, area, int(year))


@dataclass(frozen=True, slots=True)
class Material:
    """Figures of one release and what is needed to show them.

    ``table`` holds the totals of every indicator that ``needs.needs`` lists, for all areas and years, with
    ``analysis.with_reliability`` applied; ``ages`` the inhabitants by age and sex, for pyramids.
    ``shapes`` are those of each level, ``outlines`` by level the coarser areas over them, in their frame.
    ``withheld`` are areas whose profile their municipality has not let go yet.
    """

    table: ReleasedTable
    hierarchy: Hierarchy
    catalogue: Catalogue
    shapes: Mapping[str, Shapes] = field(default_factory=dict)
    outlines: Mapping[str, Shapes] = field(default_factory=dict)
    ages: ReleasedTable | None = None
    withheld: frozenset[str] = frozenset()
    _found: dict[tuple[str, str, int], ReleasedFigure] = field(init=False, repr=False, compare=False)
    _years: dict[tuple[str, str], list[int]] = field(init=False, repr=False, compare=False)
    _parts: dict[tuple[str, str, int | None], ReleasedTable] = field(init=False, repr=False, compare=False)
    _changes: dict[tuple[str, str, int, int], dict[str, AreaChange]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the figures once: a report asks for thousands of them."""
        found: dict[tuple[str, str, int], ReleasedFigure] = {}
        years: dict[tuple[str, str], list[int]] = {}
        for f in self.table:
            if not f.breakdown:
                found[f.indicator, f.area, f.year] = f
                years.setdefault((f.indicator, f.area), []).append(f.year)
        object.__setattr__(self, "_found", found)
        object.__setattr__(self, "_years", {k: sorted(set(v)) for k, v in years.items()})
        object.__setattr__(self, "_parts", {})
        object.__setattr__(self, "_changes", {})

    def figure(self, place: FigureId) -> ReleasedFigure | None:
        """The figure, None where the release has none for this place."""
        return self._found.get((place.indicator, place.area, place.year))

    def meta(self, indicator: str) -> FigureMeta | None:
        """What a reader must know of an indicator, None where the release does not have it."""
        return self.table.meta.get(indicator)

    def short(self, indicator: str) -> str:
        """The short name of an indicator, else its label."""
        known = self.catalogue.indicators.get(indicator)
        meta = self.meta(indicator)
        return (known.short or known.label) if known else (meta.label if meta else indicator)

    def years(self, indicator: str, area: str) -> list[int]:
        """Years that have a figure of the indicator for the area, ascending."""
        return self._years.get((indicator, area), [])

    def newest(self, indicator: str, area: str, year: int) -> int:
        """The newest year not after ``year`` for which the indicator is measured; ``year`` where none is.

        A figure that is missing or protected counts: an older one must not take its place unseen.
        """
        known = (y for y in self.years(indicator, area) if y <= year)
        measured = (y for y in known if self._found[indicator, area, y].reason != "not_this_year")
        return max(measured, default=year)

    def part(self, indicator: str, level: str, year: int | None = None) -> ReleasedTable:
        """The released table of one indicator on one level (and in one year); every part is cut once."""
        key = indicator, level, year
        if key not in self._parts:
            if year is None:
                cut = self.table_of(indicator).where(lambda f: f.level == level)
            else:
                cut = self.part(indicator, level).where(lambda f: f.year == year)
            self._parts[key] = cut
        return self._parts[key]

    def table_of(self, indicator: str) -> ReleasedTable:
        """The released table of one indicator over all levels."""
        key = indicator, "", None
        if key not in self._parts:
            self._parts.update(self.table.split(lambda f: (f.indicator, "", None)))
            self._parts.setdefault(key, self.table.where(lambda f: False))
        return self._parts[key]

    def changes(self, indicator: str, level: str, start: int, end: int) -> dict[str, AreaChange]:
        """The change of an indicator in every area of a level; computed for all areas at once."""
        key = indicator, level, start, end
        if key not in self._changes:
            part = self.part(indicator, level)
            self._changes[key] = {c.area: c for c in changes(part, start=start, end=end)}
        return self._changes[key]

    def cut(
        self, key: tuple[str, str, int], keep: Callable[[ReleasedFigure], bool], *, whole: bool = False
    ) -> ReleasedTable:
        """A part of an indicator's table, kept under ``key``, whose first part is the indicator.

        ``whole`` cuts from all indicators.
        """
        if key not in self._parts:
            self._parts[key] = (self.table if whole else self.table_of(key[0])).where(keep)
        return self._parts[key]

    def ages_of(self, area: str, year: int, compare: str = "") -> ReleasedTable:
        """Inhabitants by age and sex of an area, with those of another one; empty where there are none."""
        if self.ages is None:
            return self.table.where(lambda f: False)
        keys = {area, compare}
        return self.ages.where(lambda f: f.area in keys and f.year == year)

    def area(self, key: str) -> Area | None:
        """The area with this key, None where the release has none."""
        level = self.hierarchy.level_of(key)
        return self.hierarchy.areas(level)[key] if level else None

    def name(self, key: str) -> str:
        """The area's name; its key where the release does not know it."""
        area = self.area(key)
        return area.name if area else key

    def names(self, level: str) -> dict[str, str]:
        """Names of a level's areas by key."""
        return {key: area.name for key, area in self.hierarchy.areas(level).items()}

    def level_word(self, level: str, *, many: bool = False) -> str:
        """``Wohnplatz`` or ``Wohnplätze``."""
        label = next((d.label for d in self.hierarchy.divisions if d.level == level), level)
        return LEVEL_WORDS.get(level, (label, label))[int(many)]

    def above(self, key: str) -> tuple[str, ...]:
        """Keys of the areas that an area lies in, from the next coarser level on."""
        level = self.hierarchy.level_of(key)
        if level is None:
            return ()
        levels = self.hierarchy.levels
        coarser = levels[levels.index(level) + 1 :]
        found = (self.hierarchy.ancestor(key, above) for above in coarser)
        return tuple(k for k in found if k is not None)

    def below(self, key: str, level: str) -> tuple[str, ...]:
        """Keys of the areas of ``level`` inside an area (itself at its own level), in their order."""
        own = self.hierarchy.level_of(key)
        if own is None or level not in self.hierarchy.levels:
            return ()
        return tuple(k for k in self.hierarchy.areas(level) if self.hierarchy.ancestor(k, own) == key)

    @property
    def district(self) -> str:
        """Key of the one area at the top."""
        return next(iter(self.hierarchy.areas(self.hierarchy.levels[-1])))

    @property
    def made_on(self) -> date:
        """Date of the release: the date of every output made from it."""
        return date.fromisoformat(self.table.context.made_on[:10])
