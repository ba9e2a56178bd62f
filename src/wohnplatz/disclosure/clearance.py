"""What a proven pattern opens: the key to the door for everybody but the internal working view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, replace

import numpy as np
import numpy.typing as npt

from ..model import FIRST_WITHOUT_NUMBER, Altered, CellState, FigureTable

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_PROVEN = object()
MARKS = (Altered.NOT, Altered.ROUNDED, Altered.OVERLAID)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What is told in place of the computed numbers of n rows whose counts are rounded or overlaid."""

    altered: Bools
    """Rows that are told otherwise than they were computed, (n,)."""
    value: Floats
    numerator: Floats
    denominator: Floats
    overlaid: Bools
    """Those of them that came with a chance deviation from their source, (n,)."""

    def of(self, figures: FigureTable) -> FigureTable:
        """The rows as they are told; a ratio over nothing has no number."""
        a = self.altered
        empty = a & (figures.state < FIRST_WITHOUT_NUMBER) & ~np.isfinite(self.value)
        state = np.where(empty, CellState.NOT_APPLICABLE, figures.state).astype(np.uint8)
        gone = state >= FIRST_WITHOUT_NUMBER
        told = [
            np.where(a, np.where(gone, np.nan, own), as_computed)
            for own, as_computed in (
                (self.value, figures.value),
                (self.numerator, figures.numerator),
                (self.denominator, figures.denominator),
            )
        ]
        return replace(
            figures, state=state, reason=np.where(empty, "zero_denominator", figures.reason),
            value=told[0], numerator=told[1], denominator=told[2],
            error=np.where(a & ~self.overlaid, np.nan, figures.error),
        )  # fmt: skip

    def rows(self, chosen: Bools) -> Told:
        """Some of the rows."""
        return Told(
            self.altered[chosen], self.value[chosen], self.numerator[chosen], self.denominator[chosen],
            self.overlaid[chosen],
        )  # fmt: skip

    def marks(self) -> list[Altered]:
        """The mark of each row."""
        kinds = np.where(self.overlaid, 2, 1) * self.altered
        return [MARKS[kind] for kind in kinds.tolist()]


@dataclass(frozen=True, slots=True, eq=False)
class Clearance:
    """Which of the n rows of a figure table may be seen; made only where ``check_proof`` has accepted.

    The token below is its key; an architecture test holds that only ``publication`` imports it.
    """

    open: Bools
    """Rows whose numbers are among the proven facts, (n,)."""
    coverage: Bools
    """Rows whose share of inhabitants may be seen, (n,): it tells how many live in what is not covered."""
    token: InitVar[object]
    told: Told | None = None
    """What is told of rows over rounded counts; None where there is none among them."""

    def __post_init__(self, token: object) -> None:
        """Refuse a clearance that no proof stands behind."""
        if token is not _PROVEN:
            raise TypeError("a clearance is made by wohnplatz.publication after a proof was checked")

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.open)

    def seen(self, figures: FigureTable) -> FigureTable:
        """The rows as they are told: everything that is computed over what is shown starts from these."""
        return figures if self.told is None else self.told.of(figures)

    @property
    def altered(self) -> Bools:
        """Rows that are told otherwise than they were computed, (n,)."""
        return np.zeros(len(self), dtype=np.bool_) if self.told is None else self.told.altered


def as_computed(count: int) -> Told:
    """Nothing is told otherwise, for ``count`` rows."""
    nothing = np.full(count, np.nan)
    none = np.zeros(count, dtype=np.bool_)
    return Told(none, nothing, nothing, nothing, none)


def joined_told(parts: Sequence[tuple[Told | None, int]]) -> Told | None:
    """What is told of several tables one after the other; None where it is what was computed."""
    if all(told is None for told, _ in parts):
        return None
    found = [as_computed(count) if told is None else told for told, count in parts]
    return Told(
        np.concatenate([t.altered for t in found]),
        np.concatenate([t.value for t in found]),
        np.concatenate([t.numerator for t in found]),
        np.concatenate([t.denominator for t in found]),
        np.concatenate([t.overlaid for t in found]),
    )
