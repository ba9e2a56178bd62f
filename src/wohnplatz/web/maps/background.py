"""The optional picture behind a map: one request to the district's map service (WMS 1.3.0)."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from wohnplatz.areas import Shapes
from wohnplatz.workflow.district.models import District

LARGEST = 2000
SWAPPED = frozenset({"EPSG:4326", "EPSG:4258", "EPSG:31467"})
"""Systems whose axes WMS 1.3.0 wants north first."""


def picture_url(shapes: Shapes) -> str | None:
    """Address of the background picture for the whole extent of a map; None where no service is set."""
    district = District.objects.first()
    if district is None or not district.wms_url or not district.wms_layers:
        return None
    return get_map(district.wms_url, district.wms_layers, shapes)


def get_map(service: str, layers: str, shapes: Shapes) -> str:
    """``GetMap`` for the bounds of ``shapes`` in their own coordinate system."""
    west, south, east, north = shapes.bounds
    bounds = (south, west, north, east) if shapes.crs in SWAPPED else (west, south, east, north)
    scale = min(1.0, LARGEST / max(shapes.width, shapes.height))
    parameters = {
        "SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": layers, "STYLES": "",
        "CRS": shapes.crs, "BBOX": ",".join(f"{x:.2f}" for x in bounds),
        "WIDTH": str(round(shapes.width * scale)), "HEIGHT": str(round(shapes.height * scale)),
        "FORMAT": "image/png", "TRANSPARENT": "TRUE",
    }  # fmt: skip
    return f"{service}{'&' if urlsplit(service).query else '?'}{urlencode(parameters)}"
