"""Read what weighs a crosswalk: census grid cells with inhabitants, or places with a number of people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from wohnplatz.model import Finding, Severity
from wohnplatz.store import Kind, ObjectStore, StoreError, read_table, write_table

from . import crosswalk_messages
from .crosswalk import Basis
from .crosswalk_making import WeightedPoints
from .crosswalk_messages import Message
from .layer import METRIC
from .location import GRID

MESSAGES: dict[str, Message] = {
    "areas.points_columns": Message(
        Severity.ERROR,
        "In der Tabelle fehlt eine Spalte mit {column}.",
        "Erwartet werden Gitterzellen (x_mp_…, y_mp_…, Einwohner) oder Orte (Ost, Nord, Einwohner).",
    ),
    "areas.points_number": Message(
        Severity.ERROR, "„{value}“ ist keine Zahl.", "Bitte die Zeile in der Tabelle berichtigen."
    ),
    "areas.points_empty": Message(
        Severity.ERROR, "Die Tabelle nennt niemanden.", "Bitte eine andere Tabelle wählen."
    ),
    "areas.points_secret": Message(
        Severity.NOTE,
        "In {count} Zeilen steht keine Zahl, sondern ein Zeichen für „nichts oder geheim“.",
        "Es ist nichts zu tun.",
        "Diese Zellen gewichten nicht.",
    ),
}
say = partial(crosswalk_messages.say, messages=MESSAGES)

_PEOPLE = ("einwohner", "personen", "bewohner", "weight")
_EAST, _NORTH = ("ost", "x", "rechtswert", "easting"), ("nord", "y", "hochwert", "northing")
_NOTHING = frozenset({"", "-", "–", "—", "\x96", ".", "-1", "-9"})
"""Signs of the census for nothing or secret; −1 and −9 are those of the grid of 2011."""


def read_points(rows: Sequence[Sequence[str]]) -> tuple[WeightedPoints | None, tuple[Finding, ...]]:
    """Points of a table (heading first); None where a finding is an error.

    Columns ``x_mp_…`` and ``y_mp_…`` are midpoints of census cells (EPSG:3035), ``Ost`` and ``Nord`` places
    (EPSG:25832). Cells without a number weigh nothing and are counted in a note.
    """
    heads = [str(h).strip().casefold() for h in rows[0]] if rows else []
    grid = any(h.startswith("x_mp") for h in heads)
    x = _column(heads, _EAST, "x_mp")
    y = _column(heads, _NORTH, "y_mp")
    people = _column(heads, _PEOPLE, "einwohner")
    if x is None or y is None or people is None:
        missing = [w for p, w in ((x, "Ost"), (y, "Nord"), (people, "Einwohnern")) if p is None]
        return None, (say("areas.points_columns", column=" und ".join(missing)),)
    found: list[tuple[float, float, float]] = []
    secret = 0
    for number, cells in enumerate(rows[1:], 2):
        texts = [str(cells[p]).strip() if p < len(cells) else "" for p in (x, y, people)]
        if texts[2] in _NOTHING:
            secret += any(texts)
            continue
        try:
            values = [float(t.replace(",", ".")) for t in texts]
        except ValueError:
            return None, (say("areas.points_number", row=number, value="; ".join(texts)),)
        found.append((values[0], values[1], values[2]))
    if not found:
        return None, (say("areas.points_empty"),)
    notes = (say("areas.points_secret", count=str(secret)),) if secret else ()
    east, north, weight = np.array(found).T
    basis = Basis.GRID if grid else Basis.ADDRESSES
    return WeightedPoints(east, north, weight, GRID if grid else METRIC, basis), notes


def _column(heads: Sequence[str], names: Sequence[str], start: str) -> int | None:
    exact = next((heads.index(n) for n in names if n in heads), None)
    return exact if exact is not None else next((i for i, h in enumerate(heads) if h.startswith(start)), None)


def save_points(store: ObjectStore, points: WeightedPoints) -> str:
    """Store points and return the SHA-256; equal ones share it."""
    repeated = {"crs": points.crs, "basis": points.basis.value, "origin": points.origin}
    columns = {"x": points.x, "y": points.y, "weight": points.weight}
    columns |= {name: np.full(len(points.x), text, dtype=object) for name, text in repeated.items()}
    return write_table(store, Kind.POINTS, columns)


def load_points(store: ObjectStore, sha: str) -> WeightedPoints:
    """Stored points. StoreError where they are absent or none."""
    table = read_table(store, Kind.POINTS, sha)
    try:
        return WeightedPoints(
            table["x"], table["y"], table["weight"], str(table["crs"][0]), Basis(str(table["basis"][0])),
            str(table["origin"][0]),
        )  # fmt: skip
    except (KeyError, IndexError, ValueError) as error:
        raise StoreError("Die Datei enthält keine Orte.", where=sha[:12], code="areas.points") from error
