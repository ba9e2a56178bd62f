"""How blocks are called and summed up in the outline, the history and the forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wohnplatz import text
from wohnplatz.indicators import figure_meta
from wohnplatz.model import Catalogue, Hierarchy
from wohnplatz.report.references import Reference, parse
from wohnplatz.web.stand import level_name

KINDS: Mapping[str, tuple[str, str]] = {
    "chapter": ("Kapitel", "Eine Überschrift, unter der andere Blöcke stehen."),
    "text": ("Text", "Absätze, Listen und Zwischenüberschriften mit Zahlen aus dem Datenstand."),
    "figures": ("Kennzahlen", "Bis zu vier große Zahlen in einer Reihe."),
    "table": ("Tabelle", "Gebiete, Jahre oder Indikatoren in Zeilen."),
    "map": ("Karte", "Ein Indikator in Klassen auf der Karte."),
    "chart": ("Diagramm", "Verlauf, Balken, Verteilung, Alterspyramide oder Status und Dynamik."),
    "picture": ("Bild", "Ein eigenes Foto oder eine Grafik mit Beschreibung."),
    "pair": ("Zwei Spalten", "Zwei Spalten nebeneinander, auf dem Telefon untereinander."),
    "profiles": ("Gebietsprofile", "Dieselben Blöcke für jedes Gebiet einer Ebene."),
    "areatexts": ("Texte je Gebiet", "In Gebietsprofilen: ein eigener Text für jedes Gebiet."),
    "statement": ("Stellungnahme", "Die Stellungnahme eines Partners im Wortlaut."),
    "outcomes": ("Was daraus wurde", "Empfehlungen des letzten Berichts und was folgte."),
    "glossary": ("Glossar", "Begriffe mit Erklärung, ausgewählt oder aus dem Text."),
    "methods": ("Methoden und Quellen", "Definition, Quelle und Grenzen aller verwendeten Indikatoren."),
    "break": ("Neue Seite", "Was folgt, beginnt auf einer neuen Seite."),
}
"""Kind of a block → its name and what it is for, in the order in which they are offered."""

FIELDS: Mapping[str, str] = {
    "title": "Titel", "markdown": "Text", "state": "Zustand", "indicators": "Indikatoren",
    "indicator": "Indikator", "area": "Gebiet", "areas": "Gebiete", "year": "Jahr", "level": "Ebene",
    "rows": "Zeilen", "extent": "Ausschnitt", "method": "Klassenbildung", "classes": "Zahl der Klassen",
    "height": "Größte Höhe", "form": "Art", "alternative": "Bild in Worten", "caption": "Bildunterschrift",
    "data": "Bilddatei", "share": "Breite links", "terms": "Begriffe", "partner": "Partner",
    "received_on": "eingegangen am", "outcomes": "Empfehlungen", "texts": "Texte",
    "new_page": "Beginnt auf neuer Seite",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of what blocks name by code."""

    indicators: Mapping[str, str]
    areas: Mapping[str, str]
    levels: Mapping[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue, hierarchy: Hierarchy) -> Names:
        """The names as a release has them."""
        short = {c: i.short or i.label for c, i in catalogue.indicators.items()}
        labels = {c: m.label for c, m in figure_meta(catalogue).items()}
        indices = {c: i.label for c, i in catalogue.indices.items()}
        areas = {k: a.name for level in hierarchy.levels for k, a in hierarchy.areas(level).items()}
        return cls(labels | indices | short, areas, {c: level_name(c) for c in hierarchy.levels})

    def indicator(self, code: str) -> str:
        """The indicator's short name, its code where the release does not know it."""
        return self.indicators.get(code, code)


def kind_label(kind: str) -> str:
    """``Karte``."""
    return KINDS[kind][0] if kind in KINDS else kind


def summary(content: Mapping[str, Any], names: Names) -> str:
    """A block in a few words: its title, else what it shows."""
    make = _SUMMARIES.get(content["kind"])
    return make(content, names) if make else ""


