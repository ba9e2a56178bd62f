"""What a publication says of itself: which columns say where a figure belongs, and what adds up to what.

A description is a small TOML file beside the tables. Its keys are German: whoever checks a publication writes
it, not whoever writes programs. Without one ``guessing.propose`` makes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from wohnplatz.disclosure import Level
from wohnplatz.text.toml import TomlKind, TomlTable, TomlText

FILE_NAME = "beschreibung.toml"
DESCRIPTION = TomlKind(
    "Die Beschreibung der Veröffentlichung ist nicht brauchbar.",
    "Bitte die Beschreibung berichtigen; »--describe« schreibt einen Vorschlag.",
    "publications.description",
)
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

    Raises ``WohnplatzError`` (``publications.description``) that names file, line and key.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DESCRIPTION.wrong(path.name, f"Die Datei ist nicht lesbar: {error.strerror}.") from error
    return _description(TomlText(data, path.name, DESCRIPTION).table())


def _description(top: TomlTable) -> Description:
    entries = top.entries("tabelle")
    if not entries:
        raise top.wrong("Es ist keine Tabelle beschrieben ([[tabelle]]).")
    tables = tuple(_table(entry) for entry in entries)
    dimensions = {name: _dimension(entry) for name, entry in top.tables("gliederung").items()}
    words = {level.word: level for level in Level}
    level = top.get("stufe", str, Level.NOT_COMPUTABLE.word)
    if level not in words:
        raise top.wrong(f"»{level}« ist unbekannt. Möglich sind: {', '.join(words)}.", "stufe")
    result = Description(
        tables, dimensions, top.whole("mindestfallzahl", 3, 2), top.get("nullen_sichtbar", bool, True),
        words[level], top.texts("gesperrt", HIDDEN_SIGNS), top.whole("toleranz", 0),
        top.whole("gerundet_auf", 1, 1), top.get("kaufmaennisch", bool, False), top.texts("ohne_schutz", ()),
    )  # fmt: skip
    top.finish()
    return result


def _table(entry: TomlTable) -> TableDescription:
    entry.get("spalten", dict)
    part = entry.part("spalten")
    columns: dict[str, Column | None] = {}
    for name, said in part.data.items():
        if said != IGNORED and not isinstance(said, dict):
            raise part.wrong(f'Erwartet wird »{IGNORED}« oder {{ anzahl = "…" }}.', name)
        columns[name] = None if said == IGNORED else _column(part.part(name))
    result = TableDescription(
        entry.get("datei", str), entry.get("blatt", str, ""), entry.words("zeilen"), entry.words("fest"),
        columns, entry.get("bekannt", bool, False),
    )  # fmt: skip
    entry.finish()
    return result


def _column(entry: TomlTable) -> Column:
    named = [kind for kind in Kind if kind in entry.data]
    if len(named) != 1:
        raise entry.wrong(f"Genau eine der Angaben {', '.join(Kind)} gehört hierher.")
    kind = named[0]
    column = Column(
        kind, entry.get(kind, str), entry.words("bei"),
        entry.get("je", str, None if kind is Kind.RATE else ""),
        entry.words("je_bei"), entry.whole("faktor", 100, 1, 100_000), entry.whole("abzug", 0, 0, 1000),
        entry.whole("stellen", 0) if "stellen" in entry.data else None, entry.get("anteil", bool, False),
        entry.words("klassen"),
    )  # fmt: skip
    entry.finish()
    if kind is Kind.DIFFERENCE and not column.per_at:
        raise entry.wrong("Eine Veränderung braucht »je_bei«: wogegen sie gerechnet ist.")
    return column


def _dimension(entry: TomlTable) -> DimensionDescription:
    sums = entry.part("summen")
    result = DimensionDescription(
        entry.texts("gesamt", ()), entry.get("summierbar", bool, True),
        {name: sums.texts(name) for name in sums.data},
    )  # fmt: skip
    entry.finish()
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
