"""The crosswalk (*Umsteigeschlüssel*): which share of a former area lies in which area of today."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SUM_TOLERANCE = 1e-9
"""How far the weights of a source area may miss 1 by rounding of floating point numbers."""


class Basis(StrEnum):
    """What a weight rests on; the order is that of sureness, the surest first."""

    EXACT = "exact"
    """Identical, renamed or merged: nothing was estimated."""
    ADDRESSES = "addresses"
    GRID = "grid"
    MANUAL = "manual"
    """A table that came from somebody else or was set by hand."""
    AREA = "area"
    """Shares of the ground: people are taken to live evenly spread."""


BASIS_ORDER = tuple(Basis)


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Weights from the areas of one division to those of another, n rows in columns of equal length.

    ``weight`` is the share of the source area's inhabitants that lies in the target area; the weights of each
    source area sum to 1. Where the only weight of a source is 1 the conversion is exact, else an estimate.
    """

    source: str
    """Code of the division the weights lead from."""
    target: str
    """Code of the division they lead to."""
    from_key: tuple[str, ...]
    to_key: tuple[str, ...]
    weight: tuple[float, ...]
    basis: tuple[Basis, ...]
    origin: str = ""
    """Where the weights come from, in German words for the page of the crosswalk."""

    def __post_init__(self) -> None:
        """Refuse what is no crosswalk; checks with words for people are in ``crosswalk_table``."""
        lengths = {len(c) for c in (self.from_key, self.to_key, self.weight, self.basis)}
        if len(lengths) > 1:
            raise ValueError(f"columns of a crosswalk differ in length: {sorted(lengths)}")
        if len(set(zip(self.from_key, self.to_key, strict=True))) < len(self.from_key):
            raise ValueError("a pair of areas occurs twice in a crosswalk")
        if not all(math.isfinite(w) and 0 <= w <= 1 + SUM_TOLERANCE for w in self.weight):
            raise ValueError("weights of a crosswalk lie between 0 and 1")
        wrong = [k for k, total in weight_sums(self.from_key, self.weight).items() if abs(total - 1) > 1e-6]
        if wrong:
            raise ValueError(f"weights of {wrong[:3]} do not sum to 1")

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.weight)

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the source areas in the order of their first row."""
        return tuple(dict.fromkeys(self.from_key))

    @property
    def targets(self) -> tuple[str, ...]:
        """Keys of the target areas in the order of their first row."""
        return tuple(dict.fromkeys(self.to_key))

    @property
    def is_exact(self) -> bool:
        """Whether no area is split, so that every count stays exact."""
        return all(w == 1 for w in self.weight)

    @property
    def split(self) -> tuple[str, ...]:
        """Keys of the source areas whose inhabitants go to several areas."""
        return tuple(dict.fromkeys(k for k, w in zip(self.from_key, self.weight, strict=True) if w < 1))

    @property
    def estimated(self) -> tuple[str, ...]:
        """Keys of the target areas whose counts become estimates."""
        return tuple(dict.fromkeys(k for k, w in zip(self.to_key, self.weight, strict=True) if w < 1))


def weight_sums(from_key: Iterable[str], weight: Iterable[float]) -> dict[str, float]:
    """Sum of the weights of each source area, exactly rounded."""
    parts: dict[str, list[float]] = {}
    for key, value in zip(from_key, weight, strict=True):
        parts.setdefault(key, []).append(value)
    return {key: math.fsum(values) for key, values in parts.items()}


def crosswalk_of(
    source: str, target: str, rows: Iterable[tuple[str, str, float, Basis]], origin: str = ""
) -> Crosswalk:
    """A crosswalk of rows (from, to, weight, basis): weights are scaled to the sum 1 of each source area.

    The only pair of a source gets the weight 1 to the bit. Rows keep their order. ValueError where the
    weights of a source sum to 0 or are no numbers.
    """
    kept = list(rows)
    totals = weight_sums((r[0] for r in kept), (r[2] for r in kept))
    if not all(total > 0 for total in totals.values()):
        raise ValueError("the weights of an area sum to 0")
    return Crosswalk(
        source,
        target,
        tuple(r[0] for r in kept),
        tuple(r[1] for r in kept),
        tuple(r[2] / totals[r[0]] for r in kept),
        tuple(r[3] for r in kept),
        origin,
    )


def identity(keys: Sequence[str], source: str, target: str, origin: str = "") -> Crosswalk:
    """The crosswalk between two divisions with the same areas.

    >>> identity(["01", "02"], "2016", "2020").is_exact
    True
    """
    return crosswalk_of(source, target, ((k, k, 1.0, Basis.EXACT) for k in keys), origin)


def weakest(*bases: Basis) -> Basis:
    """The least sure of several bases, EXACT where there is none."""
    return max(bases, key=BASIS_ORDER.index, default=Basis.EXACT)
