"""Where high and low values crowd, from the figures that a release shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from ..model import CellState, FigureMeta, Polarity, ReleasedFigure, ReleasedTable
from ..monitoring.getis import LocalG, joint, local_g
from ..monitoring.space import Autocorrelation, LocalMoran, conditional_draws, local_moran, moran
from ..monitoring.weights import weights_of

LISA_CLASSES = (
    "hoch unter hohen", "hoch unter niedrigen", "niedrig unter hohen", "niedrig unter niedrigen",
    "nicht erkennbar",
)  # fmt: skip
GI_CLASSES = ("Häufung hoher Werte", "Häufung niedriger Werte", "nicht erkennbar")
JOINT = {
    0: "nicht berechenbar",
    1: "beide Verfahren sehen eine Häufung hoher Werte",
    2: "beide Verfahren sehen eine Häufung niedriger Werte",
    3: "eines der Verfahren sieht eine Häufung hoher Werte",
    4: "eines der Verfahren sieht eine Häufung niedriger Werte",
    5: "hoher Wert in niedriger Umgebung",
    6: "niedriger Wert in hoher Umgebung",
    7: "kein Muster erkennbar",
}
PERMUTATIONS = 99_999
"""So many that an adjusted p-value can become small: with 999 none of 80 areas alone could pass 0.05."""
GLOBAL_PERMUTATIONS = 9_999
LEVEL = 0.05
FEW = 100
"""Areas up to which a page says that only strong patterns can be found."""
_QUADRANT_CLASS = {1: 1, 4: 2, 2: 3, 3: 4}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the local methods say about one area; None where there is no number."""

    z: float | None
    """The value in standard deviations from the mean of the areas."""
    around: float | None
    """The mean of its neighbours in the same unit."""
    p: float | None
    """Adjusted p of the local Moran."""
    gi_z: float | None
    gi_p: float | None
    """Adjusted p of Gi*."""
    words: str
    reason: str
    """Code of the reason why there is no number, empty where there is one."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Pattern of one indicator in one year."""

    table: ReleasedTable
    """Classed figures of the codes ``<indicator>:lisa`` and ``<indicator>:gi``."""
    moran: Autocorrelation
    readings: Mapping[str, Reading]
    areas: int
    used: int
    neighbours: float
    """Mean number of neighbours of an area with a value."""
    level: float
    permutations: int

    @property
    def few(self) -> bool:
        """Whether there are so few areas that only strong patterns can be found."""
        return self.used <= FEW

    @property
    def seen(self) -> int:
        """Areas for which a local pattern can be told from chance."""
        return sum(f.value is not None and f.value < len(LISA_CLASSES) for f in self.lisa)

    @property
    def lisa(self) -> ReleasedTable:
        """The classes of the local Moran alone."""
        return self.table.where(lambda f: f.indicator.endswith(":lisa"))


def clusters(  # noqa: PLR0913 (options by name)
    table: ReleasedTable,
    neighbours: Mapping[str, Sequence[str]],
    *,
    indicator: str,
    year: int,
    level: float = LEVEL,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Clusters:
    """Global and local pattern of ``indicator`` in ``year`` among the areas of ``table`` (one level).

    ``neighbours``: area key → keys of those that share a border. Areas without a figure are left out and keep
    their state; their neighbours are compared with the rest. ``level`` holds for p-values adjusted after
    Benjamini and Hochberg. The order of the areas is that of their keys, so the same release gives the same
    result for ever.
    """
    figures = sorted(
        (f for f in table if f.indicator == indicator and f.year == year and not f.breakdown),
        key=lambda f: f.area,
    )
    known = [f for f in figures if f.value is not None]
    x = np.array([f.value for f in known], dtype=np.float64)
    w = weights_of(neighbours, [f.area for f in known])
    draws = conditional_draws(w, permutations, seed)
    lisa, gi = local_moran(x, w, draws=draws), local_g(x, w, draws=draws)
    words = joint(lisa, gi, level)
    readings = {f.area: _reading(i, lisa, gi, JOINT[int(words[i])]) for i, f in enumerate(known)}
    place = {f.area: i for i, f in enumerate(known)}
    made = [c for f in figures for c in _classed(f, place.get(f.area), lisa, gi, level)]
    return Clusters(
        table.derive(lambda _: made, _meta(indicator, table.meta.get(indicator))),
        moran(x, w, GLOBAL_PERMUTATIONS, seed), readings, len(figures), len(known),
        float(w.counts.mean()) if len(w) else 0.0, level, permutations,
    )  # fmt: skip


def _classed(
    f: ReleasedFigure, place: int | None, lisa: LocalMoran, gi: LocalG, level: float
) -> list[ReleasedFigure]:
    """The classes of an area; without a number in the state and with the reason of its figure."""
    codes = (f"{f.indicator}:lisa", f"{f.indicator}:gi")
    if place is None:
        return [ReleasedFigure(c, f.level, f.area, f.year, None, f.state, reason=f.reason) for c in codes]
    if lisa.reason[place]:
        why, none = str(lisa.reason[place]), CellState.NOT_APPLICABLE
        return [ReleasedFigure(c, f.level, f.area, f.year, None, none, reason=why) for c in codes]
    seen = lisa.p_adjusted[place] <= level
    local = _QUADRANT_CLASS[int(lisa.quadrant[place])] if seen else len(LISA_CLASSES)
    crowd = len(GI_CLASSES) if not gi.p_adjusted[place] <= level else 1 if gi.z[place] > 0 else 2
    return [
        ReleasedFigure(code, f.level, f.area, f.year, float(number), f.state)
        for code, number in zip(codes, (local, crowd), strict=True)
    ]


def _reading(place: int, lisa: LocalMoran, gi: LocalG, words: str) -> Reading:
    numbers = (a[place] for a in (lisa.z, lisa.lag, lisa.p_adjusted, gi.z, gi.p_adjusted))
    z, around, p, gi_z, gi_p = (None if isnan(v) else float(v) for v in numbers)
    return Reading(z, around, p, gi_z, gi_p, words, str(lisa.reason[place]))


def _meta(indicator: str, base: FigureMeta | None) -> dict[str, FigureMeta]:
    kinds = (("lisa", "Räumliches Muster", LISA_CLASSES), ("gi", "Häufungen", GI_CLASSES))
    label, source = (base.label, base.source) if base else (indicator, "")
    return {
        f"{indicator}:{code}": FigureMeta(
            f"{indicator}:{code}",
            f"{words}: {label}",
            "",
            0,
            Polarity.NEUTRAL,
            source=source,
            classes=classes,
        )
        for code, words, classes in kinds
    }
