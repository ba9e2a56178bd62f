"""What a change of the catalogue would do: figures before and after, dependants, what speaks against it.

Computed beside the releases from the newest one's deliveries, and never stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wohnplatz import indicators
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.indicators import Dependant, FieldChange, Item, group_of
from wohnplatz.model import (
    Audience,
    Catalogue,
    CellState,
    ClassMethod,
    FigureMeta,
    FigureTable,
    Finding,
    IndexDefinition,
    Indicator,
    ReleaseContext,
    ReleasedFigure,
    ReleasedTable,
)
from wohnplatz.monitoring import classify
from wohnplatz.publication.seen import as_seen, measures_seen
from wohnplatz.publication.sources import sources_of
from wohnplatz.store import ObjectStore
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.releases import content
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release

from . import actions, guarding
from .layer import item_in

MAP_CLASSES = 5
"""Classes of the map as it opens."""
Place = tuple[str, str, str, int]
"""Indicator, level, area, year."""
Pair = tuple[ReleasedFigure | None, ReleasedFigure | None]
Metas = Mapping[str, tuple[FigureMeta, FigureMeta]]
"""Code → what must be known of its figures before and after."""


@dataclass(frozen=True, slots=True)
class Row:
    """An area that differs: figures before and after, and of an index its classes."""

    area: str
    before: ReleasedFigure | None
    after: ReleasedFigure | None
    class_before: ReleasedFigure | None = None
    class_after: ReleasedFigure | None = None

    @property
    def reclassed(self) -> bool:
        """Whether the class of an index differs."""
        return not _same_value(self.class_before, self.class_after)

    @property
    def moved(self) -> bool:
        """Whether anything differs."""
        return not releases.same_figure(self.before, self.after) or self.reclassed


@dataclass(frozen=True, slots=True)
class Measure:
    """What changes in one measure at one level, in the newest year that has figures of it."""

    code: str
    meta: FigureMeta
    """Of the version as it would be (of the one in force where it would be gone)."""
    meta_before: FigureMeta
    """Of the version in force: its unit and digits belong to the figures before."""
    level: str
    year: int
    areas: int
    values: int
    """Areas whose number changes, appears or disappears."""
    states: int
    """Areas whose state changes."""
    classes: int
    """Areas that change the class: that of the index, or of the map in quantiles."""
    protected: tuple[int, int]
    """Areas with a protected figure before and after."""
    rows: tuple[Row, ...]
    """The areas that differ."""
    class_meta: FigureMeta | None = None
    """Of the classes of an index as they would be; None where there are none."""
    class_meta_before: FigureMeta | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything that is shown before a change is kept."""

    item: Item | None
    """The version as it would be; None where the item is retired."""
    before: Item | None
    fields: tuple[FieldChange, ...]
    dependants: tuple[Dependant, ...]
    findings: tuple[Finding, ...]
    own: tuple[Measure, ...]
    """The changed item itself, a measure for each level."""
    others: Mapping[str, tuple[Measure, ...]]
    """Code of a dependant → its measures."""
    release: Release | None
    """The release whose deliveries it was computed with; None before the first one."""
    context: ReleaseContext | None
    years: int
    """Figures of all years and levels that would differ."""


def effect(user: Actor, item: Item) -> Effect:
    """What putting ``item`` in force would change. Raises what ``actions.keep`` raises of its contents."""
    policies.require_catalogue_change(user)
    numbered = actions.require_sound(item)
    base = memory.catalogue()
    before = item_in(base, group_of(item), item.code)
    after = indicators.overlaid(base, [numbered])
    found = guarding.findings(numbered, before, base, memory.rules())
    return _effect(user, base, after, before, numbered, found)


def effect_of_retiring(user: Actor, group: str, code: str) -> Effect:
    """What would be gone. Raises WohnplatzError where others are computed with it."""
    policies.require_catalogue_change(user)
    base = memory.catalogue()
    actions.require_unused(base, group, code)
    after = indicators.overlaid(base, [], [(group, code)])
    return _effect(user, base, after, item_in(base, group, code), None, ())


