"""TOML that people write: sections know their line, and notice what is wrong or what nobody asked for."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from wohnplatz.model import WohnplatzError

Choice = TypeVar("Choice", bound=StrEnum)
Path = tuple[str, ...]

_KINDS = {
    str: "ein Text in Anführungszeichen",
    int: "eine ganze Zahl",
    float: "eine Zahl",
    bool: "true oder false",
    date: "ein Datum (JJJJ-MM-TT)",
    dict: "ein Abschnitt",
    list: "eine Liste in eckigen Klammern",
}
_HEADER = re.compile(r"\s*\[\[?([^\]]+)\]\]?")
_KEY = re.compile(r"""\s*([\w.\-"']+)\s*=""")


@dataclass(frozen=True, slots=True)
class TomlKind:
    """What a file is for: how it is said that it cannot be used."""

    message: str
    todo: str
    code: str

    def wrong(self, where: str, what: str, todo: str = "") -> WohnplatzError:
        """What is wrong with such a file, and where."""
        return WohnplatzError(self.message, where=where, why=what, todo=todo or self.todo, code=self.code)


class TomlText:
    """The text of a file with its name, the line of every key, and what was found wrong so far.

    Raises the error of its ``kind`` that names the line where the bytes are no TOML in UTF-8.
    """

    def __init__(self, data: bytes, name: str, kind: TomlKind) -> None:
        self.name, self.kind = name, kind
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise kind.wrong(
                name, "Die Datei ist nicht lesbar: Sie ist nicht in UTF-8 gespeichert.",
                "Bitte im Editor mit der Kodierung UTF-8 speichern.",
            ) from error  # fmt: skip
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise kind.wrong(*_unreadable(name, text, str(error))) from error
        self.lines = _lines(text)
        self.problems: list[WohnplatzError] = []

    def table(self) -> TomlTable:
        """The whole file."""
        return TomlTable(self.data, (), self)

    def where(self, section: Path, key: str = "") -> str:
        """File, line, section and key in words; the line of the nearest section where a key is absent."""
        path = (*section, key) if key else section
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 0)
        parts = [self.name, f"Zeile {line}" if line else "", ".".join(section), key]
        return ", ".join(p for p in parts if p)


def _unreadable(name: str, text: str, said: str) -> tuple[str, str]:
    """Where a file is no TOML, and why, in German: the reader's own words are English."""
    place = re.search(r"line (\d+)", said)
    lines = text.splitlines()
    number = min(int(place[1]) if place else len(lines), max(1, len(lines)))
    there = lines[number - 1].strip() if lines else ""
    shown = f" Dort steht »{there[:80]}«." if there else ""
    twice = "overwrite" in said or "declare" in said.lower()
    why = (
        "Ein Abschnitt oder eine Angabe steht doppelt da."
        if twice
        else "Zeilen haben die Form »Name = Wert«; Texte stehen in Anführungszeichen, Abschnitte in eckigen "
        "Klammern, Bemerkungen hinter #, Zahlen mit Punkt statt Komma."
    )
    return f"{name}, Zeile {number}", f"Die Datei ist nicht lesbar.{shown} {why}"


def _as_written(value: Any) -> str:
    """A value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _lines(text: str) -> dict[Path, int]:
    """Line of every section and key; a key within a text of several lines may be taken for one."""
    found: dict[Path, int] = {}
    inside: Path = ()
    listed: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name, *below = _parts(header[1])
            listed[name] = listed.get(name, 0) + 1 if line.lstrip().startswith("[[") else listed.get(name, 0)
            inside = (entry_name(name, listed[name]) if listed[name] else name, *below)
            found.setdefault(inside, number)
        elif key := _KEY.match(line):
            found.setdefault((*inside, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> Path:
    return tuple(p.strip().strip("\"'") for p in dotted.split("."))


def entry_name(key: str, number: int) -> str:
    """What one of several sections of the same name is called: ``2. tabelle``."""
    return f"{number}. {key}"


class TomlTable:
    """A section that knows its place and notices keys nobody asked for."""

    def __init__(self, data: Mapping[str, Any], path: Path, text: TomlText) -> None:
        self.data, self.path, self.text, self.asked = data, path, text, set[str]()

    def wrong(self, what: str, key: str = "", todo: str = "") -> WohnplatzError:
        """What is wrong here, with file, line and key."""
        return self.text.kind.wrong(self.text.where(self.path, key), what, todo)

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """The value of a key; the error names what is absent or of another kind."""
        self.asked.add(key)
        value = self.data.get(key, default)
        if value is None:
            raise self.wrong(f"Die Angabe »{key}« fehlt.")
        # bool is a number in Python; a file that says `minimum_count = true` is mistaken.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"Erwartet wird {_KINDS[kind]}, dort steht {_as_written(value)}.", key)
        return value

    def limit(self, key: str, default: float) -> float:
        """A limit: finite, not negative."""
        given = self.data.get(key, default)
        kind = int if isinstance(given, int) and not isinstance(given, bool) else float
        value = float(self.get(key, kind, default))
        if not math.isfinite(value) or value < 0:
            raise self.wrong(f"Eine Grenze ist endlich und nicht negativ, nicht {self.data[key]}.", key)
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice) -> Choice:
        """One of the values of an enumeration."""
        value = self.get(key, str, str(default))
        if value not in set(kind):
            raise self.wrong(f"»{value}« ist unbekannt. Möglich sind: {', '.join(kind)}.", key)
        return kind(value)

    def whole(self, key: str, default: int, least: int = 0, most: int = 10_000) -> int:
        """A whole number between two others."""
        value: int = self.get(key, int, default)
        if not least <= value <= most:
            raise self.wrong(f"Erwartet wird eine ganze Zahl von {least} bis {most}, nicht {value}.", key)
        return value

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        values = self.get(key, list, None if default is None else list(default))
        if not all(isinstance(v, str) for v in values):
            raise self.wrong("Erwartet wird eine Liste von Texten in Anführungszeichen.", key)
        return tuple(values)

    def words(self, key: str) -> dict[str, str]:
        """A section of texts; whole numbers count as such. An absent one is empty."""
        found = self.get(key, dict, {})
        if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in found.values()):
            raise self.wrong("Erwartet werden Texte in Anführungszeichen.", key)
        return {name: str(value) for name, value in found.items()}

    def tables(self, key: str) -> dict[str, TomlTable]:
        """The sections below a key."""
        part = self.part(key)
        return {name: part.part(name) for name in part.data}

    def entries(self, key: str) -> list[TomlTable]:
        """The sections ``[[key]]`` of a list; an absent one is empty."""
        found = self.get(key, list, [])
        if not all(isinstance(entry, dict) for entry in found):
            raise self.wrong("Hier müssen Abschnitte stehen.", key)
        return [
            TomlTable(entry, (*self.path, entry_name(key, number)), self.text)
            for number, entry in enumerate(found, 1)
        ]

    def part(self, key: str) -> TomlTable:
        """A section of its own; an absent one is empty."""
        if not isinstance(self.data.get(key, {}), dict):
            raise self.wrong("Hier muss ein Abschnitt stehen.", key)
        return TomlTable(self.get(key, dict, {}), (*self.path, key), self.text)

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a limit with a slip in its name would silently not hold."""
        unknown = sorted(set(self.data) - self.asked)
        if unknown:
            meant = get_close_matches(unknown[0], self.asked, 1)
            hint = f" Gemeint ist vielleicht »{meant[0]}«." if meant else ""
            known = ", ".join(sorted(self.asked))
            raise self.wrong(f"Unbekannte Angabe »{unknown[0]}«.{hint} Bekannt sind: {known}.", unknown[0])
