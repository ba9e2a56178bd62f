"""An index of any table, computed by its definition, and held against what was published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import ClassMethod, IndexFamily
from wohnplatz.monitoring import classify, index_classes
from wohnplatz.monitoring.families import FamilyResult, Scheme, index_values
from wohnplatz.monitoring.quantiles import quantile_classes, rank_classes, ranks
from wohnplatz.text import number, plural

from .tabled import ClassRule, Closed, Comparison, Exclusion, RankRule, TableClasses, TableIndex, wrong
from .tabled_cells import Floats, Sheet, distinct, numbers, opened, texts

Bools = npt.NDArray[np.bool_]
_REASONS = {
    "all_constant": "alle Indikatoren sind überall gleich",
    "too_few_areas": "weniger als zwei Gebiete mit allen Angaben",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many published results came out."""

    column: str
    same: int
    compared: int
    """Areas of which both results are known, or one of the two: what only one side has does not agree."""
    first: str
    """Key of the first area that differs, empty where all agree."""


@dataclass(frozen=True, slots=True, eq=False)
class TableResult:
    """The index of n areas; NaN, 0 and "" where an area has none."""

    keys: tuple[str, ...]
    groups: tuple[str, ...]
    """(n,) the part of the table each area belongs to; empty texts without parts."""
    score: Floats
    rank: Floats
    classes: npt.NDArray[np.int64]
    themes: Floats
    """(n, t)"""
    theme_names: tuple[str, ...]
    why: tuple[str, ...]
    """German words why an area has no index."""
    agreements: tuple[Agreement, ...] = ()


def compute_table_index(data: bytes, filename: str, definition: TableIndex) -> TableResult:
    """The index of every row of a table (CSV, XLSX, XLS, ODS).

    Raises ``WohnplatzError`` for a file that cannot be read, a column that is not there, a key that is empty
    or occurs twice, and a cell that is neither a number nor a known sign for none.
    """
    sheet = opened(data, filename, definition.reading)
    keys = texts(sheet, definition.key)
    groups = texts(sheet, definition.within) if definition.within else ("",) * len(keys)
    distinct(keys, groups)
    values = np.column_stack([numbers(sheet, c, definition.reading) for c in definition.columns])
    use = _taking_part(sheet, keys, definition)
    n = len(keys)
    score, rank, why = np.full(n, np.nan), np.full(n, np.nan), np.full(n, "", dtype=object)
    classes = np.zeros(n, dtype=np.int64)
    themes = np.full((n, len(definition.themes)), np.nan)
    of = np.array(groups, dtype=object)
    for group in dict.fromkeys(groups):
        rows = np.flatnonzero(of == group)
        found = _index(values[rows], definition, use[rows])
        # Sums that print equal are equal: last bits must not make ranks.
        rounded = np.round(found.score, definition.score_decimals)
        score[rows], rank[rows] = found.score, ranks(rounded)
        classes[rows] = _classed(definition.classes, rounded, rank[rows])
        themes[rows] = found.themes[:, : len(definition.themes)] if definition.themes else themes[rows]
        why[rows] = _why(found, use[rows])
    result = TableResult(
        keys, groups, score, rank, classes, themes, definition.themes, tuple(str(w) for w in why)
    )
    compared = tuple(_agreement(result, sheet, c, definition) for c in definition.comparisons)
    return TableResult(
        result.keys, groups, score, rank, classes, themes, result.theme_names, result.why, compared
    )


def _taking_part(sheet: Sheet, keys: tuple[str, ...], definition: TableIndex) -> Bools:
    use = np.array([key not in definition.excluded for key in keys], dtype=np.bool_)
    unknown = sorted(definition.excluded - set(keys))
    if unknown:
        raise wrong("Ein ausgeschlossenes Gebiet steht nicht in der Tabelle.", f"excluded: {unknown[0]}")
    for rule in definition.exclusions:
        use &= ~_falls_under(rule, sheet, definition)
    return use


def _falls_under(rule: Exclusion, sheet: Sheet, definition: TableIndex) -> Bools:
    out = np.array([text in rule.equals for text in texts(sheet, rule.column)], dtype=np.bool_)
    if rule.below is not None or rule.above is not None:
        values = numbers(sheet, rule.column, definition.reading)
        low = -np.inf if rule.below is None else rule.below
        high = np.inf if rule.above is None else rule.above
        out |= (values < low) | (values > high)
    return out


