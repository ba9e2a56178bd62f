"""German words of the checks on areas: why a finding matters and what to do about it."""

from __future__ import annotations

import re

from wohnplatz.text import NBSP, number

_GIS = "Bitte die Grenze in einem GIS-Programm berichtigen (Geometrien prüfen und reparieren)."
_PARENT = "Bitte in der Spalte des übergeordneten Gebiets einen gültigen Schlüssel eintragen."

SLIVER = (
    "Der Streifen ist so schmal oder klein, dass er vom Runden der Koordinaten stammt; er stört nicht.",
    "Es ist nichts zu tun.",
)

REASONS: dict[str, tuple[str, str]] = {
    "empty_key": (
        "Lieferungen nennen ein Gebiet bei seinem Schlüssel.",
        "Bitte einen Schlüssel vergeben oder eine andere Spalte wählen.",
    ),
    "duplicate_key": (
        "Werte könnten keinem der Gebiete eindeutig zugeordnet werden.",
        "Bitte die Flächen zu einem Gebiet vereinigen oder verschiedene Schlüssel vergeben.",
    ),
    "empty_name": (
        "In Karten und Tabellen stünde nur der Schlüssel.",
        "Bitte einen Namen eintragen oder eine andere Spalte wählen.",
    ),
    "empty_geometry": (
        "Das Gebiet wäre auf keiner Karte zu sehen.",
        "Bitte die Fläche nachtragen oder den Datensatz entfernen.",
    ),
    "not_polygon": ("Gebiete sind Flächen.", "Bitte eine Ebene mit Flächen (Polygonen) verwenden."),
    "invalid_geometry": ("Flächeninhalt und Nachbarschaft wären nicht eindeutig.", _GIS),
    "duplicate_geometry": (
        "Dieselbe Fläche würde doppelt gezählt.",
        "Bitte eines der beiden Gebiete entfernen oder seine Fläche berichtigen.",
    ),
    "overlap": ("Wer dort wohnt, würde doppelt gezählt.", _GIS),
    "gap": (
        "Wer dort wohnt, würde in keinem Gebiet gezählt.",
        "Bitte prüfen, ob die Lücke gewollt ist, und sonst die Grenzen berichtigen.",
    ),
    "missing_parent": ("Seine Werte fehlten in den Summen der höheren Ebenen.", _PARENT),
    "unknown_parent": ("Seine Werte fehlten in den Summen der höheren Ebenen.", _PARENT),
    "lost_zeros": (
        "Als Zahl gespeicherte Schlüssel verlieren führende Nullen und passen dann zu keiner Lieferung.",
        "Bitte die Schlüssel als Text neu ausgeben, bei amtlichen Schlüsseln mit 8 oder 12 Stellen.",
    ),
    "key_in_use": (
        "Schlüssel sind über alle Ebenen hinweg eindeutig.",
        "Bitte einen anderen Schlüssel vergeben, zum Beispiel mit angehängter laufender Nummer.",
    ),
    "outside_parent": (
        "Vermutlich ist das übergeordnete Gebiet falsch angegeben oder die Stände passen nicht zusammen.",
        "Bitte die Zuordnung und den Gebietsstand beider Ebenen prüfen.",
    ),
    "parent_without_areas": (
        "Für dieses Gebiet entstehen keine Werte.",
        "Bitte prüfen, ob Gebiete fehlen.",
    ),
    "parent_not_covered": (
        "Wer dort wohnt, fehlt in den Summen.",
        "Bitte prüfen, ob Gebiete fehlen oder die Stände beider Ebenen nicht zusammenpassen.",
    ),
}

_INVALID = {
    "Self-intersection": "Sie überschneidet sich selbst",
    "Ring Self-intersection": "Sie berührt sich selbst",
    "Too few points in geometry component": "Ein Ring hat zu wenige Punkte",
    "Hole lies outside shell": "Ein Loch liegt außerhalb der Fläche",
    "Holes are nested": "Löcher liegen ineinander",
    "Nested shells": "Teilflächen liegen ineinander",
    "Interior is disconnected": "Das Innere zerfällt in Teile",
    "Duplicate Rings": "Ein Ring kommt doppelt vor",
    "Invalid Coordinate": "Eine Koordinate ist keine Zahl",
    "Ring is not closed": "Ein Ring ist nicht geschlossen",
}

_KINDS = {"Point": "ein Punkt", "MultiPoint": "eine Menge von Punkten", "LineString": "eine Linie"}


def invalid(reason: str) -> str:
    """GEOS' reason in German, with the place: ``Self-intersection[356123.1 5645001.2]``."""
    found = re.fullmatch(r"([^\[]*)(?:\[(\S+) (\S+)\])?", reason)
    if found is None:
        return reason
    words = _INVALID.get(found[1], found[1])
    return f"{words} bei {number(float(found[2]))} / {number(float(found[3]))}" if found[2] else words


def kind(geometry_type: str) -> str:
    """What a geometry is that is no polygon."""
    return _KINDS.get(geometry_type, "eine Menge von Linien")


def size(square_metres: float) -> str:
    """An extent in the unit a reader pictures: m², ha or km²."""
    if square_metres < 0.05:
        return f"weniger als 0,1{NBSP}m²"
    if square_metres < 10_000:
        return f"{number(square_metres, 1 if square_metres < 10 else 0)}{NBSP}m²"
    if square_metres < 1_000_000:
        return f"{number(square_metres / 10_000, 1)}{NBSP}ha"
    return f"{number(square_metres / 1_000_000, 1)}{NBSP}km²"


def share(part: float) -> str:
    """A part of one as per cent, never 0 or 100 where it is not."""
    return f"{number(min(max(part * 100, 0.1), 100), 0 if part >= 0.095 else 1)}{NBSP}%"
