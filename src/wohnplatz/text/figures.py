"""A released figure in words: the number with its unit, or the state that stands in its place."""

from __future__ import annotations

import math

from wohnplatz.model import Altered, CellState, FigureMeta, ReleasedFigure

from .messages import altered_word, state_word
from .numbers import NBSP, number, with_unit
from .words import dative_plural


def figure(f: ReleasedFigure, meta: FigureMeta, *, unit: bool = True, mark: bool = True) -> str:
    """The figure as text: ``12,3 %``, ``geschützt``, ``12,3 % (unvollständig)`` or a class label.

    Without ``mark`` that of rounding is left out, where it stands once for all figures.
    Exactly zero is shown without decimal places (``0 %``), what merely rounds to zero with them (``0,0 %``).
    """
    if f.value is None:
        return figure_state(f)
    shown = _label(f.value, meta) or _number(f, meta, f.value, unit=unit)
    status = figure_status(f)
    band = f"± {_band(f, meta)}" if status and f.error is not None else ""
    words = ", ".join(filter(None, (status if mark else _state_alone(f), band)))
    return f"{shown} ({words})" if words else shown


def _state_alone(f: ReleasedFigure) -> str:
    return "" if f.state is CellState.VALUE else figure_state(f)


def _band(f: ReleasedFigure, meta: FigureMeta) -> str:
    """The half width of a band; a chance deviation is told as far as it may reach, so never rounded down."""
    assert f.error is not None
    if f.altered is not Altered.OVERLAID:
        return number(f.error, max(meta.decimals, 1))
    scale = 10**meta.decimals
    return number(math.ceil(f.error * scale - 1e-9) / scale, meta.decimals)


def deviation(f: ReleasedFigure, meta: FigureMeta) -> str:
    """How far a figure with a chance deviation may be off, as a sentence; empty where it is none.

    What came overlaid from its source does not say how far it may be off.
    """
    if f.altered is not Altered.OVERLAID or f.error is None:
        return ""
    far = _band(f, meta)
    size = f"{far}{NBSP}Prozentpunkte" if meta.unit == "%" else with_unit(far, meta.unit)
    return (
        f"Zum Schutz Einzelner mit Zufall überlagert: höchstens {size} neben dem genauen Wert. "
        "Antworten gehen nicht auf; wer zwei zusammenzählt, erhält nicht die Antwort auf die Summe."
    )


def figure_status(f: ReleasedFigure) -> str:
    """State and mark of a figure in words: ``unvollständig, gerundet auf 5``; empty for a plain number."""
    return ", ".join(filter(None, (_state_alone(f), figure_mark(f))))


def figure_mark(f: ReleasedFigure) -> str:
    """How a figure was changed: ``gerundet auf 5``, ``aus Zahlen gerundet auf 5``; empty where it was not.

    A figure that is computed from rounded counts says so: it is no multiple of 5 itself.
    """
    mark = altered_word(f.altered)
    if mark and (f.numerator is None or f.denominator is not None):
        mark = f"aus Zahlen {mark}"
    return mark


def figure_state(f: ReleasedFigure) -> str:
    """The word of a figure's state; what the rules leave out is not called pointless."""
    return "nicht veröffentlicht (zu kleinteilig)" if f.reason == "too_detailed" else state_word(f.state)


def status(f: ReleasedFigure) -> str:
    """State and mark for a column of its own: ``Wert``, ``Wert, gerundet auf 5``, ``geschützt``."""
    words = figure_status(f)
    return words if f.state is not CellState.VALUE else ", ".join(filter(None, (state_word(f.state), words)))


def _label(value: float, meta: FigureMeta) -> str:
    """Label of a class; empty where the measure is not classed or the value is none of its classes."""
    position = int(value) - 1
    return meta.classes[position] if 0 <= position < len(meta.classes) and value == int(value) else ""


def _number(f: ReleasedFigure, meta: FigureMeta, value: float, *, unit: bool) -> str:
    text = number(value, 0 if f.is_true_zero else meta.decimals)
    return with_unit(text, meta.unit) if unit else text


def coverage(f: ReleasedFigure, area_word: tuple[str, str] = ("Gebiet", "Gebiete")) -> str:
    """How much of the whole went in: ``9 von 11 Gebieten, 87 % der Einwohner``; empty when complete.

    ``area_word`` is the noun of the base areas, singular and plural in the nominative.
    """
    return "" if f.covered >= f.expected else covered(f.covered, f.expected, f.share, area_word)


def covered(count: int, expected: int, share: float | None, area_word: tuple[str, str]) -> str:
    """``9 von 11 Kommunen, 87 % der Einwohner``; no inhabitants where the share is not known."""
    noun = area_word[0] if expected == 1 else dative_plural(area_word[1])
    text = f"{number(count)} von {number(expected)}{NBSP}{noun}"
    if share is None or math.isnan(share):
        return text
    return f"{text}, {_share(share)} der Einwohner"


def _share(share: float) -> str:
    """Share in per cent that never rounds up to the whole nor down to nothing."""
    if 0.99 < share < 1:
        return f"mehr als 99{NBSP}%"
    if 0 < share < 0.01:
        return f"weniger als 1{NBSP}%"
    return with_unit(number(100 * share), "%")
