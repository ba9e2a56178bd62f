"""What can be done to areas, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .layer import AreaLayer


@dataclass(frozen=True, slots=True)
class NewArea:
    """Key and name that an area gets."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Several areas become one."""

    areas: tuple[str, ...]
    into: NewArea


@dataclass(frozen=True, slots=True)
class Split:
    """One area becomes several: along a ``line`` (its left side is the first part) or by ``polygons``.

    There is a polygon for each part, or for all but the last, which then gets the rest.
    """

    area: str
    parts: tuple[NewArea, ...]
    line: Any = None
    polygons: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A piece of ``giver`` goes to ``taker``: a polygon, or what lies on taker's side of a ``line``."""

    giver: str
    taker: str
    piece: Any = None
    line: Any = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name, another key, or both; an empty key keeps the old one."""

    area: str
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Redraw:
    """Several areas are replaced by others that cover the same ground: a design that was agreed on."""

    areas: tuple[str, ...]
    into: AreaLayer


Change = Merge | Split | Shift | Rename | Redraw
