"""A reference in words: the figure in German form, or the word that stands in its place."""

from __future__ import annotations

from dataclasses import dataclass

from .. import text
from ..analysis import AreaChange, why_none
from ..model import CellState, FigureMeta, ReleasedFigure
from .material import FigureId, Material
from .references import Form, Reference

NOTHING = "keine Angabe"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: references leave out what follows from it."""

    area: str
    year: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a reference is not a number, for the finding at its block."""

    code: str
    message: str
    advice: str
    blocks: bool
    """Whether the report cannot go out with it."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed, of which figure, and what is wrong with it."""

    words: str
    figure: FigureId | None = None
    trouble: Trouble | None = None


def area_of(word: str, place: Place, material: Material) -> str | None:
    """The key that ``gebiet=`` means at a place; None where the release has no such area."""
    if word in {"", "hier"}:
        return place.area if material.area(place.area) else None
    if word in material.hierarchy.levels:
        return material.hierarchy.ancestor(place.area, word)
    return word if material.area(word) else None


def figure_id(reference: Reference, place: Place, material: Material) -> FigureId | None:
    """The figure that a reference means; None where the release does not have its area."""
    area = area_of(reference.area, place, material)
    if area is None:
        return None
    year = reference.year or material.newest(reference.indicator, area, place.year)
    return FigureId(reference.indicator, area, year)


def printed(reference: Reference, place: Place, material: Material) -> Printed:
    """The words of a reference that is no claim."""
    area = area_of(reference.area, place, material)
    if area is None:
        return Printed(NOTHING, None, _gone(reference.area or place.area))
    if reference.form is Form.AREA:
        return Printed(material.name(area))
    meta = material.meta(reference.indicator)
    place_of = figure_id(reference, place, material)
    if meta is None or place_of is None:
        return Printed(NOTHING, place_of, _unknown(reference.indicator))
    figure = material.figure(place_of)
    if figure is None:
        return Printed(NOTHING, place_of, absent(place_of, material))
    if reference.form is Form.YEAR:
        return Printed(str(place_of.year), place_of)
    words = _words(reference, figure, meta, material)
    return Printed(words, place_of, without_number(figure, place_of, material))


def _words(reference: Reference, figure: ReleasedFigure, meta: FigureMeta, material: Material) -> str:
    if reference.form is Form.CHANGE:
        start = reference.since or figure.year - 1
        return change_words(change_of(figure, start, material), meta)
    if figure.value is None:
        return text.state_word(figure.state)
    if reference.form in {Form.COUNT, Form.BASE}:
        counted = _count(figure.numerator if reference.form is Form.COUNT else figure.denominator)
        return f"{counted} ({text.altered_word(figure.altered)})" if figure.altered else counted
    if reference.form is Form.RANGE:
        return span_words(figure, meta)
    return text.figure(figure, meta, unit=reference.form is not Form.NUMBER)


def _count(value: float | None) -> str:
    return NOTHING if value is None else text.count(value)


def span_words(figure: ReleasedFigure, meta: FigureMeta) -> str:
    """``11,2 bis 13,4 %``; why there is none where the figure has no interval."""
    sure = figure.reliability
    if sure is None:
        return f"ohne Unsicherheitsbereich ({text.reason(why_none(figure, meta))})"
    low, high = (text.number(x, meta.decimals) for x in (sure.low, sure.high))
    return text.with_unit(f"{low} bis {high}", meta.unit)


def change_of(figure: ReleasedFigure, start: int, material: Material) -> AreaChange | None:
    """The change of a figure since ``start``, None where ``start`` is not earlier."""
    if start >= figure.year:
        return None
    return material.changes(figure.indicator, figure.level, start, figure.year).get(figure.area)


def change_words(change: AreaChange | None, meta: FigureMeta) -> str:
    """``+1,2 Prozentpunkte``; the word of the state or the reason where there is no difference."""
    if change is None:
        return NOTHING
    if change.difference is None:
        hidden = [f for f in (change.start, change.end) if f is not None and f.value is None]
        worst = max((f.state for f in hidden), default=None)
        return (
            text.state_word(worst) if worst is not None else f"ohne Vergleich ({text.reason(change.reason)})"
        )
    unit = "Prozentpunkte" if meta.unit == "%" else meta.unit
    return text.with_unit(text.number(change.difference, meta.decimals, signed=True), unit)


def without_number(figure: ReleasedFigure, place: FigureId, material: Material) -> Trouble | None:
    """What to tell the author of a figure without a number; None where there is one."""
    if figure.value is not None:
        return None
    name = f"{material.short(place.indicator)}, {material.name(place.area)} {place.year}"
    word = text.state_word(figure.state)
    if figure.state is CellState.PROTECTED:
        return Trouble(
            "protected", f"Die Zahl ist geschützt ({name}); gedruckt wird das Wort „{word}“.",
            "Bitte den Satz ohne diese Zahl schreiben oder ein größeres Gebiet nennen.", blocks=False,
        )  # fmt: skip
    why = text.reason(figure.reason)
    return Trouble(
        "without_number", f"Es gibt keine Zahl ({name}): {word}{f', {why}' if why else ''}.",
        "Bitte ein anderes Jahr oder Gebiet nennen oder den Satz weglassen.", blocks=False,
    )  # fmt: skip


def absent(place: FigureId, material: Material) -> Trouble:
    """A place for which the release has no figure at all."""
    years = material.years(place.indicator, place.area)
    have = f" Vorhanden: {years[0]} bis {years[-1]}." if years else ""
    level = material.hierarchy.level_of(place.area) or ""
    name = f"{material.short(place.indicator)}, {material.name(place.area)}"
    if not years:
        have = f" Auf der Ebene {material.level_word(level)} wird der Indikator nicht ausgewiesen."
    return Trouble(
        "no_figure", f"Der Datenstand hat keine Angabe zu {name} für {place.year}.{have}",
        "Bitte Jahr, Gebiet oder Indikator ändern.", blocks=True,
    )  # fmt: skip


def _gone(area: str) -> Trouble:
    return Trouble(
        "area_gone", f"Das Gebiet „{area}“ gibt es in diesem Datenstand nicht.",
        "Bitte ein Gebiet der heutigen Gliederung wählen.", blocks=True,
    )  # fmt: skip


def _unknown(indicator: str) -> Trouble:
    return Trouble(
        "indicator_gone", f"Den Indikator „{indicator}“ gibt es in diesem Datenstand nicht.",
        "Er wurde zurückgezogen oder ist anders geschrieben. Bitte einen anderen wählen.", blocks=True,
    )  # fmt: skip


def trouble_with(indicator: str, area: str, material: Material) -> Trouble | None:
    """What is wrong with an indicator and an area before any figure is asked for."""
    if material.area(area) is None:
        return _gone(area)
    return _unknown(indicator) if material.meta(indicator) is None else None
