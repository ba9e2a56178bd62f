"""An atlas into a folder: written beside it and swapped in, so that there is always a whole one."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..model import WohnplatzError
from .building import FORMAT, MARK

_EARLY = (1980, 1, 1, 0, 0, 0)
"""The first moment an archive knows: the same atlas gives the same archive."""


def require_place(folder: Path) -> None:
    """WohnplatzError where ``folder`` holds something that is not an atlas."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise _taken(folder, "Dort liegt eine Datei.")
    if any(folder.iterdir()) and not _is_atlas(folder):
        raise _taken(folder, f"Der Ordner enthält anderes als einen Atlas (es fehlt {MARK}).")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files into ``folder``. An atlas that is there is replaced as a whole, anything else kept.

    WohnplatzError where something else is there, and where nothing can be written.
    """
    require_place(folder)
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
            new, old = Path(room) / "neu", Path(room) / "alt"
            for name, data in files.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if target.exists():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
    except OSError as error:
        raise WohnplatzError(
            "Der Atlas ließ sich nicht schreiben.",
            where=f"{folder}: {error.strerror}",
            todo="Bitte Platz und Rechte im Ordner prüfen.",
            code="atlas.write",
        ) from error


def archive(files: Mapping[str, bytes], folder: str = "atlas") -> bytes:
    """The files as a ZIP in one folder; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", _EARLY)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, files[name])
    return buffer.getvalue()


def _is_atlas(folder: Path) -> bool:
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def _taken(folder: Path, why: str) -> WohnplatzError:
    return WohnplatzError(
        "In diesen Ordner wird kein Atlas geschrieben.",
        where=str(folder),
        why=why,
        todo="Bitte einen neuen oder leeren Ordner nennen.",
        code="atlas.folder",
    )
