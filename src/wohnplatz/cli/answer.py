"""What commands answer with, how it is printed, and progress on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from wohnplatz.model import Finding, WohnplatzError
from wohnplatz.text import day, timestamp

OK, REFUSED, USAGE, INCOMPLETE = 0, 1, 2, 3
"""3: nothing is wrong in what was looked at, but not all of it could be."""
PLAIN_SPACES = {0xA0: " ", 0x202F: " "}
"""A terminal breaks no lines at words, but people search its output: no-break spaces become plain ones."""
SEVERITIES = {"error": "Fehler", "warning": "Warnung", "note": "Hinweis"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A command's answer: ``data`` for machines (JSON), ``text`` for people, and the exit code."""

    data: Any
    text: str
    code: int = OK


def show(answer: Answer, *, as_json: bool) -> int:
    """Print an answer and give its exit code."""
    if as_json:
        print(json.dumps(answer.data, ensure_ascii=False, indent=2, default=_plain))
    elif answer.text:
        print(answer.text.translate(PLAIN_SPACES))
    return answer.code


def refusal(error: WohnplatzError) -> Answer:
    """An error as an answer: every part of it under its own name."""
    parts = {
        "code": error.code,
        "what": error.what,
        "where": error.where,
        "why": error.why,
        "todo": error.todo,
    }
    found: Sequence[Finding] = getattr(error, "findings", ())
    data = {"error": parts, "findings": [f.as_dict() for f in found]}
    text = "\n".join([error.text(), *(finding(f.as_dict()) for f in found)])
    return Answer(data, text, REFUSED)


def finding(entry: Mapping[str, Any]) -> str:
    """One finding in one or two lines."""
    place = [
        f"Blatt {entry['sheet']}" if entry["sheet"] else "",
        f"Zeile {entry['row']}" if entry["row"] else "",
        f"Spalte {entry['column']}" if entry["column"] else "",
        f"Gebiet {entry['area']}" if entry["area"] else "",
    ]
    where = ", ".join(p for p in place if p)
    head = f"{SEVERITIES[entry['severity']]}{f' ({where})' if where else ''}: {entry['message']}"
    return f"{head}\n    {entry['advice']} [{entry['code']}]"


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], empty: str) -> str:
    """Rows as aligned text with German headings (column key → heading); ``empty`` where there are none."""
    if not rows:
        return empty
    cells = [list(columns.values()), *([_text(row.get(key)) for key in columns] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("─" * w for w in widths))
    return "\n".join(lines)


def progress_bar(label: str) -> tuple[Callable[[str, int, int], None], Callable[[], None]]:
    """A bar on the error stream (none where that is no terminal): functions to move and to close it."""
    bar = tqdm(desc=label, total=0, leave=False, disable=None, file=sys.stderr, unit="", dynamic_ncols=True)

    def move(step: str, done: int, total: int) -> None:
        bar.total, bar.n = total, done
        bar.set_postfix_str(step, refresh=False)
        bar.refresh()

    return move, bar.close


def save(path: Path, data: bytes) -> None:
    """Write a file; WohnplatzError where that is not possible."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise WohnplatzError(
            "Die Datei ließ sich nicht schreiben.", where=f"{path}: {error.strerror}", code="cli.write"
        ) from error


def load(path: Path) -> bytes:
    """Read a file; WohnplatzError where that is not possible."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise WohnplatzError(
            "Die Datei ließ sich nicht lesen.", where=f"{path}: {error.strerror}", code="cli.read"
        ) from error


def files_of(path: Path) -> dict[str, bytes]:
    """A file under its name, or all files of a folder by their names in it."""
    if not path.is_dir():
        return {path.name: load(path)}
    found = sorted(p for p in path.rglob("*") if p.is_file())
    return {p.relative_to(path).as_posix(): load(p) for p in found}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return timestamp(value)
    return day(value) if isinstance(value, date) else str(value)
