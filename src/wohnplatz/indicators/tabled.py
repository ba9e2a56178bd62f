"""An index of any table: for official tables of others, and for what a district has in a spreadsheet.

The definition is a TOML file::

    key = "FIPS"                     # column that names the areas
    family = "percentile"            # z_sum, percentile, exponential, pca, exceedance
    missing = [-999]                 # numbers that stand for "no figure"
    excluded = ["35039"]             # areas left out by declaration
    decimals = 4                     # rounding of percentile ranks
    class_rule = "quantiles"         # limits, quantiles, natural, ranks
    class_count = 5
    quantile_type = 7
    limits = [-1.0, 1.0, 1.5]        # for class_rule = "limits"
    decimal_comma = false            # how numbers in text cells are written
    sheet = "Tabelle1"               # of a workbook; the first by default

    [[themes]]
    code = "income"
    weight = 1.0

    [[indicators]]
    column = "EP_POV"
    weight = 1.0
    theme = "income"
    high = "burden"                  # or "good"
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from wohnplatz.intake.cells import Cell, cell_text
from wohnplatz.intake.findings import UnreadableFileError
from wohnplatz.intake.limits import Limits
from wohnplatz.intake.sheets import Table as SheetTable
from wohnplatz.intake.sheets import is_filled, open_tables
from wohnplatz.model import ClassMethod, IndexFamily, WohnplatzError
from wohnplatz.monitoring import classify, index_classes
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.quantiles import TYPES, quantile_classes, rank_classes, ranks
from wohnplatz.text import plural

from .tables import Table

Floats = npt.NDArray[np.float64]


class TableClasses(StrEnum):
    """How the classes of an index of a table are made."""

    NONE = "none"
    LIMITS = "limits"
    QUANTILES = "quantiles"
    NATURAL = "natural"
    RANKS = "ranks"
    """By rank, 1 = most burden in class 1: ⌊(rank − 1)·k/N⌋ + 1."""


@dataclass(frozen=True, slots=True)
class TableIndex:
    """The definition of an index of a table."""

    key: str
    columns: tuple[str, ...]
    scheme: Scheme
    themes: tuple[str, ...]
    missing: tuple[float, ...] = ()
    excluded: frozenset[str] = frozenset()
    classes: TableClasses = TableClasses.NONE
    class_count: int = 5
    quantile_type: int = 7
    limits: tuple[float, ...] = ()
    decimal_comma: bool = False
    sheet: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TableResult:
    """The index of n areas; NaN, 0 and "" where an area has none."""

    keys: tuple[str, ...]
    score: Floats
    rank: Floats
    classes: npt.NDArray[np.int64]
    themes: Floats
    """(n, t)"""
    theme_names: tuple[str, ...]
    why: tuple[str, ...]
    """German words why an area has no index."""


def table_index(text: str, where: str = "") -> TableIndex:
    """The definition in a TOML text. A ``WohnplatzError`` names the place of a mistake."""
    try:
        table = Table(tomllib.loads(text), where or "Definition")
    except tomllib.TOMLDecodeError as error:
        raise _wrong("Die Definition ist kein gültiges TOML.", str(error)) from error
    themes = [(t.text("code"), t.number("weight", 1.0)) for t in table.tables("themes")]
    codes = [code for code, _ in themes]
    parts = [
        (t.text("column"), t.number("weight", 1.0), t.text("theme", ""), t.text("high", "burden"))
        for t in table.tables("indicators")
    ]
    if not parts:
        raise _wrong("Die Definition nennt keine Indikatoren.", "[[indicators]]")
    for column, _, theme, high in parts:
        if theme not in (codes or [""]) or high not in {"burden", "good"}:
            raise _wrong("Themenbereich oder Polung passen nicht.", f"Indikator {column}")
    try:
        scheme = Scheme(
            table.choice("family", IndexFamily),
            tuple(p[1] for p in parts), tuple(p[3] == "good" for p in parts),
            tuple(tuple(n for n, p in enumerate(parts) if p[2] == code) for code in codes),
            tuple(weight for _, weight in themes), table.number("exceedance_sd", 0.0),
            decimals if (decimals := table.whole("decimals", -1)) >= 0 else None, table.text("ties", "min"),
        )  # fmt: skip
    except ValueError as error:
        raise _wrong("Gewichte und Themenbereiche passen nicht zusammen.", str(error)) from error
    found = TableIndex(
        table.text("key"), tuple(p[0] for p in parts), scheme, tuple(codes), table.numbers("missing", ()),
        frozenset(table.texts("excluded", ())), table.choice("class_rule", TableClasses, TableClasses.NONE),
        table.whole("class_count", 5), table.whole("quantile_type", 7), table.numbers("limits", ()),
        table.flag("decimal_comma", False), table.text("sheet", ""),
    )  # fmt: skip
    table.done()
    _check_classes(found)
    return found


def compute_table_index(data: bytes, filename: str, definition: TableIndex) -> TableResult:
    """The index of every row of a table (CSV, XLSX, XLS, ODS; the first filled row names the columns).

    Raises ``WohnplatzError`` for a file that cannot be read, a column that is not there and a key that is
    empty or occurs twice.
    """
    header, rows = _opened(data, filename, definition.sheet)
    keys = tuple(cell_text(row[_place(header, definition.key)]).strip() for row in rows)
    _check_keys(keys)
    places = [_place(header, column) for column in definition.columns]
    values = np.array([[_number(row[p], definition) for p in places] for row in rows]).reshape(
        len(rows), len(places)
    )
    use = np.array([key not in definition.excluded for key in keys], dtype=np.bool_)
    found = index_values(values, definition.scheme, use)
    # Sums that print equal are equal: last bits must not make ranks.
    rank = ranks(np.round(found.score, 9))
    reason = {
        "all_constant": "alle Indikatoren sind überall gleich",
        "too_few_areas": "weniger als zwei Gebiete mit allen Angaben",
    }
    why = tuple(
        ""
        if np.isfinite(score)
        else "ausgeschlossen"
        if not taken
        else reason.get(found.reason, "eine Angabe fehlt")
        for score, taken in zip(found.score, use, strict=True)
    )
    themes = found.themes if definition.themes else found.themes[:, :0]
    return TableResult(
        keys, found.score, rank, _classed(definition, found.score, rank), themes, definition.themes, why
    )


def _opened(data: bytes, filename: str, sheet: str) -> tuple[list[str], list[list[Cell]]]:
    try:
        tables = open_tables(data, filename, Limits.job)
    except UnreadableFileError as error:
        raise _wrong("Die Tabelle lässt sich nicht lesen.", filename, str(error)) from error
    chosen: SheetTable | None = next(
        (t for t in tables if (t.name == sheet if sheet else not t.is_empty())), None
    )
    if chosen is None:
        names = ", ".join(t.name for t in tables if t.name)
        raise _wrong(f"Das Blatt „{sheet}“ gibt es nicht.", filename, f"Vorhanden: {names or 'keines'}.")
    filled = [row for row in chosen.rows if is_filled(row)]
    if len(filled) < 2:
        raise _wrong("Die Tabelle hat keine Zeilen.", filename)
    header = [" ".join(cell_text(cell).split()) for cell in filled[0]]
    return header, [row + [None] * (len(header) - len(row)) for row in filled[1:]]


def _place(header: Sequence[str], column: str) -> int:
    if header.count(column) != 1:
        word = "gibt es nicht" if column not in header else "gibt es mehrmals"
        raise _wrong(f"Die Spalte „{column}“ {word}.", "erste Zeile", f"Vorhanden: {', '.join(header[:30])}.")
    return header.index(column)


def _check_keys(keys: Sequence[str]) -> None:
    if not all(keys):
        raise _wrong(
            "Eine Zeile hat keinen Gebietsschlüssel.", f"Zeile {list(keys).index('') + 2} der Tabelle"
        )
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if list(keys).count(key) > 1)
        raise _wrong("Ein Gebietsschlüssel kommt mehrmals vor.", twice)


def _number(cell: Cell, definition: TableIndex) -> float:
    """A number, NaN for everything else: signs, empty cells, words."""
    if isinstance(cell, bool) or cell is None:
        return math.nan
    if isinstance(cell, int | float):
        value = float(cell)
    else:
        written = cell_text(cell).strip()
        if definition.decimal_comma:
            written = written.replace(".", "").replace(",", ".")
        try:
            value = float(written)
        except ValueError:
            return math.nan
    return math.nan if value in definition.missing or not math.isfinite(value) else value


def _classed(definition: TableIndex, score: Floats, rank: Floats) -> npt.NDArray[np.int64]:
    count = definition.class_count
    if definition.classes is TableClasses.LIMITS:
        return index_classes(score, definition.limits)
    if definition.classes is TableClasses.QUANTILES:
        return quantile_classes(score, count, kind=definition.quantile_type)
    if definition.classes is TableClasses.RANKS:
        return rank_classes(rank, count)
    result = np.zeros(len(score), dtype=np.int64)
    if definition.classes is TableClasses.NATURAL:
        classes = classify(score, ClassMethod.NATURAL, count)
        known = np.isfinite(score)
        result[known] = [classes.index(x) + 1 for x in score[known]]
    return result


def _check_classes(found: TableIndex) -> None:
    if found.classes is TableClasses.LIMITS and not found.limits:
        raise _wrong("Für feste Grenzen fehlen die Grenzen.", "limits")
    if list(found.limits) != sorted(set(found.limits)) or not all(map(math.isfinite, found.limits)):
        raise _wrong("Die Grenzen steigen nicht an.", "limits")
    if found.class_count < 2 or found.quantile_type not in TYPES:
        raise _wrong(
            "Es braucht mindestens zwei Klassen und einen Quantiltyp von 1 bis 9.",
            "class_count, quantile_type",
        )


def _wrong(what: str, where: str, why: str = "") -> WohnplatzError:
    return WohnplatzError(
        what,
        where=where,
        why=why,
        todo="Bitte Tabelle und Definition vergleichen.",
        code="indicators.table_index",
    )


def summary(result: TableResult) -> str:
    """One German sentence about how many areas have an index."""
    with_index = int(np.isfinite(result.score).sum())
    return f"{plural(with_index, 'Gebiet', 'Gebiete')} mit Index, {len(result.keys) - with_index} ohne."
