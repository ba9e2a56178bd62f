"""The tree of a report as JSON and back. What does not fit is refused with the block and the field."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from ..model import WohnplatzError
from . import tree
from .tree import Node, Report, walk

KINDS: Mapping[str, type[Any]] = {
    kind.__name__.removesuffix("Block").lower(): kind for kind in get_args(tree.Node)
}
"""Name of a block in JSON (``text``, ``areatexts``, ``map`` …) → its class."""
_NAMES = {kind: name for name, kind in KINDS.items()}


def report_json(report: Report) -> bytes:
    """The report as canonical JSON: the same report gives the same bytes."""
    return json.dumps(_plain(report), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def block_dict(block: Node) -> dict[str, Any]:
    """One block as plain data, for a history of versions."""
    made: dict[str, Any] = _plain(block)
    return made


def report_from_json(data: bytes | str) -> Report:
    """The report of ``report_json``. WohnplatzError says which block and which field do not fit."""
    try:
        raw = json.loads(data)
    except ValueError as error:
        raise _bad("Das ist kein JSON.", "", str(error)) from None
    report: Report = _object(Report, raw, "Bericht")
    seen: set[str] = set()
    for node in walk(report.blocks):
        if not node.id or node.id in seen:
            raise _bad(
                "Jeder Block braucht eine eigene Kennung.", f"Block „{node.id}“", "Kennung fehlt oder doppelt"
            )
        seen.add(node.id)
    return report


def block_from_dict(data: Mapping[str, Any]) -> Node:
    """The block of ``block_dict``; WohnplatzError where it does not fit."""
    return _node(data, "Block")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        made = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        name = _NAMES.get(type(value))
        return {"kind": name, **made} if name else made
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _node(raw: Any, where: str) -> Node:
    kind = KINDS.get(str(raw.get("kind"))) if isinstance(raw, Mapping) else None
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise _bad("Diese Art von Block gibt es nicht.", where, f"bekannt sind: {known}")
    made: Node = _object(kind, {k: v for k, v in raw.items() if k != "kind"}, f"Block „{raw.get('id', '')}“")
    return made


def _object(kind: type[Any], raw: Any, where: str) -> Any:
    if not isinstance(raw, Mapping):
        raise _bad("Hier steht kein Objekt.", where, "erwartet werden benannte Angaben")
    hints: dict[str, Any] = _hints(kind)  # type: ignore[arg-type]
    unknown = sorted(set(raw) - set(hints))
    if unknown:
        raise _bad("Diese Angabe gibt es nicht.", where, ", ".join(unknown))
    missing = [
        f.name for f in fields(kind)
        if f.name not in raw and f.default is MISSING and f.default_factory is MISSING
    ]  # fmt: skip
    if missing:
        raise _bad("Eine Angabe fehlt.", where, ", ".join(missing))
    return kind(**{name: _value(hints[name], value, f"{where}, {name}") for name, value in raw.items()})


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, vars(tree))


def _value(hint: Any, raw: Any, where: str) -> Any:
    if hint == tree.Node:
        return _node(raw, where)
    if get_origin(hint) is tuple:
        if not isinstance(raw, list):
            raise _bad("Hier muss eine Liste stehen.", where, repr(raw)[:60])
        return tuple(_value(get_args(hint)[0], v, f"{where} {n}") for n, v in enumerate(raw, 1))
    if isinstance(hint, UnionType):
        if raw is None:
            return None
        return _value(next(a for a in get_args(hint) if a is not NoneType), raw, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return _object(hint, raw, where)
    return _leaf(hint, raw, where)


def _leaf(hint: Any, raw: Any, where: str) -> Any:
    readers: Mapping[Any, Callable[[Any], Any]] = {date: date.fromisoformat}
    expected: Any = {str: str, int: int, bool: bool, float: (int, float)}.get(hint, str)
    wrong = not isinstance(raw, expected) or (isinstance(raw, bool) and hint is not bool)
    try:
        if wrong:
            raise ValueError(f"{raw!r}"[:60])
        return readers.get(hint, hint)(raw)
    except ValueError as error:
        raise _bad("Diese Angabe lässt sich nicht lesen.", where, str(error)) from None


def _bad(what: str, where: str, why: str) -> WohnplatzError:
    return WohnplatzError(what, where=f"{where}." if where else "", why=f"({why})", code="report.tree")
