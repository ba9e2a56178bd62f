"""Reading releases. ``figures`` is the only way from stored results to people."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from wohnplatz import store as memory_store
from wohnplatz.areas import Shapes
from wohnplatz.disclosure import Clearance
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.indicators import (
    FIGURES,
    ItemChange,
    differences,
    former_name,
    joined,
    lagged_variables_of,
    other_differences,
)
from wohnplatz.model import (
    Audience,
    Catalogue,
    FigureMeta,
    FigureTable,
    Hierarchy,
    ReleaseContext,
    ReleasedFigure,
    ReleasedTable,
    WohnplatzError,
)
from wohnplatz.publication.clearing import clearance, with_measures
from wohnplatz.publication.names import index_name
from wohnplatz.store import DivisionRef, Manifest, Origin, query_figures
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.models import Role
from wohnplatz.workflow.partners.models import Partner

from . import content
from .models import Release


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs between two releases; None where it stands in one of them only."""

    before: ReleasedFigure | None
    after: ReleasedFigure | None

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Indicator, level, area, year."""
        figure = self.after or self.before
        assert figure is not None
        return figure.indicator, figure.level, figure.area, figure.year


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two releases: figures, deliveries, and the parts they were computed with."""

    changes: tuple[Change, ...]
    added: tuple[memory_store.Entry, ...]
    removed: tuple[memory_store.Entry, ...]
    parts: tuple[str, ...]
    """German names of the parts that differ: Katalog, Gebiete, Regeln, Programm."""
    items: tuple[ItemChange, ...]
    """Indicators and indices that differ, with what depends on them."""
    other_items: tuple[str, ...]
    """Variables, data sets and breakdowns that differ, in words."""
    meta: ReleasedTable
    """The new release's table, for labels and context."""
    former: ReleasedTable
    """The old release's table: its figures are read with its own units and digits."""

    def meta_of(self, code: str) -> tuple[FigureMeta, FigureMeta]:
        """What must be known of a code's figures before and after; the same twice where it is in one only."""
        old, new = self.former.meta.get(code), self.meta.meta.get(code)
        known = new or old
        assert known is not None
        return old or known, new or known


def current() -> Release | None:
    """The newest release, None where there is none yet."""
    return Release.objects.first()


def manifest(release: Release) -> Manifest:
    """What a release is made of."""
    return content.manifest(release.manifest)


def catalogue(release: Release) -> Catalogue:
    """The catalogue as it was for a release."""
    return content.knowledge(manifest(release).catalogue).catalogue


def hierarchy(release: Release, division: str = "") -> Hierarchy:
    """The areas as they were for a release, or those of a former division (its code)."""
    return content.hierarchy(manifest(release), division)


def division_refs(release: Release, division: str = "") -> tuple[DivisionRef, ...]:
    """The stored divisions of a release, finest first, or those of a former one."""
    return content.divisions(manifest(release), division)


def layer_shapes(release: Release, level: str, width: int = 1000, division: str = "") -> Shapes:
    """The shapes of a release's areas of one level, simplified for ``width`` pixels."""
    for ref in division_refs(release, division):
        if ref.level == level:
            return content.drawn(ref.sha, width)
    raise WohnplatzError(f"Im Datenstand gibt es keine Ebene „{level}“.", code="releases.level")


def figures(  # noqa: PLR0913 (one filter for each column)
    user: Actor,
    release: Release,
    *,
    indicators: Collection[str],
    level: str | None = None,
    areas: Collection[str] | None = None,
    years: Collection[int] | None = None,
    breakdown: bool = False,
    audience: Audience | None = None,
    division: str = "",
) -> ReleasedTable:
    """Figures of a release that this person may see, through disclosure control.

    On today's areas for all years, or with the code of a former division on its areas in its years.

    The audience follows from the role; a more protected one can be asked for, the working view by the
    planner only. ``breakdown`` gives the broken-down figures (the pyramid) instead of the totals.
    """
    granted = policies.require_audience(user, audience)
    made = manifest(release)
    known = content.knowledge(made.catalogue)
    wanted = frozenset(indicators)
    name = former_name(division) if division else FIGURES
    filters = _filters(known, wanted, level=level, areas=areas, years=years, breakdown=breakdown)
    table, cleared = seen_by(made, known, granted, name, filters)
    released = through_the_door(
        table,
        known.meta,
        rules=content.rules(made.rules),
        protection=known.protection,
        context=context_of(release, made, granted),
        inputs=known.inputs,
        minimum_denominator=known.minimum_denominator,
        only=wanted,
        sources=content.sources(made),
        clearance=cleared,
    )
    asked = None if years is None else frozenset(years)
    return released if asked is None else released.where(lambda f: f.year in asked)


def origins(user: Actor, release: Release, indicator: str, area: str, year: int) -> list[Origin]:
    """Where a figure comes from: deliveries, sheets and rows.

    The raw value stands there for the planner and for the partner whose delivery it is; everybody else
    gets the place without the value.
    """
    policies.require(user, policies.Right.FIGURES)
    made = manifest(release)
    tree = content.hierarchy(made)
    parts = set(lagged_variables_of(content.knowledge(made.catalogue).catalogue, indicator))
    cells = memory_store.origins(
        memory.store(),
        made,
        variables={variable for variable, _ in parts},
        areas=_below(tree, area),
        years={year - back for _, back in parts},
    )
    found = [o for o in cells if (o.variable, year - o.reference_date.year) in parts]
    if policies.may(user, policies.Right.WORKING):
        return found
    own = _own_code(user)
    return [o if o.partner == own else replace(o, value=None) for o in found]