def _index(values: Floats, definition: TableIndex, use: Bools) -> FamilyResult:
    """The index of one part of the table; a given score as it stands."""
    scheme = definition.scheme
    if definition.given:
        used = use & np.isfinite(values[:, 0])
        score = np.where(used, -values[:, 0] if scheme.turned[0] else values[:, 0], np.nan)
        none = np.zeros((len(values), 0))
        return FamilyResult(score, none, values, used, np.zeros(1, np.bool_), "")
    count = int((np.isfinite(values).all(axis=1) & use).sum())
    factor = np.sqrt((count - 1) / count) if definition.sample and count > 1 else 1.0
    if scheme.family is IndexFamily.EXCEEDANCE and factor != 1.0:
        scheme = _with_sd(scheme, scheme.exceedance_sd / factor)
    found = index_values(values, scheme, use)
    if scheme.family is not IndexFamily.Z_SUM:
        return found
    if definition.again:
        score, themes = found.score * factor, found.themes * factor
    else:
        weights = np.asarray(scheme.weights)
        part = found.contributions * weights * factor
        score = part.sum(axis=1)
        themes = np.column_stack([part[:, list(columns)].sum(axis=1) for columns in scheme.groups])
    return FamilyResult(score, themes, found.contributions, found.used, found.constant, found.reason)


def _with_sd(scheme: Scheme, sd: float) -> Scheme:
    return Scheme(
        scheme.family, scheme.weights, scheme.turned, scheme.themes, scheme.theme_weights, sd,
        scheme.decimals, scheme.ties, scheme.cut, scheme.reranked,
    )  # fmt: skip


def _why(found: FamilyResult, use: Bools) -> list[str]:
    return [
        ""
        if np.isfinite(score)
        else "ausgeschlossen"
        if not taken
        else _REASONS.get(found.reason, "eine Angabe fehlt")
        for score, taken in zip(found.score, use, strict=True)
    ]


def _classed(rule: ClassRule, score: Floats, rank: Floats) -> npt.NDArray[np.int64]:
    if rule.kind is TableClasses.RANKS:
        return rank_classes(rank, rule.count, rule="ceil" if rule.rank_rule is RankRule.CEIL else "floor")
    count, found = rule.count, np.zeros(len(score), dtype=np.int64)
    if rule.kind is TableClasses.LIMITS:
        count, found = len(rule.limits) + 1, _by_limits(score, rule)
    elif rule.kind is TableClasses.QUANTILES:
        parts = rule.shares or count
        found = quantile_classes(score, parts, kind=rule.quantile_type, closed=rule.closed.value)
    elif rule.kind is TableClasses.NATURAL and np.isfinite(score).any():
        classes = classify(score, ClassMethod.NATURAL, count)
        known = np.isfinite(score)
        found[known] = [classes.index(x) + 1 for x in score[known]]
        count = len(classes)
    return np.where(found > 0, count + 1 - found, 0) if rule.most_first else found


def _by_limits(score: Floats, rule: ClassRule) -> npt.NDArray[np.int64]:
    if rule.closed is Closed.MIDDLE:
        return index_classes(score, rule.limits)
    known = np.isfinite(score)
    side = "right" if rule.closed is Closed.LEFT else "left"
    place = np.searchsorted(np.array(rule.limits), np.where(known, score, 0.0), side=side)  # type: ignore[call-overload]
    found: npt.NDArray[np.int64] = np.where(known, place + 1, 0).astype(np.int64)
    return found


def _agreement(
    result: TableResult, sheet: Sheet, comparison: Comparison, definition: TableIndex
) -> Agreement:
    """Published and computed results, area by area; an area without either is left out."""
    labels = definition.classes.labels
    if comparison.measure == "class" and labels:
        of = {label: n for n, label in enumerate(labels, start=1)}
        published = np.array([of.get(text, np.nan) for text in texts(sheet, comparison.column)])
    else:
        published = numbers(sheet, comparison.column, definition.reading)
    own = measured(result, comparison.measure)
    known = np.isfinite(published) | np.isfinite(own)
    same = np.abs(published - own) <= comparison.tolerance + 1e-9  # NaN on one side is no agreement
    differ = np.flatnonzero(known & ~same)
    return Agreement(
        comparison.column, int((same & known).sum()), int(known.sum()),
        result.keys[int(differ[0])] if len(differ) else "",
    )  # fmt: skip


def measured(result: TableResult, measure: str) -> Floats:
    """A measure as numbers (n,), NaN where there is none."""
    if measure == "class":
        return np.where(result.classes > 0, result.classes, np.nan).astype(np.float64)
    if measure.startswith("theme_"):
        return result.themes[:, result.theme_names.index(measure.removeprefix("theme_"))]
    return result.rank if measure == "rank" else result.score


def summary(result: TableResult) -> str:
    """German sentences: how many areas have an index, and how many published results came out."""
    with_index = int(np.isfinite(result.score).sum())
    said = [f"{plural(with_index, 'Gebiet', 'Gebiete')} mit Index, {len(result.keys) - with_index} ohne."]
    for a in result.agreements:
        differs = f"; zuerst anders: {a.first}" if a.first else ""
        said.append(f"{a.column}: {number(a.same)} von {number(a.compared)} stimmen überein{differs}.")
    return " ".join(said)
