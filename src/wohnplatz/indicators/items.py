"""Single items of a catalogue, indicators and indices: as a TOML text, and laid over a catalogue."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from wohnplatz.model import Catalogue, IndexDefinition, Indicator, WohnplatzError

from . import reading
from .checks import check_catalogue
from .tables import CatalogueError, Table

Item: TypeAlias = Indicator | IndexDefinition

INDICATORS, INDICES = "indicators", "indices"
"""The groups of a catalogue that items belong to, named like their folders."""
_KEY = re.compile(r"Schlüssel »([a-z_]+)«")


def group_of(item: Item) -> str:
    """``indicators`` or ``indices``."""
    return INDICATORS if isinstance(item, Indicator) else INDICES


def read_item(text: str, where: str) -> Item:
    """The indicator or index in a TOML text, the same as a file of a catalogue's folder.

    An index is known by its ``status``. Whether what it names exists says ``overlaid``. Raises
    ``CatalogueError`` with file and key.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"Das ist kein gültiges TOML ({error}).", where) from error
    table = Table(values, where)
    if "status" in values or "status_classes" in values:
        return reading.index(table)
    return reading.indicator(table)


def to_toml(item: Item) -> str:
    """The item as TOML; ``read_item`` gives an equal item. What is as by default is left out."""
    return "\n".join(_lines(item, "")) + "\n"


def error_key(error: WohnplatzError) -> str:
    """The key that an error of a catalogue is about, empty where it is about the whole."""
    found = _KEY.search(error.where) or _KEY.search(error.what)
    return found.group(1) if found else ""


def overlaid(base: Catalogue, items: Iterable[Item], without: Collection[tuple[str, str]] = ()) -> Catalogue:
    """``base`` with ``items`` in the place of those of the same code, and without the (group, code) named.

    New indicators stand at the end of their block. The whole is checked: ``CatalogueError`` or
    ``FormulaError`` at the first contradiction.
    """
    gone = frozenset(without)
    found: dict[str, dict[str, Any]] = {
        name: {code: x for code, x in getattr(base, name).items() if (name, code) not in gone}
        for name in (INDICATORS, INDICES)
    }
    for item in items:
        found[group_of(item)][item.code] = item
    order = {code: n for n, code in enumerate(base.blocks)}
    ordered = dict(sorted(found[INDICATORS].items(), key=lambda pair: order.get(pair[1].block, len(order))))
    whole = replace(base, indicators=ordered, indices=found[INDICES])
    check_catalogue(whole, place)
    return whole


def place(group: str, code: str) -> str:
    """Where an item of the district's own stands, for messages."""
    words = {INDICATORS: "Indikator", INDICES: "Index"}.get(group, group)
    return f"Katalog, {words} »{code}«"


def _lines(entry: Any, header: str) -> list[str]:
    assert is_dataclass(entry)
    plain, nested = [], []
    for field in fields(entry):
        value = getattr(entry, field.name)
        if value in ("", (), None) or (field.default is not MISSING and value == field.default):
            continue
        if isinstance(value, tuple) and is_dataclass(value[0]):
            nested += [line for part in value for line in ("", *_lines(part, f"[[{field.name}]]"))]
        else:
            plain.append(f"{field.name} = {_value(value)}")
    return [*([header] if header else []), *plain, *nested]


def _value(value: object) -> str:
    if isinstance(value, StrEnum):
        return _value(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's; only the delete character is not escaped there.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, tuple):
        return f"[{', '.join(_value(part) for part in value)}]"
    raise TypeError(f"no TOML for {type(value).__name__}")
