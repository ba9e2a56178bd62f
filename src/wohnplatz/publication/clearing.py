"""From stored patterns to clearances: only where the proof behind the rows is checked and holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure.clearance import _PROVEN, Clearance, Told, joined_told
from wohnplatz.indicators import FIGURES, lagged_variables_of
from wohnplatz.model import Audience, Catalogue, FigureTable, WohnplatzError
from wohnplatz.store import KEYS, Kind, Manifest, ObjectStore, StoreError, query_beside

from .ledger import read_record
from .names import open_name, proof_name
from .record import Record
from .universe import Contradiction, Node, Place

Bools = npt.NDArray[np.bool_]
ROUNDED, OVERLAID = 1, 2
"""How it is stored beside a row that it is told otherwise than it was computed."""


@dataclass(frozen=True, slots=True)
class ProofList:
    """What a release claims for an audience: which patterns, and the records that prove them."""

    results: dict[str, str]
    """Names without the audience → SHA-256."""
    records: tuple[tuple[str, tuple[Node, ...], str], ...]
    """SHA-256, variables and years, status."""
    late: frozenset[str] = frozenset()
    """Records of blocks that are hidden as a whole because time ran out."""
    unavoidable: tuple[Place, ...] = ()
    """Figures of which no pattern can keep as much open as the rules ask."""
    contradictions: tuple[Contradiction, ...] = ()
    """Where deliveries do not agree with themselves."""

    def of(self, variables: Collection[str]) -> tuple[str, ...]:
        """The records that speak of any of these variables."""
        wanted = set(variables)
        return tuple(sha for sha, names, _ in self.records if any(v in wanted for v, _ in names))


def proof_list(store: ObjectStore, manifest: Manifest, audience: Audience) -> ProofList:
    """The proofs of a release; ``WohnplatzError`` (``publication.no_proof``) where it has none."""
    sha = manifest.results.get(proof_name(audience))
    if sha is None:
        raise unproven(manifest.label, "Zu diesem Datenstand wurde kein Nachweis geführt.")
    return _proof_list(store.root, sha)


@lru_cache(maxsize=32)
def _proof_list(root: Path, sha: str) -> ProofList:
    content = json.loads(ObjectStore(root).read(Kind.RESULT, sha))
    records = tuple(
        (r["record"], tuple((str(v), int(y)) for v, y in r["names"]), str(r["status"]))
        for r in content["records"]
    )
    contradictions = tuple(
        Contradiction(str(v), str(a), int(y), str(c)) for v, a, y, c in content.get("contradictions", ())
    )
    late = frozenset(str(r["record"]) for r in content["records"] if r.get("late"))
    places = tuple(
        Place(str(p[0]), str(p[1]), int(p[2])) for r in content["records"] for p in r.get("unavoidable", ())
    )
    return ProofList(dict(content["results"]), records, late, places, contradictions)


def unproven(label: str, why: str) -> WohnplatzError:
    """Nothing comes out."""
    return WohnplatzError(
        "Für diese Zahlen gibt es keinen gültigen Nachweis der Geheimhaltung.",
        where=label,
        why=f"{why} Ohne Nachweis wird keine Zahl ausgegeben.",
        todo="Bitte einen neuen Datenstand bilden; dabei wird der Nachweis geführt.",
        code="publication.no_proof",
    )


def clearance(  # noqa: PLR0913, PLR0917 -- everything that must fit together
    store: ObjectStore,
    manifest: Manifest,
    audience: Audience,
    figures: FigureTable,
    catalogue: Catalogue,
    table: str = FIGURES,
    **filters: object,
) -> Clearance:
    """The clearance of rows of a stored figure table, queried with the same ``filters``.

    The proof of every count behind them is checked, once in each process. Raises ``WohnplatzError`` where the
    release has no proof, where it does not hold, and where pattern and figures do not belong together.
    """
    listed = proof_list(store, manifest, audience)
    name = open_name(audience, table)
    sha = manifest.results.get(name, "")
    if listed.results.get(name.replace(f":{audience}", "")) != sha:
        raise unproven(manifest.label, "Muster und Nachweis gehören nicht zusammen.")
    for record in listed.of(variables_behind(catalogue, figures)):
        require_proof(store, record, manifest.label)
    beside = query_beside(store, sha, **filters)  # type: ignore[arg-type]
    same = all(np.array_equal(beside[key], getattr(figures, key)) for key in KEYS)
    if not same:
        raise unproven(manifest.label, "Das Muster gehört zu anderen Zahlen.")
    return Clearance(
        beside["open"].astype(np.bool_), beside["coverage"].astype(np.bool_), _PROVEN, told_in(beside)
    )


def told_in(beside: Mapping[str, npt.NDArray[Any]]) -> Told | None:
    """What is told of the rows that ``query_beside`` gives; None where nothing is rounded."""
    if "altered" not in beside:
        return None
    names = ("value", "numerator", "denominator")
    value, above, below = (beside[f"told_{name}"].astype(np.float64) for name in names)
    return Told(beside["altered"] > 0, value, above, below, beside["altered"] == OVERLAID)


def whole_told(
    store: ObjectStore, manifest: Manifest, audience: Audience, table: FigureTable, name: str = FIGURES
) -> tuple[FigureTable, int]:
    """All rows of a release as an audience is told them, and how far a rounded one may be off."""
    sha = manifest.results[open_name(audience, name)]
    plain = int((table.breakdown == "").sum())
    found = [told_in(query_beside(store, sha, breakdown=b)) for b in (False, True)]
    told = joined_told([(found[0], plain), (found[1], len(table) - plain)])
    records = (read_record(store, sha) for sha, _, _ in proof_list(store, manifest, audience).records)
    limit = max((r.rounding.limit for r in records if r.rounding is not None), default=0)
    return (table, 0) if told is None else (told.of(table), limit)


def told_columns(told: Told | None) -> dict[str, npt.NDArray[Any]]:
    """What ``told_in`` reads; nothing where nothing is rounded."""
    if told is None or not told.altered.any():
        return {}
    names = ("value", "numerator", "denominator")
    kinds = np.where(told.overlaid, OVERLAID, ROUNDED) * told.altered
    return {"altered": kinds.astype(np.uint8), **{f"told_{name}": getattr(told, name) for name in names}}


def variables_behind(catalogue: Catalogue, figures: FigureTable) -> set[str]:
    """All variables that the figures rest on, and those that the coverage is told in."""
    codes = [str(code) for code in np.unique(figures.indicator)]
    return {catalogue.population} | {v for code in codes for v, _ in lagged_variables_of(catalogue, code)}


def require_proof(store: ObjectStore, record: str, label: str) -> None:
    """Refuse where the proof of a record does not hold."""
    if not _holds(store.root, record):
        raise unproven(label, "Ein Nachweis hält der Prüfung nicht stand.")


@lru_cache(maxsize=65_536)
def _holds(root: Path, sha: str) -> bool:
    store = ObjectStore(root)
    try:
        return read_record(store, sha).check()
    except (WohnplatzError, StoreError):
        return False


def with_measures(clearance: Clearance, table: FigureTable, measured: FigureTable) -> Clearance:
    """The clearance of ``table`` with further rows that are ``measured`` from open rows of it alone.

    They carry the mark of rounding where any row of their year does.
    """
    more = np.ones(len(measured), dtype=np.bool_)
    told = clearance.told
    if told is not None and told.altered.any():
        from_rounded = np.isin(measured.year, table.year[told.altered])
        overlaid = from_rounded & ~np.isin(measured.year, table.year[told.altered & ~told.overlaid])
        own = Told(from_rounded, measured.value, measured.numerator, measured.denominator, overlaid)
        told = joined_told([(told, len(table)), (own, len(measured))])
    else:
        told = None
    return Clearance(np.append(clearance.open, more), np.append(clearance.coverage, more), _PROVEN, told)


def cleared_by(
    records: Iterable[Record], opened: Bools, coverage: Bools, told: Told | None = None
) -> Clearance:
    """The clearance of rows that ``records`` prove; ``WohnplatzError`` where one of them does not hold."""
    if not all(record.check() for record in records):
        raise unproven("Vorschau", "Ein Nachweis hält der Prüfung nicht stand.")
    return Clearance(opened, coverage, _PROVEN, told)


def proven(
    store: ObjectStore, label: str, records: Collection[str], opened: Bools, told: Told | None = None
) -> Clearance:
    """The clearance of rows that stored ``records`` prove; ``WohnplatzError`` where one does not hold."""
    for sha in records:
        require_proof(store, sha, label)
    return Clearance(opened, np.ones(len(opened), dtype=np.bool_), _PROVEN, told)


def joined_clearances(parts: Sequence[tuple[Clearance, Bools]]) -> Clearance:
    """The chosen rows of several clearances, one after the other."""
    opened = np.concatenate([cleared.open[rows] for cleared, rows in parts])
    coverage = np.concatenate([cleared.coverage[rows] for cleared, rows in parts])
    told = [(None if c.told is None else c.told.rows(rows), int(rows.sum())) for c, rows in parts]
    return Clearance(opened, coverage, _PROVEN, joined_told(told))
