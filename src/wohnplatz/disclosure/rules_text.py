"""A rule file as text: sections that know their line, and notice what is wrong or what nobody asked for."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from ..model import WohnplatzError

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
TODO = "Bitte die Regeldatei berichtigen; vorher wird nichts ausgegeben."


def wrong(where: str, what: str, todo: str = TODO) -> WohnplatzError:
    """What is wrong with a rule file, and where."""
    return WohnplatzError(
        "Die Schutzregeln sind nicht brauchbar.", where=where, why=what, todo=todo, code="disclosure.rules"
    )


class RuleText:
    """The text of a rule file with its name, the line of every key, and what was found wrong so far."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise wrong(
                name, "Die Datei ist nicht lesbar: Sie ist nicht in UTF-8 gespeichert.",
                "Bitte im Editor mit der Kodierung UTF-8 speichern.",
            ) from error  # fmt: skip
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _unreadable(name, text, str(error)) from error
        self.lines = _lines(text)
        self.problems: list[WohnplatzError] = []

    def table(self) -> Table:
        """The whole file."""
        return Table(self.data, (), self)

    def where(self, section: Path, key: str = "") -> str:
        """File, line, section and key in words; the line of the nearest section where a key is absent."""
        path = (*section, key) if key else section
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 0)
        parts = [self.name, f"Zeile {line}" if line else "", ".".join(section), key]
        return ", ".join(p for p in parts if p)


def _unreadable(name: str, text: str, said: str) -> WohnplatzError:
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
    return wrong(f"{name}, Zeile {number}", f"Die Datei ist nicht lesbar.{shown} {why}")


def _as_written(value: Any) -> str:
    """A value as a rule file writes it."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _lines(text: str) -> dict[Path, int]:
    """Line of every section and key; a key within a text of several lines may be taken for one."""
    found: dict[Path, int] = {}
    inside: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            inside = _parts(header[1])
            found.setdefault(inside, number)
        elif key := _KEY.match(line):
            found.setdefault((*inside, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> Path:
    return tuple(p.strip().strip("\"'") for p in dotted.split("."))


class Table:
    """A section that knows its place and notices keys nobody asked for."""

    def __init__(self, data: Mapping[str, Any], path: Path, text: RuleText) -> None:
        self.data, self.path, self.text, self.asked = data, path, text, set[str]()

    def wrong(self, what: str, key: str = "", todo: str = TODO) -> WohnplatzError:
        """What is wrong here, with file, line and key."""
        return wrong(self.text.where(self.path, key), what, todo)

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """The value of a key; the error names what is absent or of another kind."""
        self.asked.add(key)
        value = self.data.get(key, default)
        if value is None:
            raise self.wrong(f"Die Angabe »{key}« fehlt.")
        # bool is a number in Python; a rule that says `minimum_count = true` is a mistake.
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

    def tables(self, key: str) -> dict[str, Table]:
        """The sections below a key."""
        data = self.get(key, dict, {})
        for name, entry in data.items():
            if not isinstance(entry, dict):
                raise wrong(self.text.where((*self.path, key, name)), "Hier muss ein Abschnitt stehen.")
        return {name: Table(entry, (*self.path, key, name), self.text) for name, entry in data.items()}

    def part(self, key: str) -> Table:
        """A section of its own; an absent one is empty."""
        return Table(self.get(key, dict, {}), (*self.path, key), self.text)

    def finish(self) -> None:
        """Refuse keys that nobody asked for: a limit with a slip in its name would silently not hold."""
        unknown = sorted(set(self.data) - self.asked)
        if unknown:
            meant = get_close_matches(unknown[0], self.asked, 1)
            hint = f" Gemeint ist vielleicht »{meant[0]}«." if meant else ""
            known = ", ".join(sorted(self.asked))
            raise self.wrong(f"Unbekannte Angabe »{unknown[0]}«.{hint} Bekannt sind: {known}.", unknown[0])
