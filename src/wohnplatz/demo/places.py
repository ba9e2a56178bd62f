"""Names, characters and positions of the made-up district, read from ``places.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians, sin


@dataclass(frozen=True, slots=True)
class Place:
    """A Wohnplatz of the demo."""

    key: str
    name: str
    kind: str
    """``core quarter works estate middle suburb newbuild village hamlet park``."""
    municipality: int
    """Position of its municipality in ``District.municipalities``."""
    x: float
    y: float
    """Site in km from the lower left corner of the demo's map."""
    inhabitants: int
    """At the end of 2020."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of the demo."""

    key: str
    name: str
    x: float
    y: float
    standing: float
    """Social burden of the whole town, in standard deviations."""

    @property
    def short(self) -> str:
        """Name without *Stadt* or *Gemeinde*."""
        return self.name.split(" ", 1)[1]


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """All places, in the order of their keys."""

    key: str
    name: str
    municipalities: tuple[Municipality, ...]
    places: tuple[Place, ...]

    def of(self, municipality: int) -> tuple[Place, ...]:
        """Places of the municipality with this position."""
        return tuple(p for p in self.places if p.municipality == municipality)


@cache
def demo_district() -> DemoDistrict:
    """The made-up district."""
    data = tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))
    municipalities, places = [], []
    for position, entry in enumerate(data["kommune"]):
        x, y = entry["centre"]
        municipalities.append(Municipality(entry["key"], entry["name"], x, y, entry["standing"]))
        for number, (name, kind, bearing, distance, inhabitants) in enumerate(entry["plaetze"], start=1):
            angle = radians(bearing)
            px, py = x + distance * sin(angle), y + distance * cos(angle)
            places.append(Place(f"{entry['key']}{number:02d}", name, kind, position, px, py, inhabitants))
    kreis = data["kreis"]
    return DemoDistrict(kreis["key"], kreis["name"], tuple(municipalities), tuple(places))
