"""The ledger of published facts: append-only, chained by hashes. What was out once stays known."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.store import Kind, ObjectStore, StoreError

from .record import Record
from .universe import Node

FORMAT = 1
KNOWS: Mapping[Audience, tuple[Audience, ...]] = {
    Audience.PUBLIC: (Audience.PUBLIC,),
    Audience.PLANNING: (Audience.PUBLIC, Audience.PLANNING, Audience.PARTNER),
    Audience.PARTNER: (Audience.PUBLIC, Audience.PARTNER),
}
"""What each audience may have seen: its own view and every more protected one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record in the ledger with the variables and years it speaks of."""

    record: str
    names: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What one release told each audience. ``previous`` is the SHA-256 of the entry before, or empty."""

    previous: str
    release: str
    made_at: str
    lines: Mapping[Audience, tuple[Line, ...]]

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        lines = {
            a.value: [[line.record, [list(n) for n in line.names]] for line in found]
            for a, found in self.lines.items()
        }
        content = {
            "format": FORMAT, "previous": self.previous, "release": self.release, "made_at": self.made_at,
            "lines": lines,
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> LedgerEntry:
        """The entry in ``data``; ``WohnplatzError`` (``publication.ledger``) where these bytes are none."""
        try:
            content = json.loads(data)
            lines = {
                Audience(a): tuple(
                    Line(sha, tuple((str(v), int(y)) for v, y in names)) for sha, names in found
                )
                for a, found in content["lines"].items()
            }
            return cls(content["previous"], content["release"], content["made_at"], lines)
        except (ValueError, KeyError, TypeError) as error:
            raise broken(f"Ein Eintrag ist nicht lesbar: {error}") from error

    def save(self, store: ObjectStore) -> str:
        """Store the entry; its SHA-256 is the head of the chain until the next one."""
        return store.put(Kind.LEDGER, self.to_bytes())


def broken(why: str) -> WohnplatzError:
    """The chain does not hold."""
    return WohnplatzError(
        "Das Buch der veröffentlichten Angaben ist beschädigt.",
        why=f"{why} Ohne dieses Buch ist nicht zu beweisen, dass eine Veröffentlichung nichts verrät.",
        todo="Bitte Ablage und Datenbank aus derselben Sicherung wiederherstellen.",
        code="publication.ledger",
    )


def entries(store: ObjectStore, head: str) -> list[LedgerEntry]:
    """All entries up to ``head``, oldest first. ``WohnplatzError`` where one is absent or was changed."""
    found: list[LedgerEntry] = []
    at = head
    while at:
        try:
            entry = LedgerEntry.from_bytes(store.read(Kind.LEDGER, at))
        except StoreError as error:
            raise broken(error.what) from error
        found.append(entry)
        at = entry.previous
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Known:
    """What some audiences have seen so far: records by variable and year, in the order they came out."""

    of_node: Mapping[Node, tuple[str, ...]]
    ties: tuple[frozenset[Node], ...]

    def touching(self, names: Collection[Node]) -> tuple[str, ...]:
        """Records that speak of any of these, oldest first."""
        return tuple(dict.fromkeys(sha for name in names for sha in self.of_node.get(name, ())))


def known_to(history: Sequence[LedgerEntry], audiences: Collection[Audience]) -> Known:
    """What ``audiences`` together have seen."""
    of_node: dict[Node, dict[str, None]] = {}
    ties: dict[frozenset[Node], None] = {}
    for line in _lines(history, audiences):
        ties.setdefault(frozenset(line.names))
        for name in line.names:
            of_node.setdefault(name, {}).setdefault(line.record)
    return Known({n: tuple(s) for n, s in of_node.items()}, tuple(t for t in ties if len(t) > 1))


def _lines(history: Sequence[LedgerEntry], audiences: Collection[Audience]) -> Iterator[Line]:
    for entry in history:
        for audience in sorted(audiences):
            yield from entry.lines.get(audience, ())


def read_record(store: ObjectStore, sha: str) -> Record:
    """A stored record, verified against its name, and remembered."""
    return _record(store.holder(Kind.RECORD, sha), sha)


@lru_cache(maxsize=1024)
def _record(root: Path, sha: str) -> Record:
    try:
        return Record.from_bytes(ObjectStore(root).read(Kind.RECORD, sha))
    except (ValueError, KeyError, StoreError) as error:
        raise broken(f"Der Nachweis {sha[:12]}… fehlt oder ist beschädigt.") from error
