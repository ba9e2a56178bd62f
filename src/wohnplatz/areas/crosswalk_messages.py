"""Everything a crosswalk, a change or a street list can say: code → severity, text, advice, reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wohnplatz.model import Finding, Severity


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of finding; the texts may hold words in braces."""

    severity: Severity
    text: str
    advice: str
    why: str = ""


_TOTALS = "Sonst gingen Einwohnerinnen und Einwohner verloren oder würden doppelt gezählt."
_ROW = "Bitte die Zeile in der Tabelle berichtigen."
_NUMBER = "Bitte die Zahl in der Quelle prüfen."
_COMPARE = "Bitte prüfen, ob beide Gliederungen zum selben Kreis gehören und vollständig sind."

_CROSSWALK = {
    "areas.crosswalk_empty": Message(
        Severity.ERROR, "Der Umsteigeschlüssel enthält keine Zeilen.", "Bitte eine andere Datei wählen."
    ),
    "areas.crosswalk_columns": Message(
        Severity.ERROR,
        "In der Tabelle fehlt die Spalte {column}.",
        "Bitte die Spalten „von“, „nach“ und „gewicht“ nennen.",
    ),
    "areas.crosswalk_encoding": Message(
        Severity.ERROR,
        "Die Datei ist kein lesbarer Text.",
        "Bitte die Tabelle als CSV (UTF-8) speichern.",
    ),
    "areas.crosswalk_not_number": Message(
        Severity.ERROR, "„{value}“ ist kein Gewicht.", _ROW, "Ein Gewicht ist ein Anteil zwischen 0 und 1."
    ),
    "areas.crosswalk_negative": Message(
        Severity.ERROR,
        "Das Gewicht {value} ist negativ.",
        _ROW,
        "Ein Gewicht ist ein Anteil zwischen 0 und 1.",
    ),
    "areas.crosswalk_empty_key": Message(Severity.ERROR, "In der Zeile fehlt ein Gebietsschlüssel.", _ROW),
    "areas.crosswalk_twice": Message(
        Severity.ERROR, "Das Paar {source} → {target} kommt mehrfach vor.", _ROW, _TOTALS
    ),
    "areas.crosswalk_unknown_source": Message(
        Severity.ERROR,
        "Das Gebiet „{source}“ gibt es in der Ausgangsgliederung nicht.",
        "Bitte den Schlüssel prüfen; führende Nullen gehören dazu.",
    ),
    "areas.crosswalk_unknown_target": Message(
        Severity.ERROR,
        "Das Gebiet „{target}“ gibt es in der Zielgliederung nicht.",
        "Bitte den Schlüssel prüfen; führende Nullen gehören dazu.",
    ),
    "areas.crosswalk_missing_source": Message(
        Severity.ERROR,
        "Für das Gebiet „{source}“ sagt der Umsteigeschlüssel nicht, wohin es gehört.",
        "Bitte für dieses Gebiet mindestens eine Zeile ergänzen.",
        _TOTALS,
    ),
    "areas.crosswalk_missing_target": Message(
        Severity.WARNING,
        "Das Gebiet „{target}“ bekommt aus keinem früheren Gebiet Werte.",
        "Bitte prüfen, ob eine Zeile fehlt. In früheren Jahren bliebe dieses Gebiet sonst ohne Wert.",
    ),
    "areas.crosswalk_sum": Message(
        Severity.ERROR,
        "Die Gewichte des Gebiets „{source}“ ergeben zusammen {sum} statt 1.",
        "Bitte die Gewichte dieses Gebiets prüfen.",
        _TOTALS,
    ),
    "areas.crosswalk_rounded": Message(
        Severity.NOTE,
        "Die Gewichte von {count} sind gerundet; ihre Summe weicht um bis zu {sum} von 1 ab.",
        "Es ist nichts zu tun: Sie wurden auf die Summe 1 gestreckt.",
        "So bleiben alle Summen erhalten.",
    ),
    "areas.crosswalk_negligible": Message(
        Severity.NOTE,
        "{count} mit einem Anteil unter {limit} stammen von ungenauen Grenzen und wurden weggelassen.",
        "Es ist nichts zu tun: Die übrigen Gewichte wurden auf die Summe 1 gestreckt.",
        "Sonst würden Werte zu Schätzungen, die in Wirklichkeit genau sind.",
    ),
    "areas.crosswalk_slivers": Message(
        Severity.NOTE,
        "{count} sind nirgends breiter als {width} und wurden als ungenaue Grenzen behandelt.",
        "Es ist nichts zu tun. Wer dort gezählt wird, bleibt im angrenzenden Gebiet.",
        "Sonst würden Gebiete als geteilt gelten, die es nicht sind.",
    ),
    "areas.crosswalk_outside": Message(
        Severity.WARNING,
        "Das Gebiet {area} liegt zu {share} außerhalb aller Gebiete der neuen Gliederung.",
        _COMPARE,
        "Seine Werte werden ganz auf die Gebiete verteilt, in denen es sonst liegt.",
    ),
    "areas.crosswalk_all_outside": Message(
        Severity.ERROR,
        "Das Gebiet {area} liegt zu {share} außerhalb aller Gebiete der neuen Gliederung.",
        _COMPARE,
        _TOTALS,
    ),
    "areas.crosswalk_no_inhabitants": Message(
        Severity.NOTE,
        "Im Gebiet {area} zählt die Grundlage niemanden. Es wurde nach der Fläche aufgeteilt.",
        "Es ist nichts zu tun, solange dort tatsächlich niemand wohnt.",
        "Der Anteil der Fläche ist die ungenaueste Grundlage; sie ist beim Paar vermerkt.",
    ),
    "areas.crosswalk_points_lost": Message(
        Severity.WARNING,
        "{share} der gezählten Einwohnerinnen und Einwohner liegen in keinem Gebiet der alten Gliederung.",
        "Bitte prüfen, ob die Grundlage zum Kreis passt.",
        "Sie bleiben bei den Gewichten außer Betracht.",
    ),
    "areas.crosswalk_bad_points": Message(
        Severity.ERROR,
        "{count} der Grundlage haben keine gültige Zahl oder keinen gültigen Ort.",
        "Bitte die Zellen oder Anschriften prüfen; Zahlen unter 0 und fehlende Zahlen gewichten nicht.",
    ),
    "areas.crosswalk_no_geometry": Message(
        Severity.ERROR,
        "Das Gebiet {area} hat keine Fläche.",
        "Bitte die Fläche nachtragen oder einen fertigen Umsteigeschlüssel einspielen.",
    ),
    "areas.crosswalk_crs": Message(
        Severity.ERROR,
        "Die Gliederungen liegen in verschiedenen Koordinatensystemen: {source} und {target}.",
        "Bitte beide im selben System einspielen.",
    ),
    "areas.crosswalk_no_base": Message(
        Severity.WARNING,
        "Zur Umkehrung fehlen für das Gebiet „{target}“ Einwohnerzahlen; es wurde gleichmäßig aufgeteilt.",
        "Bitte Einwohnerzahlen ergänzen, wenn es sie gibt.",
    ),
}

