"""Words of headings: which variable, category, total or nothing at all a heading speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar

from wohnplatz.model import TOTAL, Catalogue, Dimension, Variable

from .guide import Target
from .layout import folded
from .layout.dates import without_dates
from .layout.headings import without_unit

TOTALS = frozenset(
    ("insgesamt", "gesamt", "zusammen", "alle", "summe", "total", "gesamtzahl", "gesamtsumme", "ins gesamt")
)
NOISE = frozenset(
    (
        "davon", "darunter", "und zwar", "anzahl", "absolut", "wert", "werte", "zahl", "nach", "alter",
        "im alter von", "personen", "stichtag", "stand", "jahr", "jahre", "monat", "monate", "quartal",
        "quartale", "fälle",
    )
)  # fmt: skip
"""Headings that say nothing of their own."""
_PAIRS = (
    (re.compile(r"\b(\w+?)innen und (\w+)", re.I), r"\2"),
    (re.compile(r"\b(\w+) und (\w+?)innen\b", re.I), r"\1"),
    (re.compile(r"(\w+?)\s?/\s?-?\s?innen\b", re.I), r"\1"),
    (re.compile(r"(\w+?)[*:_]innen\b", re.I), r"\1"),
    (re.compile(r"(\w+?)Innen\b"), r"\1"),
)
_SYNONYMS = {
    "bevölkerung": "einwohner", "einwohnerzahl": "einwohner", "ew": "einwohner", "geborene": "lebendgeborene",
    "geburten": "lebendgeborene", "sterbefälle": "gestorbene", "todesfälle": "gestorbene",
    "svb": "sozialversicherungspflichtig beschäftigte", "ausländer": "nichtdeutsche",
}  # fmt: skip
_OPENING = re.compile(r"^(?:anzahl|zahl|summe)\s+(?:der|an|von)?\s*|^(?:davon|darunter|dar|und zwar)[:\s]+")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_AGE = re.compile(
    r"(?:im alter von |alter )?(?:unter (?P<under>\d+)|(?P<a>\d+) bis unter (?P<b>\d+)"
    r"|(?P<c>\d+)(?: bis | )(?P<d>\d+)|ab (?P<from>\d+)|(?P<plus>\d+) ?\+"
    r"|(?P<open>\d+)(?: jahren?| jahr| jährige)? (?:und|u) (?:mehr|älter|ältere|darüber)|(?P<one>\d+))"
    r"(?: ?jahren?| ?jahr| ?jährige[rn]?)?(?: (?:und|u) (?:mehr|älter|ältere))?"
)
_TITLE_PARTS = re.compile(r":\s|\s[-–—|]\s|;\s|\n")
_NUMBERED = re.compile(r"^(?:tabelle|tab|anlage|übersicht|blatt)\s?[\d ]*\s")
_WHOLE = re.compile(
    r"\s*(?:$|nach\b|am\b|zum\b|stand\b|stichtag|insgesamt|je (?:gebiet|wohnplatz|stadtteil|gemeinde)"
    r"|in (?:der|den|dem) |der (?:stadt|gemeinde|kommune))"
)
"""What may follow a variable's name in a title without making it a part."""
LIKE = 0.8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one heading may mean, how sure that is, and why; ``rest`` are words that nobody understood."""

    target: Target | None = None
    """None for a heading that says nothing: ``davon``, ``Geschlecht``."""
    sureness: float = 1.0
    reason: str = ""
    total: bool = False
    """Whether it says „insgesamt“."""


NOTHING = Meaning()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a request's variables and dimensions, prepared once."""

    catalogue: Catalogue
    due: Mapping[str, Variable]
    variables: Mapping[str, str] = field(default_factory=dict)
    """Form → code; forms that two variables share lead to neither."""
    categories: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dimensions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, catalogue: Catalogue, due: Mapping[str, Variable]) -> Vocabulary:
        """Prepare the words of the variables due and of the dimensions they are broken down by."""
        used = dict.fromkeys(code for v in due.values() for code in v.breakdowns)
        dimensions = [catalogue.dimensions[code] for code in used]
        named = ((form, v.code) for v in due.values() for form in {plain(v.label), plain(v.code)})
        words = ((form, (d.code, c)) for d in dimensions for form, c in _category_forms(d))
        heads = frozenset(form for d in dimensions for form in (plain(d.label), plain(d.code)))
        return cls(catalogue, due, _unique(named), _unique(words), heads)

    def meaning(self, heading: str) -> Meaning | None:
        """What a heading means; None where it means nothing that is known here."""
        form = plain(heading)
        bare = plain(_BRACKETS.sub(" ", heading))
        if not bare or bare in NOISE or form in self.dimensions:
            return NOTHING
        if form in TOTALS:
            return Meaning(Target(), 1.0, "Überschrift nennt die Gesamtzahl", total=True)
        exact = self._exact(form)
        if exact:
            return exact
        return self._composed(form) or self._age(form) or self._synonym(form)

    def _exact(self, form: str) -> Meaning | None:
        code = self.variables.get(form)
        if code:
            return Meaning(Target(code), 1.0, f"Überschrift gleicht der Bezeichnung „{self.due[code].label}“")
        found = self.categories.get(form)
        return self._category(*found) if found else None

    def _category(self, dimension: str, category: str, sureness: float = 1.0) -> Meaning:
        label = self.catalogue.dimensions[dimension].label
        reason = f"Überschrift gleicht einer Ausprägung von „{label}“"
        return Meaning(Target("", {dimension: category}), sureness, reason)

    def _composed(self, form: str) -> Meaning | None:
        """``Einwohner weiblich``, ``weibliche Arbeitslose``: a variable and all other words explained."""
        for name in sorted(self.variables, key=len, reverse=True):
            if len(name) < 3 or not (form.startswith(f"{name} ") or form.endswith(f" {name}")):
                continue
            code = self.variables[name]
            rest = _OPENING.sub("", form.removeprefix(name).removesuffix(name).strip(" ,;:()"))
            reason = f"Überschrift nennt „{self.due[code].label}“"
            if rest in TOTALS or rest in NOISE or not rest:
                return Meaning(Target(code), 0.95, reason, total=True)
            other = self._exact(rest) or self._age(rest)
            if other and other.target and other.target.breakdown:
                return Meaning(Target(code, other.target.breakdown), 0.95, f"{reason} und eine Ausprägung")
        return None

    def _age(self, form: str) -> Meaning | None:
        """An age group in any spelling, where its limits are those of a category."""
        limits = age_limits(form)
        if limits is None:
            return None
        for dimension in self.catalogue.dimensions.values():
            codes = [c for c, bounds in dimension.bounds.items() if bounds == limits]
            if codes and any(dimension.code in v.breakdowns for v in self.due.values()):
                return self._category(dimension.code, codes[0], 0.95)
        return None

    def _synonym(self, form: str) -> Meaning | None:
        """Another common word for a variable, or its name in another case."""
        for name, code in self.variables.items():
            if _canonical(form) == _canonical(name):
                return Meaning(Target(code), 0.8, f"gebräuchlich für „{self.due[code].label}“, bitte prüfen")
        return None

    def like(self, text: str, variables: Iterable[str]) -> Meaning | None:
        """The variable whose label is most like the text; a proposal to be looked at, never more."""
        form = plain(text)
        best = max(variables, key=lambda code: _likeness(form, plain(self.due[code].label)), default="")
        if not best or _likeness(form, plain(self.due[best].label)) < LIKE:
            return None
        return Meaning(Target(best), 0.5, f"ähnlicher Name wie „{self.due[best].label}“, bitte prüfen")

    def named_in(self, title: str) -> tuple[str, bool]:
        """Code of the variable a title names, and whether it names just that; an empty code for none.

        „Arbeitslose nach Geschlecht“ is all of them; „Arbeitslose Frauen“ or „Arbeitslose unter 25“ is not.
        """
        parts = [plain(_BRACKETS.sub(" ", part)) for part in _TITLE_PARTS.split(title)]
        parts = [_NUMBERED.sub("", part) for part in parts]
        found = {
            name for name in self.variables for part in parts if f" {name} " in f" {part} " and len(name) > 2
        }
        best = max(found, key=len, default="")
        if not best or not all(name in best for name in found):
            return "", False
        whole = all(_WHOLE.match(p.removeprefix(best)) for p in parts if p.startswith(best))
        named = any(part.startswith(best) for part in parts)
        return self.variables[best], named and whole


