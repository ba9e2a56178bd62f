"""Areas as GeoJSON (RFC 7946), for geographic information systems and maps on the web."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from .layer import AreaLayer

DEGREES = "EPSG:4326"
DIGITS = 6
"""Decimals of a degree: a tenth of a metre."""
Properties = Mapping[str, Mapping[str, object]]


def geojson(layer: AreaLayer, properties: Properties, head: Mapping[str, object]) -> bytes:
    """The areas in degrees (longitude, latitude), each with its ``properties`` (by key).

    ``head`` are further members of the collection, such as title and licence. The same areas give the same
    bytes. Rings run counter-clockwise outside, as the standard asks.
    """
    move = Transformer.from_crs(layer.crs, DEGREES, always_xy=True)

    def degrees(points: Any) -> Any:
        return np.column_stack(move.transform(points[:, 0], points[:, 1]))

    turned = shapely.orient_polygons(shapely.transform(layer.geometries, degrees))
    features = [
        {
            "type": "Feature",
            "id": key,
            "properties": dict(properties.get(key, {})),
            "geometry": _rounded(json.loads(shapely.to_geojson(shape))) if not shape.is_empty else None,
        }
        for key, shape in zip(layer.keys, turned, strict=True)
    ]
    made = {"type": "FeatureCollection", **head, "features": features}
    return (json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": geometry["type"], "coordinates": _digits(geometry["coordinates"])}


def _digits(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else [_digits(v) for v in value]