_CONVERSION = {
    "areas.convert_not_number": Message(
        Severity.ERROR,
        "Im Gebiet „{area}“ steht statt einer Zahl „{value}“.",
        _NUMBER,
        "Die Gebiete, die daraus entstehen, bekommen keinen Wert (unbekannt).",
    ),
    "areas.convert_negative": Message(
        Severity.WARNING,
        "Im Gebiet „{area}“ ist der Wert negativ: {value}.",
        _NUMBER,
        "Nur Salden können negativ sein; ihre Spanne ist eine grobe Schätzung.",
    ),
}

MESSAGES: dict[str, Message] = {**_CROSSWALK, **_CONVERSION}


def say(  # noqa: PLR0913 (the places a finding may name)
    code: str,
    *,
    messages: Mapping[str, Message] = MESSAGES,
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    value: str = "",
    area: str = "",
    **words: str,
) -> Finding:
    """The finding ``code``, its texts filled with ``words``; ``area`` and ``value`` are words, too."""
    message = messages[code]
    filled = {"area": area, "value": value, "column": column} | words
    texts = [t.format(**filled) for t in (message.text, message.advice, message.why)]
    return Finding(
        code, message.severity, texts[0], texts[1], texts[2],
        sheet=sheet, row=row, column=column, value=value, area=area,
    )  # fmt: skip
