"""Many observations in columns: the form in which large files are read, checked and stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import overload

import numpy as np
import numpy.typing as npt

from .catalogue import TOTAL
from .observations import Observation
from .states import CellState

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of n texts or dates as codes into its distinct values.

    ``codes`` (n) are positions in ``values``; a value may occur in no row.
    """

    values: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, cells: Iterable[str]) -> Coded:
        """Encode ``cells`` in the order of their first appearance."""
        known: dict[str, int] = {}
        codes = [known.setdefault(cell, len(known)) for cell in cells]
        return cls(tuple(known), np.array(codes, dtype=np.int32))

    @classmethod
    def constant(cls, value: str, n: int) -> Coded:
        """The same text in all n rows; takes no room."""
        return cls((value,), np.broadcast_to(np.int32(0), (n,)))

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        """The text of a row."""
        return self.values[int(self.codes[row])]

    def array(self) -> npt.NDArray[np.object_]:
        """The texts (n) as an array of objects that share their strings."""
        values = np.empty(len(self.values), dtype=object)
        values[:] = self.values
        found: npt.NDArray[np.object_] = values[self.codes]
        return found

    def where(self, mask: npt.NDArray[np.bool_] | Codes) -> Coded:
        """The chosen rows, over the same values."""
        if len(self.values) == 1 and mask.dtype != np.bool_:
            return Coded.constant(self.values[0], len(mask))
        return Coded(self.values, self.codes[mask])


@dataclass(frozen=True, slots=True, eq=False)
class ObservationTable(Sequence[Observation]):
    """n observations in columns; as a sequence it yields the same ``Observation`` one by one.

    ``days`` (n) are reference dates (``datetime64[D]``). ``categories`` gives a column for each dimension any
    observation is broken down by; ``T`` is the total. ``value`` (n) is NaN exactly where ``state`` (n) has no
    number. ``sheet``, ``row`` (1-based) and ``column`` are the place in the partner's file.
    """

    variable: Coded
    area: Coded
    days: npt.NDArray[np.datetime64]
    categories: Mapping[str, Coded]
    value: npt.NDArray[np.float64]
    state: npt.NDArray[np.uint8]
    sheet: Coded
    row: npt.NDArray[np.int32]
    column: Coded

    def __post_init__(self) -> None:
        """Refuse columns of different length and numbers that contradict their state."""
        coded = (self.variable, self.area, self.sheet, self.column, *self.categories.values())
        lengths = {len(c) for c in coded} | {len(c) for c in (self.days, self.value, self.state, self.row)}
        if len(lengths) > 1:
            raise ValueError(f"columns differ in length: {sorted(lengths)}")
        if not np.array_equal(self.state < 10, ~np.isnan(self.value)):
            raise ValueError("a number must stand exactly where the state says so")

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> ObservationTable:
        """The same observations in columns, in their order."""
        rows = list(observations)
        dimensions = dict.fromkeys(d for o in rows for d in (o.breakdown or {}))
        return cls(
            variable=Coded.of(o.variable for o in rows),
            area=Coded.of(o.area for o in rows),
            days=np.array([o.reference_date for o in rows], dtype="datetime64[D]"),
            categories={d: Coded.of(o.category(d) for o in rows) for d in dimensions},
            value=np.array([np.nan if o.value is None else o.value for o in rows], dtype=np.float64),
            state=np.array([int(o.state) for o in rows], dtype=np.uint8),
            sheet=Coded.of(o.sheet for o in rows),
            row=np.array([o.row for o in rows], dtype=np.int32),
            column=Coded.of(o.column for o in rows),
        )

    def __len__(self) -> int:
        """Number of observations."""
        return len(self.value)

    @overload
    def __getitem__(self, key: int) -> Observation: ...
    @overload
    def __getitem__(self, key: slice) -> list[Observation]: ...
    def __getitem__(self, key: int | slice) -> Observation | list[Observation]:
        """One observation, or a list of them."""
        if isinstance(key, slice):
            return [self._at(row) for row in range(*key.indices(len(self)))]
        if not -len(self) <= key < len(self):
            raise IndexError(key)
        return self._at(key % len(self))

    def __iter__(self) -> Iterator[Observation]:
        """All observations in order."""
        return (self._at(row) for row in range(len(self)))

    def _at(self, row: int) -> Observation:
        state = CellState(int(self.state[row]))
        parts = {d: c for d, column in self.categories.items() if (c := column[row]) != TOTAL}
        day: date = self.days[row].astype(object)
        return Observation(
            self.variable[row], self.area[row], day,
            float(self.value[row]) if state.has_number else None,
            state, parts or None, self.sheet[row], int(self.row[row]), self.column[row],
        )  # fmt: skip

    def category(self, dimension: str) -> Coded:
        """The column of a dimension; all totals where nothing is broken down by it."""
        return self.categories.get(dimension) or Coded.constant(TOTAL, len(self))

    def where(self, mask: npt.NDArray[np.bool_] | Codes) -> ObservationTable:
        """The observations where ``mask`` (n) holds, or at the given positions in their order."""
        return replace(
            self,
            variable=self.variable.where(mask), area=self.area.where(mask), days=self.days[mask],
            categories={d: c.where(mask) for d, c in self.categories.items()},
            value=self.value[mask], state=self.state[mask],
            sheet=self.sheet.where(mask), row=self.row[mask], column=self.column.where(mask),
        )  # fmt: skip


def stacked(tables: Sequence[ObservationTable]) -> ObservationTable:
    """Several tables one below the other; a dimension that one of them lacks is the total there."""
    if len(tables) == 1:
        return tables[0]
    if not tables:
        return ObservationTable.of(())
    dimensions = dict.fromkeys(d for t in tables for d in t.categories)
    return ObservationTable(
        variable=_joined([t.variable for t in tables]),
        area=_joined([t.area for t in tables]),
        days=np.concatenate([t.days for t in tables]),
        categories={d: _joined([t.category(d) for t in tables]) for d in dimensions},
        value=np.concatenate([t.value for t in tables]),
        state=np.concatenate([t.state for t in tables]),
        sheet=_joined([t.sheet for t in tables]),
        row=np.concatenate([t.row for t in tables]),
        column=_joined([t.column for t in tables]),
    )


def _joined(columns: Sequence[Coded]) -> Coded:
    known: dict[str, int] = {}
    parts = []
    for column in columns:
        places = [known.setdefault(value, len(known)) for value in column.values]
        same = places == list(range(len(places)))
        parts.append(column.codes if same else np.array(places, dtype=np.int32)[column.codes])
    if len(known) == 1:
        return Coded.constant(next(iter(known)), sum(map(len, parts)))
    return Coded(tuple(known), np.concatenate(parts))
