"""What a publication says of itself: which columns say where a figure belongs, and what adds up to what.

A description is a small TOML file beside the tables. Its keys are German: whoever checks a publication writes
it, not whoever writes programs. Without one ``guessing.propose`` makes it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from wohnplatz.disclosure import Level
from wohnplatz.model import WohnplatzError

FILE_NAME = "beschreibung.toml"
SEPARATOR = " › "
"""Between the headings of a column that has several, as a spreadsheet shows them from top to bottom."""
IGNORED = "auslassen"
HIDDEN_SIGNS = ("*", ".", "•", "geheim", "geschützt", "gesperrt", "k. A.", "k.A.")
_EXPLAINED = re.compile(
    r"\W?(?:([^\s\d=:»“\"]{1,3})\W?\s*[=:–-]\s|([^\w\s]{1,3})\s).*(?:gesperrt|geheim|geschützt|datenschutz|anonym)",
    re.IGNORECASE,
)
"""``x = aus Datenschutzgründen gesperrt``: a line below a table that says what a sign means."""


class Kind(StrEnum):
    """What a column of values holds; the value is the key that names it in the description."""

    COUNT = "anzahl"
    RATE = "quote"
    DIFFERENCE = "veraenderung"
    CLASS = "klasse"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values."""

    kind: Kind
    measure: str
    """What is counted; of a rate its numerator."""
    at: Mapping[str, str] = field(default_factory=dict)
    """Dimension → category that holds for the whole column."""
    per: str = ""
    """Measure in the denominator of a rate."""
    per_at: Mapping[str, str] = field(default_factory=dict)
    """Where the denominator, or the earlier figure of a difference, stands: dimension → other category."""
    factor: int = 100
    minus: int = 0
    """Taken off the rate: 100 for a change in per cent."""
    decimals: int | None = None
    """Printed decimals; None: as many as the figures show."""
    part: bool = False
    """The numerator is part of the denominator, so that the rest is a count, too."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """What stands for a class (``3``, ``hoch``) → its limits (``10 bis unter 12``)."""


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table of a file."""

    file: str
    sheet: str
    rows: Mapping[str, str]
    """Heading of a column that says where a row belongs → dimension."""
    fixed: Mapping[str, str]
    """Dimension → category that holds for the whole table."""
    columns: Mapping[str, Column | None]
    """Heading of a column of values → what it holds; None: left out."""
    own: bool = False
    """Not published: what the intruder knows himself, such as a supplier his own figures."""


@dataclass(frozen=True, slots=True)
class DimensionDescription:
    """What of a dimension adds up."""

    totals: tuple[str, ...] = ()
    """Words for all categories together."""
    summed: bool = True
    """False where categories are never added up, such as years."""
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Category → those it consists of."""


@dataclass(frozen=True, slots=True)
class Description:
    """A publication: what its figures mean and what is to be protected."""

    tables: tuple[TableDescription, ...]
    dimensions: Mapping[str, DimensionDescription]
    threshold: int = 3
    zeros_visible: bool = True
    level: Level = Level.NOT_COMPUTABLE
    hidden: tuple[str, ...] = HIDDEN_SIGNS
    tolerance: int = 0
    """Sums may be off by this much without being a contradiction (census tables)."""
    rounding: int = 1
    """Every count is rounded to a multiple of this, each by itself."""
    nearest: bool = False
    """Rounded to the nearest multiple, not to any neighbouring one."""
    harmless: tuple[str, ...] = ()
    """Measures that count no persons, such as places in nurseries."""


@dataclass(frozen=True, slots=True)
class Left:
    """A column of values that is not attacked, and what its line in the description could be."""

    file: str
    sheet: str
    heading: str
    why: str
    line: str

    def text(self) -> str:
        """The same for people."""
        place = self.file + (f", Blatt »{self.sheet}«" if self.sheet else "")
        return f"{place}, Spalte »{self.heading}«: {self.why} In der Beschreibung: {self.line}"


def explained_signs(notes: Iterable[str]) -> tuple[str, ...]:
    """The signs that lines below a table explain as held back, beside the usual ones."""
    found = (_EXPLAINED.match(note.strip()) for note in notes)
    signs = dict.fromkeys(m[1] or m[2] for m in found if m)
    return tuple(s for s in signs if s not in HIDDEN_SIGNS)


def load_description(path: Path) -> Description:
    """The description in a TOML file.

    Raises ``WohnplatzError`` (``publications.description``) that names file and key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path.name, _unreadable(error)) from error
    return _description(_Part(data, path.name))


def _unreadable(error: Exception) -> str:
    """Why a file cannot be read, in German; of TOML the place, as the reader's own words are English."""
    if isinstance(error, tomllib.TOMLDecodeError):
        at = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"Zeile {at[1]}, Spalte {at[2]}" if at else "am Ende der Datei"
        return f"Die Datei ist nicht lesbar: kein gültiges TOML ({where})."
    if isinstance(error, UnicodeDecodeError):
        return "Die Datei ist nicht lesbar: nicht in UTF-8 geschrieben."
    return "Die Datei ist nicht lesbar."


