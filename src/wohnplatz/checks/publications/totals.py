"""Totals that stand in another file than their parts, by a name of their own: ``Musterkreis``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from wohnplatz.text import number

from .description import Description, text_of
from .figures import Figures, Place
from .guessing_sums import MOST_CONTEXTS
from .source import folded
from .system import at

CHANCE = 0.001
"""So rarely may numbers that belong to something else look like a total and its parts."""
NEAR = 0.5
"""A total that nothing proves is only named where its printed parts make up this share of it."""
Values = Mapping[tuple[str, Place], float]
"""Measure and place of each printed count → its number."""


@dataclass(frozen=True, slots=True)
class Total:
    """A category whose counts are, or may be, the sum of those that stand together in another table."""

    dimension: str
    whole: str
    parts: frozenset[str]
    at: tuple[str, Place]
    """Where one of its counts stands."""
    proven: bool
    """False where a part is missing wherever it is printed, and nothing speaks against it."""


def totals_elsewhere(figures: Figures, description: Description, known: Values) -> Iterator[Total]:
    """Categories that may be the total of another table's: those that nothing contradicts."""
    for name, of in description.dimensions.items():
        below = {folded(p) for parts in of.sums.values() for p in parts}
        taken = below | {folded(whole) for whole in of.sums}
        tables: dict[frozenset[str], tuple[set[str], set[str]]] = {}
        for (measure, dimension), systems in figures.systems.items():
            for standing in systems if dimension == name and of.summed else ():
                measures, beside = tables.setdefault(standing - below, (set(), set()))
                measures.add(measure)
                beside |= standing
        single = {c for _, others in tables.values() for c in others} - taken
        several = {tops: pair for tops, pair in tables.items() if len(tops) > 1}
        printed = _printed(known, name, single) if several else {}
        for parts, (measures, beside) in several.items():
            for whole in (w for w in printed if w not in beside):
                places = [p for p in printed[whole] if p[0] in measures]
                total = Total(name, whole, parts, places[0], proven=False) if places else None
                found = tried(known, total, places, description.threshold) if total else None
                if found is not None:
                    yield found


def _printed(known: Values, dimension: str, categories: set[str]) -> dict[str, list[tuple[str, Place]]]:
    """Category → measures and places at which it is printed."""
    found: dict[str, list[tuple[str, Place]]] = {}
    for measure, place in known:
        own = next((c for d, c in place if d == dimension), "")
        if own in categories:
            found.setdefault(own, []).append((measure, place))
    return found


def tried(known: Values, total: Total, places: Sequence[tuple[str, Place]], threshold: int) -> Total | None:
    """The total with whether its printed counts prove it; None where one of them speaks against it.

    Where a part is missing, what remains is a proof as well if it is no more than small counts can be.
    """
    odds: dict[float, float] = {}
    near = False
    for measure, place in places[:MOST_CONTEXTS]:
        there = [known.get((measure, at(place, {total.dimension: part}))) for part in total.parts]
        parts = [value for value in there if value is not None]
        value = known[measure, place]
        if sum(parts) > value or (len(parts) == len(there) and sum(parts) != value):
            return None
        near |= bool(parts) and sum(parts) >= NEAR * value
        room = (len(there) - len(parts)) * (threshold - 1)
        if parts and value - sum(parts) <= room:
            odds[value] = min(1.0, (room + 1) / max(value, 1.0))
    if len(odds) > 1 and prod(odds.values()) < CHANCE:
        return replace(total, proven=True)
    return total if near else None


def unproven(what: str, dimension: str, whole: str, names: list[str], *, total: bool = False) -> str:
    """That ``what`` may be the sum of ``names``, and the lines of the description that would say so.

    ``total``: the category ``whole`` has yet to be named as the one for all.
    """
    listed = ", ".join(names[:3]) + (f" und {number(len(names) - 3)} weiteren" if len(names) > 3 else "")
    section = f"gliederung.{text_of(dimension)}"
    named = f"[{section}] gesamt = {text_of([whole])} und " if total else ""
    return (
        f"{what} könnte die Summe von {listed} sein. Nirgends stehen alle Teile offen da, um das "
        "nachzurechnen; deshalb wird diese Summe nicht verwendet. In der Beschreibung: "
        f"{named}[{section}.summen] {text_of(whole)} = {text_of(names)}; "
        f"wo nichts zusammenzuzählen ist: [{section}] summierbar = false"
    )
