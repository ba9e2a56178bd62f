"""Suggested sentences on one figure of one area: neutral, no bolder than the interval, bound to the figures.

What comes out is text with references and claims, so it stays bound when somebody takes it over. Every claim
in it holds on the release it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .. import text
from ..model import CellState, FigureKind, FigureMeta, ReleasedFigure, Verdict
from .claims import Truth, judge
from .grammar import capital, statement, where
from .material import FigureId, Material
from .printing import Place, change_of
from .references import Claim, Form, Reference, write

SPAN = 5
"""Years that a change looks back."""


class About(StrEnum):
    """What a suggested sentence says."""

    VALUE = "value"
    DISTRICT = "district"
    CHANGE = "change"
    EXTREME = "extreme"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One sentence, as Markdown with references."""

    about: About
    markdown: str


_DISTRICT = {
    Verdict.ABOVE: (Claim.ABOVE_DISTRICT, "liegt über dem Kreiswert"),
    Verdict.BELOW: (Claim.BELOW_DISTRICT, "liegt unter dem Kreiswert"),
    Verdict.SAME: (Claim.LIKE_DISTRICT, "unterscheidet sich nicht erkennbar vom Kreiswert"),
}


def suggest(material: Material, area: str, indicator: str, year: int) -> tuple[Suggestion, ...]:
    """Sentences that can be said of a figure; why there is none where there is no number.

    Empty where the release has neither the area nor the indicator.
    """
    meta = material.meta(indicator)
    if meta is None or material.area(area) is None:
        return ()
    at = FigureId(indicator, area, material.newest(indicator, area, year))
    figure = material.figure(at)
    if figure is None or figure.value is None:
        return (Suggestion(About.NONE, _none(figure, at, material)),)
    made = [_value(figure, at, meta, material)]
    made += _district(figure, at, meta, material)
    made += _change(figure, at, meta, material)
    made += _extreme(figure, at, material)
    return tuple(made)


def _reference(at: FigureId, **more: object) -> str:
    fields = {"area": at.area, "year": at.year, **more}
    return write(Reference("", at.indicator, **fields))  # type: ignore[arg-type]


def _value(figure: ReleasedFigure, at: FigureId, meta: FigureMeta, material: Material) -> Suggestion:
    short, sure = material.short(at.indicator), figure.state is CellState.VALUE
    place = where(at.area, material.hierarchy)
    bare = _reference(at, form=Form.NUMBER) if sure else ""
    if meta.classes:
        said = f"{capital(place)} lautet die Einstufung „{short}“ {at.year}: {_reference(at)}"
        return Suggestion(About.VALUE, f"{said}.")
    if at.indicator == material.catalogue.population and bare:
        said = f"{capital(place)} leben {at.year} {bare} Menschen"
    else:
        said = statement(meta, short, f"{at.year} {place}", _reference(at), bare)
    if figure.reliability is not None and meta.kind is not FigureKind.COUNT:
        span = f"Unsicherheitsbereich {_reference(at, form=Form.RANGE)}"
        said += f" ({span})" if sure else f", {span}"
    return Suggestion(About.VALUE, f"{said}.")


def _none(figure: ReleasedFigure | None, at: FigureId, material: Material) -> str:
    place, short = where(at.area, material.hierarchy), material.short(at.indicator)
    if figure is not None and figure.state is CellState.PROTECTED:
        return f"Der Wert „{short}“ wird {place} für {at.year} nicht genannt, weil die Zahl geschützt ist."
    why = text.reason(figure.reason) if figure is not None else ""
    end = f": {capital(why)}." if why else "."
    return f"Zum Wert „{short}“ liegt {place} für {at.year} keine Angabe vor{end}"


def _district(
    figure: ReleasedFigure, at: FigureId, meta: FigureMeta, material: Material
) -> Iterator[Suggestion]:
    sure = figure.reliability
    if sure is None or sure.verdict is None or meta.classes or at.area == material.district:
        return
    claim, words = _DISTRICT[sure.verdict]
    whole = write(Reference("", at.indicator, material.district, at.year))
    said = f"Der Wert {_reference(at, claim=claim, words=words)} von {whole}."
    made = Reference("", at.indicator, at.area, at.year, claim=claim)
    yield from _holding(About.DISTRICT, said, made, material)


def _change(
    figure: ReleasedFigure, at: FigureId, meta: FigureMeta, material: Material
) -> Iterator[Suggestion]:
    first = max([at.year - SPAN, *(b.year for b in meta.breaks if b.year <= at.year)])
    start = next((y for y in material.years(at.indicator, at.area) if first <= y < at.year), None)
    change = change_of(figure, start, material) if start is not None else None
    if start is None or change is None or change.low is None or change.high is None or meta.classes:
        return
    shown = _reference(at, form=Form.CHANGE, since=start)
    if change.low > 0:
        claim, words, end = Claim.RISEN, "ist der Wert gestiegen", f" ({shown})"
    elif change.high < 0:
        claim, words, end = Claim.FALLEN, "ist der Wert gesunken", f" ({shown})"
    else:
        claim, words, end = Claim.UNCHANGED, "hat sich der Wert nicht erkennbar verändert", ""
    said = f"Seit {start} {_reference(at, claim=claim, words=words, since=start)}{end}."
    bound = Reference("", at.indicator, at.area, at.year, claim=claim, since=start)
    yield from _holding(About.CHANGE, said, bound, material)


def _extreme(figure: ReleasedFigure, at: FigureId, material: Material) -> Iterator[Suggestion]:
    """The highest or lowest value of a level, where no other area comes near."""
    level = material.level_word(figure.level, many=True)
    many = len(material.hierarchy.areas(figure.level))
    if many < 3:
        return
    for claim, words in ((Claim.HIGHEST, "der höchste Wert"), (Claim.LOWEST, "der niedrigste Wert")):
        bound = _reference(at, claim=claim, words=words)
        said = f"Unter den {text.number(many)} {_dative(level)} im Kreis ist das {bound}."
        made = Reference("", at.indicator, at.area, at.year, claim=claim)
        yield from _holding(About.EXTREME, said, made, material)


def _dative(many: str) -> str:
    return many if many.endswith(("n", "s")) else f"{many}n"


def _holding(about: About, said: str, claimed: Reference, material: Material) -> Iterator[Suggestion]:
    """The sentence, where its claim holds for sure."""
    if judge(claimed, Place(claimed.area, claimed.year or 0), material).truth is Truth.HOLDS:
        yield Suggestion(about, said)
