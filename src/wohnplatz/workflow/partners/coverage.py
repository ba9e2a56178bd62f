"""Coverage: which partner has delivered which variable for which date, for how many areas and inhabitants."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Prefetch

from wohnplatz.intake.request import variables_due
from wohnplatz.model import Hierarchy, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.queries import view
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.district import queries as district

from . import queries
from .delivered import contents
from .models import DeliveryRound, RoundState


class CoverageState(models.TextChoices):
    """What stands in a field of the coverage matrix."""

    COMPLETE = "complete", "vollständig"
    GAPS = "gaps", "mit Lücken"
    WAITING = "waiting", "in Bearbeitung"
    RETURNED = "returned", "zurückgegeben"
    EXPECTED = "expected", "erwartet"
    LATE = "late", "überfällig"
    MISSING = "missing", "nicht geliefert"
    WAIVED = "waived", "erlassen"
    NOT_AGREED = "not_agreed", "nicht vereinbart"


_OF_ROUND = {
    RoundState.EXPECTED: CoverageState.EXPECTED, RoundState.RETURNED: CoverageState.RETURNED,
    RoundState.LATE: CoverageState.LATE, RoundState.MISSING: CoverageState.MISSING,
    RoundState.WAIVED: CoverageState.WAIVED,
}  # fmt: skip
"""Of a round without an accepted file; every other state means that a file is in work."""

Inhabitants = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: a round, or one variable of it. ``delivered`` and ``partial`` are areas of ``expected``."""

    round: DeliveryRound
    variable: str
    """Code of the variable; empty for the whole data set."""
    state: CoverageState
    round_state: RoundState
    """Where the round stands: a correction may wait beside an accepted file."""
    delivered: frozenset[str]
    """Areas with every cell that was asked for."""
    partial: frozenset[str]
    """Areas with some of the cells."""
    expected: frozenset[str]
    share: float | None
    """Part of the inhabitants of the expected areas who live in the delivered ones; None if unknown."""

    @property
    def correction_waits(self) -> bool:
        """Whether a newer file is in work beside the accepted one."""
        accepted = self.state in {CoverageState.COMPLETE, CoverageState.GAPS}
        return accepted and self.round_state is not RoundState.ACCEPTED


@dataclass(frozen=True, slots=True)
class Total:
    """How much of the district is covered for one date: areas of the level and of the next coarser one."""

    level: str
    areas: int
    expected: int
    coarser_level: str
    """Empty where the level is the last but one: the district itself is no unit to count."""
    coarser: int
    """Coarser areas all of whose areas are covered."""
    coarser_expected: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rounds a person may see, with what was accepted of them."""

    cells: tuple[Cell, ...]
    inhabitants: Mapping[int, Inhabitants]
    """Year of the reference date → area → inhabitants, as far as they were delivered."""

    def of(self, *, dataset: str = "", partner: int | None = None, day: date | None = None) -> list[Cell]:
        """The fields of a data set, partner (by its key) and reference date."""
        return [
            c for c in self.cells
            if dataset in {"", c.round.agreement.dataset}
            and partner in {None, c.round.agreement.partner_id}
            and day in {None, c.round.reference_date}
        ]  # fmt: skip


def coverage_matrix(
    user: Actor,
    year: int | None = None,
    *,
    dataset: str = "",
    by_variable: bool = False,
    today: date,
) -> Matrix:
    """Every round a person may see, of one year of the reference date and one data set.

    ``by_variable``: a field for each variable asked for instead of one for the data set. Rounds of a data set
    that the catalogue no longer holds have no expected areas.
    """
    rounds = queries.rounds_visible_to(user)
    if year is not None:
        rounds = rounds.filter(reference_date__year=year)
    if dataset:
        rounds = rounds.filter(agreement__dataset=dataset)
    found = list(rounds.prefetch_related(_DELIVERIES).order_by("reference_date", "pk"))
    people = {y: inhabitants(y) for y in {r.reference_date.year for r in found}}
    cells = [
        cell
        for r in found
        for cell in _cells(r, people[r.reference_date.year], today, by_variable=by_variable)
    ]
    return Matrix(tuple(cells), people)


def years(user: Actor, dataset: str = "") -> list[int]:
    """Years of the reference dates a person may see, newest first."""
    rounds = queries.rounds_visible_to(user)
    rounds = rounds.filter(agreement__dataset=dataset) if dataset else rounds
    days = rounds.order_by().values_list("reference_date", flat=True).distinct()
    return sorted({day.year for day in days}, reverse=True)


def inhabitants(year: int) -> dict[str, float]:
    """Area → inhabitants by a year's accepted deliveries; of coarser areas where all parts are known."""
    catalogue = memory.catalogue()
    variable = catalogue.variables.get(catalogue.population)
    if variable is None:
        return {}
    shas = Delivery.objects.filter(
        state=DeliveryState.ACCEPTED, round__reference_date__year=year,
        round__agreement__dataset=variable.dataset,
    ).values_list("observations", flat=True)  # fmt: skip
    known: dict[str, float] = {}
    for sha in shas:
        for area, cells in contents(sha).get(variable.code, {}).items():
            if not math.isnan(cells.total):
                known[area] = cells.total
    tree = tree_of(date(year, 12, 31))
    for level in tree.levels[1:] if tree else ():
        for key in tree.areas(level) if tree else ():
            parts = [known.get(part) for part in tree.children(key)] if tree else []
            if parts and None not in parts:
                known.setdefault(key, sum(p for p in parts if p is not None))
    return known


