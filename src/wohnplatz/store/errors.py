"""Errors of the store."""

from __future__ import annotations

from wohnplatz.model import WohnplatzError


class StoreError(WohnplatzError):
    """Something in the statistical memory is absent, damaged or does not fit its form."""


class StepError(StoreError):
    """A computing step failed. Carries the step's name, its SQL and the engine's own words."""

    def __init__(self, step: str, sql: str, reason: str) -> None:
        self.step, self.sql, self.reason = step, sql, reason
        super().__init__(
            f"Der Rechenschritt „{step}“ ist fehlgeschlagen: {reason}",
            where=f"SQL des Schritts: {sql}",
            why="Ohne diesen Schritt entsteht kein Ergebnis; es wurde nichts gespeichert.",
            todo="Bitte die Meldung mit dem SQL an die Betreuung der Software geben.",
            code="store.step",
        )