def _effect(  # noqa: PLR0913, PLR0917 (both catalogues and both versions)
    user: Actor,
    base: Catalogue,
    after: Catalogue,
    before: Item | None,
    item: Item | None,
    findings: tuple[Finding, ...],
) -> Effect:
    either = item or before
    assert either is not None
    code = either.code
    users = indicators.dependants(after, code) if isinstance(either, Indicator) else ()
    release = releases.current()
    parts = (item, before, indicators.item_differences(before, item), users, findings)
    if release is None:
        return Effect(*parts, (), {}, None, None, 0)
    concerned = {code, *(d.code for d in users)}
    was, now = (_released(user, release, c, concerned) for c in (base, after))
    pairs = _pairs(was, now)
    either_meta = {**was.meta, **now.meta}
    metas = {c: (was.meta.get(c, m), now.meta.get(c, m)) for c, m in either_meta.items()}
    others = {d.code: _measures(item_in(after, d.group, d.code), pairs, metas) for d in users}
    differ = sum(not releases.same_figure(a, b) for a, b in pairs.values())
    return Effect(*parts, _measures(either, pairs, metas), others, release, now.context, differ)


def _released(user: Actor, release: Release, catalogue: Catalogue, codes: set[str]) -> ReleasedTable:
    """The figures of ``codes`` by a catalogue, from the release's deliveries, in the planner's working view.

    Other figures of the same counts reveal other things; to prove that they do not takes as long as a release
    and is done when one is made. Until then they are for those who may see single values, and nobody else:
    what the release protects stays protected, and so does what the rules protect of the new figures.
    """
    audience = policies.require_audience(user, Audience.WORKING)
    needed = _needed(catalogue, codes)
    made = releases.manifest(release)
    mark = hashlib.sha256(indicators.catalogue_json(needed)).hexdigest()
    table = _computed(memory.store().root, release.manifest, mark, _Handed(needed))
    wanted = [c for c in codes if c in needed.indicators]
    wanted += [m for c in codes if c in needed.indices for m in needed.indices[c].measures()]
    least = {
        c: i.minimum_denominator for c, i in needed.indicators.items() if i.minimum_denominator is not None
    }
    rules, sources = content.rules(made.rules), sources_of(needed, made)
    protection, inputs = indicators.protection(needed), indicators.inputs(needed)
    by_code = {c: rules.rule(audience, p, sources.get(c)) for c, p in protection.items()}
    opened = _opened(table, _hidden(user, release, needed))
    plain, measured = measures_seen(needed, content.hierarchy(made), table, opened, by_code, inputs, least)
    seen = as_seen(table.where(plain), opened[plain], by_code, inputs, least)
    return through_the_door(
        indicators.joined([seen, measured]), indicators.figure_meta(needed), rules=rules,
        protection=protection, context=_context(release, audience), inputs=inputs,
        minimum_denominator=least, only=frozenset(wanted), sources=sources,
    )  # fmt: skip


def _hidden(user: Actor, release: Release, needed: Catalogue) -> set[Place]:
    """Where the release protects a figure of these indicators from the people who plan."""
    codes = needed.indicators.keys() & releases.catalogue(release).indicators.keys()
    shown = releases.figures(user, release, indicators=codes)
    return {(f.indicator, f.level, f.area, f.year) for f in shown if f.state is CellState.PROTECTED}


def _opened(table: FigureTable, hidden: set[Place]) -> npt.NDArray[np.bool_]:
    """Which rows (n,) the release does not protect."""
    columns = (table.indicator, table.level, table.area, table.year)
    places = zip(*(column.tolist() for column in columns), strict=True)
    return np.fromiter((place not in hidden for place in places), dtype=np.bool_, count=len(table))


def _needed(catalogue: Catalogue, codes: set[str]) -> Catalogue:
    """The catalogue with ``codes`` and what they rest on only."""
    indices = {c: x for c, x in catalogue.indices.items() if c in codes}
    queue = [c for c in codes if c in catalogue.indicators]
    queue += [part for x in indices.values() for part in indicators.parts_of(x)]
    needed: set[str] = set()
    while queue:
        code = queue.pop()
        if code not in needed:
            needed.add(code)
            queue += indicators.parts_of(catalogue.indicators[code])
    kept = {c: i for c, i in catalogue.indicators.items() if c in needed}
    return replace(catalogue, indicators=kept, indices=indices)


