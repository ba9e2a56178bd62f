"""How unevenly a group or a burden lies over the areas, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from ..model import CellState, FigureMeta, Polarity, ReleasedFigure, ReleasedTable
from ..monitoring.inequality import Inequality, Theil, gini, theil
from ..monitoring.segregation import Dissimilarity, dissimilarity, isolation

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class YearOfInequality:
    """All numbers of one year, with what they rest on."""

    year: int
    areas: int
    used: int
    """Areas with value, numerator and denominator."""
    people: float
    """Denominators of these areas together."""
    share: float
    """The group's part of them, 0 … 1."""
    dissimilarity: Dissimilarity
    isolation: float
    gini: Inequality
    theil: Theil

    @property
    def complete(self) -> bool:
        """Whether every area went in."""
        return self.used == self.areas


def inequality(
    table: ReleasedTable, parents: Mapping[str, str], *, indicator: str, draws: int = DRAWS, seed: int = 0
) -> tuple[YearOfInequality, ...]:
    """Dissimilarity, isolation, Gini and Theil of ``indicator`` for each year of ``table`` (one level).

    ``parents``: area → municipality, the groups of Theil's index. Dissimilarity and isolation compare the
    numerator with the rest of the denominator; an indicator whose numerator exceeds its denominator anywhere
    counts no part of a whole and has the reason ``no_share``. Gini and Theil weigh each area with its
    denominator. Areas without a figure are left out and counted, never filled.
    """
    years: dict[int, list[ReleasedFigure]] = {}
    for f in sorted(table, key=lambda f: f.area):
        if f.indicator == indicator and not f.breakdown:
            years.setdefault(f.year, []).append(f)
    return tuple(_year(year, years[year], parents, draws, seed) for year in sorted(years))


OBSERVED, BY_CHANCE = "beobachtet", "zufall"


def spread(table: ReleasedTable, years: Sequence[YearOfInequality], indicator: str) -> ReleasedTable:
    """The dissimilarity of each year in per cent beside the one expected by chance, to be drawn as lines.

    Code ``<indicator>:verteilung``, areas ``OBSERVED`` and ``BY_CHANCE``; a year without a number says why.
    """
    code = f"{indicator}:verteilung"
    base = table.meta[indicator]
    meta = FigureMeta(
        code, f"Ungleiche Verteilung: {base.label}", "%", 1, Polarity.NEUTRAL, base.reference, base.source
    )
    made = [
        _percent(code, area, y, value)
        for y in years
        for area, value in ((OBSERVED, y.dissimilarity.statistic), (BY_CHANCE, y.dissimilarity.expected))
    ]
    return table.derive(lambda _: made, {code: meta})


def _percent(code: str, area: str, y: YearOfInequality, value: float) -> ReleasedFigure:
    if isnan(value):
        none = CellState.NOT_APPLICABLE
        return ReleasedFigure(code, "", area, y.year, None, none, reason=y.dissimilarity.reason)
    state = CellState.VALUE if y.complete else CellState.PARTIAL
    return ReleasedFigure(code, "", area, y.year, 100 * value, state, covered=y.used, expected=y.areas)


def _year(
    year: int, figures: list[ReleasedFigure], parents: Mapping[str, str], draws: int, seed: int
) -> YearOfInequality:
    known = [f for f in figures if f.value is not None and f.numerator is not None and f.denominator]
    value, part, whole = (
        np.array([getattr(f, name) for f in known], dtype=np.float64)
        for name in ("value", "numerator", "denominator")
    )
    groups = np.array([parents.get(f.area, "") for f in known], dtype=np.str_)
    share = bool((part <= whole).all()) and bool((part >= 0).all())
    return YearOfInequality(
        year, len(figures), len(known), float(whole.sum()),
        float(part.sum() / whole.sum()) if share and known else float("nan"),
        dissimilarity(part, whole - part, draws=draws, seed=seed) if share else _no_share(len(known)),
        isolation(part, whole) if share else float("nan"),
        gini(value, whole), theil(value, groups, whole),
    )  # fmt: skip


def _no_share(used: int) -> Dissimilarity:
    nan = float("nan")
    return Dissimilarity(nan, nan, nan, nan, nan, nan, used, 0, "no_share")
