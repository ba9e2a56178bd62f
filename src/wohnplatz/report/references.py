"""Figures and claims inside a sentence: ``{{ sgb2_quote | gebiet=05999001 | jahr=2025 }}``.

The first part is the indicator's code, the others are settings. What is left out follows from the place: the
area and the year of the surrounding. Settings:

- ``gebiet`` a key; ``hier`` for the area itself, a level's code (``kommune``, ``kreis``) for the one above
- ``jahr`` a year; ``form`` what is printed: ``wert`` (with unit), ``zahl`` (without), ``anzahl`` (the
  numerator), ``basis`` (the denominator), ``spanne`` (the interval), ``veraenderung`` (since ``seit``),
  ``stand`` (the year); ``{{ gebiet }}`` prints the name of the area
- ``behauptung`` turns the reference into a claim that is checked; ``text`` is what is printed for it,
  ``seit``, ``grenze`` and ``als`` (another area) belong to it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


class Form(StrEnum):
    """What is printed of a figure."""

    VALUE = "wert"
    NUMBER = "zahl"
    COUNT = "anzahl"
    BASE = "basis"
    RANGE = "spanne"
    CHANGE = "veraenderung"
    YEAR = "stand"
    AREA = "name"


class Claim(StrEnum):
    """What a sentence may claim of a figure."""

    HIGHEST = "hoechster"
    LOWEST = "niedrigster"
    ABOVE_DISTRICT = "ueber_kreis"
    BELOW_DISTRICT = "unter_kreis"
    LIKE_DISTRICT = "wie_kreis"
    ABOVE_LIMIT = "ueber"
    BELOW_LIMIT = "unter"
    HIGHER_THAN = "hoeher_als"
    LOWER_THAN = "niedriger_als"
    RISEN = "gestiegen"
    FALLEN = "gefallen"
    UNCHANGED = "unveraendert"


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference, as it was written; empty fields follow from the place."""

    source: str
    """The whole of it with its braces."""
    indicator: str
    area: str = ""
    year: int | None = None
    form: Form = Form.VALUE
    claim: Claim | None = None
    words: str = ""
    """What is printed for a claim."""
    since: int | None = None
    limit: float | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference that cannot be read, and why."""

    source: str
    why: str


_PATTERN = re.compile(r"\{\{[^{}\n]*(?:\}\})?")
_SETTINGS = frozenset({"gebiet", "jahr", "form", "behauptung", "text", "seit", "grenze", "als"})
_Member = TypeVar("_Member", bound=StrEnum)
TO_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def parse(text: str) -> tuple[str | Reference | Broken, ...]:
    """The text cut at its references: plain pieces, references, and what was meant to be one."""
    parts: list[str | Reference | Broken] = []
    end = 0
    for found in _PATTERN.finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(_read_any(found[0]))
        end = found.end()
    return (*parts, text[end:]) if end < len(text) else tuple(parts)


def _read_any(source: str) -> Reference | Broken:
    if source.endswith("}}"):
        return read(source)
    return Broken(source, "Die schließenden Klammern }} fehlen oder stehen in einer anderen Zeile.")


def read(source: str) -> Reference | Broken:
    """One reference with its braces."""
    first, *others = (part.strip() for part in source.removeprefix("{{").removesuffix("}}").split("|"))
    settings: dict[str, str] = {}
    for part in others:
        name, equals, value = part.partition("=")
        name = _plain(name)
        if not equals or name not in _SETTINGS:
            return Broken(source, f"Die Angabe „{part}“ ist nicht bekannt.")
        settings[name] = value.strip()
    if first == "gebiet":
        return Reference(source, "", settings.get("gebiet", ""), form=Form.AREA)
    if not first or " " in first:
        return Broken(source, "Am Anfang muss der Kurzname eines Indikators stehen.")
    try:
        return _reference(source, first, settings)
    except ValueError as error:
        return Broken(source, str(error))


def write(reference: Reference) -> str:
    """The source text of a reference, for one that was picked from a list.

    >>> write(Reference("", "sgb2_quote", "kreis", 2025))
    '{{ sgb2_quote | gebiet=kreis | jahr=2025 }}'
    """
    settings = {
        "gebiet": reference.area, "jahr": reference.year, "behauptung": reference.claim,
        "form": "" if reference.form is Form.VALUE else reference.form, "seit": reference.since,
        "grenze": reference.limit, "als": reference.other, "text": reference.words,
    }  # fmt: skip
    parts = [f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
             for name, value in settings.items() if value not in {"", None}]  # fmt: skip
    return "{{ " + " | ".join([reference.indicator, *parts]) + " }}"


def _reference(source: str, indicator: str, settings: Mapping[str, str]) -> Reference:
    claim = settings.get("behauptung", "")
    return Reference(
        source, indicator, settings.get("gebiet", ""), _year(settings.get("jahr", "")),
        _member(Form, settings.get("form", "") or Form.VALUE, "Form"),
        _member(Claim, claim, "Behauptung") if claim else None,
        settings.get("text", ""), _year(settings.get("seit", "")), _limit(settings.get("grenze", "")),
        settings.get("als", ""),
    )  # fmt: skip


def _plain(word: str) -> str:
    """Settings may be written with umlauts and capitals."""
    return word.strip().lower().translate(TO_ASCII)


def _member(kind: type[_Member], value: str, name: str) -> _Member:
    try:
        return kind(_plain(value).replace(" ", "_"))
    except ValueError:
        known = ", ".join(kind)
        raise ValueError(f"Die {name} „{value}“ gibt es nicht; bekannt sind: {known}.") from None


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[12][0-9]{3}", text):
        raise ValueError(f"„{text}“ ist kein Jahr.")
    return int(text)


def _limit(text: str) -> float | None:
    if not text:
        return None
    number = text.replace(".", "").replace(",", ".") if "," in text else text
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", number):
        raise ValueError(f"„{text}“ ist keine Zahl.")
    return float(number)