def compare(  # noqa: PLR0913 (one filter for each column)
    user: Actor,
    old: Release,
    new: Release,
    *,
    indicators: Collection[str] | None = None,
    level: str | None = None,
    years: Collection[int] | None = None,
    audience: Audience | None = None,
) -> Comparison:
    """What changed from one release to another, as this person or a more protected ``audience`` may see "
    "it."""
    codes = set(indicators) if indicators is not None else _all_codes(old) | _all_codes(new)
    before = figures(user, old, indicators=codes, level=level, years=years, audience=audience)
    after = figures(user, new, indicators=codes, level=level, years=years, audience=audience)
    return compared(old, new, before, after)


def compared(old: Release, new: Release, before: ReleasedTable, after: ReleasedTable) -> Comparison:
    """What differs between the figures of two releases that somebody may see."""
    a, b = manifest(old), manifest(new)
    catalogues = catalogue(old), catalogue(new)
    was, now = {_place(f): f for f in before}, {_place(f): f for f in after}
    changes = tuple(
        Change(was.get(place), now.get(place))
        for place in [*now, *(p for p in was if p not in now)]
        if not same_figure(was.get(place), now.get(place))
    )
    return Comparison(
        changes=changes,
        added=tuple(e for e in b.entries if e not in a.entries),
        removed=tuple(e for e in a.entries if e not in b.entries),
        parts=_parts(a, b),
        items=differences(*catalogues),
        other_items=other_differences(*catalogues),
        meta=after,
        former=before,
    )


def _filters(  # noqa: PLR0913 (one filter for each column)
    known: content.Knowledge,
    wanted: frozenset[str],
    *,
    level: str | None,
    areas: Collection[str] | None,
    years: Collection[int] | None,
    breakdown: bool,
) -> dict[str, Any]:
    """The rows asked for and those of all inputs, which the door needs to judge them."""
    needed, lags = closure(known, wanted)
    span = None if years is None else sorted({y - lag for y in years for lag in lags})
    return {
        "indicators": sorted(needed), "levels": [level] if level else None, "areas": areas, "years": span,
        "breakdown": breakdown,
    }  # fmt: skip


def seen_by(
    made: Manifest, known: content.Knowledge, audience: Audience, name: str, filters: dict[str, Any]
) -> tuple[FigureTable, Clearance | None]:
    """Rows of a figure table with their clearance for an audience.

    Index measures come from what the audience sees of their inputs; the working view has all of them.
    Raises WohnplatzError where the release has no valid proof for this audience.
    """
    store = memory.store()
    if audience is Audience.WORKING:
        return query_figures(store, made.results[name], **filters), None
    codes = set(filters["indicators"])
    plain = filters | {"indicators": sorted(codes - known.measures)}
    table = query_figures(store, made.results[name], **plain)
    cleared = clearance(store, made, audience, table, known.catalogue, name, **plain)
    asked = sorted(codes & known.measures)
    if not asked or name != FIGURES:
        return table, cleared
    measured = query_figures(store, made.results[index_name(audience)], **filters | {"indicators": asked})
    return joined([table, measured]), with_measures(cleared, table, measured)


def closure(known: content.Knowledge, wanted: frozenset[str]) -> tuple[set[str], set[int]]:
    """All indicators that the wanted ones rest on, themselves included, and by how many years back."""
    needed: set[str] = set()
    lags = {0}
    queue = [(code, 0) for code in wanted]
    while queue:
        code, back = queue.pop()
        needed.add(code)
        lags.add(back)
        queue += [(other, back + lag) for other, lag in known.inputs.get(code, ())]
    return needed, lags


def context_of(release: Release, made: Manifest, audience: Audience) -> ReleaseContext:
    """What the head of a page says of a release; the door adds the policy."""
    return ReleaseContext(
        district=made.district,
        release=release.label,
        release_id=release.manifest,
        made_on=made.made_at.date().isoformat(),
        audience=audience,
        policy="",  # the door fills it in from the rules
    )


def _below(tree: Hierarchy, area: str) -> set[str]:
    """An area and all areas inside it."""
    found, queue = {area}, [area]
    while queue:
        inside = tree.children(queue.pop())
        found.update(inside)
        queue += inside
    return found


def _own_code(user: Actor) -> str | None:
    if user.role != Role.PARTNER:
        return None
    return Partner.objects.values_list("code", flat=True).get(pk=user.partner_id)


def _all_codes(release: Release) -> set[str]:
    return set(content.knowledge(manifest(release).catalogue).meta)


def _place(figure: ReleasedFigure) -> tuple[str, str, str, int, str]:
    return figure.indicator, figure.level, figure.area, figure.year, figure.breakdown


def same_figure(a: ReleasedFigure | None, b: ReleasedFigure | None) -> bool:
    """Whether two figures are the same: state, coverage, and numbers up to what sums round differently."""
    if a is None or b is None:
        return a is b
    if (a.state, a.covered, a.expected) != (b.state, b.covered, b.expected):
        return False
    return all(
        same_number(getattr(a, name), getattr(b, name)) for name in ("value", "numerator", "denominator")
    )


def same_number(a: float | None, b: float | None) -> bool:
    """Whether two numbers are the same up to rounding in the last digits; none equals none."""
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _parts(a: Manifest, b: Manifest) -> tuple[str, ...]:
    pairs = {
        "Katalog": (a.catalogue, b.catalogue),
        "Gebiete": (a.divisions, b.divisions),
        "Regeln der Geheimhaltung": (a.rules, b.rules),
        "Programm": (a.program, b.program),
    }
    return tuple(name for name, (x, y) in pairs.items() if x != y)
