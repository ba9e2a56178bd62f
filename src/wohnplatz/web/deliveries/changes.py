"""What a correction changes: cells old and new, and the figures that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz import text
from wohnplatz.model import CellState, Indicator
from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.deliveries import queries
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners import queries as partners

from .views import delivery_for, described

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One changed cell or figure, in words."""

    what: str
    detail: str
    area: str
    key: str
    old: str
    new: str


def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Changed cells and changed figures of a delivery, for the planner and the partner itself."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    found = queries.changes(user, delivery)
    if found is None:
        raise Http404
    names = _names(delivery.round.reference_date) | dict(partners.request(delivery.round).areas)
    catalogue = memory.catalogue()
    cells = [
        Line(
            catalogue.variables[c.variable].label if c.variable in catalogue.variables else c.variable,
            _parts(c.breakdown), names.get(c.area, ""), c.area, _value(c.old, c.old_state),
            _value(c.new, c.new_state),
        )
        for c in found.cells[:SHOWN]
    ]  # fmt: skip
    effects = [
        Line(
            catalogue.indicators[e.indicator].label if e.indicator in catalogue.indicators else e.indicator,
            str(e.year), names.get(e.area, ""), e.area,
            _figure(e.old, e.old_state, catalogue.indicators.get(e.indicator)),
            _figure(e.new, e.new_state, catalogue.indicators.get(e.indicator)),
        )
        for e in found.effects[:SHOWN]
    ]  # fmt: skip
    context = {**described(delivery), "changes": found, "cells": cells, "effects": effects, "shown": SHOWN}
    return render(request, "deliveries/changes.html", context)


def _names(day: date) -> dict[str, str]:
    tree = district.hierarchy(district.divisions_at(day))
    return {key: area.name for level in tree.levels for key, area in tree.areas(level).items()}


def _parts(breakdown: object) -> str:
    dimensions = memory.shipped().dimensions
    parts = dict(breakdown) if isinstance(breakdown, dict) else {}
    return ", ".join(dimensions[d].categories.get(c, c) if d in dimensions else c for d, c in parts.items())


def _value(value: float | None, state: int | None) -> str:
    if state is None:
        return "nicht enthalten"
    if value is None:
        return text.state_word(CellState(state))
    return text.number(value, 0 if value == int(value) else 2)


def _figure(value: float | None, state: int | None, known: Indicator | None) -> str:
    if state is None:
        return "keine Kennzahl"
    if value is None:
        return text.state_word(CellState(state))
    shown = text.number(value, known.decimals if known else 2)
    return text.with_unit(shown, known.unit) if known else shown
