"""The catalogue: from a folder of TOML files, or from the canonical JSON that is part of a release."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wohnplatz.model import Catalogue, Indicator

from . import reading
from .checks import check_catalogue
from .tables import CatalogueError, Table

PACKAGED = Path(__file__).parent / "catalogue"
_FILES = ("dimensions", "datasets", "variables", "blocks")
_FOLDERS = ("indicators", "indices")


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue in ``folder`` (default: the packaged one), checked as a whole.

    The folder has ``dimensions.toml``, ``datasets.toml``, ``variables.toml``, ``blocks.toml``, and one file
    per indicator in ``indicators/`` and per index in ``indices/``, each named by its code. ``catalogue.toml``
    may name the variable that counts inhabitants (``population = "einwohner"``). Raises ``CatalogueError`` or
    ``FormulaError``, both naming file and key.
    """
    root = PACKAGED if folder is None else folder
    tables: dict[str, Any] = {name: _read_toml(root / f"{name}.toml", root) for name in _FILES}
    for name in _FOLDERS:
        tables[name] = {}
        for path in sorted((root / name).glob("*.toml")):
            content = _read_toml(path, root)
            if content.get("code") != path.stem:
                raise CatalogueError(
                    f"Der Code in der Datei heißt nicht wie die Datei: »{content.get('code')}«.",
                    f"{path.relative_to(root).as_posix()}, Schlüssel »code«",
                )
            tables[name][path.stem] = content
    if (root / "catalogue.toml").exists():
        tables |= _read_toml(root / "catalogue.toml", root)
    return _build(tables, toml=True)


def catalogue_json(catalogue: Catalogue) -> bytes:
    """Canonical JSON of a catalogue: equal catalogues give equal bytes. Order is part of the content."""
    tables: dict[str, Any] = {"population": catalogue.population}
    if catalogue.pyramid_ages:
        tables["pyramid_ages"] = list(catalogue.pyramid_ages)
    if catalogue.pyramid_without:
        tables["pyramid_without"] = list(catalogue.pyramid_without)
    for name in (*_FILES[:3], *_FOLDERS):
        entries: Mapping[str, Any] = getattr(catalogue, name)
        tables[name] = {code: asdict(entry) for code, entry in entries.items()}
    for name in _FILES[:3]:
        for entry in tables[name].values():
            del entry["code"]
    tables["blocks"] = {code: {"label": label} for code, label in catalogue.blocks.items()}
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":")).encode()


def catalogue_from_json(data: bytes) -> Catalogue:
    """The catalogue in canonical JSON, checked again. Raises ``CatalogueError`` or ``FormulaError``."""
    try:
        tables = json.loads(data)
    except ValueError as error:
        raise CatalogueError(
            "Der Katalog ist kein gültiges JSON.", f"Katalog des Datenstands: {error}"
        ) from error
    return _build(tables, toml=False)


def _read_toml(path: Path, root: Path) -> dict[str, Any]:
    where = path.relative_to(root).as_posix()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CatalogueError("Die Datei fehlt im Katalog.", where) from error
    except UnicodeDecodeError as error:
        raise CatalogueError("Die Datei ist nicht in UTF-8 geschrieben.", where) from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"Die Datei ist kein gültiges TOML ({error}).", where) from error


def _build(tables: Any, *, toml: bool) -> Catalogue:
    whole = Table(tables, "Katalog")

    def entries(name: str) -> dict[str, Table]:
        group = whole.table(name)
        return {code: Table(values, place(name, code, toml=toml)) for code, values in group.values.items()}

    blocks, wanted = _blocks(entries("blocks"))
    catalogue = Catalogue(
        dimensions={c: reading.dimension(c, t) for c, t in entries("dimensions").items()},
        datasets={c: reading.dataset(c, t) for c, t in entries("datasets").items()},
        variables={c: reading.variable(c, t) for c, t in entries("variables").items()},
        indicators=_ordered(
            {c: reading.indicator(t) for c, t in entries("indicators").items()}, blocks, wanted
        ),
        indices={c: reading.index(t) for c, t in entries("indices").items()},
        blocks=blocks,
        population=whole.text("population", "einwohner"),
        pyramid_ages=tuple(int(age) for age in whole.numbers("pyramid_ages", ())),
        pyramid_without=whole.texts("pyramid_without", ()),
    )
    whole.done()
    check_catalogue(catalogue, lambda group, code: place(group, code, toml=toml))
    for block, codes in wanted.items():
        for code in codes:
            if code not in catalogue.indicators or catalogue.indicators[code].block != block:
                raise CatalogueError(
                    f"Der Block nennt den Indikator »{code}«, der nicht zu ihm gehört.",
                    place("blocks", block, toml=toml),
                )
    return catalogue


def place(group: str, code: str, *, toml: bool) -> str:
    """Where an entry stands: its file, or its group in the catalogue of a release."""
    if not toml:
        return f"Katalog des Datenstands, {group}.{code}"
    return f"{group}/{code}.toml" if group in _FOLDERS else f"{group}.toml, [{code}]"


def _blocks(tables: Mapping[str, Table]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    labels, wanted = {}, {}
    for code, table in tables.items():
        labels[code], wanted[code] = table.text("label"), table.texts("indicators", ())
        table.done()
    return labels, wanted


def _ordered(
    indicators: Mapping[str, Indicator], blocks: Mapping[str, str], wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, Indicator]:
    """By block, then as the block names them, then as they came."""
    rank = {code: n for codes in wanted.values() for n, code in enumerate(codes)}
    block = {code: n for n, code in enumerate(blocks)}

    def key(item: tuple[str, Indicator]) -> tuple[int, int]:
        return block.get(item[1].block, len(block)), rank.get(item[0], len(rank))

    return dict(sorted(indicators.items(), key=key))
