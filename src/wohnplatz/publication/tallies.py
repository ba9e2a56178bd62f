"""How much of a release each audience sees: counts of figures, without a single figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Rule, Sources, load_rules
from wohnplatz.disclosure.clearance import Told, joined_told
from wohnplatz.indicators import FIGURES, catalogue_from_json, inputs, joined, protection
from wohnplatz.model import FIRST_WITHOUT_NUMBER, Audience, Catalogue, CellState, FigureTable
from wohnplatz.store import KEYS, Kind, Manifest, ObjectStore, query_beside, query_figures

from .clearing import told_in
from .names import index_name, open_name
from .seen import as_seen
from .sources import datasets_of, sources_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]
SHOWN, HIDDEN, MISSING, ABSENT = 0, 1, 2, 3
"""A number stands there; it is protected; there is none for another reason; there is no such figure."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """All figures of a release as one audience sees them; ``state`` (n,): ``SHOWN``, ``HIDDEN``, ``MISSING``.

    **Internal**: the table holds the true numbers.
    """

    table: FigureTable
    state: Ints
    opened: Bools
    """What the proven pattern opens, before the rules look at each row, (n,)."""

    def keys(self) -> npt.NDArray[np.str_]:
        """One text for each figure that names it in every release."""
        found: npt.NDArray[np.str_] = np.array([""])
        for name in KEYS:
            found = np.char.add(np.char.add(found, "\t"), getattr(self.table, name).astype(np.str_))
        return found


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of one indicator, level and year; ``broken`` are those broken down by age and sex."""

    indicator: str
    level: str
    year: int
    broken: bool
    shown: int
    hidden: int
    missing: int
    newly_hidden: int = 0
    """Shown by the release it is compared with, protected now."""
    newly_open: int = 0
    """Protected by the release it is compared with, shown now."""


def rules_of(
    catalogue: Catalogue, store: ObjectStore, manifest: Manifest, audience: Audience
) -> dict[str, Rule]:
    """The rule of every code of a release's figures for an audience."""
    rules = load_rules(store.path(Kind.RULES, manifest.rules))
    sources: Mapping[str, Sources] = sources_of(catalogue, manifest)
    return {c: rules.rule(audience, p, sources.get(c)) for c, p in protection(catalogue).items()}


def seen(store: ObjectStore, manifest: Manifest, audience: Audience) -> Seen:
    """The figures on today's areas of a protected release as the door lets them out to an audience."""
    catalogue = catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    measures = [m for index in catalogue.indices.values() for m in index.measures()]
    tables, opened, cleared = [], [], list[tuple[Told | None, int]]()
    for broken in (False, True):
        rows = query_figures(store, manifest.results[FIGURES], breakdown=broken)
        beside = query_beside(store, manifest.results[open_name(audience)], breakdown=broken)
        kept = ~np.isin(rows.indicator, np.array(measures, dtype=np.str_))
        told = told_in(beside)
        cleared.append((None if told is None else told.rows(kept), int(kept.sum())))
        tables.append(rows.where(kept))
        opened.append(beside["open"].astype(np.bool_)[kept])
    measured = query_figures(store, manifest.results[index_name(audience)])
    tables.append(measured)
    opened.append(np.ones(len(measured), dtype=np.bool_))
    table, free = joined(tables), np.concatenate(opened)
    told = joined_told([*cleared, (None, len(measured))])
    minimum = {
        c: i.minimum_denominator for c, i in catalogue.indicators.items() if i.minimum_denominator is not None
    }
    chosen = rules_of(catalogue, store, manifest, audience)
    out = as_seen(
        table if told is None else told.of(table), free & ~np.isinf(table.value), chosen, inputs(catalogue),
        minimum, None if told is None else told.altered,
    )  # fmt: skip
    state = np.where(out.state == CellState.PROTECTED, HIDDEN, MISSING)
    state = np.where(out.state < FIRST_WITHOUT_NUMBER, SHOWN, state)
    in_force = load_rules(store.path(Kind.RULES, manifest.rules))
    state = np.where(in_force.too_detailed(table, datasets_of(catalogue)), MISSING, state)
    return Seen(table, state.astype(np.int64), free)


def before(now: Seen, then: Seen | None) -> Ints:
    """What became of each figure of ``now`` in another release, (n,): ``ABSENT`` where it has none."""
    result = np.full(len(now.state), ABSENT, dtype=np.int64)
    if then is None:
        return result
    ours, theirs = now.keys(), then.keys()
    order = np.argsort(theirs)
    at = np.minimum(np.searchsorted(theirs[order], ours), max(0, len(order) - 1))
    if not len(order):
        return result
    same = theirs[order[at]] == ours
    result[same] = then.state[order[at[same]]]
    return result


def tallies(now: Seen, was: Ints) -> tuple[Tally, ...]:
    """Figures counted by indicator, level and year, in that order; ``was`` comes from ``before``."""
    table = now.table
    broken = (table.breakdown != "").astype(np.int64)
    names, indicator = np.unique(table.indicator, return_inverse=True)
    levels, level = np.unique(table.level, return_inverse=True)
    years, year = np.unique(table.year, return_inverse=True)
    group = ((indicator * 2 + broken) * len(levels) + level) * len(years) + year
    size = len(names) * 2 * len(levels) * len(years)

    def counted(chosen: Bools) -> Ints:
        return np.bincount(group[chosen], minlength=size).astype(np.int64)

    columns = [
        counted(now.state == SHOWN), counted(now.state == HIDDEN), counted(now.state == MISSING),
        counted((now.state == HIDDEN) & (was == SHOWN)), counted((now.state == SHOWN) & (was == HIDDEN)),
    ]  # fmt: skip
    return tuple(_read(np.flatnonzero(np.bincount(group, minlength=size)), columns, names, levels, years))


def _read(
    places: Ints, columns: Sequence[Ints], names: Column, levels: Column, years: Column
) -> Iterator[Tally]:
    for place in places.tolist():
        rest, year = divmod(place, len(years))
        rest, level = divmod(rest, len(levels))
        indicator, broken = divmod(rest, 2)
        yield Tally(
            str(names[indicator]), str(levels[level]), int(years[year]), bool(broken),
            *(int(column[place]) for column in columns),
        )  # fmt: skip
