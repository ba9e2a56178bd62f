"""What the check of a street list can say: code → severity, text, advice, reason."""

from __future__ import annotations

from functools import partial

from wohnplatz.model import Severity

from . import crosswalk_messages
from .crosswalk_messages import Message

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_ROW = "Bitte die Zeile in der Liste berichtigen."
_ONE = "Eine Anschrift gehört zu genau einem Gebiet."

MESSAGES: dict[str, Message] = {
    "areas.streets_empty": Message(
        _ERROR, "Die Liste enthält keine Straßen.", "Bitte eine andere Datei oder ein anderes Blatt wählen."
    ),
    "areas.streets_columns": Message(
        _ERROR,
        "In der Liste fehlt die Spalte {column}.",
        "Bitte die Spalte ergänzen oder ihre Überschrift anpassen.",
    ),
    "areas.streets_no_street": Message(_ERROR, "In der Zeile fehlt die Straße.", _ROW),
    "areas.streets_no_area": Message(_ERROR, "In der Zeile fehlt das Gebiet.", _ROW),
    "areas.streets_unknown_area": Message(
        _ERROR, "Das Gebiet „{value}“ gibt es in der Gliederung nicht.",
        "Bitte den Schlüssel prüfen; führende Nullen gehören dazu.",
    ),
    "areas.streets_number": Message(
        _ERROR, "„{value}“ ist keine Hausnummer.", "Erlaubt sind Nummern mit Zusatz wie 12 oder 12a."
    ),
    "areas.streets_side": Message(
        _ERROR, "„{value}“ sagt nicht, welche Straßenseite gemeint ist.",
        "Erlaubt sind „ungerade“, „gerade“ und „alle“ (auch u, g, a).",
    ),
    "areas.streets_reversed": Message(
        _ERROR, "Der Bereich {value} läuft rückwärts.", "Bitte „von“ und „bis“ tauschen.",
    ),
    "areas.streets_wrong_side": Message(
        _WARNING, "Die Nummer {value} liegt nicht auf der Seite „{side}“.",
        "Bitte Nummer und Seite prüfen.", "Gezählt werden nur Nummern der angegebenen Seite.",
    ),
    "areas.streets_overlap": Message(
        _ERROR, "{street}: {value} gehören zugleich zu „{area}“ (Zeile {other}) und zu „{second}“.",
        "Bitte einen der Bereiche berichtigen.", _ONE,
    ),
    "areas.streets_twice": Message(
        _NOTE, "{street}: {value} sind zweimal demselben Gebiet zugeordnet (auch in Zeile {other}).",
        "Es ist nichts zu tun; eine der Zeilen ist überflüssig.",
    ),
    "areas.streets_gap": Message(
        _WARNING, "{street}: {value} sind keinem Gebiet zugeordnet.",
        "Bitte prüfen, ob es diese Hausnummern gibt.",
        "Wer dort wohnt, würde in keinem Gebiet gezählt.",
    ),
    "areas.streets_area_without": Message(
        _WARNING, "Zu {count} nennt die Liste keine Straße: {value}.", "Bitte prüfen, ob Zeilen fehlen.",
        "Anschriften dort lassen sich nicht zuordnen.",
    ),
    "areas.streets_coordinates": Message(
        _WARNING, "„{value}“ ist keine Koordinate.",
        "Bitte die Spalten Ost und Nord prüfen; die Anschrift gewichtet sonst nicht.",
    ),
}  # fmt: skip

say = partial(crosswalk_messages.say, messages=MESSAGES)
