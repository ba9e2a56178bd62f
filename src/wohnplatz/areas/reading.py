"""Read areas from geodata in any coordinate system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from wohnplatz.model import WohnplatzError
from wohnplatz.text import enumerate_words

from .files import locate
from .layer import METRIC, AreaLayer, Geometries, polygonal

_SAMPLES = 5
_NUMBER = re.compile(r"-?\d+(\.\d*)?")
_WAS_NUMBER = re.compile(r"\d+\.0")


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """A column of a layer as the import form shows it."""

    name: str
    kind: str
    """``Text``, ``Ganzzahl``, ``Kommazahl`` or ``Sonstiges``."""
    samples: tuple[str, ...]
    unique: bool
    """No value occurs twice and none is empty: the column can hold the keys."""


@dataclass(frozen=True, slots=True)
class LayerDescription:
    """A layer of a file."""

    name: str
    features: int
    geometry: str
    crs: str | None
    columns: tuple[ColumnDescription, ...]


@dataclass(frozen=True, slots=True)
class FileDescription:
    """What a file of geodata holds."""

    layers: tuple[LayerDescription, ...]


def describe_file(path: Path) -> FileDescription:
    """Layers of ``path`` with their columns, samples and coordinate system, for the import form.

    Raises WohnplatzError where the file is absent, of an unknown kind or unreadable.
    """
    return FileDescription(tuple(_describe(source, name) for source, name in _layers(path)))


def _layers(path: Path) -> list[tuple[str, str]]:
    """(GDAL name, layer) of all layers with geometries."""
    found = []
    for source in locate(path):
        try:
            found += [(source, str(name)) for name, kind in pyogrio.list_layers(source) if kind is not None]
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise _damaged(path, error) from error
    if not found:
        raise WohnplatzError(
            "Die Geodatei enthält keine Ebene mit Flächen.", where=path.name, code="areas.no_layer"
        )
    return found


def _describe(source: str, name: str) -> LayerDescription:
    meta, _, _, columns = pyogrio.raw.read(source, layer=name, read_geometry=False, force_2d=True)
    info = pyogrio.read_info(source, layer=name)
    described = [_column(str(c), cells) for c, cells in zip(meta["fields"], columns, strict=True)]
    geometry = str(info["geometry_type"] or "")
    return LayerDescription(name, int(info["features"]), geometry, info["crs"], tuple(described))


def _column(name: str, cells: npt.NDArray[Any]) -> ColumnDescription:
    kind = {"O": "Text", "U": "Text", "i": "Ganzzahl", "u": "Ganzzahl", "f": "Kommazahl"}.get(
        cells.dtype.kind
    )
    values = [_cell(cell) for cell in cells]
    samples = tuple(dict.fromkeys(v for v in values if v))[:_SAMPLES]
    return ColumnDescription(
        name, kind or "Sonstiges", samples, len(set(values)) == len(values) and "" not in values
    )


def _cell(cell: Any) -> str:
    """A cell as text, empty where there is nothing in it."""
    if cell is None or (isinstance(cell, float | np.floating) and np.isnan(cell)):
        return ""
    return str(cell).strip()


def read_layer(  # noqa: PLR0913 -- one argument per choice of the import form
    path: Path,
    *,
    key: str,
    name: str | None = None,
    parent: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    target_crs: str = METRIC,
    digits: int | None = None,
) -> AreaLayer:
    """Areas of a GeoPackage, GeoJSON or Shapefile, in metres, in the file's order.

    ``key``, ``name``, ``parent`` are columns; without ``name`` the key is the name. ``crs`` replaces what the
    file says of its coordinate system. Keys are text: a column of numbers has lost its leading zeros and is
    refused unless ``digits`` says how long keys are (1 takes the numbers as they stand). Heights are
    dropped. Raises WohnplatzError for everything that does not fit.
    """
    source, layer_name = _choose(path, layer)
    try:
        meta, _, wkb, columns = pyogrio.raw.read(source, layer=layer_name, force_2d=True)
        shapes = shapely.force_2d(shapely.from_wkb(wkb))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.GEOSException) as error:
        raise _damaged(path, error) from error
    table = {str(c): cells for c, cells in zip(meta["fields"], columns, strict=True)}
    keys = _keys(table, key, digits, path)
    names = tuple(map(_cell, _take(table, name, path))) if name else keys
    parents = _keys(table, parent, digits, path) if parent else ("",) * len(keys)
    if not keys:
        raise WohnplatzError("Die Ebene enthält keine Gebiete.", where=path.name, code="areas.no_areas")
    geometries = np.empty(len(keys), dtype=object)
    geometries[:] = [polygonal(g) for g in shapes]
    moved = _transform(geometries, crs or meta["crs"], target_crs, path)
    return AreaLayer(keys, names, tuple(p or None for p in parents), moved, target_crs)


def read_lines(path: Path, *, crs: str | None = None, target_crs: str = METRIC) -> tuple[Any, ...]:
    """Lines of all layers of a file (rivers, railways, roads), in ``target_crs``.

    Points and polygons are left out: a block whose middle lies in a lake would be cut off. Raises
    WohnplatzError where no line is in the file or it cannot be read.
    """
    found: list[Any] = []
    for source, layer_name in _layers(path):
        try:
            meta, _, wkb, _ = pyogrio.raw.read(source, layer=layer_name, force_2d=True, columns=[])
            shapes = shapely.force_2d(shapely.from_wkb(wkb))
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            shapely.GEOSException,
        ) as error:
            raise _damaged(path, error) from error
        kept = [g for g in shapes if g is not None and not g.is_empty and g.geom_type in _LINES]
        geometries = np.empty(len(kept), dtype=object)
        geometries[:] = kept
        found += list(_transform(geometries, crs or meta["crs"], target_crs, path)) if kept else []
    if not found:
        raise WohnplatzError(
            "Die Geodatei enthält keine Linien.",
            where=path.name,
            todo="Bitte eine Datei mit Linien wählen: Flüsse, Bahnstrecken, Straßen.",
            code="areas.no_lines",
        )
    return tuple(found)


_LINES = frozenset({"LineString", "MultiLineString"})


def _choose(path: Path, layer: str | None) -> tuple[str, str]:
    found = _layers(path)
    fitting = [pair for pair in found if layer is None or pair[1] == layer]
    if len(fitting) == 1:
        return fitting[0]
    what = f"Die Ebene „{layer}“ gibt es nicht." if layer else "Die Datei enthält mehrere Ebenen."
    raise WohnplatzError(
        what,
        where=path.name,
        todo=f"Bitte eine wählen: {enumerate_words([f'„{n}“' for _, n in found], 'oder')}.",
        code="areas.layer",
    )


def _take(table: dict[str, npt.NDArray[Any]], column: str, path: Path) -> npt.NDArray[Any]:
    if column not in table:
        raise WohnplatzError(
            f"Die Spalte „{column}“ gibt es nicht.",
            where=path.name,
            todo=f"Vorhanden sind: {enumerate_words([f'„{c}“' for c in table]) or 'keine Spalten'}.",
            code="areas.column",
        )
    return table[column]


def _keys(table: dict[str, npt.NDArray[Any]], column: str, digits: int | None, path: Path) -> tuple[str, ...]:
    cells = _take(table, column, path)
    texts = tuple(_cell(cell) for cell in cells)
    if cells.dtype.kind in "OU" and not any(_WAS_NUMBER.fullmatch(text) for text in texts):
        return texts
    numbers = [float(text) if _NUMBER.fullmatch(text) else np.nan for text in texts]
    example = next((text for text in texts if text), "")
    lost = any(text and (np.isnan(n) or n != int(n)) for text, n in zip(texts, numbers, strict=True))
    if digits is None or lost:
        whole = example.removesuffix(".0")
        raise WohnplatzError(
            f"Die Spalte „{column}“ enthält Zahlen, zum Beispiel {example}. Schlüssel sind Text.",
            where=path.name,
            why=f"Als Zahl verliert ein Schlüssel seine führenden Nullen: aus 0{whole} wird {whole}.",
            todo="Bitte die Spalte als Text speichern oder die Stellenzahl der Schlüssel angeben.",
            code="areas.numeric_key",
        )
    return tuple("" if np.isnan(n) else str(int(n)).zfill(digits) for n in numbers)


def _transform(geometries: Geometries, crs: str | None, target: str, path: Path) -> Geometries:
    if not crs:
        raise WohnplatzError(
            "Die Geodatei nennt kein Koordinatensystem.",
            where=path.name,
            why="Ohne diese Angabe ist nicht bekannt, wo die Gebiete liegen.",
            todo="Bitte das Koordinatensystem angeben, in Nordrhein-Westfalen meist EPSG:25832.",
            code="areas.no_crs",
        )
    origin, goal = _system(crs), _system(target)
    if not goal.is_projected or {axis.unit_name for axis in goal.axis_info} != {"metre"}:
        raise WohnplatzError(
            f"Das Zielsystem {target} misst nicht in Metern.",
            why="Flächen und Grenzlängen werden in Metern berechnet.",
            todo="Bitte ein System wie EPSG:25832 oder EPSG:25833 wählen.",
            code="areas.target_crs",
        )
    _require_degrees(geometries, origin, path)
    try:
        move = Transformer.from_crs(origin, goal, always_xy=True)
    except (CRSError, ProjError) as error:
        raise _bad_crs(crs, str(error)) from error

    def moved(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(move.transform(points[:, 0], points[:, 1]))

    result: Geometries = geometries if origin == goal else shapely.transform(geometries, moved)
    if not np.isfinite(shapely.get_coordinates(result)).all():
        raise _bad_crs(crs, "Punkte liegen außerhalb des Gebiets, für das es gilt.")
    return result


def _system(crs: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise _bad_crs(crs, "Die Angabe ist nicht bekannt.") from error


def _require_degrees(geometries: Geometries, crs: CRS, path: Path) -> None:
    """GeoJSON is taken for degrees where it says nothing; metres in it betray themselves by their size."""
    points = np.abs(shapely.get_coordinates(geometries))
    if crs.is_geographic and len(points) and (points.max(axis=0) > (360, 90)).any():
        raise WohnplatzError(
            "Die Koordinaten sind keine Grade, obwohl die Geodatei es sagt.",
            where=path.name,
            why="Die Gebiete lägen sonst am falschen Ort.",
            todo="Bitte das Koordinatensystem angeben, in Nordrhein-Westfalen meist EPSG:25832.",
            code="areas.not_degrees",
        )


def _bad_crs(crs: str, reason: str) -> WohnplatzError:
    return WohnplatzError(
        f"Mit dem Koordinatensystem lässt sich nicht rechnen. {reason}",
        where=crs[:60],
        todo="Bitte ein anderes angeben, zum Beispiel EPSG:25832.",
        code="areas.crs",
    )


def _damaged(path: Path, error: Exception) -> WohnplatzError:
    return WohnplatzError(
        "Die Geodatei ist beschädigt oder unvollständig.",
        where=f"{path.name}: {error}",
        todo="Bitte die Datei in einem GIS-Programm öffnen und als GeoPackage neu speichern.",
        code="areas.damaged",
    )
