"""States of a delivery, and what each one allows."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class DeliveryState(models.TextChoices):
    """Where a delivery (*Datenlieferung*) stands."""

    FAULTY = "faulty", "fehlerhaft"
    CHECKED = "checked", "geprüft, wartet auf Entscheidung"
    ACCEPTED = "accepted", "angenommen"
    RETURNED = "returned", "zurückgegeben"
    WITHDRAWN = "withdrawn", "zurückgezogen"
    SUPERSEDED = "superseded", "durch eine neuere ersetzt"


class Step(StrEnum):
    """What can be done with a delivery."""

    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"


ALLOWS: dict[DeliveryState, frozenset[Step]] = {
    DeliveryState.FAULTY: frozenset(),
    DeliveryState.CHECKED: frozenset({Step.ACCEPT, Step.RETURN, Step.WITHDRAW}),
    DeliveryState.ACCEPTED: frozenset({Step.RETURN}),
    DeliveryState.RETURNED: frozenset(),
    DeliveryState.WITHDRAWN: frozenset(),
    DeliveryState.SUPERSEDED: frozenset(),
}
"""A returned, withdrawn or faulty delivery is answered by a new one; nothing is ever edited."""

LEADS_TO: dict[Step, DeliveryState] = {
    Step.ACCEPT: DeliveryState.ACCEPTED,
    Step.RETURN: DeliveryState.RETURNED,
    Step.WITHDRAW: DeliveryState.WITHDRAWN,
}


def from_states(step: Step) -> list[str]:
    """The states from which ``step`` is possible."""
    return [state.value for state, steps in ALLOWS.items() if step in steps]
