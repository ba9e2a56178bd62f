"""German around names: where something is, and what a figure is the subject of."""

from __future__ import annotations

import re

from ..model import FigureMeta, Hierarchy

_FEMININE = ("Stadt ", "Gemeinde ", "Hansestadt ", "Landeshauptstadt ", "Samtgemeinde ", "Verbandsgemeinde ",
             "Einheitsgemeinde ", "Kreisstadt ", "Große Kreisstadt ", "Region ", "Städteregion ")  # fmt: skip
_MASCULINE = (
    "Kreis ",
    "Landkreis ",
    "Markt ",
    "Flecken ",
    "Regionalverband ",
    "Bezirk ",
    "Ortsteil ",
    "Stadtteil ",
)
_NEUTER = ("Amt ", "Quartier ", "Gebiet ")
_LEVELS = {"wohnplatz": "im Wohnplatz", "kommune": "in der Kommune", "kreis": "im Kreis"}
_PER = re.compile(r"^(?P<head>.+) je (?P<base>[0-9.]+ .+)$")


def where(area: str, hierarchy: Hierarchy) -> str:
    """``im Wohnplatz Oststadt``, ``in der Stadt Altdorf``, ``im Kreis Auental``, ``im Rhein-Sieg-Kreis``."""
    level = hierarchy.level_of(area) or ""
    name = hierarchy.areas(level)[area].name if level else area
    if name.startswith(_FEMININE):
        return f"in der {name}"
    if name.startswith((*_MASCULINE, *_NEUTER)) or name.endswith(("-Kreis", "kreis")):
        return f"im {name}"
    return f"{_LEVELS.get(level, 'im Gebiet')} {name}"


def capital(text: str) -> str:
    """The text with a capital at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def statement(meta: FigureMeta, short: str, when: str, value: str, bare: str = "") -> str:
    """A sentence that says a figure, without its full stop.

    ``when`` is year and place, ``value`` stands for the figure with its unit and ``bare`` for it without;
    without ``bare`` the sentence does not bend the indicator's name around the number.
    """
    label = meta.label.strip()
    per = _PER.match(label)
    if label.startswith(("Anteil ", "Saldo ", "Index ", "Quotient ")):
        return f"Der {label} liegt {when} bei {value}"
    if label.startswith(("Veränderung ", "Zahl ", "Quote ", "Dichte ", "Wohnfläche ")):
        return f"Die {label} liegt {when} bei {value}"
    if label.startswith("Mittlere "):
        return f"Die {label[:1].lower()}{label[1:]} liegt {when} bei {value}"
    if per and bare and " minus " not in label:
        return f"Auf {per['base']} kommen {when} {bare} {_within(per['head'])}"
    return f"Der Wert „{short}“ liegt {when} bei {value}"


def _within(head: str) -> str:
    """A plural noun as it stands within a sentence: an adjective before it loses its capital.

    >>> _within("Untergebrachte wohnungslose Personen"), _within("Nutzende der Tafeln")
    ('untergebrachte wohnungslose Personen', 'Nutzende der Tafeln')
    """
    first, _, rest = head.partition(" ")
    adjective = first.endswith("e") and re.match(r"[a-zäöü]{4,}e ", rest)
    return f"{first[:1].lower()}{first[1:]} {rest}" if adjective else head
