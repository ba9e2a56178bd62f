"""An index of any table: for official tables of others, and for what a district has in a spreadsheet.

The definition is a TOML file; docs/methoden/sozialindex.md lists its keys, docs/beispiele/index holds ready
ones for official indices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import ClassMethod
from wohnplatz.monitoring import classify, index_classes
from wohnplatz.monitoring.families import FamilyResult, index_values, pooled_values
from wohnplatz.monitoring.quantiles import quantile_classes, rank_classes, ranks
from wohnplatz.text import plural

from .tabled_definition import TableClasses, TableIndex, table_index
from .tabled_reading import read_rows

__all__ = ["TableIndex", "TableResult", "compute_table_index", "summary", "table_index"]

Floats = npt.NDArray[np.float64]
REASONS = {
    "all_constant": "alle Indikatoren sind überall gleich",
    "too_few_areas": "weniger als zwei Gebiete mit allen Angaben",
}
RANK_LIMITS = {TableClasses.RANKS: "up", TableClasses.RANKS_DOWN: "down", TableClasses.RANKS_EVEN: "even"}


@dataclass(frozen=True, slots=True, eq=False)
class TableResult:
    """The index of n areas; NaN, 0 and "" where an area has none."""

    keys: tuple[str, ...]
    group: tuple[str, ...]
    """Year, state … within which the index is made; "" everywhere where there is none."""
    score: Floats
    rank: Floats
    classes: npt.NDArray[np.int64]
    themes: Floats
    """(n, t)"""
    theme_names: tuple[str, ...]
    parts: Floats
    """(n, k) what each indicator brings in before it is weighted: z-value, percentile rank …"""
    part_names: tuple[str, ...]
    why: tuple[str, ...]
    """German words why an area has no index."""
    notes: tuple[str, ...]
    """German sentences about cells that could not be read."""


def compute_table_index(data: bytes, filename: str, definition: TableIndex) -> TableResult:
    """The index of every row of a table (CSV, XLSX, XLS, ODS).

    Raises ``WohnplatzError`` for a file that cannot be read, a column that is not there and a key that is
    empty or occurs twice.
    """
    rows = read_rows(data, filename, definition)
    n, t = len(rows.keys), len(definition.themes)
    places = {name: [i for i, g in enumerate(rows.group) if g == name] for name in dict.fromkeys(rows.group)}
    groups = [np.array(place, dtype=np.int64) for place in places.values()]
    excluded = np.array([key in definition.excluded for key in rows.keys], dtype=np.bool_)
    small = ~(rows.people >= definition.minimum_population)
    use = ~excluded & ~small
    score, rank = np.full(n, np.nan), np.full(n, np.nan)
    themes, parts = np.full((n, t), np.nan), np.full(rows.values.shape, np.nan)
    classes, why = np.zeros(n, dtype=np.int64), [""] * n
    for at, found in _found(rows.values, definition, groups, use):
        score[at] = _finished(found.score, definition)
        themes[at] = found.themes if t else found.themes[:, :0]
        parts[at] = found.contributions
        # Sums that print equal are equal: last bits must not make ranks.
        rank[at] = ranks(np.round(score[at], 9))
        classes[at] = _merged(definition, _classed(definition, score[at], rank[at]))
        for i in at[~np.isfinite(score[at])]:
            why[i] = REASONS.get(found.reason, "eine Angabe fehlt")
    for i in range(n):
        if not use[i]:
            why[i] = "ausgeschlossen" if excluded[i] else "zu wenige Einwohner"
    names = tuple(column.name for column in definition.columns)
    return TableResult(
        rows.keys, rows.group, score, rank, classes, themes, definition.themes, parts, names, tuple(why),
        rows.notes,
    )  # fmt: skip


def _found(
    values: Floats, definition: TableIndex, groups: list[npt.NDArray[np.int64]], use: npt.NDArray[np.bool_]
) -> list[tuple[npt.NDArray[np.int64], FamilyResult]]:
    """The rows of each group, and their index."""
    if not definition.scheme.pooled:
        return [(at, index_values(values[at], definition.scheme, use[at])) for at in groups]
    whole = pooled_values(values, definition.scheme, groups, use)
    return [
        (
            at,
            FamilyResult(
                whole.score[at], whole.themes[at], whole.contributions[at], whole.used[at], whole.constant,
                whole.reason,
            ),
        )
        for at in groups
    ]  # fmt: skip


def _finished(score: Floats, definition: TableIndex) -> Floats:
    """The score in the publisher's form: sample deviation, rounding."""
    n = int(np.isfinite(score).sum())
    if definition.sample and definition.scheme.family.value == "z_sum" and n:
        score = score * np.sqrt((n - 1) / n)
    return score if definition.score_decimals is None else np.round(score, definition.score_decimals)


def _classed(definition: TableIndex, score: Floats, rank: Floats) -> npt.NDArray[np.int64]:
    count = definition.class_count
    if definition.classes is TableClasses.LIMITS:
        return index_classes(score, definition.limits)
    if definition.classes is TableClasses.QUANTILES:
        return quantile_classes(score, count, kind=definition.quantile_type)
    if definition.classes in RANK_LIMITS:
        return rank_classes(rank, count, limit=RANK_LIMITS[definition.classes])
    result = np.zeros(len(score), dtype=np.int64)
    if definition.classes is TableClasses.NATURAL:
        classes = classify(score, ClassMethod.NATURAL, count)
        known = np.isfinite(score)
        result[known] = [classes.index(x) + 1 for x in score[known]]
    return result


def _merged(definition: TableIndex, classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Classes under the numbers that ``class_merge`` gives them."""
    return np.array((0, *definition.class_merge))[classes] if definition.class_merge else classes


def summary(result: TableResult) -> str:
    """How many areas have an index, and what could not be read."""
    with_index = int(np.isfinite(result.score).sum())
    counted = f"{plural(with_index, 'Gebiet', 'Gebiete')} mit Index, {len(result.keys) - with_index} ohne."
    return " ".join((counted, *result.notes))
