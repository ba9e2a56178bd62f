"""States of a social report: who may write in each, and which follows which.

The agreement adds conditions to the steps (``CONDITIONS``); the table itself stands here alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import models

from wohnplatz.workflow.accounts.models import Role

if TYPE_CHECKING:
    from .models import SocialReport


class ReportState(models.TextChoices):
    """Where a report (*Sozialbericht*) stands."""

    DRAFT = "draft", "Entwurf"
    REVIEW = "review", "interne Durchsicht"
    CONSULTATION = "consultation", "in Abstimmung"
    DECIDED = "decided", "Anmerkungen entschieden"
    AGREED = "agreed", "abgestimmt"
    PRESENTED = "presented", "vorgelegt"
    PUBLISHED = "published", "veröffentlicht"
    SET_ASIDE = "set_aside", "verworfen"


S = ReportState

WAY = tuple(state for state in ReportState if state != S.SET_ASIDE)
"""The states a report goes through, from the draft to the published one."""

NEXT: dict[str, tuple[ReportState, ...]] = {
    S.DRAFT: (S.REVIEW, S.SET_ASIDE),
    S.REVIEW: (S.DRAFT, S.CONSULTATION),
    S.CONSULTATION: (S.REVIEW, S.DECIDED),
    S.DECIDED: (S.CONSULTATION, S.AGREED),
    S.AGREED: (S.DECIDED, S.PRESENTED),
    S.PRESENTED: (S.AGREED, S.PUBLISHED),
    S.PUBLISHED: (),
    S.SET_ASIDE: (S.DRAFT,),
}
"""Allowed steps, forward and back. What is published stays: a correction is a report of its own.
A draft that was begun by mistake is set aside, with all that was written, and can be taken up again."""

WRITERS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({Role.PLANNER.value, Role.SECTOR.value}),
    S.REVIEW: frozenset({Role.PLANNER.value, Role.SECTOR.value}),
    S.CONSULTATION: frozenset({Role.PLANNER.value}),
    S.DECIDED: frozenset({Role.PLANNER.value}),
    S.AGREED: frozenset(),
    S.PRESENTED: frozenset(),
    S.PUBLISHED: frozenset(),
    S.SET_ASIDE: frozenset(),
}
"""Roles that may change blocks; sector planning only in the chapters it was given."""

Condition = Callable[["SocialReport"], None]
CONDITIONS: dict[tuple[str, str], list[Condition]] = {}
"""(from, to) → what must hold; each raises WohnplatzError with the reason where it does not."""


def require(before: ReportState, after: ReportState) -> Callable[[Condition], Condition]:
    """Add a condition to a step: ``@states.require(S.REVIEW, S.CONSULTATION)``."""

    def add(condition: Condition) -> Condition:
        held = CONDITIONS.setdefault((before.value, after.value), [])
        if condition not in held:
            held.append(condition)
        return condition

    return add
