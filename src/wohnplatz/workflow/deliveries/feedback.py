"""Something back at once: the profile of a partner's own areas and the quality report of its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from wohnplatz.areas import Shapes, shapes
from wohnplatz.model import Audience, CellState, Finding, Hierarchy, Observation, Severity
from wohnplatz.report import Document, OwnAreas, Quality, own_areas_profile, quality_report
from wohnplatz.report.own_areas import Place, pick
from wohnplatz.text import state_word
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.releases import outlook

from . import queries
from .models import Delivery
from .states import DeliveryState

MOST_PARTS = 30
"""More areas than this are shown by municipality, so that the page stays one page."""
AIR = 0.05


def has_feedback(delivery: Delivery) -> bool:
    """Whether there is something to give back: the file was read."""
    return delivery.state not in {DeliveryState.FAULTY, DeliveryState.UNREADABLE, DeliveryState.UNASSIGNED,
                                  DeliveryState.READING}  # fmt: skip


def profile(user: Actor, delivery: Delivery) -> Document | None:
    """One page on the partner's own areas, as the figures are with this delivery.

    Protected for the audience ``partner`` even where the partner knows the number: a page is passed on. None
    where no indicator rests on the delivery's variables. Raises Refused for whom the contents are closed to.
    """
    cells = queries.observations(user, delivery)
    catalogue = memory.catalogue()
    tree = district.hierarchy(district.divisions_at(delivery.round.reference_date))
    wanted = outlook.dependent_indicators(catalogue, sorted({o.variable for o in cells}))
    if not wanted or not cells:
        return None
    year = delivery.round.reference_date.year
    before = _year_before(delivery, year)
    years = {year} if before is None else {year, before}
    table = outlook.released_with(delivery, cells, wanted, Audience.PARTNER, years)
    whole, parts = _places(tree, delivery, cells)
    top = tree.divisions[-1].areas[0]
    shown = {whole[0], top.key, *(key for key, _ in parts)}
    table = table.where(lambda f: f.area in shown and f.year in {year, before} and not f.breakdown)
    level = tree.level_of(parts[0][0]) if parts else None
    drawn = _shapes(level, delivery.round.reference_date) if level else None
    own = OwnAreas(
        table=table, partner=delivery.round.agreement.partner.name,
        dataset=catalogue.datasets[delivery.round.agreement.dataset].label,
        reference_date=delivery.round.reference_date,
        received_on=timezone.localtime(delivery.received_at).date(),
        year=year, previous=before, indicators=pick(wanted, table, whole[0], year), whole=whole, parts=parts,
        labels={code: catalogue.indicators[code].short for code in wanted},
        district=(top.key, top.name), shapes=drawn, accepted=delivery.state == DeliveryState.ACCEPTED,
        box=_box(drawn, [key for key, _ in parts]) if drawn else None,
    )  # fmt: skip
    return own_areas_profile(own) if own.indicators else None


def quality(user: Actor, delivery: Delivery) -> Document:
    """How complete and punctual the delivery is, and what the checks found."""
    covered = queries.coverage(user, delivery)
    cells = queries.observations(user, delivery)
    catalogue = memory.catalogue()
    at = district.divisions_at(delivery.round.reference_date)
    names = district.hierarchy(at).areas(delivery.round.agreement.level)
    without = Counter(state_word(CellState(o.state)) for o in cells if not o.state.has_number)
    return quality_report(
        Quality(
            district=district.current().name,
            partner=delivery.round.agreement.partner.name,
            dataset=catalogue.datasets[delivery.round.agreement.dataset].label,
            reference_date=delivery.round.reference_date,
            received_on=timezone.localtime(delivery.received_at).date(),
            due_on=delivery.round.due_on,
            number=delivery.number,
            areas=covered.areas,
            expected_areas=covered.expected_areas,
            variables=covered.variables,
            expected_variables=covered.expected_variables,
            cells=delivery.cells,
            states=tuple(sorted(without.items())),
            findings=tuple(_finding(f) for f in delivery.findings),
            words=tuple((key, note.text) for key, note in queries.notes(user, delivery).items() if note.text),
            missing_areas=tuple(names[k].name if k in names else k for k in covered.missing_areas),
            missing_variables=tuple(
                catalogue.variables[v].label if v in catalogue.variables else v
                for v in covered.missing_variables
            ),
        )
    )


def _finding(stored: dict[str, object]) -> Finding:
    fields = {k: v for k, v in stored.items() if k in Finding.__dataclass_fields__}
    return Finding(**{**fields, "severity": Severity(str(stored["severity"]))})  # type: ignore[arg-type]


def _year_before(delivery: Delivery, year: int) -> int | None:
    """The year of the accepted delivery before this one."""
    earlier = delivery.round.agreement.rounds.filter(
        reference_date__lt=delivery.round.reference_date, deliveries__state=DeliveryState.ACCEPTED
    )
    dates = earlier.order_by("-reference_date").values_list("reference_date", flat=True)
    return next((d.year for d in dates if d.year < year), None)


def _places(
    tree: Hierarchy, delivery: Delivery, cells: Sequence[Observation]
) -> tuple[Place, tuple[Place, ...]]:
    """The area the partner answers for, and the areas it delivers; by municipality where there are many."""
    level = delivery.round.agreement.level
    delivered = {o.area for o in cells}
    keys = [key for key in tree.areas(level) if key in delivered]
    if len(keys) > MOST_PARTS and level == tree.levels[0]:
        level = tree.levels[1]
        above = {tree.ancestor(key, level) for key in keys}
        keys = [key for key in tree.areas(level) if key in above]
    parts = tuple((key, tree.areas(level)[key].name) for key in keys)
    for coarser in tree.levels[tree.levels.index(level) :]:
        holders = {tree.ancestor(key, coarser) for key in keys}
        if len(holders) == 1 and (holder := holders.pop()) is not None:
            return (holder, tree.areas(coarser)[holder].name), parts
    top = tree.divisions[-1].areas[0]
    return (top.key, top.name), parts


def _shapes(level: str, day: date) -> Shapes | None:
    record = next((r for r in district.divisions_at(day) if r.level == level), None)
    return _drawn(memory.store().root, record.sha) if record else None


@lru_cache(maxsize=8)
def _drawn(_root: Path, sha: str) -> Shapes:
    return shapes(district.division(sha)[1], width=760)


def _box(drawn: Shapes, keys: Sequence[str]) -> tuple[float, float, float, float] | None:
    boxes = [drawn.boxes[k] for k in keys if k in drawn.boxes]
    if not boxes:
        return None
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    air = AIR * max(right - left, bottom - top)
    return left - air, top - air, right - left + 2 * air, bottom - top + 2 * air
