"""A release (*Datenstand*) as a list of what went into it: canonical JSON, named by its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from .errors import StoreError
from .objects import Kind, ObjectStore

FORMAT = 1
"""Version of the manifest's form."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted delivery. ``observations`` and ``original`` are SHA-256 of stored objects."""

    delivery: str
    partner: str
    partner_label: str
    dataset: str
    reference_date: date
    observations: str
    original: str
    original_name: str
    received_at: datetime
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class DivisionRef:
    """A division (*Gebietsgliederung*) of the release; ``sha`` names the stored object."""

    code: str
    level: str
    sha: str


@dataclass(frozen=True, slots=True)
class FormerDivisions:
    """Divisions that were in force before those of the release; their deliveries are converted to today's."""

    code: str
    """Code of the finest of them."""
    valid_from: date
    valid_to: date
    divisions: tuple[DivisionRef, ...]
    """Finest first."""
    crosswalk: str
    """SHA-256 of the way from its finest division to today's; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a release is made of. The same manifest gives the same figures for ever."""

    label: str
    made_at: datetime
    district: str
    entries: tuple[Entry, ...]
    divisions: tuple[DivisionRef, ...]
    """Finest first."""
    catalogue: str
    """SHA-256 of the catalogue's canonical JSON."""
    rules: str
    """SHA-256 of the disclosure rules."""
    program: str
    """Version of the program that computed the results."""
    results: Mapping[str, str] = field(default_factory=dict)
    """Name of a result → SHA-256."""
    former: tuple[FormerDivisions, ...] = ()
    """Oldest first; empty where the areas never changed."""

    def to_json(self) -> bytes:
        """Canonical JSON: sorted names, no spaces, UTF-8. Equal manifests give equal bytes."""
        content = {"format": FORMAT, **asdict(self), "results": dict(self.results)}
        if not self.former:
            del content["former"]  # a release whose areas never changed is written as ever
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)
        return text.encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """The manifest in canonical JSON. StoreError where it is none, or of a newer form."""
        try:
            content: dict[str, Any] = json.loads(data)
            if content.pop("format") != FORMAT:
                raise ValueError("form")
            return cls(
                **content
                | {
                    "made_at": datetime.fromisoformat(content["made_at"]),
                    "entries": tuple(_entry(e) for e in content["entries"]),
                    "divisions": tuple(DivisionRef(**d) for d in content["divisions"]),
                    "former": tuple(_former(f) for f in content.get("former", ())),
                }
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                "Das Verzeichnis eines Datenstands ist nicht lesbar.",
                where=repr(error),
                why="Es ist beschädigt oder stammt aus einer neueren Fassung des Programms.",
                todo="Bitte das Programm aktualisieren oder die Ablage aus der Sicherung wiederherstellen.",
                code="store.manifest",
            ) from error

    def save(self, store: ObjectStore) -> str:
        """Store the manifest; its SHA-256 is the identity of the release."""
        return store.put(Kind.MANIFEST, self.to_json())

    @classmethod
    def load(cls, store: ObjectStore, sha: str) -> Manifest:
        """The stored manifest, verified. StoreError where it is absent or damaged."""
        return cls.from_json(store.read(Kind.MANIFEST, sha))


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _former(content: dict[str, Any]) -> FormerDivisions:
    return FormerDivisions(
        **content
        | {
            "valid_from": date.fromisoformat(content["valid_from"]),
            "valid_to": date.fromisoformat(content["valid_to"]),
            "divisions": tuple(DivisionRef(**d) for d in content["divisions"]),
        }
    )


def _entry(content: dict[str, Any]) -> Entry:
    return Entry(
        **content
        | {
            "reference_date": date.fromisoformat(content["reference_date"]),
            "received_at": datetime.fromisoformat(content["received_at"]),
            "accepted_at": datetime.fromisoformat(content["accepted_at"]),
        }
    )
