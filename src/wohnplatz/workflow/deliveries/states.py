"""States of a delivery, and what each one allows."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class DeliveryState(models.TextChoices):
    """Where a delivery (*Datenlieferung*) stands."""

    UNREADABLE = "unreadable", "nicht lesbar"
    READING = "reading", "wird gelesen"
    UNASSIGNED = "unassigned", "Zuordnung nötig"
    FAULTY = "faulty", "fehlerhaft"
    CHECKED = "checked", "geprüft"
    RELEASED = "released", "freigegeben"
    ACCEPTED = "accepted", "angenommen"
    RETURNED = "returned", "zurückgegeben"
    WITHDRAWN = "withdrawn", "zurückgezogen"
    SUPERSEDED = "superseded", "durch eine neuere ersetzt"


class Step(StrEnum):
    """What can be done with a delivery."""

    ASSIGN = "assign"
    RELEASE = "release"
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"


ALLOWS: dict[DeliveryState, frozenset[Step]] = {
    DeliveryState.UNREADABLE: frozenset(),
    DeliveryState.READING: frozenset({Step.WITHDRAW}),
    DeliveryState.UNASSIGNED: frozenset({Step.ASSIGN, Step.WITHDRAW}),
    DeliveryState.FAULTY: frozenset({Step.ASSIGN, Step.WITHDRAW}),
    DeliveryState.CHECKED: frozenset({Step.ASSIGN, Step.RELEASE, Step.RETURN, Step.WITHDRAW}),
    DeliveryState.RELEASED: frozenset({Step.ACCEPT, Step.RETURN, Step.WITHDRAW}),
    DeliveryState.ACCEPTED: frozenset({Step.RETURN}),
    DeliveryState.RETURNED: frozenset(),
    DeliveryState.WITHDRAWN: frozenset(),
    DeliveryState.SUPERSEDED: frozenset(),
}
"""A returned, withdrawn or unreadable delivery is answered by a new one; no file is ever edited."""

LEADS_TO: dict[Step, DeliveryState] = {
    Step.RELEASE: DeliveryState.RELEASED,
    Step.ACCEPT: DeliveryState.ACCEPTED,
    Step.RETURN: DeliveryState.RETURNED,
    Step.WITHDRAW: DeliveryState.WITHDRAWN,
}
"""Where a decision leads; what an assignment leads to is for the reading to say."""

IN_WORK = frozenset(
    {DeliveryState.READING, DeliveryState.UNASSIGNED, DeliveryState.FAULTY, DeliveryState.CHECKED}
)
"""The partner still has something to do; a newer file takes their place."""

WAITING = frozenset({DeliveryState.CHECKED, DeliveryState.RELEASED})
"""Somebody has to decide: the partner or the planner."""

LIVE = IN_WORK | {DeliveryState.RELEASED, DeliveryState.ACCEPTED}
"""States in which the same file once more is told instead of taken again."""


def from_states(step: Step) -> list[str]:
    """The states from which ``step`` is possible."""
    return [state.value for state, steps in ALLOWS.items() if step in steps]
