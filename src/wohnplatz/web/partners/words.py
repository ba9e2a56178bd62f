"""Agreements and partners in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from wohnplatz import text
from wohnplatz.web.stand import level_name
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right, may
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.partners import queries
from wohnplatz.workflow.partners.calendar import parse_reference
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, Rhythm

RHYTHMS = {
    Rhythm.YEARLY: "jährlich zum {}", Rhythm.EVEN_YEARS: "in geraden Jahren zum {}",
    Rhythm.ODD_YEARS: "in ungeraden Jahren zum {}", Rhythm.SCHOOL_YEAR: "je Schuljahr zum {}",
    Rhythm.HALF_YEARLY: "halbjährlich, zuletzt im Jahr zum {}",
    Rhythm.QUARTERLY: "vierteljährlich, zuletzt im Jahr zum {}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement as a list shows it."""

    agreement: DataAgreement
    dataset: str
    rhythm: str
    validity: str
    badge: tuple[str, str]
    next_round: DeliveryRound | None = None

    @classmethod
    def of(cls, agreement: DataAgreement, today: date, next_round: DeliveryRound | None = None) -> Row:
        """The words for one agreement."""
        return cls(
            agreement, dataset_label(agreement.dataset), rhythm_words(agreement), validity_words(agreement),
            _badge(agreement, today), next_round,
        )  # fmt: skip


def rows(user: User, agreements: Iterable[DataAgreement], today: date) -> list[Row]:
    """Agreements with the next deadline of each, where the person may see rounds."""
    upcoming: dict[int, DeliveryRound] = {}
    if may(user, Right.DELIVERIES):
        coming = queries.rounds_visible_to(user).filter(due_on__gte=today, waived_reason="")
        for found in coming.order_by("-due_on"):
            upcoming[found.agreement_id] = found
    return [Row.of(a, today, upcoming.get(a.pk)) for a in agreements]


def dataset_label(code: str) -> str:
    """The label of a data set; its code where the catalogue no longer holds it."""
    datasets = memory.shipped().datasets
    return datasets[code].label if code in datasets else code


def rhythm_words(agreement: DataAgreement) -> str:
    """``jährlich zum 31.12.``"""
    day, month = parse_reference(agreement.reference)
    return RHYTHMS[Rhythm(agreement.rhythm)].format(f"{day:02d}.{month:02d}.")


def validity_words(agreement: DataAgreement) -> str:
    """``seit 01.01.2020`` or ``01.01.2020 bis 31.12.2025``."""
    if agreement.valid_to is None:
        return f"ab {text.day(agreement.valid_from)}"
    return f"{text.day(agreement.valid_from)} bis {text.day(agreement.valid_to)}"


def described(agreement: DataAgreement, today: date) -> dict[str, Any]:
    """All that the page of an agreement says about its terms."""
    catalogue = memory.catalogue()
    known = catalogue.variables
    codes = agreement.variables or [
        c for c, v in known.items() if v.dataset == agreement.dataset and v.level == agreement.level
    ]
    without = [catalogue.dimensions[d].label if d in catalogue.dimensions else d
               for d in agreement.without_breakdowns]  # fmt: skip
    division = DivisionRecord.objects.filter(code=agreement.division).first() if agreement.division else None
    return {
        "agreement": agreement, "row": Row.of(agreement, today),
        "variables": [known[c].label if c in known else c for c in codes],
        "whole": not agreement.variables, "without": without, "level": level_name(agreement.level),
        "division": division.label if division else agreement.division,
        "description": catalogue.datasets[agreement.dataset].description
        if agreement.dataset in catalogue.datasets else "",
    }  # fmt: skip


def _badge(agreement: DataAgreement, today: date) -> tuple[str, str]:
    if agreement.in_force(today):
        return "success", "in Kraft"
    if agreement.valid_from > today:
        return "info", "künftig"
    replaced = DataAgreement.objects.filter(replaces=agreement).exists()
    return "default", "abgelöst" if replaced else "beendet"