def total(cells: Collection[Cell], people: Inhabitants) -> Total | None:
    """How much of the district one data set or variable covers at one date.

    An area is covered where everybody who owes something for it has delivered it. None without fields, or
    where there is no division of that day.
    """
    first = next(iter(cells), None)
    tree = tree_of(first.round.reference_date) if first else None
    level = first.round.agreement.level if first else ""
    if tree is None or level not in tree.levels:
        return None
    areas = frozenset(tree.areas(level))
    owed = [(c.expected - c.delivered) for c in cells]
    covered = frozenset().union(*(c.delivered for c in cells)).difference(*owed) & areas
    at = tree.levels.index(level) + 1
    coarser = tree.levels[at] if at < len(tree.levels) - 1 else ""
    whole = {key for key in areas if coarser}
    parents = {tree.ancestor(key, coarser) for key in whole}
    broken = {tree.ancestor(key, coarser) for key in whole - covered}
    return Total(
        level, len(covered), len(areas), coarser, len(parents - broken), len(parents),
        share_of(covered, areas, people),
    )  # fmt: skip


def share_of(part: Iterable[str], whole: Collection[str], people: Inhabitants) -> float | None:
    """Part of the inhabitants of ``whole`` who live in ``part``; None where those of one area are unknown."""
    if not whole or any(area not in people for area in whole):
        return None
    of_all = sum(people[area] for area in whole)
    return sum(people[area] for area in part) / of_all if of_all else None


def tree_of(day: date) -> Hierarchy | None:
    """The divisions in force on a day, else today's; None where there are none."""
    records = district.divisions_at(day)
    return district.hierarchy(records) if records else None


def _cells(r: DeliveryRound, people: Inhabitants, today: date, *, by_variable: bool) -> Iterable[Cell]:
    catalogue = memory.catalogue()
    state = view(r, today).state
    try:
        request = queries.request(r)
        asked = variables_due(request, catalogue)
        expected = frozenset(request.areas)
    except WohnplatzError:  # data set or division are gone: what was agreed can no longer be counted
        asked, expected = {}, frozenset()
    accepted = next((d for d in r.deliveries.all() if d.state == DeliveryState.ACCEPTED), None)
    held = contents(accepted.observations) if accepted else {}
    full, some = {}, {}
    for code, variable in asked.items():
        there = {a: cells for a, cells in held.get(code, {}).items() if a in expected}
        full[code] = frozenset(a for a, cells in there.items() if cells.complete(variable, catalogue))
        some[code] = frozenset(there) - full[code]
    if by_variable:
        parts = [(code, full[code], some[code]) for code in asked]
    else:
        whole = expected.intersection(*full.values()) if full else frozenset()
        parts = [("", whole, expected & frozenset().union(*full.values(), *some.values()) - whole)]
    for code, delivered, partial in parts:
        found = _state(state, accepted is not None, delivered == expected, bool(delivered | partial))
        share = share_of(delivered, expected, people) if accepted else None
        yield Cell(r, code, found, state, delivered, partial, expected, share)


def _state(state: RoundState, accepted: bool, complete: bool, something: bool) -> CoverageState:
    if not accepted:
        return _OF_ROUND.get(state, CoverageState.WAITING)
    if complete:
        return CoverageState.COMPLETE
    return CoverageState.GAPS if something else CoverageState.MISSING


_DELIVERIES = Prefetch(
    "deliveries", Delivery.objects.defer("findings", "changes", "guide", "coverage").order_by("-number")
)
