"""One delivery and one year, prepared for all checks: its own cells, and those it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, Finding, Observation, ObservationTable, Variable

from .background import Background
from .cubes import Cells, Rows, by_year
from .findings import shown
from .intervals import Interval
from .messages import MESSAGES
from .rules import Rule


@dataclass(frozen=True, eq=False)
class Case:
    """What checks look at. All arrays of areas follow ``areas``.

    Made once per check and year; what costs work is made when a check first asks for it.
    """

    table: ObservationTable
    year: int
    background: Background
    areas: Mapping[str, int]
    keys: tuple[str, ...]
    _cells: dict[tuple[str, int], Cells | None] = field(default_factory=dict)

    @classmethod
    def of(cls, table: ObservationTable, year: int, background: Background) -> Case:
        """The case of the rows of one year."""
        used = np.bincount(table.area.codes, minlength=len(table.area.values)) > 0
        delivered = [a for a, is_used in zip(table.area.values, used, strict=True) if is_used]
        keys = tuple(dict.fromkeys([*background.request.areas, *delivered]))
        return cls(table, year, background, {key: n for n, key in enumerate(keys)}, keys)

    @property
    def catalogue(self) -> Catalogue:
        """The district's catalogue."""
        return self.background.catalogue

    @cached_property
    def own(self) -> Cells:
        """The cells of the delivery."""
        return Cells(self.table, self.areas, self.catalogue)

    @cached_property
    def _earlier(self) -> dict[int, ObservationTable]:
        found: dict[int, ObservationTable] = {}
        for day in sorted(self.background.history):
            found.update(by_year(self.background.history[day]))
        return {year: table for year, table in found.items() if year < self.year}

    @cached_property
    def _related(self) -> dict[int, ObservationTable]:
        return by_year(self.background.related)

    @cached_property
    def _finer(self) -> tuple[Mapping[str, int], npt.NDArray[np.int64]]:
        """Axis of the areas inside those of the delivery, and for each the place of the area it lies in."""
        inside = {
            key: self.areas[parent]
            for key, parents in self.background.parents.items()
            for parent in parents
            if parent in self.areas
        }
        return {key: n for n, key in enumerate(inside)}, np.array(list(inside.values()), dtype=np.int64)

    @property
    def history_years(self) -> tuple[int, ...]:
        """Years before this one of which accepted values are known, ascending."""
        return tuple(sorted(self._earlier))

    def history(self, year: int) -> Cells | None:
        """The accepted cells of an earlier year, None where there are none."""
        return self._on_axis("history", self._earlier, year, self.areas)

    def _on_axis(
        self, name: str, tables: Mapping[int, ObservationTable], year: int, axis: Mapping[str, int]
    ) -> Cells | None:
        key = (name, year)
        if key not in self._cells:
            self._cells[key] = Cells(tables[year], axis, self.catalogue) if year in tables else None
        return self._cells[key]

    def bounds(self, code: str, chosen: Mapping[str, Sequence[str]], back: int) -> Interval:
        """What is known of cells of a variable in the areas of the delivery, ``back`` years ago.

        The delivery's own data set comes from the file and its history; other data sets from what is
        accepted, of this year or, where there is nothing yet, of the year before.
        """
        variable = self.catalogue.variables[code]
        if variable.dataset == self.background.request.dataset.code:
            cells = self.own if back == 0 else self.history(self.year - back)
            cube = cells.cube(code) if cells else None
            return cube.bounds(chosen) if cube else self._unknown(variable)
        for year in (self.year - back, self.year - back - 1):
            found = self._foreign(variable, chosen, year)
            if found is not None:
                return found
        return self._unknown(variable)

    def _unknown(self, variable: Variable) -> Interval:
        return Interval.unknown(len(self.keys), non_negative=variable.non_negative)

    def _foreign(self, variable: Variable, chosen: Mapping[str, Sequence[str]], year: int) -> Interval | None:
        if variable.level != self.background.request.level:
            return self._summed(variable, chosen, year)
        cells = self._on_axis("related", self._related, year, self.areas)
        cube = cells.cube(variable.code) if cells else None
        if cube is not None:
            return cube.bounds(chosen)
        return self._inhabitants(year) if variable.code == self.catalogue.population and not chosen else None

    def _summed(self, variable: Variable, chosen: Mapping[str, Sequence[str]], year: int) -> Interval | None:
        """Sums over the areas of the finer level that lie in those of the delivery."""
        axis, owner = self._finer
        cells = self._on_axis("finer", self._related, year, axis) if axis else None
        cube = cells.cube(variable.code) if cells else None
        if cube is None:
            whole = variable.code == self.catalogue.population and not chosen
            return self._inhabitants(year) if whole else None
        parts = cube.bounds(chosen)
        low, high = np.zeros(len(self.keys)), np.zeros(len(self.keys))
        np.add.at(low, owner, parts.low)
        np.add.at(high, owner, parts.high)
        outside = np.bincount(owner, minlength=len(self.keys)) == 0
        return Interval(low, high).where(~outside, self._unknown(variable))

    def _inhabitants(self, year: int) -> Interval | None:
        known = self.background.population
        value = np.array([known.get((key, year), np.nan) for key in self.keys], dtype=np.float64)
        missing = np.isnan(value)
        if missing.all():
            return None
        return Interval(np.where(missing, 0.0, value), np.where(missing, np.inf, value))

    def area_words(self, key: str) -> str:
        """Name and key of an area as findings write them."""
        request = self.background.request
        name = request.areas.get(key) or request.coarser_areas.get(key) or request.foreign_areas.get(key)
        return f"{name} ({key})" if name else key

    def at(self, row: int) -> Observation | None:
        """The observation in a row of the delivery; None for -1."""
        return self.table[row] if row >= 0 else None

    def finding(
        self, rule: Rule, place: Observation | None = None, *, area: str = "", text: str = "", **words: str
    ) -> Finding:
        """A finding of ``rule`` at the place of an observation.

        ``text`` stands in place of the message of the rule's kind, whose braces ``words`` fill.
        """
        message = MESSAGES[rule.kind]
        return Finding(
            code=f"checks.{rule.code}",
            severity=rule.severity,
            message=text or (rule.message or message.text).format(**words),
            advice=rule.advice or message.advice,
            why=rule.why or message.why,
            sheet=place.sheet if place else "",
            row=(place.row or None) if place else None,
            column=place.column if place else "",
            value=written(place) if place else "",
            area=area,
        )

    def group_words(self, variable: Variable, position: Sequence[int]) -> str:
        """The categories at a position of a cube in words, with a comma before; empty for the total."""
        labels = [
            list(self.catalogue.dimensions[d].categories.values())[p - 1]
            for d, p in zip(variable.breakdowns, position, strict=True)
            if p > 0
        ]
        return "".join(f", {label}" for label in labels)

    def row_of(self, code: str, chosen: Mapping[str, Sequence[str]]) -> Rows:
        """For each area the first row of the file that holds one of the cells, or -1."""
        cube = self.own.cube(code)
        return np.full(len(self.keys), -1, dtype=np.int32) if cube is None else cube.first_rows(chosen)


def written(observation: Observation) -> str:
    """The value as people write it; the sign where there is no number."""
    return observation.state.sign if observation.value is None else shown(observation.value)
