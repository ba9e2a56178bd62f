"""Base data: observations in columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from .catalogue import TOTAL
from .states import CellState


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation (*Beobachtung*): a value or a state, with its place in the partner's file.

    ``breakdown`` gives a category for each dimension it is broken down by; a dimension that is not named is
    the total. ``value`` is None exactly when the state has no number.
    """

    variable: str
    area: str
    reference_date: date
    value: float | None
    state: CellState = CellState.VALUE
    breakdown: Mapping[str, str] | None = None
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __post_init__(self) -> None:
        """Hold the one invariant: a number stands there exactly when the state says so."""
        if (self.value is not None) != self.state.has_number:
            raise ValueError(f"state {self.state.name} and value {self.value!r} contradict each other")

    def category(self, dimension: str) -> str:
        """Category of ``dimension``, ``T`` where the observation is not broken down by it."""
        return (self.breakdown or {}).get(dimension, TOTAL)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Computed figures in columns, all of length n. **Internal**: it may hold figures nobody may see.

    The only way out is ``disclosure.release()``. ``value`` is NaN exactly where the state has no number.
    ``numerator``/``denominator`` are NaN where there is none. ``covered`` of ``expected`` base areas went
    in; ``share`` is the part of the inhabitants they hold (NaN if unknown). ``breakdown`` is empty or
    ``alter=0-2;geschlecht=w``. ``reason`` is a message code that says why there is no number.
    """

    indicator: npt.NDArray[np.str_]
    level: npt.NDArray[np.str_]
    area: npt.NDArray[np.str_]
    year: npt.NDArray[np.int32]
    breakdown: npt.NDArray[np.str_]
    value: npt.NDArray[np.float64]
    state: npt.NDArray[np.uint8]
    numerator: npt.NDArray[np.float64]
    denominator: npt.NDArray[np.float64]
    covered: npt.NDArray[np.int32]
    expected: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    reason: npt.NDArray[np.str_]
    error: npt.NDArray[np.float64] = None  # type: ignore[assignment]
    """Half width of the error band of a figure that was converted to other areas; NaN where it is exact."""

    COLUMNS = (
        "indicator", "level", "area", "year", "breakdown", "value", "state",
        "numerator", "denominator", "covered", "expected", "share", "reason", "error",
    )  # fmt: skip

    def __len__(self) -> int:
        """Number of figures."""
        return len(self.value)

    def __post_init__(self) -> None:
        """Refuse columns of different length and numbers that contradict their state."""
        if self.error is None:
            object.__setattr__(self, "error", np.full(len(self.value), np.nan))
        lengths = {name: len(getattr(self, name)) for name in self.COLUMNS}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns differ in length: {lengths}")
        has_number = self.state < 10
        if not np.array_equal(has_number, ~np.isnan(self.value)):
            raise ValueError("a number must stand exactly where the state says so")

    def where(self, mask: npt.NDArray[np.bool_]) -> FigureTable:
        """The figures where ``mask`` (length n) holds."""
        return FigureTable(*(getattr(self, name)[mask] for name in self.COLUMNS))
