"""How figures would be if a delivery were accepted: computed beside the releases, and never stored."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Clearance, Sources
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.indicators import catalogue_json, figure_meta, inputs, joined, protection, variables_of
from wohnplatz.indicators.compute import compute_all
from wohnplatz.model import (
    Audience,
    Catalogue,
    FigureTable,
    Indicator,
    Observation,
    ReleaseContext,
    ReleasedTable,
)
from wohnplatz.publication.clearing import joined_clearances
from wohnplatz.publication.sources import sources_of
from wohnplatz.publication.trying import cleared_beside
from wohnplatz.store import (
    BesideStore,
    DivisionRef,
    Entry,
    Kind,
    Manifest,
    ObjectStore,
    write_observations,
)
from wohnplatz.workflow import memory
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.district import queries as district

from .actions import deliveries_in_force, entry_of, former_divisions, ledger_head


def dependent_indicators(catalogue: Catalogue, variables: Sequence[str]) -> tuple[str, ...]:
    """Codes of the indicators that rest on any of ``variables``.

    Those that count them first, then those that merely divide by them; within each the core set first and
    formulas over other indicators last.
    """
    wanted = set(variables)
    rests_on = {code: variables_of(catalogue, code) for code in catalogue.indicators}
    found = [i for i in catalogue.indicators.values() if wanted & set(rests_on[i.code])]

    def place(indicator: Indicator) -> tuple[bool, bool, bool]:
        counted = (
            rests_on[indicator.code][0] in wanted
        )  # what is counted is named before what it is divided by
        return not counted, bool(indicator.formula), not indicator.core

    return tuple(i.code for i in sorted(found, key=place))


def figures_with(
    delivery: Delivery, observations: Sequence[Observation], indicators: Sequence[str]
) -> FigureTable:
    """Figures of ``indicators`` from all accepted deliveries and this one in the place of its round's.

    **Internal**, like every figure table. Without ``observations`` the round counts as not delivered. Where
    areas changed, figures stand on those of today, and beside them on former areas that are no more.
    """
    catalogue = _only(memory.catalogue(), indicators)
    with _tried(delivery, observations, catalogue) as (_, _, tables):
        return _on_all_areas(tables)[0]


@contextmanager
def _tried(
    delivery: Delivery, observations: Sequence[Observation], catalogue: Catalogue
) -> Iterator[tuple[ObjectStore, Manifest, dict[str, FigureTable]]]:
    """Everything in force with the delivery in the place of its round's: store, manifest, figure tables."""
    entries = [entry_of(d) for d in deliveries_in_force() if d.round_id != delivery.round_id]
    with tempfile.TemporaryDirectory() as folder:
        beside = BesideStore(Path(folder), memory.store())
        if observations:
            sha = write_observations(beside, observations, list(catalogue.dimensions))
            entries.append(replace(entry_of(delivery), observations=sha))
        made = _manifest(beside, catalogue, entries, delivery.received_at)
        yield beside, made, compute_all(beside, made)


def _on_all_areas(tables: Mapping[str, FigureTable]) -> tuple[FigureTable, dict[str, npt.NDArray[np.bool_]]]:
    """Figures on today's areas and beside them on former ones that are no more; and which rows those are."""
    now = tables["figures"]
    kept = {
        name: np.ones(len(now), dtype=np.bool_) if name == "figures" else ~np.isin(table.area, now.area)
        for name, table in tables.items()
    }
    return joined([tables[name].where(rows) for name, rows in kept.items()]), kept


def _manifest(
    store: ObjectStore, catalogue: Catalogue, entries: Sequence[Entry], made_at: datetime
) -> Manifest:
    """What a release of these entries would list, on the divisions in force."""
    divisions = tuple(DivisionRef(d.code, d.level, d.sha) for d in district.divisions_in_force())
    return Manifest(
        "", made_at, "", tuple(entries), divisions,
        former=former_divisions({e.reference_date for e in entries}),
        catalogue=store.put(Kind.CATALOGUE, catalogue_json(catalogue)), rules="", program="",
    )  # fmt: skip


def released_with(
    delivery: Delivery,
    observations: Sequence[Observation],
    indicators: Sequence[str],
    audience: Audience,
    years: Collection[int] | None = None,
) -> ReleasedTable:
    """The same figures through disclosure control, for an audience.

    With ``years`` those of other years stay closed: their protection is not proven, which is what takes long.
    """
    catalogue = _only(memory.catalogue(), indicators)
    table, cleared, sources = _cached(
        delivery.pk, delivery.original, tuple(indicators), audience,
        None if years is None else tuple(sorted(years)), resting_on(),
        _Handed(delivery, observations),
    )  # fmt: skip
    limits = {
        c: i.minimum_denominator for c, i in catalogue.indicators.items() if i.minimum_denominator is not None
    }
    made_on: date = delivery.received_at.date()
    context = ReleaseContext(
        district=district.current().name,
        release=f"Vorschau auf Lieferung Nr. {delivery.number}", release_id="",
        made_on=made_on.isoformat(), audience=audience, policy="",
    )  # fmt: skip
    return through_the_door(
        table, figure_meta(catalogue), rules=memory.rules(), protection=protection(catalogue),
        context=context, inputs=inputs(catalogue), minimum_denominator=limits, only=frozenset(indicators),
        sources=sources, clearance=cleared,
    )  # fmt: skip


class _Handed:
    """What a cached computation is given but not told apart by: the key beside it says it all."""

    def __init__(self, delivery: Delivery, observations: Sequence[Observation]) -> None:
        self.delivery, self.observations = delivery, observations

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Handed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _cached(
    _pk: int,
    _original: str,
    indicators: tuple[str, ...],
    audience: Audience,
    years: tuple[int, ...] | None,
    _in_force: tuple[str, ...],
    handed: _Handed,
) -> tuple[FigureTable, Clearance | None, dict[str, Sources]]:
    catalogue = _only(memory.catalogue(), indicators)
    with _tried(handed.delivery, handed.observations, catalogue) as (beside, made, tables):
        table, kept = _on_all_areas(tables)
        sources = sources_of(catalogue, made)
        if audience is Audience.WORKING:
            return table, None, sources
        cleared = cleared_beside(
            beside, made, tables, rules=memory.rules(), catalogue=catalogue, audience=audience,
            sources=sources, ledger=memory.store(), head=ledger_head(), years=years,
            seed=memory.protection_seed(),
        )  # fmt: skip
        return table, joined_clearances([(cleared[name], rows) for name, rows in kept.items()]), sources


def resting_on() -> tuple[str, ...]:
    """What tried figures rest on beside the delivery: areas, accepted deliveries, and all that is out."""
    return (*_in_force(), ledger_head())


def _in_force() -> tuple[str, ...]:
    shas = tuple(r.sha for r in district.divisions_in_force())
    return (*shas, *(d.observations for d in deliveries_in_force()))


def _only(catalogue: Catalogue, indicators: Sequence[str]) -> Catalogue:
    """The catalogue with these indicators and what they rest on, without indices."""
    known, needed, queue = inputs(catalogue), set[str](), list(indicators)
    while queue:
        code = queue.pop()
        if code not in needed and code in catalogue.indicators:
            needed.add(code)
            queue += [other for other, _ in known.get(code, ())]
    # Groups of ages are for pages that set cases beside them; they may not be among the chosen ones.
    kept = {code: replace(i, age_parts=()) for code, i in catalogue.indicators.items() if code in needed}
    return replace(catalogue, indicators=kept, indices={})
