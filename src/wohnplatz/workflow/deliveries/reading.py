"""Reads a file against what was asked, checks it, and says what follows. Changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from wohnplatz.checks import check, division_findings, fingerprint
from wohnplatz.indicators import catalogue_json
from wohnplatz.intake import Guide, ReadResult, Request, read_delivery
from wohnplatz.intake.request import variables_due
from wohnplatz.model import Catalogue, Finding, Observation, Severity
from wohnplatz.workflow import memory
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from . import columns
from .background import background_of, other_times, rule_book
from .models import Delivery, ReadingGuide
from .states import DeliveryState

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of reading and checking a file."""

    state: DeliveryState
    """Unreadable, unassigned, faulty or checked."""
    findings: tuple[Finding, ...]
    result: ReadResult
    coverage: Mapping[str, Any]
    fingerprint: str
    basis: str

    @property
    def observations(self) -> Sequence[Observation]:
        """What was read; incomplete where findings block."""
        return self.result.observations

    @property
    def opened(self) -> bool:
        """Whether the file could be opened and held a table. Nothing else is ever kept."""
        return self.state is not DeliveryState.UNREADABLE

    def fields(self) -> dict[str, Any]:
        """What a delivery's row keeps of it."""
        guide = self.result.guide
        return {
            "state": self.state,
            "reader": self.result.reader,
            "cells": self.result.cells,
            "findings": [{**f.as_dict(), "key": f.key} for f in self.findings],
            "guide": guide.to_dict() if guide else None,
            "coverage": dict(self.coverage),
            "fingerprint": self.fingerprint,
            "basis": self.basis,
        }


def examine(
    delivery_round: DeliveryRound,
    name: str,
    data: bytes | Path,
    *,
    guide: Guide | None = None,
    progress: Progress | None = None,
) -> Examined:
    """Read and check a file for a round. Never raises for what is wrong with the file.

    ``guide`` says how to read it; without one the guide remembered for partner and data set is tried first.
    """
    request, catalogue = partners.request(delivery_round), memory.catalogue()
    guide = guide or remembered_guide(delivery_round)
    result = read_delivery(data, name, request, catalogue, guide=guide, progress=progress)
    found = result.findings
    if any(f.code == "intake.unknown_area" for f in found):
        found = division_findings(found, other_times(request, delivery_round.reference_date))
    if result.reader and len(result.observations):
        background = background_of(delivery_round, request, catalogue, result.totals)
        found += check(result.observations, background, rule_book())
    state = _state(result, found)
    return Examined(
        state, found, result, coverage_of(result.observations, request, catalogue),
        fingerprint(result.observations) if state is DeliveryState.CHECKED else "",
        basis_of(request, catalogue, result.guide),
    )  # fmt: skip


def remembered_guide(delivery_round: DeliveryRound) -> Guide | None:
    """How this partner's files of this data set are read, if somebody has said so."""
    agreement = delivery_round.agreement
    kept = ReadingGuide.objects.filter(partner_id=agreement.partner_id, dataset=agreement.dataset).first()
    return Guide.from_dict(kept.guide) if kept else None


def current_basis(delivery: Delivery) -> str:
    """What the basis of a delivery's reading would be today."""
    guide = Guide.from_dict(delivery.guide) if delivery.guide else None
    return basis_of(partners.request(delivery.round), memory.catalogue(), guide)


def basis_of(request: Request, catalogue: Catalogue, guide: Guide | None) -> str:
    """SHA-256 of everything that reading depends on beside the file: what was read holds while it does."""
    asked = {
        "dataset": request.dataset.code, "day": request.reference_date.isoformat(), "level": request.level,
        "areas": dict(request.areas), "foreign": sorted(request.foreign_areas),
        "coarser": sorted(request.coarser_areas), "guide": guide.to_dict() if guide else None,
    }  # fmt: skip
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(text + _Held(catalogue).sha()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A catalogue told apart by identity, so that what follows from it is worked out once."""

    catalogue: Catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.catalogue is other.catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)

    @lru_cache(maxsize=4)  # noqa: B019 (four catalogues at most are held on to)
    def sha(self) -> bytes:
        """SHA-256 of its canonical JSON."""
        return hashlib.sha256(catalogue_json(self.catalogue)).digest()


def _state(result: ReadResult, findings: Sequence[Finding]) -> DeliveryState:
    if result.needs_guide:
        return DeliveryState.UNASSIGNED
    if not result.reader:
        return DeliveryState.UNREADABLE
    blocked = any(f.severity is Severity.ERROR for f in findings)
    return DeliveryState.FAULTY if blocked else DeliveryState.CHECKED


def coverage_of(
    observations: Sequence[Observation], request: Request, catalogue: Catalogue
) -> dict[str, Any]:
    """How much of what was asked for is there, and what is not."""
    table = columns.as_table(observations)
    variables, areas = columns.present(table.variable), columns.present(table.area)
    asked = list(variables_due(request, catalogue))
    return {
        "areas": len(areas & set(request.areas)),
        "expected_areas": len(request.areas),
        "variables": len(variables & set(asked)),
        "expected_variables": len(asked),
        "missing_areas": [k for k in request.areas if k not in areas],
        "missing_variables": sorted(set(asked) - variables),
    }
