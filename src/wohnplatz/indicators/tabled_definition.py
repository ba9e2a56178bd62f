"""What an index of a table is made of, read from a TOML text (the form: docs/methoden/sozialindex.md)."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wohnplatz.model import IndexFamily, WohnplatzError
from wohnplatz.monitoring.families import TOTALS, Scheme
from wohnplatz.monitoring.quantiles import TIES, TYPES

from .tables import Table


class TableClasses(StrEnum):
    """How the classes of an index of a table are made."""

    NONE = "none"
    LIMITS = "limits"
    QUANTILES = "quantiles"
    NATURAL = "natural"
    RANKS = "ranks"
    """By rank, 1 = most burden in class 1: ⌊(rank − 1)·k/N⌋ + 1."""
    RANKS_DOWN = "ranks_down"
    """By rank: ⌈rank·k/N⌉."""
    RANKS_EVEN = "ranks_even"
    """By rank: the first classes hold one more each."""


class Transform(StrEnum):
    """What is done to the numbers of a column first."""

    NONE = "none"
    LN = "ln"
    LN1P = "ln1p"
    """ln(x + 1)"""


class Deviation(StrEnum):
    """The form of the standard deviation."""

    POPULATION = "population"
    SAMPLE = "sample"


class Over(StrEnum):
    """What components and ranges run over where the rows fall into groups."""

    GROUP = "group"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that goes into the index."""

    name: str
    transform: Transform = Transform.NONE
    minus: str = ""
    """A column whose number is taken away: the change since then."""


@dataclass(frozen=True, slots=True)
class TableIndex:
    """The definition of an index of a table."""

    key: str
    columns: tuple[Column, ...]
    scheme: Scheme
    themes: tuple[str, ...]
    within: str = ""
    population: str = ""
    minimum_population: float = 0.0
    missing: tuple[float, ...] = ()
    missing_words: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    classes: TableClasses = TableClasses.NONE
    class_count: int = 5
    class_merge: tuple[int, ...] = ()
    """What each class is called in the end: ``[1, 2, 2, 2, 3]`` makes three of five."""
    quantile_type: int = 7
    limits: tuple[float, ...] = ()
    score_decimals: int | None = None
    sample: bool = False
    decimal_comma: bool = False
    thousands_comma: bool = False
    sheet: str = ""
    header_row: int = 0
    """Row of the table that names the columns, from 1; 0: the first that holds something."""


def table_index(text: str, where: str = "") -> TableIndex:
    """The definition in a TOML text. A ``WohnplatzError`` names the place of a mistake."""
    try:
        table = Table(tomllib.loads(text), where or "Definition")
    except tomllib.TOMLDecodeError as error:
        raise wrong("Die Definition ist kein gültiges TOML.", str(error)) from error
    themes = [(t.text("code"), t.number("weight", 1.0)) for t in table.tables("themes")]
    columns, scheme = _scheme(table, themes)
    found = TableIndex(
        table.text("key"), columns, scheme, tuple(code for code, _ in themes), table.text("within", ""),
        table.text("population", ""), table.number("minimum_population", 0.0), table.numbers("missing", ()),
        frozenset(table.texts("missing_words", ())), frozenset(table.texts("excluded", ())),
        table.choice("class_rule", TableClasses, TableClasses.NONE), table.whole("class_count", 5),
        tuple(int(x) for x in table.numbers("class_merge", ())), table.whole("quantile_type", 7),
        table.numbers("limits", ()), _places(table, "score_decimals"),
        table.choice("deviation", Deviation, Deviation.POPULATION) is Deviation.SAMPLE,
        table.flag("decimal_comma", False), table.flag("thousands_comma", False), table.text("sheet", ""),
        table.whole("header_row", 0),
    )  # fmt: skip
    table.done()
    _check(found)
    return found


