"""Claims in sentences, held against the figures of a release and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .. import text
from ..model import FigureMeta, ReleasedFigure, Verdict
from .material import FigureId, Material
from .printing import Place, area_of, change_of, change_words, figure_id, trouble_with, without_number
from .references import Claim, Reference


class Truth(StrEnum):
    """How a claim stands."""

    HOLDS = "holds"
    UNSURE = "unsure"
    """The numbers say so, but the difference may be chance, or not all figures are there."""
    WRONG = "wrong"
    OPEN = "open"
    """Cannot be checked, for want of a figure that may be seen."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a claim stands and why, as a German sentence."""

    truth: Truth
    words: str = ""
    figure: FigureId | None = None


WORDS: Mapping[Claim, str] = {
    Claim.HIGHEST: "der höchste Wert",
    Claim.LOWEST: "der niedrigste Wert",
    Claim.ABOVE_DISTRICT: "liegt über dem Kreiswert",
    Claim.BELOW_DISTRICT: "liegt unter dem Kreiswert",
    Claim.LIKE_DISTRICT: "unterscheidet sich nicht erkennbar vom Kreiswert",
    Claim.ABOVE_LIMIT: "liegt darüber",
    Claim.BELOW_LIMIT: "liegt darunter",
    Claim.HIGHER_THAN: "ist höher",
    Claim.LOWER_THAN: "ist niedriger",
    Claim.RISEN: "ist gestiegen",
    Claim.FALLEN: "ist gesunken",
    Claim.UNCHANGED: "hat sich nicht erkennbar verändert",
}
"""What is printed where the reference names no words of its own."""

LABELS: Mapping[Claim, str] = {
    Claim.HIGHEST: "höchster Wert unter den Gebieten der Ebene",
    Claim.LOWEST: "niedrigster Wert unter den Gebieten der Ebene",
    Claim.ABOVE_DISTRICT: "über dem Kreiswert",
    Claim.BELOW_DISTRICT: "unter dem Kreiswert",
    Claim.LIKE_DISTRICT: "nicht vom Kreiswert zu unterscheiden",
    Claim.ABOVE_LIMIT: "über einer Grenze",
    Claim.BELOW_LIMIT: "unter einer Grenze",
    Claim.HIGHER_THAN: "höher als ein anderes Gebiet",
    Claim.LOWER_THAN: "niedriger als ein anderes Gebiet",
    Claim.RISEN: "gestiegen seit einem Jahr",
    Claim.FALLEN: "gesunken seit einem Jahr",
    Claim.UNCHANGED: "nicht erkennbar verändert seit einem Jahr",
}
"""For the list an author picks from."""


def judge(reference: Reference, place: Place, material: Material) -> Judgement:
    """How the claim of a reference stands. Only figures that may be seen take part.

    Two figures differ for sure where their intervals of 95 % do not meet; a figure without interval (rents,
    balances, indices) is taken as it is.
    """
    area = area_of(reference.area, place, material)
    trouble = trouble_with(reference.indicator, area or reference.area or place.area, material)
    at = figure_id(reference, place, material)
    if trouble is not None or at is None:
        return Judgement(Truth.OPEN, trouble.message if trouble else "", at)
    figure, meta = material.figure(at), material.meta(reference.indicator)
    if figure is None or meta is None:
        return Judgement(Truth.OPEN, f"Für {at.year} gibt es keine Angabe.", at)
    hidden = without_number(figure, at, material)
    if hidden is not None:
        return Judgement(Truth.OPEN, f"{hidden.message} Die Behauptung lässt sich nicht prüfen.", at)
    assert reference.claim is not None
    truth, words = _JUDGES[reference.claim](_Case(reference, figure, meta, place, material))
    return Judgement(truth, words, at)


@dataclass(frozen=True, slots=True)
class _Case:
    reference: Reference
    figure: ReleasedFigure
    """Has a number."""
    meta: FigureMeta
    place: Place
    material: Material

    @property
    def value(self) -> float:
        assert self.figure.value is not None
        return self.figure.value

    def shown(self, figure: ReleasedFigure) -> str:
        return f"{self.material.name(figure.area)}: {text.figure(figure, self.meta)}"


_Found = tuple[Truth, str]
_Judge = Callable[[_Case], _Found]


def _sides(figure: ReleasedFigure) -> tuple[float, float]:
    """Ends of the interval; the value itself where there is none."""
    sure = figure.reliability
    assert figure.value is not None
    return (figure.value, figure.value) if sure is None else (sure.low, sure.high)


def _compared(case: _Case, other: ReleasedFigure, sign: int) -> _Found:
    """Whether the figure lies above (``sign`` 1) or below (−1) another one."""
    assert other.value is not None
    if (case.value - other.value) * sign <= 0:
        return Truth.WRONG, f"{case.shown(case.figure)}; {case.shown(other)}."
    mine, theirs = _sides(case.figure), _sides(other)
    apart = mine[0] > theirs[1] if sign > 0 else mine[1] < theirs[0]
    if apart:
        return Truth.HOLDS, ""
    return Truth.UNSURE, f"Der Unterschied zu {case.shown(other)} kann Zufall sein."


