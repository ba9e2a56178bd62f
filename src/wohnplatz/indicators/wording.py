"""An indicator or index in words, field by field: for pages, and for what changed between two versions."""

from __future__ import annotations

from wohnplatz.model import ClassRule, IndexDefinition, IndexFamily, IndexPart, Indicator, Polarity

from .items import Item

FAMILIES = {
    IndexFamily.Z_SUM: "Summe standardisierter Werte (z-Summe)",
    IndexFamily.PERCENTILE: "Prozentränge",
    IndexFamily.EXPONENTIAL: "exponentiell gestreckte Ränge",
    IndexFamily.PCA: "Hauptkomponenten",
    IndexFamily.EXCEEDANCE: "Zählung von Überschreitungen",
}
CLASS_RULES = {
    ClassRule.LIMITS: "feste Grenzen",
    ClassRule.QUANTILES: "gleich große Klassen (Quantile)",
    ClassRule.NATURAL: "natürliche Klassen",
}
POLARITIES = {
    Polarity.BURDEN: "hoher Wert: höherer Unterstützungsbedarf",
    Polarity.GOOD: "hoher Wert: günstig",
    Polarity.NEUTRAL: "ohne Wertung",
}


def in_words(item: Item) -> dict[str, tuple[str, str]]:
    """Field → (German label, what stands there), in the order of reading; empty ones are left out.

    Code and version are not among them. A series, an index part, a class stands on a line of its own.
    """
    found = _indicator(item) if isinstance(item, Indicator) else _index(item)
    return {key: (label, said) for key, (label, said) in found.items() if said}


def _indicator(i: Indicator) -> dict[str, tuple[str, str]]:
    least = i.minimum_denominator
    return {
        "label": ("Bezeichnung", i.label),
        "short": ("Kurzbezeichnung", i.short),
        "block": ("Block", i.block),
        "numerator": ("Zähler" if i.denominator else "Summe", i.numerator),
        "denominator": ("Nenner", i.denominator),
        "formula": ("Formel", i.formula),
        "factor": ("Faktor", plain(i.factor) if i.numerator else ""),
        "unit": ("Einheit", i.unit),
        "decimals": ("Nachkommastellen", str(i.decimals)),
        "minimum_denominator": ("Mindestgröße des Nenners", "" if least is None else plain(least)),
        "polarity": ("Lesart", POLARITIES[i.polarity]),
        "protection": ("Schutzklasse", i.protection),
        "levels": ("Gebietsebenen", ", ".join(i.levels)),
        "reference": ("Stichtag", i.reference),
        "supplier": ("Lieferstelle", i.supplier),
        "legal_basis": ("Rechtsgrundlage", i.legal_basis),
        "method": ("Anmerkung zur Methode", i.method),
        "source": ("Quelle", i.source),
        "breaks": ("Brüche in der Zeitreihe", "\n".join(f"{b.year}: {b.note}" for b in i.breaks)),
        "core": ("Kernindikator", "ja" if i.core else "nein"),
        "age_parts": ("Altersgruppen zur Bereinigung", ", ".join(i.age_parts)),
    }


def _index(x: IndexDefinition) -> dict[str, tuple[str, str]]:
    sd = plain(x.exceedance_sd) if x.family is IndexFamily.EXCEEDANCE else ""
    quantile = str(x.quantile_type) if x.class_rule is ClassRule.QUANTILES else ""
    return {
        "label": ("Bezeichnung", x.label),
        "level": ("Gebietsebene", x.level),
        "family": ("Verfahren", FAMILIES[x.family]),
        "exceedance_sd": ("Überschritten ab Mittel plus … Standardabweichungen", sd),
        "themes": ("Themenbereiche", "\n".join(f"{t.label}{_weight(t.weight)}" for t in x.themes)),
        "status": ("Indikatoren", "\n".join(_part(p, x) for p in x.status)),
        "class_rule": ("Klassenbildung", CLASS_RULES[x.class_rule]),
        "quantile_type": ("Art der Quantile", quantile),
        "status_limits": ("Klassengrenzen", numbers(x.status_limits)),
        "status_classes": ("Klassen", "\n".join(x.status_classes)),
        "dynamics": ("Indikatoren der Dynamik", "\n".join(_part(p, x) for p in x.dynamics)),
        "dynamics_limits": ("Grenzen der Dynamik", numbers(x.dynamics_limits)),
        "dynamics_classes": ("Klassen der Dynamik", "\n".join(x.dynamics_classes)),
        "attention": ("Besonderer Unterstützungsbedarf", "\n".join(attention(x))),
        "minimum_population": ("Mindestzahl der Einwohner", plain(x.minimum_population)),
        "population": ("Einwohnerzahl nach", x.population),
        "exclusions": ("Ausgenommene Gebiete", "\n".join(_exclusions(x))),
        "method": ("Anmerkung zur Methode", x.method),
        "source": ("Quelle", x.source),
    }


def attention(x: IndexDefinition) -> tuple[str, ...]:
    """The pairs of classes that mark an area, as ``niedrig / negativ``, without dynamics ``hoch``."""
    return tuple(
        x.status_classes[s - 1] + (f" / {x.dynamics_classes[d - 1]}" if d else "") for s, d in x.attention
    )


def plain(value: float) -> str:
    """A number as Germans write it, with the decimals it has: ``0,25``, ``100``.

    >>> plain(0.25), plain(1000.0), plain(-1.5)
    ('0,25', '1000', '−1,5')
    """
    return f"{value:.12g}".replace(".", ",").replace("-", "\u2212")


def numbers(values: tuple[float, ...]) -> str:
    """Several numbers: ``−1; 1; 1,5``."""
    return "; ".join(plain(v) for v in values)


def _weight(weight: float) -> str:
    return f" (Gewicht {plain(weight)})" if weight != 1 else ""


def _part(part: IndexPart, index: IndexDefinition) -> str:
    theme = next((t.label for t in index.themes if t.code == part.theme), "")
    return f"{part.indicator}{_weight(part.weight)}{f', {theme}' if theme else ''}"


def _exclusions(index: IndexDefinition) -> tuple[str, ...]:
    return tuple(
        f"{e.area}: {e.reason}" + (f" ({', '.join(map(str, e.years))})" if e.years else "")
        for e in index.exclusions
    )