def _scheme(table: Table, themes: Sequence[tuple[str, float]]) -> tuple[tuple[Column, ...], Scheme]:
    codes = [code for code, _ in themes]
    parts, columns, limits = [], [], []
    for entry in table.tables("indicators"):
        name = entry.text("column")
        columns.append(
            Column(name, entry.choice("transform", Transform, Transform.NONE), entry.text("minus", ""))
        )
        parts.append((entry.number("weight", 1.0), entry.text("theme", ""), entry.text("high", "burden")))
        limits.append(entry.optional_number("limit"))
        entry.done()
        if parts[-1][1] not in (codes or [""]) or parts[-1][2] not in {"burden", "good"}:
            raise wrong("Themenbereich oder Polung passen nicht.", f"Indikator {name}")
    if not parts:
        raise wrong("Die Definition nennt keine Indikatoren.", "[[indicators]]")
    own = tuple(math.nan if x is None else x for x in limits) if any(x is not None for x in limits) else ()
    try:
        return tuple(columns), Scheme(
            table.choice("family", IndexFamily), tuple(p[0] for p in parts),
            tuple(p[2] == "good" for p in parts),
            tuple(tuple(n for n, p in enumerate(parts) if p[1] == code) for code in codes),
            tuple(weight for _, weight in themes), table.number("exceedance_sd", 0.0),
            table.optional_number("exceedance_rank"), own, _places(table, "decimals"),
            _word(table, "ties", TIES, "min"), _word(table, "total", TOTALS, ""),
            table.choice("components", Over, Over.GROUP) is Over.ALL,
            table.choice("theme_range", Over, Over.GROUP) is Over.ALL,
        )  # fmt: skip
    except ValueError as error:
        raise wrong("Gewichte und Themenbereiche passen nicht zusammen.", str(error)) from error


def _places(table: Table, key: str) -> int | None:
    places = table.whole(key, -1)
    return places if places >= 0 else None


def _word(table: Table, key: str, words: Sequence[str], default: str) -> str:
    written = table.text(key, default)
    if written not in words:
        raise wrong(f"»{written}« ist hier nicht möglich.", table.at(key), f"Möglich: {', '.join(words)}.")
    return written


def _check(found: TableIndex) -> None:
    if found.classes is TableClasses.LIMITS and not found.limits:
        raise wrong("Für feste Grenzen fehlen die Grenzen.", "limits")
    if list(found.limits) != sorted(set(found.limits)) or not all(map(math.isfinite, found.limits)):
        raise wrong("Die Grenzen steigen nicht an.", "limits")
    if found.class_count < 2 or found.quantile_type not in TYPES:
        raise wrong(
            "Es braucht mindestens zwei Klassen und einen Quantiltyp von 1 bis 9.",
            "class_count, quantile_type",
        )
    count = len(found.limits) + 1 if found.classes is TableClasses.LIMITS else found.class_count
    if found.class_merge and (len(found.class_merge) != count or min(found.class_merge) < 1):
        raise wrong(f"class_merge nennt für jede der {count} Klassen eine Zahl ab 1.", "class_merge")
    if bool(found.population) != (found.minimum_population > 0):
        raise wrong(
            "Spalte und Mindestzahl der Einwohner gehören zusammen.", "population, minimum_population"
        )
    if (found.scheme.pooled or found.scheme.common_range) and found.scheme.family is not IndexFamily.PCA:
        raise wrong("Nur Hauptkomponenten werden über Gruppen hinweg gebildet.", "components, theme_range")
    if found.scheme.common_range and not found.scheme.pooled:
        raise wrong("Ein gemeinsamer Wertebereich braucht gemeinsame Komponenten.", "theme_range")


def wrong(what: str, where: str, why: str = "") -> WohnplatzError:
    """What does not fit between a table and the definition of its index."""
    return WohnplatzError(
        what,
        where=where,
        why=why,
        todo="Bitte Tabelle und Definition vergleichen.",
        code="indicators.table_index",
    )