def _canonical(form: str) -> str:
    """A form with common words replaced and endings of cases taken off."""
    return " ".join(_SYNONYMS.get(word) or _SYNONYMS.get(_ending_off(word), _ending_off(word))
                    for word in form.split())  # fmt: skip


def _ending_off(word: str) -> str:
    return word.removesuffix("n") if len(word) > 6 else word


def plain(text: str) -> str:
    """The form in which headings and labels are compared.

    >>> plain("Einwohnerinnen und Einwohner (Anzahl)"), plain("davon: Ausländer/-innen")
    ('einwohner', 'ausländer')
    """
    for pattern, put in _PAIRS:
        text = pattern.sub(put, text)
    form = folded(without_unit(without_dates(text))).strip(" ,;:()")
    return _OPENING.sub("", form).strip() or form


def age_limits(form: str) -> tuple[int, int | None] | None:
    """Inclusive limits of an age group in words, None where it is none.

    >>> age_limits("3 bis unter 6 jahre"), age_limits("85 und älter"), age_limits("unter 18 jährige")
    ((3, 5), (85, None), (0, 17))
    """
    found = _AGE.fullmatch(form)
    if not found:
        return None
    part = {name: int(text) for name, text in found.groupdict().items() if text}
    if "under" in part:
        return 0, part["under"] - 1
    if "a" in part:
        return part["a"], part["b"] - 1
    if "c" in part:
        return part["c"], part["d"]
    if "one" in part:
        return part["one"], part["one"]
    return next(iter(part.values())), None


def _category_forms(dimension: Dimension) -> Iterable[tuple[str, str]]:
    for code, label in dimension.categories.items():
        yield plain(label), code
        yield plain(code), code
    for alias, code in dimension.aliases.items():
        if code != TOTAL:
            yield plain(alias), code


def _unique(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, set[T]] = {}
    for form, value in pairs:
        found.setdefault(form, set()).add(value)
    return {form: next(iter(values)) for form, values in found.items() if form and len(values) == 1}


def _likeness(left: str, right: str) -> float:
    if not left or not right:
        return 0.0
    words = set(right.split())
    contained = len(words & set(left.split())) / len(words) if len(words) > 1 else 0.0
    return max(SequenceMatcher(None, left, right).ratio(), 0.85 if contained == 1.0 else 0.0)
