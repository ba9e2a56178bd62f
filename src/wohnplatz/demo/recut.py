"""How the areas of the made-up district were changed once: one Wohnplatz was parted, two became one.

Until the end of 2020 the partners deliver on the former areas. Their figures follow from those of today:
those of the parted one are sums, those of the two that were joined are parts of the whole. What lay in each
half of the parted one before is therefore known here, and nowhere else: the installation has to estimate it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from .places import DemoDistrict
from .terrain import Raster, grow, settled

VALID_FROM = date(2021, 1, 1)
"""First day of today's Wohnplätze."""

DECIDED_AT = datetime(2020, 11, 9, 10, 20)
"""When the change was entered."""

REASON = (
    "Das Neubaugebiet Mühlenfeld ist auf 2.600 Einwohner gewachsen und wird ein eigener Wohnplatz. "
    "Niederhoven-Dorf und Brückhof lagen unter 1.200 Einwohnern; viele ihrer Zahlen waren geschützt."
)


@dataclass(frozen=True, slots=True)
class FormerArea:
    """A Wohnplatz that ended with 2020."""

    key: str
    name: str


PARTED = FormerArea("0599900217", "Buchenhain-Mühlenfeld")
PARTED_INTO = ("0599900211", "0599900215")
"""Keys of Buchenhain and Mühlenfeld."""

JOINED = (FormerArea("0599900410", "Niederhoven-Dorf"), FormerArea("0599900411", "Brückhof"))
JOINED_INTO = "0599900408"
"""Key of Niederhoven."""

FIRST_SHARE = 0.56
"""Part of the people and things of Niederhoven that lies in the first of the two, in every year."""


def former_names(district: DemoDistrict) -> dict[str, str]:
    """Key → name of the Wohnplätze until 2020, in the order of the former figures."""
    names = {p.key: p.name for p in district.places if p.key not in {*PARTED_INTO, JOINED_INTO}}
    names |= {area.key: area.name for area in (PARTED, *JOINED)}
    return dict(sorted(names.items()))


def parted_ground(district: DemoDistrict) -> tuple[Raster, npt.NDArray[np.int_]]:
    """The raster of today's places in which Niederhoven is two, and the former area of each raster value.

    The raster's last value is the second half. The array maps raster values to positions in
    ``former_names``, its last entry is the outside (-1).
    """
    count = len(district.places)
    raster = grow(district)
    whole = [p.key for p in district.places].index(JOINED_INTO)
    rows, columns = np.nonzero(raster == whole)
    bend = np.rint(1.6 * np.sin(rows / 2.1)).astype(int)
    east = columns > np.quantile(columns, FIRST_SHARE) + bend
    raster[rows[east], columns[east]] = count
    towns = np.array([*(p.municipality for p in district.places), district.places[whole].municipality, -1])
    raster = settled(_in_one_piece(raster, whole, count), towns)
    position = {key: n for n, key in enumerate(former_names(district))}
    former = [position[_former_key(p.key)] for p in district.places]
    return raster, np.array([*former, position[JOINED[1].key], -1])


def _in_one_piece(raster: Raster, west: int, east: int) -> Raster:
    """Loose pieces of either half go to the other."""
    for own, other in ((west, east), (east, west)):
        parts, count = ndimage.label(raster == own)
        if count > 1:
            raster[(parts > 0) & (parts != np.bincount(parts.ravel())[1:].argmax() + 1)] = other
    return raster


def _former_key(key: str) -> str:
    if key in PARTED_INTO:
        return PARTED.key
    return JOINED[0].key if key == JOINED_INTO else key