def _extreme(sign: int) -> _Judge:
    def judged(case: _Case) -> _Found:
        figure = case.figure
        peers = [f for f in _peers(case) if f.area != figure.area]
        known = [f for f in peers if f.value is not None]
        if not known:
            return Truth.OPEN, "Es gibt kein Gebiet mit Zahl, mit dem zu vergleichen wäre."
        rival = max(known, key=lambda f: sign * (f.value or 0.0))
        truth, words = _compared(case, rival, sign)
        unknown = len(peers) - len(known)
        if truth is Truth.HOLDS and unknown:
            many = text.plural(unknown, "Gebiet hat", "Gebiete haben")
            return Truth.UNSURE, f"{many} keine Zahl, die gezeigt werden darf oder vorliegt."
        return truth, words

    return judged


def _peers(case: _Case) -> Iterable[ReleasedFigure]:
    """Areas of the same level and year; inside the area ``als`` names, where it names one."""
    f, material = case.figure, case.material
    part = material.part(f.indicator, f.level, f.year)
    if not case.reference.other:
        return part
    around = area_of(case.reference.other, case.place, material)
    inside = set(material.below(around, f.level)) if around else set()
    return [p for p in part if p.area in inside]


def _beside_district(claimed: Verdict) -> _Judge:
    def judged(case: _Case) -> _Found:
        f = case.figure
        whole = case.material.figure(FigureId(f.indicator, case.material.district, f.year))
        if whole is None or whole.value is None:
            return Truth.OPEN, "Für den Kreis gibt es keine Zahl."
        sure = f.reliability
        verdict = (
            sure.verdict
            if sure is not None and sure.verdict is not None
            else _plainly(case.value, whole.value)
        )
        if verdict is claimed:
            return Truth.HOLDS, ""
        words = f"{case.shown(f)}; {case.shown(whole)}."
        tends = case.value > whole.value if claimed is Verdict.ABOVE else case.value < whole.value
        if verdict is Verdict.SAME and tends:
            return Truth.UNSURE, f"{words} Der Unterschied kann Zufall sein."
        return Truth.WRONG, words

    return judged


def _plainly(value: float, whole: float) -> Verdict:
    return Verdict.ABOVE if value > whole else Verdict.BELOW if value < whole else Verdict.SAME


def _limit(sign: int) -> _Judge:
    def judged(case: _Case) -> _Found:
        limit = case.reference.limit
        if limit is None:
            return Truth.OPEN, "Es fehlt die Grenze (grenze=…)."
        words = f"{case.shown(case.figure)}; Grenze: {text.number(limit, case.meta.decimals)}."
        if (case.value - limit) * sign <= 0:
            return Truth.WRONG, words
        low, high = _sides(case.figure)
        sure = low > limit if sign > 0 else high < limit
        return (Truth.HOLDS, "") if sure else (Truth.UNSURE, f"{words} Der Unterschied kann Zufall sein.")

    return judged


def _than(sign: int) -> _Judge:
    def judged(case: _Case) -> _Found:
        f, material = case.figure, case.material
        area = area_of(case.reference.other, case.place, material) if case.reference.other else None
        other = material.figure(FigureId(f.indicator, area, f.year)) if area else None
        if other is None or other.value is None:
            return Truth.OPEN, "Für das Gebiet, mit dem verglichen wird (als=…), gibt es keine Zahl."
        return _compared(case, other, sign)

    return judged


def _changed(sign: int) -> _Judge:
    """Whether the figure rose (1), fell (−1) or stayed (0) since a year."""

    def judged(case: _Case) -> _Found:
        start = case.reference.since or case.figure.year - 1
        change = change_of(case.figure, start, case.material)
        if change is None or change.difference is None:
            return Truth.OPEN, f"Zu {start} gibt es keinen Vergleich: {change_words(change, case.meta)}."
        words = f"Seit {start}: {change_words(change, case.meta)}."
        low, high = change.low, change.high
        if low is None or high is None:
            low = high = change.difference
        if sign == 0:
            return (Truth.HOLDS, "") if low <= 0 <= high else (Truth.WRONG, words)
        if change.difference * sign <= 0:
            return Truth.WRONG, words
        sure = low > 0 if sign > 0 else high < 0
        return (Truth.HOLDS, "") if sure else (Truth.UNSURE, f"{words} Die Veränderung kann Zufall sein.")

    return judged


_JUDGES: Mapping[Claim, _Judge] = {
    Claim.HIGHEST: _extreme(1), Claim.LOWEST: _extreme(-1),
    Claim.ABOVE_DISTRICT: _beside_district(Verdict.ABOVE),
    Claim.BELOW_DISTRICT: _beside_district(Verdict.BELOW),
    Claim.LIKE_DISTRICT: _beside_district(Verdict.SAME),
    Claim.ABOVE_LIMIT: _limit(1), Claim.BELOW_LIMIT: _limit(-1),
    Claim.HIGHER_THAN: _than(1), Claim.LOWER_THAN: _than(-1),
    Claim.RISEN: _changed(1), Claim.FALLEN: _changed(-1), Claim.UNCHANGED: _changed(0),
}  # fmt: skip


def claims_for(figures: Sequence[ReleasedFigure]) -> tuple[Claim, ...]:
    """Claims that can be made of an area with these figures over the years, for a list to pick from."""
    over_time = {Claim.RISEN, Claim.FALLEN, Claim.UNCHANGED}
    years = {f.year for f in figures if f.value is not None}
    return tuple(c for c in Claim if years and (c not in over_time or len(years) > 1))
