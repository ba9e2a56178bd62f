"""What a file is checked against, gathered from everything that was accepted before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from django.db.models import Q

from wohnplatz.checks import Background, Rule, RuleBook, load_rules
from wohnplatz.intake import Request
from wohnplatz.model import Catalogue, Hierarchy, Observation, ObservationTable, Severity, stacked
from wohnplatz.text import day
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.partners.models import DeliveryRound

from . import columns
from .models import Delivery, OwnRule
from .states import DeliveryState

YEARS_BACK = 10
"""History and inhabitants further back say nothing about a jump today."""

LARGEST = 200_000
"""Cells of a delivery that are still read in full to check another one against; above, it is left out."""


def rule_book(packaged: RuleBook | None = None) -> RuleBook:
    """The shipped rules with the district's own ones that are in force."""
    book = packaged or shipped()
    return book.with_own(as_rule(own) for own in OwnRule.objects.filter(active=True))


@cache
def shipped() -> RuleBook:
    """The rules that come with the program."""
    return load_rules()


def as_rule(own: OwnRule) -> Rule:
    """A stored rule as the checks know it."""
    return Rule(
        own.code, own.dataset, own.left, own.operator, own.right, own.absolute, own.relative,
        Severity(own.severity), own.message, own.why, own.advice, active=own.active,
    )  # fmt: skip


def background_of(
    delivery_round: DeliveryRound,
    request: Request,
    catalogue: Catalogue,
    totals: Sequence[Observation] = (),
) -> Background:
    """All that is known for a round beside the file. Reads accepted deliveries only, through a cache."""
    year, agreement = delivery_round.reference_date.year, delivery_round.agreement
    found = _accepted(year, catalogue.population, agreement.dataset, catalogue)
    own = [d for d in found if _same_agreement(d, delivery_round)]
    older = [d for d in own if d.round.reference_date < delivery_round.reference_date]
    others = [
        d for d in found
        if d.round.agreement.dataset == agreement.dataset and d not in own
        and d.round.reference_date == delivery_round.reference_date
    ]  # fmt: skip
    tree = _tree(delivery_round.reference_date)
    return Background(
        request=request,
        catalogue=catalogue,
        history={d.round.reference_date: columns.accepted(d.observations) for d in older},
        population=_population(found, catalogue, tree),
        comparable=_stacked(columns.accepted(d.observations) for d in others),
        totals=totals,
        former_files={
            d.fingerprint: f"die Lieferung zum {day(d.round.reference_date)}" for d in older if d.fingerprint
        },
        divisions=other_times(request, delivery_round.reference_date),
        related=_related(found, agreement.dataset, {*request.areas, *_inside(tree, request.areas)}, year),
        parents=_parents(tree),
    )


def _accepted(year: int, population: str, dataset: str, catalogue: Catalogue) -> list[Delivery]:
    """Accepted deliveries that may matter: of the data set, of these two years, of inhabitants."""
    inhabitants = catalogue.variables[population].dataset if population in catalogue.variables else ""
    near = Q(round__reference_date__year__in=(year - 1, year))
    kin = Q(round__agreement__dataset__in={dataset, inhabitants})
    deliveries = Delivery.objects.filter(
        near | kin, state=DeliveryState.ACCEPTED, cells__lte=LARGEST,
        round__reference_date__year__range=(year - YEARS_BACK, year),
    ).defer("findings", "changes", "guide", "coverage")  # fmt: skip
    return list(deliveries.select_related("round__agreement").order_by("round__reference_date", "pk"))


def _same_agreement(delivery: Delivery, delivery_round: DeliveryRound) -> bool:
    """Whether it comes from the same partner for the same data set, in whatever version of the agreement."""
    theirs, ours = delivery.round.agreement, delivery_round.agreement
    return (theirs.partner_id, theirs.dataset) == (ours.partner_id, ours.dataset)


def _population(
    deliveries: Iterable[Delivery], catalogue: Catalogue, tree: Hierarchy
) -> dict[tuple[str, int], float]:
    """(area, year) → inhabitants, for coarser areas where all their parts are known."""
    variable = catalogue.variables.get(catalogue.population)
    if variable is None:
        return {}
    known: dict[tuple[str, int], float] = {}
    for delivery in deliveries:
        if delivery.round.agreement.dataset == variable.dataset:
            known.update(columns.totals(delivery.observations, variable.code))
    years = {year for _, year in known}
    for finer, coarser in zip(tree.levels, tree.levels[1:], strict=False):
        parts: dict[str, list[str]] = {}
        for key, area in tree.areas(finer).items():
            if area.parent:
                parts.setdefault(area.parent, []).append(key)
        for key in tree.areas(coarser):
            for year in years:
                values = [known.get((part, year)) for part in parts.get(key, ())]
                if values and None not in values:
                    known.setdefault((key, year), sum(v for v in values if v is not None))
    return known


def _related(
    deliveries: Iterable[Delivery], dataset: str, areas: Collection[str], year: int
) -> Sequence[Observation]:
    """Other data sets' observations of the same areas and their parts, of the year and the one before."""
    near = (
        columns.of_areas(columns.accepted(d.observations), areas)
        for d in deliveries
        if d.round.agreement.dataset != dataset and d.round.reference_date.year in {year - 1, year}
    )
    return _stacked(table for table in near if len(table))


def _inside(tree: Hierarchy, areas: Iterable[str]) -> set[str]:
    """Keys of all finer areas in some areas."""
    found: set[str] = set()
    queue = list(areas)
    while queue:
        finer = tree.children(queue.pop())
        found.update(finer)
        queue += finer
    return found


def _stacked(tables: Iterable[ObservationTable]) -> Sequence[Observation]:
    found = list(tables)
    return stacked(found) if found else ()


def _tree(reference_date: date) -> Hierarchy:
    return district.hierarchy(district.divisions_at(reference_date))


def _parents(tree: Hierarchy) -> dict[str, tuple[str, ...]]:
    """Area → the areas of coarser levels it lies in."""
    chains: dict[str, tuple[str, ...]] = {}
    for position, level in enumerate(tree.levels):
        for key in tree.areas(level):
            above = (tree.ancestor(key, at) for at in tree.levels[position + 1 :])
            chains[key] = tuple(area for area in above if area)
    return chains


def other_times(request: Request, reference_date: date) -> Mapping[str, str]:
    """Keys of the level that are valid at another time only → when."""
    valid = {record.sha for record in district.divisions_in_force(reference_date)}
    found: dict[str, str] = {}
    for record in DivisionRecord.objects.filter(level=request.level).exclude(sha__in=valid):
        early = record.valid_from > reference_date
        when = f"erst ab {day(record.valid_from)}" if early else _until(record)
        division = district.division(record.sha)[0]
        for area in division.areas:
            if area.key not in request.areas and area.key not in request.foreign_areas:
                found[area.key] = f"{when} ({division.label})"
    return found


def _until(record: DivisionRecord) -> str:
    return f"bis {day(record.valid_to)}" if record.valid_to else f"seit {day(record.valid_from)}"
