"""The definition of an index of any table: official ones of others, and what a district has in a spreadsheet.

docs/methoden/indextabellen.md explains every key and has recipes. In short::

    key = "FIPS"                     # column that names the areas
    family = "percentile"            # z_sum, percentile, exponential, pca, exceedance, given

    [[indicators]]
    column = "EP_POV"
    high = "burden"                  # or "good"
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wohnplatz.model import IndexFamily, WohnplatzError
from wohnplatz.monitoring.families import Scheme
from wohnplatz.monitoring.quantiles import TIES, TYPES

from .tables import Table


class TableFamily(StrEnum):
    """The families of an index, and a score that the table has already."""

    Z_SUM = "z_sum"
    PERCENTILE = "percentile"
    EXPONENTIAL = "exponential"
    PCA = "pca"
    EXCEEDANCE = "exceedance"
    GIVEN = "given"
    """The one indicator is the index: only ranks and classes are made."""


class TableClasses(StrEnum):
    """How the classes of an index of a table are made."""

    NONE = "none"
    LIMITS = "limits"
    QUANTILES = "quantiles"
    NATURAL = "natural"
    RANKS = "ranks"
    """By rank, 1 = most burden in class 1."""


class Closed(StrEnum):
    """To which class a value equal to a limit belongs."""

    LEFT = "left"
    """To the class above: the limit is its left end."""
    RIGHT = "right"
    MIDDLE = "middle"
    """To the side of 0 (Berlin); for fixed limits only."""


class RankRule(StrEnum):
    """How ranks become classes where the number of areas is no multiple of the number of classes."""

    FLOOR = "floor"
    CEIL = "ceil"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Areas that do not take part because of a column: a number below or above, or one of some texts."""

    column: str
    below: float | None = None
    above: float | None = None
    equals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column of the table that holds the published result."""

    column: str
    measure: str
    """``score``, ``rank``, ``class`` or ``theme_<code>``."""
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class ClassRule:
    """How classes are made."""

    kind: TableClasses = TableClasses.NONE
    count: int = 5
    shares: tuple[float, ...] = ()
    """Share of each class instead of equal ones."""
    quantile_type: int = 7
    limits: tuple[float, ...] = ()
    closed: Closed = Closed.LEFT
    rank_rule: RankRule = RankRule.FLOOR
    most_first: bool = False
    """Class 1 has the most burden; always so by ranks."""
    labels: tuple[str, ...] = ()
    """Words of the classes, from class 1 on: published classes may be words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells are read."""

    missing: tuple[float, ...] = ()
    missing_words: frozenset[str] = frozenset()
    decimal_comma: bool = False
    sheet: str = ""
    header_row: int = 0
    """Row of the sheet, from 1, that names the columns; 0 for the first filled one."""


@dataclass(frozen=True, slots=True)
class TableIndex:
    """The definition of an index of a table."""

    key: str
    columns: tuple[str, ...]
    scheme: Scheme
    themes: tuple[str, ...]
    given: bool = False
    within: str = ""
    """Column whose values part the table: each part is an index of its own (a year, a state)."""
    excluded: frozenset[str] = frozenset()
    exclusions: tuple[Exclusion, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    classes: ClassRule = ClassRule()
    reading: Reading = Reading()
    sample: bool = False
    """Standard deviations with n − 1."""
    again: bool = True
    """The sum of z-values is standardised again."""
    score_decimals: int = 9
    """Places of the index that ranks and classes go by."""


def table_index(text: str, where: str = "") -> TableIndex:
    """The definition in a TOML text. A ``WohnplatzError`` names the place of a mistake."""
    try:
        table = Table(tomllib.loads(text), where or "Definition")
    except tomllib.TOMLDecodeError as error:
        raise wrong("Die Definition ist kein gültiges TOML.", str(error)) from error
    themes = [(t.text("code"), t.number("weight", 1.0)) for t in _all(table, "themes", "code", "weight")]
    codes = [code for code, _ in themes]
    parts = _parts(table, codes)
    family = table.choice("family", TableFamily)
    if family is TableFamily.GIVEN and (len(parts) != 1 or themes):
        raise wrong("Ein fertiger Index ist genau eine Spalte ohne Themenbereiche.", "family = given")
    found = TableIndex(
        table.text("key"), tuple(p[0] for p in parts), _scheme(table, family, themes, parts), tuple(codes),
        family is TableFamily.GIVEN, table.text("within", ""), frozenset(table.texts("excluded", ())),
        _exclusions(table), _comparisons(table, codes), _classes(table), _reading(table),
        _one_of(table, "sd", ("population", "sample")) == "sample", table.flag("standardise_again", True),
        table.whole("score_decimals", 9),
    )  # fmt: skip
    table.done()
    return found


_Part = tuple[str, float, str, str]


def _parts(table: Table, codes: Sequence[str]) -> list[_Part]:
    parts = [
        (t.text("column"), t.number("weight", 1.0), t.text("theme", ""), t.text("high", "burden"))
        for t in _all(table, "indicators", "column", "weight", "theme", "high")
    ]
    if not parts:
        raise wrong("Die Definition nennt keine Indikatoren.", "[[indicators]]")
    for column, _, theme, high in parts:
        if theme not in (codes or [""]) or high not in {"burden", "good"}:
            raise wrong("Themenbereich oder Polung passen nicht.", f"Indikator {column}")
    return parts


def _all(table: Table, key: str, *known: str) -> tuple[Table, ...]:
    """The tables of a list; a key that none of them knows is a mistake, not a wish without effect."""
    found = table.tables(key)
    for one in found:
        strange = sorted(set(one.values) - set(known))
        if strange:
            raise wrong(f"Den Schlüssel „{strange[0]}“ gibt es hier nicht.", one.where)
    return found


def _scheme(
    table: Table, family: TableFamily, themes: Sequence[tuple[str, float]], parts: Sequence[_Part]
) -> Scheme:
    decimals = table.whole("decimals", -1)
    try:
        return Scheme(
            IndexFamily.Z_SUM if family is TableFamily.GIVEN else IndexFamily(family.value),
            tuple(p[1] for p in parts), tuple(p[3] == "good" for p in parts),
            tuple(tuple(n for n, p in enumerate(parts) if p[2] == code) for code, _ in themes),
            tuple(weight for _, weight in themes), table.number("exceedance_sd", 0.0),
            decimals if decimals >= 0 else None, _one_of(table, "ties", TIES),
            _one_of(table, "rounding", ("half", "down")) == "down",
            _one_of(table, "turned", ("complement", "rank")) == "rank",
        )  # fmt: skip
    except ValueError as error:
        raise wrong("Gewichte und Themenbereiche passen nicht zusammen.", str(error)) from error


def _one_of(table: Table, key: str, words: Sequence[str]) -> str:
    """One of some words, the first by default."""
    found = table.text(key, words[0])
    if found not in words:
        raise wrong(f"»{found}« ist hier nicht möglich.", table.at(key), f"Möglich: {', '.join(words)}.")
    return found


def _exclusions(table: Table) -> tuple[Exclusion, ...]:
    found = tuple(
        Exclusion(
            t.text("column"), t.optional_number("below"), t.optional_number("above"),
            frozenset(str(x) for x in t.items("equals", ())),
        )
        for t in _all(table, "exclude", "column", "below", "above", "equals")
    )  # fmt: skip
    for one in found:
        if one.below is None and one.above is None and not one.equals:
            raise wrong(
                "Es fehlt, was ausgeschlossen wird: below, above oder equals.", f"Spalte {one.column}"
            )
    return found


def _comparisons(table: Table, themes: Sequence[str]) -> tuple[Comparison, ...]:
    known = ("score", "rank", "class", *(f"theme_{code}" for code in themes))
    return tuple(
        Comparison(t.text("column"), _one_of(t, "measure", known), t.number("tolerance", 0.0))
        for t in _all(table, "compare", "column", "measure", "tolerance")
    )


def _classes(table: Table) -> ClassRule:
    kind = table.choice("class_rule", TableClasses, TableClasses.NONE)
    usual = Closed.MIDDLE if kind is TableClasses.LIMITS else Closed.LEFT
    shares = table.numbers("class_shares", ())
    found = ClassRule(
        kind, table.whole("class_count", len(shares) or 5), shares, table.whole("quantile_type", 7),
        table.numbers("limits", ()), table.choice("closed", Closed, usual),
        table.choice("rank_rule", RankRule, RankRule.FLOOR), table.flag("class_1_is_most", False),
        table.texts("class_labels", ()),
    )  # fmt: skip
    if kind is TableClasses.LIMITS and not found.limits:
        raise wrong("Für feste Grenzen fehlen die Grenzen.", "limits")
    if list(found.limits) != sorted(set(found.limits)) or not all(map(math.isfinite, found.limits)):
        raise wrong("Die Grenzen steigen nicht an.", "limits")
    if found.count < 2 or found.quantile_type not in TYPES:
        what = "Es braucht mindestens zwei Klassen und einen Quantiltyp von 1 bis 9."
        raise wrong(what, "class_count, quantile_type")
    if shares and (abs(sum(shares) - 1) > 1e-9 or min(shares) <= 0 or len(shares) != found.count):
        raise wrong("Die Anteile der Klassen ergeben zusammen nicht 1.", "class_shares")
    number = len(found.limits) + 1 if kind is TableClasses.LIMITS else found.count
    if found.labels and len(set(found.labels)) != number:
        raise wrong(f"Zu {number} Klassen gehören {number} verschiedene Namen.", "class_labels")
    if found.closed is Closed.MIDDLE and kind is not TableClasses.LIMITS:
        raise wrong("Zur Mitte hin geschlossen sind nur feste Grenzen.", "closed")
    return found


def _reading(table: Table) -> Reading:
    words = frozenset(w.strip().casefold() for w in table.texts("missing_words", ()))
    return Reading(
        table.numbers("missing", ()), words, table.flag("decimal_comma", False), table.text("sheet", ""),
        table.whole("header_row", 0),
    )  # fmt: skip


def wrong(what: str, where: str, why: str = "", todo: str = "") -> WohnplatzError:
    """A refusal that names the place in table or definition."""
    return WohnplatzError(
        what,
        where=where,
        why=why,
        todo=todo or "Bitte Tabelle und Definition vergleichen.",
        code="indicators.table_index",
    )
