"""Divisions with their polygons in the store."""

from __future__ import annotations

from datetime import date

import numpy as np
import shapely

from wohnplatz.model import Area, Division, WohnplatzError
from wohnplatz.store import Kind, ObjectStore, StoreError, read_table, write_table

from .layer import AreaLayer

_TEXTS = ("code", "level", "label", "source", "licence")


def make_division(  # noqa: PLR0913 -- the facts that make a division
    layer: AreaLayer,
    *,
    code: str,
    level: str,
    label: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str = "",
    licence: str = "",
) -> Division:
    """The division (*Gebietsgliederung*) that the areas of ``layer`` make, in the layer's order."""
    rows = zip(layer.keys, layer.names, layer.parents, strict=True)
    areas = tuple(Area(key, name, parent) for key, name, parent in rows)
    return Division(code, level, label, areas, valid_from, valid_to, source, licence)


def save_division(store: ObjectStore, division: Division, layer: AreaLayer) -> str:
    """Store a division with its polygons (WKB) and return the SHA-256; equal divisions share it.

    Raises WohnplatzError where there is no area, or ``layer`` holds other areas than ``division``.
    """
    if not division.areas or tuple(a.key for a in division.areas) != layer.keys:
        raise WohnplatzError(
            f"Die Gebietsgliederung „{division.code}“ und ihre Flächen passen nicht zusammen.",
            why="Jedes Gebiet braucht genau eine Fläche, in derselben Reihenfolge.",
            code="areas.division",
        )

    def repeated(text: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.full(len(layer), text, dtype=object)

    columns = {
        "key": np.array([a.key for a in division.areas], dtype=object),
        "name": np.array([a.name for a in division.areas], dtype=object),
        "parent": np.array([a.parent or "" for a in division.areas], dtype=object),
        "geometry": np.array(list(shapely.to_wkb(layer.geometries, byte_order=1)), dtype=object),
        **{name: repeated(getattr(division, name)) for name in _TEXTS},
        "valid_from": repeated(division.valid_from.isoformat()),
        "valid_to": repeated(division.valid_to.isoformat() if division.valid_to else ""),
        "crs": repeated(layer.crs),
    }
    return write_table(store, Kind.DIVISION, columns)


def load_division(store: ObjectStore, sha: str) -> tuple[Division, AreaLayer]:
    """A stored division and its polygons. StoreError where it is absent or is none."""
    table = read_table(store, Kind.DIVISION, sha)
    try:
        facts = {n: str(table[n][0]) for n in (*_TEXTS, "valid_from", "valid_to", "crs")}
        names, parents = table["name"].tolist(), [p or None for p in table["parent"].tolist()]
        layer = AreaLayer(
            tuple(table["key"].tolist()), tuple(names), tuple(parents), shapely.from_wkb(table["geometry"]),
            facts["crs"],
        )  # fmt: skip
    except (KeyError, IndexError) as error:
        raise StoreError(
            "Die Datei ist keine Gebietsgliederung.", where=sha[:12], code="areas.load"
        ) from error
    division = make_division(
        layer,
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_to=date.fromisoformat(facts["valid_to"]) if facts["valid_to"] else None,
        **{n: facts[n] for n in _TEXTS},
    )
    return division, layer