def _text(content: Mapping[str, Any], names: Names) -> str:
    said = plain(content["markdown"], names)
    return f"{content['partner']}: {said}" if content["kind"] == "statement" else said


def _listed(content: Mapping[str, Any], names: Names) -> str:
    shown = text.enumerate_words([names.indicator(c) for c in content["indicators"]])
    return _joined(content.get("title") or shown, content, names)


def _drawn(content: Mapping[str, Any], names: Names) -> str:
    shown = names.indicator(content["indicator"]) if content["indicator"] else "Alter und Geschlecht"
    return _joined(content["title"] or shown, content, names)


def _terms(content: Mapping[str, Any], names: Names) -> str:
    many = len(content["terms"])
    return text.plural(many, "Begriff", "Begriffe") if many else "Begriffe, die im Text vorkommen"


_SUMMARIES: Mapping[str, Callable[[Mapping[str, Any], Names], str]] = {
    "text": _text, "statement": _text, "figures": _listed, "table": _listed, "map": _drawn, "chart": _drawn,
    "glossary": _terms,
    "profiles": lambda c, names: f"für jedes Gebiet der Ebene {names.levels.get(c['level'], c['level'])}",
    "areatexts": lambda c, _: f"{text.plural(len(c['texts']), 'Gebiet', 'Gebiete')} mit eigenem Text",
    "picture": lambda c, _: str(c["caption"] or c["alternative"]),
    "chapter": lambda c, _: str(c["title"]),
    "outcomes": lambda c, _: str(c["title"]),
}  # fmt: skip


def _joined(first: str, content: Mapping[str, Any], names: Names) -> str:
    where = names.areas.get(content["area"], content["area"])
    return " · ".join(filter(None, [first, where, str(content["year"] or "")]))


_MARKS = re.compile(r"[*_#>`]+|^\s*[-+]\s+", re.MULTILINE)


def plain(markdown: str, names: Names, most: int = 150) -> str:
    """The beginning of a text without its marks; references as their indicator in brackets."""
    parts = [
        p if isinstance(p, str) else f"[{_named(p, names)}]" for p in parse(markdown[: most * 8])
    ]  # fmt: skip
    said = " ".join(_MARKS.sub("", "".join(parts)).split())
    return said if len(said) <= most else f"{said[:most].rsplit(' ', 1)[0]} …"


def _named(part: object, names: Names) -> str:
    if not isinstance(part, Reference):
        return "?"
    if part.claim is not None and part.words:
        return part.words
    return names.indicator(part.indicator) if part.indicator else "Gebiet"


def lines(content: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    """Every field of a block with its German name and its value in words, for comparing versions."""
    for name, value in content.items():
        if name not in {"id", "kind"} and name in FIELDS:
            yield FIELDS[name], said(name, value, names)


def said(name: str, value: Any, names: Names) -> str:
    """One value in words."""
    if name in _VALUES:
        return _VALUES[name](value, names)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _codes(known: Mapping[str, str], value: Any) -> str:
    return ", ".join(known.get(c, c) for c in ([value] if isinstance(value, str) else value) if c)


def _texts(value: Any, names: Names) -> str:
    return "\n\n".join(f"{names.areas.get(t['area'], t['area'])}:\n{t['markdown']}" for t in value)


def _outcomes(value: Any, _: Names) -> str:
    return "\n".join(f"{o['recommendation']} – {o['state']}. {o['words']}".strip() for o in value)


_VALUES: Mapping[str, Callable[[Any, Names], str]] = {
    "data": lambda v, _: f"Datei mit {text.number(len(v) * 3 // 4)} Byte" if v else "keine",
    "indicators": lambda v, names: _codes(names.indicators, v),
    "indicator": lambda v, names: _codes(names.indicators, v),
    "area": lambda v, names: _codes(names.areas, v), "areas": lambda v, names: _codes(names.areas, v),
    "state": lambda v, _: "Vorschlag" if v == "suggested" else "geschrieben",
    "texts": _texts, "outcomes": _outcomes,
}  # fmt: skip
