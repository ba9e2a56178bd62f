"""What a delivery is checked against: all that is known beside the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wohnplatz.intake import Request
from wohnplatz.model import Catalogue, Observation


@dataclass(frozen=True, slots=True)
class Background:
    """What is known beside the file. Whatever is left empty silences the checks that need it.

    ``history``: accepted observations of the same agreement by reference date, older than the request's.
    ``related``: accepted observations of other data sets for the same areas (inhabitants by age …), of the
    year of the request and the years before that formulas name. ``population``: inhabitants by (area key,
    year), on any level. ``comparable``: accepted observations of the same data set and reference date for
    other areas. ``totals``: rows of the file for coarser areas and ``NOT_ALLOCATED``. ``parents``: area →
    the areas of coarser levels it lies in, for *all* areas of the division; without it sums over areas are
    not checked. ``former_files``: fingerprint of the values of former deliveries → words such as
    ``die Lieferung zum 31.12.2024``. ``divisions``: area keys that were valid earlier or will be later →
    words that follow „gilt“, such as ``bis 31.12.2015 (Wohnplätze 2009)``.
    """

    request: Request
    catalogue: Catalogue
    history: Mapping[date, Sequence[Observation]] = field(default_factory=dict)
    population: Mapping[tuple[str, int], float] = field(default_factory=dict)
    comparable: Sequence[Observation] = ()
    totals: Sequence[Observation] = ()
    former_files: Mapping[str, str] = field(default_factory=dict)
    divisions: Mapping[str, str] = field(default_factory=dict)
    related: Sequence[Observation] = ()
    parents: Mapping[str, Sequence[str]] = field(default_factory=dict)
