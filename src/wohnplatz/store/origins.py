"""Where a figure comes from: the cells of the partners' files behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from wohnplatz.model import CellState

from .manifest import Entry, Manifest
from .objects import Kind, ObjectStore
from .observations import select_observations


@dataclass(frozen=True, slots=True)
class Origin:
    """One cell of one delivery: a raw value, for people with the right only."""

    delivery: str
    partner: str
    partner_label: str
    original: str
    original_name: str
    reference_date: date
    sheet: str
    row: int
    column: str
    variable: str
    area: str
    breakdown: str
    """``alter=0-2;geschlecht=w``, empty for the total."""
    value: float | None
    state: CellState


def origins(
    store: ObjectStore,
    manifest: Manifest,
    *,
    variables: Collection[str],
    areas: Collection[str],
    years: Collection[int],
) -> list[Origin]:
    """The cells of all deliveries of a release with these variables, areas and years of reference date.

    Raw values: **internal**. In the order of the manifest's entries, then of the file. StoreError where a
    delivery's observations are absent.
    """
    if not (variables and areas and years and manifest.entries):
        return []
    entries: dict[str, list[Entry]] = {}
    for entry in manifest.entries:
        entries.setdefault(entry.observations, []).append(entry)
    paths = [store.path(Kind.OBSERVATIONS, sha) for sha in entries]
    found = select_observations(paths, variables=variables, areas=areas, years=years)
    return [
        Origin(
            entry.delivery, entry.partner, entry.partner_label, entry.original, entry.original_name,
            o.reference_date, o.sheet, o.row, o.column, o.variable, o.area,
            ";".join(f"{d}={c}" for d, c in sorted((o.breakdown or {}).items())), o.value, o.state,
        )
        for sha, o in found for entry in entries[sha]
    ]  # fmt: skip
