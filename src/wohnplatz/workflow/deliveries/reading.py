"""Reads a file against what was asked, checks it, and says what follows. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wohnplatz.intake import ReadResult, read_delivery
from wohnplatz.model import Finding, Observation, Severity
from wohnplatz.workflow import memory
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from .states import DeliveryState

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of reading and checking a file."""

    state: DeliveryState
    findings: tuple[Finding, ...]
    result: ReadResult

    @property
    def observations(self) -> Sequence[Observation]:
        """What was read; may be incomplete where findings block."""
        return self.result.observations

    def fields(self) -> dict[str, Any]:
        """What a delivery's row keeps of it."""
        return {
            "state": self.state,
            "reader": self.result.reader,
            "cells": self.result.cells,
            "findings": [{**f.as_dict(), "key": f.key} for f in self.findings],
        }


def examine(
    delivery_round: DeliveryRound, name: str, data: bytes | Path, progress: Progress | None = None
) -> Examined:
    """Read and check a file for a round. Never raises for what is wrong with the file."""
    request = partners.request(delivery_round)
    content = data if isinstance(data, bytes) else data.read_bytes()
    result = read_delivery(content, name, request, memory.catalogue())
    return Examined(_state(result, result.findings), result.findings, result)


def _state(result: ReadResult, findings: Sequence[Finding]) -> DeliveryState:
    if all(f.severity is not Severity.ERROR for f in findings):
        return DeliveryState.CHECKED
    if not result.reader:
        return DeliveryState.UNREADABLE
    return DeliveryState.FAULTY
