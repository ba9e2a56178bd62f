"""What the pictures say in words: one figure, the source line, lists of counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from .. import text
from ..model import Audience, CellState, FigureMeta, ReleaseContext, ReleasedFigure, ReleasedTable

AUDIENCES: dict[Audience, str] = {
    Audience.PUBLIC: "öffentlich",
    Audience.PLANNING: "für die Planung",
    Audience.PARTNER: "für die Lieferstelle",
    Audience.WORKING: "interne Arbeitsansicht, nicht zur Weitergabe",
}

_EXPLAINED = {CellState.NOT_APPLICABLE, CellState.UNRELIABLE, CellState.UNKNOWN}


def figure_words(f: ReleasedFigure, meta: FigureMeta) -> str:
    """A figure with what it rests on: ``12,3 % (45 von 366)``, ``geschützt``."""
    words = text.figure(f, meta)
    if f.value is None:
        why = text.reason(f.reason) if f.state in _EXPLAINED else ""
        return f"{words} ({why})" if why else words
    if f.numerator is not None and f.denominator is not None:
        words += f" ({text.count(f.numerator)} von {text.count(f.denominator)})"
    covered = text.coverage(f)
    if covered:
        words += f", {covered}"
    return words + ", nur intern" if f.reason == "internal_only" else words


def source_line(context: ReleaseContext, meta: FigureMeta | None = None) -> str:
    """District, release, date, audience and source: stands under every picture."""
    made = text.day(date.fromisoformat(context.made_on[:10]))
    parts = [
        context.district,
        f"{text.release_name(context.release)} vom {made}",
        AUDIENCES[context.audience],
        f"Quelle: {meta.source}" if meta and meta.source else "",
        mark_words(context, meta),
    ]
    return " · ".join(p for p in parts if p)


def mark_words(context: ReleaseContext, meta: FigureMeta | None) -> str:
    """What was done to the figures to protect people: ``Fallzahlen gerundet auf 5``; empty for nothing."""
    word = text.altered_word(context.mark(meta.code if meta else ""))
    if not word:
        return ""
    return f"Fallzahlen {word}" if meta else f"Fallzahlen zum Teil {word}"


def select(
    table: ReleasedTable, indicator: str, *, year: int | None = None, breakdown: bool = False
) -> tuple[ReleasedFigure, ...]:
    """Figures of one indicator (and year), in the table's order; totals only, or broken-down rows only."""
    return tuple(
        f
        for f in table
        if f.indicator == indicator and (year is None or f.year == year) and bool(f.breakdown) == breakdown
    )


def meta_of(table: ReleasedTable, indicator: str) -> FigureMeta:
    """What a reader must know of the indicator. ``KeyError`` where the table does not hold it."""
    return table.meta[indicator]


def label_with_unit(meta: FigureMeta) -> str:
    """``Arbeitslosenanteil in %``; the unit is left out where there is none or the label says it."""
    if not meta.unit or meta.unit in meta.label:
        return meta.label
    return f"{meta.label}, {meta.unit}" if meta.unit.startswith("je ") else f"{meta.label} in {meta.unit}"


def state_counts(figures: Iterable[ReleasedFigure]) -> dict[CellState, int]:
    """How many figures have no number, by state, most severe last."""
    counts: dict[CellState, int] = {}
    for f in figures:
        if f.value is None:
            counts[f.state] = counts.get(f.state, 0) + 1
    return dict(sorted(counts.items()))


def with_number(shown: int, others: Sequence[ReleasedFigure], wanted: str = "Zahl") -> str:
    """``77 von 80 Gebieten mit Zahl; 2 geschützt, 1 nicht geliefert.``; empty where every area is shown.

    ``others`` are the figures of the areas that are not drawn; one that has a number lacks its base.
    """
    if not others:
        return ""
    states = counted_states(others)
    baseless = sum(f.value is not None for f in others)
    without = f"{text.number(baseless)} ohne Bezugsgröße" if baseless else ""
    why = ", ".join(filter(None, (states, without)))
    return f"{text.number(shown)} von {text.number(shown + len(others))} Gebieten mit {wanted}; {why}."


def counted_states(figures: Iterable[ReleasedFigure]) -> str:
    """``3 geschützt, 1 nicht geliefert``; empty where every figure has a number."""
    return ", ".join(f"{text.number(n)} {text.state_word(s)}" for s, n in state_counts(figures).items())