def _wrong(where: str, why: str) -> WohnplatzError:
    return WohnplatzError(
        "Die Beschreibung der Veröffentlichung ist nicht brauchbar.",
        where=where,
        why=why,
        todo="Bitte die Beschreibung berichtigen; »--describe« schreibt einen Vorschlag.",
        code="publications.description",
    )


class _Part:
    """A section that knows its place and notices keys nobody asked for."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self.data, self.where, self.asked = data, where, set[str]()

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        self.asked.add(key)
        value = self.data.get(key, default)
        if value is None:
            raise _wrong(self.where, f"Die Angabe »{key}« fehlt.")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _wrong(f"{self.where}, {key}", f"Erwartet wird {_KINDS[kind]}, dort steht {value!r}.")
        return value

    def whole(self, key: str, default: int, least: int = 0, most: int = 10_000) -> int:
        value: int = self.get(key, int, default)
        if not least <= value <= most:
            raise _wrong(f"{self.where}, {key}", f"Erwartet wird eine ganze Zahl von {least} bis {most}.")
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        values = self.get(key, list, list(default))
        if not all(isinstance(v, str) for v in values):
            raise _wrong(f"{self.where}, {key}", "Erwartet wird eine Liste von Texten.")
        return tuple(values)

    def words(self, key: str) -> dict[str, str]:
        found = self.get(key, dict, {})
        if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in found.values()):
            raise _wrong(f"{self.where}, {key}", "Erwartet werden Texte.")
        return {name: str(value) for name, value in found.items()}

    def parts(self, key: str) -> dict[str, _Part]:
        found = self.get(key, dict, {})
        for name, entry in found.items():
            if not isinstance(entry, dict):
                raise _wrong(f"{self.where}, {key}.{name}", "Hier muss ein Abschnitt stehen.")
        return {name: _Part(entry, f"{self.where}, {key}.{name}") for name, entry in found.items()}

    def finish(self) -> None:
        unknown = sorted(set(self.data) - self.asked)
        if unknown:
            known = ", ".join(sorted(self.asked))
            raise _wrong(self.where, f"Unbekannte Angabe »{unknown[0]}«. Bekannt sind: {known}.")


_KINDS = {
    str: "ein Text",
    int: "eine ganze Zahl",
    bool: "true oder false",
    dict: "ein Abschnitt",
    list: "eine Liste",
}


def _description(part: _Part) -> Description:
    entries = part.get("tabelle", list, [])
    if not entries or not all(isinstance(e, dict) for e in entries):
        raise _wrong(part.where, "Es ist keine Tabelle beschrieben ([[tabelle]]).")
    tables = [_table(_Part(e, f"{part.where}, {i}. tabelle")) for i, e in enumerate(entries, 1)]
    dimensions = {name: _dimension(entry) for name, entry in part.parts("gliederung").items()}
    words = {level.word: level for level in Level}
    level = part.get("stufe", str, Level.NOT_COMPUTABLE.word)
    if level not in words:
        raise _wrong(f"{part.where}, stufe", f"Möglich sind: {', '.join(words)}.")
    result = Description(
        tuple(tables), dimensions, part.whole("mindestfallzahl", 3, 2),
        part.get("nullen_sichtbar", bool, True), words[level], part.texts("gesperrt", HIDDEN_SIGNS),
        part.whole("toleranz", 0), part.whole("gerundet_auf", 1, 1),
        part.get("kaufmaennisch", bool, False),
        part.texts("ohne_schutz"),
    )  # fmt: skip
    part.finish()
    return result


def _table(part: _Part) -> TableDescription:
    columns: dict[str, Column | None] = {}
    for name, entry in part.get("spalten", dict).items():
        where = f"{part.where}, spalten.{name}"
        if entry == IGNORED:
            columns[name] = None
        elif isinstance(entry, dict):
            columns[name] = _column(_Part(entry, where))
        else:
            raise _wrong(where, f'Erwartet wird »{IGNORED}« oder {{ anzahl = "…" }}.')
    result = TableDescription(
        part.get("datei", str), part.get("blatt", str, ""), part.words("zeilen"), part.words("fest"), columns,
        part.get("bekannt", bool, False),
    )  # fmt: skip
    part.finish()
    return result


def _column(part: _Part) -> Column:
    named = [kind for kind in Kind if kind in part.data]
    if len(named) != 1:
        raise _wrong(part.where, f"Genau eine der Angaben {', '.join(Kind)} gehört hierher.")
    kind = named[0]
    measure = part.get(kind, str)
    decimals = part.whole("stellen", 0) if "stellen" in part.data else None
    column = Column(
        kind, measure, part.words("bei"), part.get("je", str, "" if kind is not Kind.RATE else None),
        part.words("je_bei"), part.whole("faktor", 100, 1, 100_000), part.whole("abzug", 0, 0, 1000),
        decimals, part.get("anteil", bool, False), part.words("klassen"),
    )  # fmt: skip
    part.finish()
    if kind is Kind.DIFFERENCE and not column.per_at:
        raise _wrong(part.where, "Eine Veränderung braucht »je_bei«: wogegen sie gerechnet ist.")
    return column


def _dimension(part: _Part) -> DimensionDescription:
    sums = part.get("summen", dict, {})
    for name, members in sums.items():
        if not isinstance(members, list) or not all(isinstance(m, str) for m in members):
            raise _wrong(f"{part.where}, summen.{name}", "Erwartet wird eine Liste von Texten.")
    result = DimensionDescription(
        part.texts("gesamt"), part.get("summierbar", bool, True), {n: tuple(m) for n, m in sums.items()}
    )
    part.finish()
    return result


def to_toml(description: Description, notes: tuple[str, ...] = (), left: tuple[Left, ...] = ()) -> str:
    """The description as a file for people, which ``load_description`` reads back; ``notes`` as comments.

    So is what was ``left``: it stays unattacked, and is said to be, until somebody writes its line.
    """
    lines = [
        "# Beschreibung einer Veröffentlichung für »wohnplatz audit«.",
        "# Erläuterung: docs/handbuch/veroeffentlichungen-pruefen.md",
        *(f"# {note}" for note in notes),
        "",
        f"mindestfallzahl = {description.threshold}   # Zahlen von 1 bis darunter sind schutzbedürftig",
        f"nullen_sichtbar = {text_of(description.zeros_visible)}   # false: Gesperrtes kann auch 0 sein",
        f"stufe = {text_of(description.level.word)}",
        f"gesperrt = {text_of(list(description.hidden))}   # Zeichen für gesperrte Zahlen",
        f"toleranz = {description.tolerance}   # um so viel dürfen Summen abweichen",
        f"gerundet_auf = {description.rounding}   # 1: nicht gerundet",
        f"kaufmaennisch = {text_of(description.nearest)}   # true: gerundet auf das nächste Vielfache",
        f"ohne_schutz = {text_of(list(description.harmless))}   # Merkmale, die keine Personen zählen",
    ]
    for table in description.tables:
        lines += ["", *_table_lines(table, [one for one in left if _is_of(one, table)])]
    for name, dimension in description.dimensions.items():
        lines += ["", *_dimension_lines(name, dimension)]
    return "\n".join(lines) + "\n"


def _is_of(one: Left, table: TableDescription) -> bool:
    return (one.file, one.sheet) == (table.file, table.sheet)


def _table_lines(table: TableDescription, left: Sequence[Left]) -> list[str]:
    lines = ["[[tabelle]]", f"datei = {text_of(table.file)}"]
    lines += [f"blatt = {text_of(table.sheet)}"] if table.sheet else []
    lines += [f"zeilen = {_inline(table.rows)}"] if table.rows else []
    lines += [f"fest = {_inline(table.fixed)}"] if table.fixed else []
    lines += ["bekannt = true"] if table.own else []
    lines.append("[tabelle.spalten]")
    lines += [f"# {one.line}   # nicht angegriffen: {one.why}" for one in left]
    named = {one.heading for one in left}
    columns = ((name, column) for name, column in table.columns.items() if name not in named)
    return [*lines, *(f"{text_of(name)} = {_column_text(column)}" for name, column in columns)]


def _column_text(column: Column | None) -> str:
    if column is None:
        return text_of(IGNORED)
    parts = [f"{column.kind} = {text_of(column.measure)}"]
    parts += [f"bei = {_inline(column.at)}"] if column.at else []
    parts += [f"je = {text_of(column.per)}"] if column.per else []
    parts += [f"je_bei = {_inline(column.per_at)}"] if column.per_at else []
    if column.kind is Kind.RATE or (column.kind is Kind.CLASS and column.per):
        parts.append(f"faktor = {column.factor}")
        parts += [f"abzug = {column.minus}"] if column.minus else []
        parts += ["anteil = true"] if column.part else []
    parts += [f"klassen = {_inline(column.classes)}"] if column.classes else []
    parts += [f"stellen = {column.decimals}"] if column.decimals is not None else []
    return f"{{ {', '.join(parts)} }}"


def _dimension_lines(name: str, dimension: DimensionDescription) -> list[str]:
    lines = [f"[gliederung.{text_of(name)}]"]
    lines += [f"gesamt = {text_of(list(dimension.totals))}"] if dimension.totals else []
    lines += [] if dimension.summed else ["summierbar = false"]
    lines += [f"[gliederung.{text_of(name)}.summen]"] if dimension.sums else []
    return [*lines, *(f"{text_of(n)} = {text_of(list(m))}" for n, m in dimension.sums.items())]


def _inline(words: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{text_of(k)} = {text_of(v)}' for k, v in words.items())} }}"


def text_of(value: object) -> str:
    """A text, truth value or list of texts as TOML writes it; JSON's form of these is TOML, too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
