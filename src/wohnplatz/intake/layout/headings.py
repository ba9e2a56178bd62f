"""Headings: footnote marks taken off, units found, words joined again that were hyphenated for width."""

from __future__ import annotations

import re
from functools import lru_cache

from .dates import without_dates

SEPARATOR = " › "
_MARK = re.compile(r"(?<!\d)\s*((?:\d{1,2}\)\s*,?\s*)+|(?<!\bm)(?<!km)[¹²³⁴⁵⁶⁷⁸⁹]+\)?|\*+\)?)(?=$|\()")
_BROKEN_WORD = re.compile(r"(?<=[a-zäöüß])-\s*\n\s*(?=[a-zäöüß])|\u00ad")
_HYPHEN = re.compile(r"(?<=[a-zäöüß])-(?=[a-zäöüß])")
_UNIT_WORDS = {
    "%": "%", "v.h.": "%", "vh": "%", "anzahl": "Anzahl", "personen": "Personen", "fälle": "Fälle",
    "promille": "‰", "‰": "‰", "je 1.000": "‰", "je 1.000 einwohner": "‰", "km2": "km²", "km²": "km²",
    "qkm": "km²", "m2": "m²", "m²": "m²", "qm": "m²", "ha": "ha", "hektar": "ha", "eur": "EUR", "€": "EUR",
    "euro": "EUR", "eur/m²": "EUR/m²", "eur/qm": "EUR/m²", "€/m²": "EUR/m²", "1000": "1000",
    "1.000": "1000", "1 000": "1000", "tausend": "1000", "tsd": "1000", "tsd.": "1000",
    "1.000 eur": "1000 EUR", "teur": "1000 EUR", "tsd. eur": "1000 EUR",
}  # fmt: skip
_UNITS = "|".join(re.escape(word) for word in sorted(_UNIT_WORDS, key=len, reverse=True))
_UNIT = re.compile(
    rf"(?:\bin\s+|^|[(\[,]\s*(?:in\s+)?|\s)(?P<unit>{_UNITS})(?=\s*[)\],]|\s*$|\s*\d\)|\s+\(|\s+je\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\bprozent(?:punkte?n?)?\b|\bv\.\s?h\.", re.IGNORECASE)
_PER = re.compile(r"\bje\b(?!\s*1[. ]?000)", re.IGNORECASE)
COUNTED = ("Anzahl", "Personen", "Fälle")
"""Units of counts."""
_SHARE = re.compile(r"^anteil|anteil\b|quote\b|\bje\b|dichte\b|durchschnitt|veränderung", re.IGNORECASE)


def cleaned(text: str) -> tuple[str, tuple[str, ...]]:
    """A heading on one line without footnote marks, and the marks.

    >>> cleaned("Bevölkerung2)"), cleaned("Berufsabschluss1)(Anzahl)")
    (('Bevölkerung', ('2)',)), ('Berufsabschluss (Anzahl)', ('1)',)))
    """
    line = " ".join(_BROKEN_WORD.sub("", text.replace("\xa0", " ")).split())
    marks = [m for m in _MARK.finditer(line) if m.start() and _closed(line[: m.start()])]
    for mark in reversed(marks):
        line = line[: mark.start()] + " " + line[mark.end() :]
    return " ".join(line.split()), tuple(m.group(1).strip() for m in marks)


def _closed(text: str) -> bool:
    """Whether no bracket is open: ``(Dez 13)`` holds no footnote mark."""
    return text.count("(") <= text.count(")")


def unit_in(text: str) -> str:
    """The unit a heading names, ``Anteil`` where it is a ratio without one, empty where it says nothing.

    >>> unit_in("Fläche in km²"), unit_in("Arbeitslose (Anzahl)"), unit_in("Quote"), unit_in("Frauen")
    ('km²', 'Anzahl', 'Anteil', '')
    """
    if "%" in text or _PERCENT.search(text):
        return "%"
    if _PER.search(text):
        return "Anteil"
    found = [m.group("unit") for m in _UNIT.finditer(text)]
    if found:
        units = [_UNIT_WORDS[word.casefold()] for word in found]
        unit = next((u for u in units if u != "Anzahl"), "Anzahl")
        return "Anteil" if unit in COUNTED and _SHARE.search(text) else unit
    return "Anteil" if _SHARE.search(text) else ""


def without_unit(text: str) -> str:
    """The heading without its unit and the brackets it stood in; what a ratio is per stays.

    >>> without_unit("Fläche km2"), without_unit("je km2")
    ('Fläche', 'je km2')
    """
    text = re.sub(rf"[(\[]\s*(?:in\s+)?(?:{_UNITS})\s*[)\]]", " ", text, flags=re.IGNORECASE)
    text = re.sub(rf"(?:,|\bin)\s+(?:{_UNITS})\s*$", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<!\bje)\s(?:%|km2|km²|qkm|m2|m²|qm|ha|eur|€)\s*$", " ", text, flags=re.IGNORECASE)
    return " ".join(text.split()).strip(" ,;:")


@lru_cache(maxsize=10_000)
def lasting(path: tuple[str, ...]) -> str:
    """The headings in one line without dates: what stays the same from year to year."""
    parts = [without_dates(part) for part in path]
    return SEPARATOR.join(part for part in parts if part)


def folded(text: str) -> str:
    """The form in which headings are compared: lower case, hyphens inside words and footnotes gone.

    >>> folded("Einpersonen-haushalte ") == folded("Einpersonenhaushalte1)")
    True
    """
    line = _HYPHEN.sub("", cleaned(text)[0])
    return " ".join(re.sub(r"[\s.,;:–—-]+", " ", line).split()).casefold()
