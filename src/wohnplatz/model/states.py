"""The state of a figure: a number is not enough.

Every figure is a number *or* says why it is none. States are ordered by severity, so that the state of a
combination is the maximum of the states of its parts, in Python, in numpy and in SQL alike.
"""

from __future__ import annotations

from enum import IntEnum


class CellState(IntEnum):
    """What stands in a cell. Below 10 a number stands there, from 10 on none does.

    The numeric order is the rule of combination: ``max`` of the parts is the state of the whole.
    True zero is ``VALUE`` with the number 0; it is never the substitute of another state.
    """

    VALUE = 0
    ESTIMATED = 1
    LIMITED = 2
    PARTIAL = 3
    NOT_APPLICABLE = 10
    MISSING = 11
    LATER = 12
    UNRELIABLE = 13
    UNKNOWN = 14
    PROTECTED = 15

    @property
    def has_number(self) -> bool:
        """Whether a number stands in the cell."""
        return self < FIRST_WITHOUT_NUMBER

    @property
    def sign(self) -> str:
        """The sign of German official statistics, empty where a plain number stands."""
        return SIGNS[self]

    @property
    def sdmx(self) -> tuple[str, str]:
        """``(OBS_STATUS, CONF_STATUS)`` of the SDMX code lists, the form of exchange."""
        return SDMX[self]


FIRST_WITHOUT_NUMBER = 10

SIGNS: dict[CellState, str] = {
    CellState.VALUE: "",
    CellState.ESTIMATED: "s",
    CellState.LIMITED: "( )",
    CellState.PARTIAL: "t",
    CellState.NOT_APPLICABLE: "x",
    CellState.MISSING: "nl",
    CellState.LATER: "…",
    CellState.UNRELIABLE: "/",
    CellState.UNKNOWN: ".",
    CellState.PROTECTED: "*",
}

SDMX: dict[CellState, tuple[str, str]] = {
    CellState.VALUE: ("A", "F"),
    CellState.ESTIMATED: ("E", "F"),
    CellState.LIMITED: ("U", "F"),
    CellState.PARTIAL: ("P", "F"),
    CellState.NOT_APPLICABLE: ("M", "F"),
    CellState.MISSING: ("O", "F"),
    CellState.LATER: ("L", "F"),
    CellState.UNRELIABLE: ("U", "F"),
    CellState.UNKNOWN: ("O", "F"),
    CellState.PROTECTED: ("Q", "C"),
}
"""OBS_STATUS: A normal, E estimated, U low reliability, P provisional/partial, M not existing, O missing,
L missing: collected later, Q missing: suppressed. CONF_STATUS: F free, C confidential."""


def combine(*states: CellState) -> CellState:
    """The state of a figure made from cells in these ``states``: the most severe one.

    >>> combine(CellState.VALUE, CellState.PROTECTED).name
    'PROTECTED'
    >>> combine().name
    'VALUE'
    """
    return max(states, default=CellState.VALUE)
