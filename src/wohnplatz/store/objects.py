"""Files named by their content: written once, never changed, found again by their SHA-256.

The order of work is: write the file, make it durable, rename it, and only then commit the row that points to
it. A crash at any moment leaves at most a temporary file that nobody refers to.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from .errors import StoreError

_SHA = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = ".tmp-"


class Kind(StrEnum):
    """What an object is; the value is the name of its folder."""

    ORIGINAL = "originals"
    DRAFT = "drafts"
    """Files of deliveries nobody has released yet; the only kind that is ever removed."""
    OBSERVATIONS = "observations"
    DIVISION = "divisions"
    CROSSWALK = "crosswalks"
    STREETS = "streets"
    POINTS = "points"
    """Places with inhabitants that weigh a crosswalk."""
    CATALOGUE = "catalogues"
    RULES = "rules"
    RESULT = "results"
    RECORD = "records"
    """What was published of a block of counts, with its proof. Holds true counts."""
    LEDGER = "ledger"
    """Chained entries: which records each release added."""
    MANIFEST = "manifests"
    OUTPUT = "outputs"
    """Published files: they stay as they went out, whatever the program prints later."""


class ObjectStore:
    """Content-addressed files under ``root/<kind>/<sha256>``; safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, kind: Kind, data: bytes) -> str:
        """Store ``data`` and return its SHA-256. Idempotent; a damaged file of the same name is replaced.

        Raises StoreError where the disk is full or must not be written.
        """
        return self.build(kind, lambda path: _write(path, data))

    def adopt(self, kind: Kind, path: Path) -> str:
        """Move the finished file ``path`` in and return its SHA-256. It may lie on another disk."""
        sha = self.build(kind, lambda temporary: _copy(path, temporary))
        path.unlink()
        return sha

    def build(self, kind: Kind, write: Callable[[Path], None]) -> str:
        """Let ``write`` fill a temporary file beside its later place, then store it; returns the SHA-256."""
        folder = self.root / kind
        temporary = folder / f"{_TEMPORARY}{uuid.uuid4().hex}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write(temporary)
            return self._settle(folder, temporary)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _settle(self, folder: Path, temporary: Path) -> str:
        sha = _hash(temporary)
        target = folder / sha
        if not (target.exists() and _hash(target) == sha):
            temporary.chmod(0o440)
            _sync(temporary)
            temporary.replace(target)
            _sync(folder)
        return sha

    def path(self, kind: Kind, sha: str) -> Path:
        """Path of an object. StoreError where it is absent or ``sha`` is no SHA-256."""
        path = self.root / kind / sha
        if not _SHA.fullmatch(sha) or not path.is_file():
            raise StoreError(
                f"In der Ablage fehlt die Datei {sha[:12]}….",
                where=str(kind),
                why="Ein Datenstand oder eine Lieferung verweist auf sie.",
                todo="Bitte die Ablage aus der Sicherung wiederherstellen.",
                code="store.absent",
            )
        return path

    def holder(self, kind: Kind, sha: str) -> Path:
        """Root of the store that holds an object, for whoever remembers its content by place and name."""
        return self.root

    def read(self, kind: Kind, sha: str) -> bytes:
        """Content of an object, verified against its name. StoreError where it is absent or damaged."""
        data = self.path(kind, sha).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha:
            raise StoreError(
                f"Die Datei {sha[:12]}… in der Ablage ist beschädigt.",
                where=str(kind),
                why="Ihr Inhalt stimmt nicht mehr mit der Prüfsumme überein, unter der sie abgelegt wurde.",
                todo="Bitte die Ablage aus der Sicherung wiederherstellen.",
                code="store.damaged",
            )
        return data

    def remove(self, kind: Kind, sha: str) -> None:
        """Delete a draft, which may be gone already. ValueError for every other kind: those stay for ever."""
        if kind is not Kind.DRAFT or not _SHA.fullmatch(sha):
            raise ValueError(f"{kind} is never removed")
        (self.root / kind / sha).unlink(missing_ok=True)

    def hashes(self, kind: Kind) -> Iterator[str]:
        """SHA-256 of all objects of a kind, sorted; temporary files are not among them."""
        folder = self.root / kind
        names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        return (name for name in names if _SHA.fullmatch(name))

    def orphans(self, older_than: float = 0.0) -> list[Path]:
        """Temporary files that a crash left behind and that are older than ``older_than`` seconds, sorted."""
        limit = time.time() - older_than
        found = self.root.glob(f"*/{_TEMPORARY}*")
        return sorted(p for p in found if _modified(p) <= limit)

    def remove_orphans(self, older_than: float = 3600.0) -> int:
        """Delete old temporary files; returns how many. Young ones may belong to a running process."""
        old = self.orphans(older_than)
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


class BesideStore(ObjectStore):
    """A folder for what is tried and never kept: it reads its own files and those of another store."""

    def __init__(self, root: Path, other: ObjectStore) -> None:
        super().__init__(root)
        self._other = other

    def path(self, kind: Kind, sha: str) -> Path:
        """Path of an object, here or in the other store."""
        return self._other.path(kind, sha) if self._is_elsewhere(kind, sha) else self.root / kind / sha

    def holder(self, kind: Kind, sha: str) -> Path:
        """Root of the store that holds an object."""
        return self._other.holder(kind, sha) if self._is_elsewhere(kind, sha) else self.root

    def _is_elsewhere(self, kind: Kind, sha: str) -> bool:
        return not (_SHA.fullmatch(sha) and (self.root / kind / sha).is_file())


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # finished or removed by another process in between
        return float("inf")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        while block := reader.read(1 << 20):
            writer.write(block)


def _sync(path: Path) -> None:
    """Make a file or folder durable; a rename is safe only once its folder is synced too."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(folder: Path, error: OSError) -> StoreError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StoreError(
        "Auf dem Datenträger ist kein Platz mehr."
        if full
        else "In die Ablage konnte nicht geschrieben werden.",
        where=f"{folder}: {error.strerror or error}",
        why="Es wurde nichts gespeichert; vorhandene Daten sind unverändert.",
        todo="Bitte Platz schaffen und den Vorgang wiederholen."
        if full
        else "Bitte die Schreibrechte des Ordners prüfen.",
        code="store.full" if full else "store.write",
    )
