"""A finished document as JSON and back: it holds words and pictures and no figure that is not seen."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from . import blocks
from .blocks import Document

_KINDS: Mapping[str, type[Any]] = {
    name: kind for name, kind in vars(blocks).items() if isinstance(kind, type) and is_dataclass(kind)
}


def document_json(document: Document) -> str:
    """The document as canonical JSON: the same document gives the same text."""
    return json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document_from_json(text: str) -> Document:
    """The document of ``document_json``. ValueError, KeyError or TypeError for anything else."""
    found = _read(json.loads(text))
    if not isinstance(found, Document):
        raise TypeError("this is no document")
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__} | {
            f.name: _plain(getattr(value, f.name)) for f in fields(value)
        }
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return {"kind": "bytes", "base64": base64.b64encode(value).decode()}
    return {"kind": "date", "iso": value.isoformat()} if isinstance(value, date) else value


def _read(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_read(v) for v in raw)
    if not isinstance(raw, dict):
        return raw
    kind = raw["kind"]
    if kind == "bytes":
        return base64.b64decode(raw["base64"])
    if kind == "date":
        return date.fromisoformat(raw["iso"])
    return _KINDS[kind](**{name: _read(value) for name, value in raw.items() if name != "kind"})
