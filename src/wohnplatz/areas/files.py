"""Which file of geodata it is, and where GDAL finds it. By content, not by ending alone: a file that only
claims to be a map must not reach GDAL's other drivers, some of which open further files or addresses."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from wohnplatz.model import WohnplatzError

_STARTS = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".geojson": (b"{", b"\xef\xbb\xbf{"),
    ".json": (b"{", b"\xef\xbb\xbf{"),
}
_LARGEST = 2 * 1024**3
"""Bytes that a packed file may hold at most: a guard against archives made to fill the disk."""


def locate(path: Path) -> list[str]:
    """Names under which GDAL opens the data sets of ``path``: one for a plain file, several for an archive.

    Known are ``.gpkg``, ``.geojson``/``.json``, ``.shp``, each also as ``.gz`` (GeoJSON) or in a ``.zip``.
    Raises WohnplatzError where the file is absent, of another kind, or empty.
    """
    if not path.is_file():
        raise WohnplatzError(
            "Die Geodatei gibt es nicht.",
            where=str(path),
            todo="Bitte den Pfad prüfen.",
            code="areas.no_file",
        )
    ending = path.suffix.lower()
    try:
        if ending == ".zip":
            return _in_archive(path)
        if ending == ".gz":
            return [_packed(path)]
        with path.open("rb") as file:
            _require(ending, file.read(64), path.name)
    except (OSError, zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise _unreadable(path.name, str(error)) from error
    if ending == ".shp":
        _require_companions(path)
    return [str(path)]


def _packed(path: Path) -> str:
    ending = Path(path.stem).suffix.lower()
    if ending not in {".geojson", ".json"}:
        raise _unknown(path.name)
    with gzip.open(path) as file:
        _require(ending, file.read(64), path.name)
    return f"/vsigzip/{path.resolve()}"


def _in_archive(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST:
            raise _unreadable(path.name, "Das Archiv ist entpackt größer als 2 GB.")
        names = {name: PurePosixPath(name).suffix.lower() for name in archive.namelist()}
        found = sorted(n for n, e in names.items() if e in _STARTS and "__MACOSX" not in n)
        for name in found:
            with archive.open(name) as file:
                _require(names[name], file.read(64), f"{path.name}/{name}")
        for name in (n for n in found if names[n] == ".shp"):
            stem = name[: -len(".shp")].lower()
            present = {n[len(stem) :].lower() for n in names if n.lower().startswith(stem + ".")}
            _require_parts(present, f"{path.name}/{name}")
    if not found:
        raise _unknown(path.name)
    return [f"/vsizip/{{{path.resolve()}}}/{name}" for name in found]


def _require(ending: str, start: bytes, name: str) -> None:
    if ending not in _STARTS:
        raise _unknown(name)
    if not start.lstrip().startswith(_STARTS[ending]):
        raise _unreadable(name, "Der Inhalt passt nicht zur Endung." if start else "Die Datei ist leer.")


def _require_companions(path: Path) -> None:
    beside = {p.suffix.lower() for p in path.parent.iterdir() if p.stem.lower() == path.stem.lower()}
    _require_parts(beside, path.name)


def _require_parts(present: set[str], name: str) -> None:
    absent = [e for e in (".dbf", ".shx") if e not in present]
    if absent:
        raise WohnplatzError(
            f"Zum Shapefile fehlt die Datei mit der Endung {' und '.join(absent)}.",
            where=name,
            why="Ein Shapefile besteht aus mehreren Dateien: .shp, .shx, .dbf und .prj.",
            todo="Bitte alle zusammen bereitstellen, am einfachsten als ZIP-Archiv.",
            code="areas.shapefile_incomplete",
        )


def _unknown(name: str) -> WohnplatzError:
    return WohnplatzError(
        "Diese Art von Geodatei ist nicht bekannt.",
        where=name,
        todo="Möglich sind GeoPackage (.gpkg), GeoJSON (.geojson, auch .gz) und Shapefile (.shp, auch .zip).",
        code="areas.file_type",
    )


def _unreadable(name: str, reason: str) -> WohnplatzError:
    return WohnplatzError(
        f"Die Geodatei lässt sich nicht lesen. {reason}",
        where=name,
        todo="Bitte die Datei in einem GIS-Programm öffnen und als GeoPackage neu speichern.",
        code="areas.unreadable",
    )
