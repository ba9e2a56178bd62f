"""What an atlas is made of: the released figures of one release for everybody, and what stands beside "
"them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ..areas import AreaLayer
from ..report import Material, Report

ENDINGS = ("pdf", "docx", "xlsx", "csv", "csv-metadata.json")
"""Of a report's files to take away."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the district's settings say; empty where nobody has said it, and then the pages say so."""

    contact: str = ""
    imprint: str = ""
    privacy: str = ""
    enforcement: str = ""
    """Where to turn when a barrier is not removed (Durchsetzungs- oder Schlichtungsstelle)."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A release and what its public figures changed against the one before."""

    label: str
    made_on: date
    identifier: str
    changed: tuple[tuple[str, int], ...] = ()
    """Indicator and number of its figures that changed, most first."""
    parts: tuple[str, ...] = ()
    """What else changed, in words: Katalog, Gebiete, Regeln, Programm."""
    first: bool = False
    comparable: bool = True
    """Whether the one before can be shown to everybody, so that the two can be compared."""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything of an atlas. ``material`` holds all indicators, for the public.

    ``layers`` are the polygons of each level, to take away. ``reports`` are final, each with its material.
    """

    material: Material
    layers: Mapping[str, AreaLayer]
    particulars: Particulars = Particulars()
    editions: tuple[Edition, ...] = ()
    """Newest first; the first one is the atlas's."""
    reports: tuple[tuple[Report, Material], ...] = ()
    kept: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Id of a report → its published files by name, one for each of ``ENDINGS``; none is made anew."""
    is_demo: bool = False
    fonts: Mapping[int, bytes] = field(default_factory=dict)
    """Weight → WOFF2 file of the pages' typeface; the reader's own where it is empty."""