class _Handed:
    """A catalogue that a cached computation is given; the mark beside it tells it apart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Handed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=2)
def _computed(root: Path, manifest: str, _mark: str, handed: _Handed) -> FigureTable:
    """Figures without the pyramid and without bands of figures over figures.

    What is named by its content never changes: no entry is ever stale.
    """
    store, made = ObjectStore(root), content.manifest(manifest)
    table = indicators.compute(store, made, catalogue=handed.catalogue, bands=False)
    return table.where(table.breakdown == "")


def _context(release: Release, audience: Audience) -> ReleaseContext:
    made = releases.manifest(release)
    said = releases.context_of(release, made, audience)
    return replace(said, release=f"Probe mit den Lieferungen von „{release.label}“", release_id="")


def _pairs(was: ReleasedTable, now: ReleasedTable) -> dict[Place, Pair]:
    before = {(f.indicator, f.level, f.area, f.year): f for f in was}
    after = {(f.indicator, f.level, f.area, f.year): f for f in now}
    return {place: (before.get(place), after.get(place)) for place in {**before, **after}}


def _measures(item: Item | None, pairs: Mapping[Place, Pair], metas: Metas) -> tuple[Measure, ...]:
    if item is None:
        return ()
    if isinstance(item, IndexDefinition):
        dynamics = ["dynamics"] if item.dynamics else []
        codes = [(f"{item.code}:{m}", f"{item.code}:{m}_class") for m in ["status", *dynamics]]
        codes.append((f"{item.code}:attention", ""))
    else:
        codes = [(item.code, item.code)]
    levels = list(dict.fromkeys(level for code, level, _, _ in pairs if code == codes[0][0]))
    found = (_measure(code, by, level, pairs, metas) for code, by in codes for level in levels)
    return tuple(m for m in found if m is not None)


def _measure(
    code: str,
    class_code: str,
    level: str,
    pairs: Mapping[Place, Pair],
    metas: Metas,
) -> Measure | None:
    of_level = {(p[2], p[3]): pair for p, pair in pairs.items() if p[0] == code and p[1] == level}
    if not of_level:
        return None
    known = [year for (_, year), pair in of_level.items() if any(_value(f) is not None for f in pair)]
    year = max(known or [year for _, year in of_level])
    here = {area: pair for (area, y), pair in of_level.items() if y == year}
    of_index = class_code not in {"", code}
    none: Pair = (None, None)
    rows = tuple(
        Row(area, *pair, *(pairs.get((class_code, level, area, year), none) if of_index else none))
        for area, pair in here.items()
    )
    return Measure(
        code, metas[code][1], metas[code][0], level, year, len(rows),
        values=sum(not _same_value(r.before, r.after) for r in rows),
        states=sum(_state(r.before) != _state(r.after) for r in rows),
        classes=_map_classes(here) if class_code == code else sum(r.reclassed for r in rows),
        protected=(sum(_state(r.before) is CellState.PROTECTED for r in rows),
                   sum(_state(r.after) is CellState.PROTECTED for r in rows)),
        rows=tuple(r for r in rows if r.moved),
        class_meta=metas[class_code][1] if of_index else None,
        class_meta_before=metas[class_code][0] if of_index else None,
    )  # fmt: skip


def _map_classes(here: Mapping[str, Pair]) -> int:
    """Areas that another class of the map would colour, with its quantiles before and after."""

    def classed(side: int) -> dict[str, int]:
        values = {area: v for area, pair in here.items() if (v := _value(pair[side])) is not None}
        limits = classify(list(values.values()), ClassMethod.QUANTILES, MAP_CLASSES)
        return {area: limits.index(v) for area, v in values.items()}

    was, now = classed(0), classed(1)
    return sum(was.get(area) != now.get(area) for area in here)


def _value(figure: ReleasedFigure | None) -> float | None:
    return None if figure is None else figure.value


def _same_value(a: ReleasedFigure | None, b: ReleasedFigure | None) -> bool:
    return releases.same_number(_value(a), _value(b))


def _state(figure: ReleasedFigure | None) -> CellState | None:
    return None if figure is None else figure.state
