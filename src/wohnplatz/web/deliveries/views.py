"""Deliveries: the list, a round, a delivery with its findings, its values and its original file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from wohnplatz import text
from wohnplatz.model import TOTAL, Observation, Severity
from wohnplatz.web.access import user_of
from wohnplatz.web.download import as_download
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.deliveries import feedback, queries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import IN_WORK, DeliveryState, Step
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound, Partner, RoundState

from . import grid
from .findings import SEVERITIES  # noqa: F401 (the import of divisions shows findings too)
from .forms import FilterForm

PAGE = 50
VALUES_PAGE = 200
LATE = frozenset({RoundState.LATE, RoundState.RETURNED})
ROUND_KINDS = {
    RoundState.EXPECTED: "info", RoundState.RECEIVED: "warning", RoundState.RETURNED: "warning",
    RoundState.CHECKED: "info", RoundState.RELEASED: "info",
    RoundState.ACCEPTED: "success", RoundState.LATE: "danger", RoundState.MISSING: "danger",
    RoundState.WAIVED: "info",
}  # fmt: skip
DELIVERY_KINDS = {
    DeliveryState.UNREADABLE: "danger", DeliveryState.READING: "info", DeliveryState.UNASSIGNED: "warning",
    DeliveryState.FAULTY: "danger", DeliveryState.CHECKED: "info", DeliveryState.RELEASED: "info",
    DeliveryState.ACCEPTED: "success",
    DeliveryState.RETURNED: "warning", DeliveryState.WITHDRAWN: "warning", DeliveryState.SUPERSEDED: "info",
}  # fmt: skip

TODO = {
    DeliveryState.UNREADABLE: "andere Datei einreichen", DeliveryState.READING: "wird gelesen",
    DeliveryState.UNASSIGNED: "Zuordnung prüfen", DeliveryState.FAULTY: "Datei berichtigen",
    DeliveryState.CHECKED: "erklären und freigeben", DeliveryState.RETURNED: "Datei berichtigen",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as the list shows it."""

    view: queries.RoundView
    dataset: str
    kind: str

    @property
    def deadline(self) -> str:
        """How far away the deadline is, in words; empty once nothing is owed."""
        days = self.view.days_left
        if self.view.state not in {RoundState.EXPECTED, RoundState.LATE, RoundState.RETURNED}:
            return ""
        if days == 0:
            return "heute"
        word = text.plural(abs(days), "Tag", "Tagen")
        return f"in {word}" if days > 0 else f"seit {word}"

    @property
    def todo(self) -> str:
        """What the partner does next about the file that is there; empty where none is."""
        return TODO.get(DeliveryState(self.view.delivery.state), "") if self.view.delivery else ""


def rows_of(views: list[queries.RoundView]) -> list[RoundRow]:
    """Rounds with the words for them."""
    datasets = memory.catalogue().datasets
    return [
        RoundRow(
            v,
            datasets[code].label if (code := v.round.agreement.dataset) in datasets else code,
            ROUND_KINDS[v.state],
        )
        for v in views
    ]


def delivery_list(request: HttpRequest) -> HttpResponse:
    """All rounds a person may see, filtered by state, partner and year."""
    user = user_of(request, Right.DELIVERIES)
    views = queries.rounds(user, timezone.localdate())
    form = FilterForm(request.GET, partners=_partners(user), years=_years(views))
    form.is_valid()
    chosen = _filtered(views, form.cleaned_data)
    page = Paginator(chosen, PAGE).get_page(request.GET.get("seite"))
    context = {
        "form": form, "rows": rows_of(list(page.object_list)), "page": page, "total": len(chosen),
        "filtered": any(form.cleaned_data.values()), "query": query_without(request),
        "deciding": policies.may(user, Right.DECIDE), "delivering": policies.may(user, Right.DELIVER),
    }  # fmt: skip
    return render(request, "deliveries/list.html", context)


def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: what is owed, what was sent, what can be done now."""
    user = user_of(request, Right.DELIVERIES)
    delivery_round = round_for(user, pk)
    view = queries.view(delivery_round, timezone.localdate())
    deliveries = list(delivery_round.deliveries.prefetch_related("events").order_by("-number"))
    events = sorted((e for d in deliveries for e in d.events.all()), key=lambda e: (e.at, e.pk), reverse=True)
    asked, contents = (
        partners.request(delivery_round),
        user.role == Role.PARTNER or policies.may(user, Right.WORKING),
    )
    former = former_delivery(delivery_round) if contents else None
    cells = grid.size(asked, memory.catalogue())
    context = {
        "round": delivery_round, "row": rows_of([view])[0], "request_": asked,
        "deliveries": [described(d) for d in deliveries], "events": events,
        "may_deliver": may_deliver(user, delivery_round), "cells": cells,
        "fits": 0 < cells <= grid.MOST_CELLS,
        "waits": view.state is RoundState.RELEASED, "deciding": policies.may(user, Right.DECIDE),
        "in_work": next((d for d in deliveries if d.state in IN_WORK), None), "former_delivery": former,
        "contents": contents,
        "has_former": former is not None, "exceptions": _exceptions(delivery_round),
        "exception_url": _route("round_exception", pk), "waive_url": _route("round_waive", pk),
        "feedback": next((d for d in deliveries if contents and feedback.has_feedback(d)), None),
    }  # fmt: skip
    return render(request, "deliveries/round.html", context)


def values_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The cells of a delivery with the place each one stands at in the file."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    cells = queries.observations(user, delivery)
    catalogue = memory.catalogue()
    wanted = request.GET.get("merkmal", "")
    present = list(dict.fromkeys(o.variable for o in cells))
    shown = [o for o in cells if wanted in {"", o.variable}]
    page = Paginator(shown, VALUES_PAGE).get_page(request.GET.get("seite"))
    names = partners.request(delivery.round).areas
    context = {
        **described(delivery), "page": page, "wanted": wanted, "query": query_without(request),
        "total": len(shown),
        "variables": [(v, catalogue.variables[v].label if v in catalogue.variables else v) for v in present],
        "cells": [_cell(o, names) for o in page.object_list],
    }  # fmt: skip
    return render(request, "deliveries/values.html", context)


def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    data = queries.original(user, delivery)
    if data is None:
        raise Http404
    return as_download(data, delivery.name, "application/octet-stream")


def round_for(user: User, pk: int) -> DeliveryRound:
    """The round, if the person may see it; 404 where there is none, Refused where it is somebody else's."""
    found: DeliveryRound = get_object_or_404(
        DeliveryRound.objects.select_related("agreement__partner"), pk=pk
    )
    policies.require_see_round(user, found)
    return found


def delivery_for(user: User, pk: int) -> Delivery:
    """The delivery, if the person may see its round."""
    found: Delivery = get_object_or_404(Delivery.objects.select_related("round__agreement__partner"), pk=pk)
    policies.require_see_round(user, found.round)
    return found


def described(delivery: Delivery) -> dict[str, Any]:
    """A delivery with the words for it."""
    return {
        "delivery": delivery, "kind": DELIVERY_KINDS[DeliveryState(delivery.state)],
        "errors": delivery.count(Severity.ERROR), "warnings": delivery.count(Severity.WARNING),
        "notes": delivery.count(Severity.NOTE),
    }  # fmt: skip


def may_step(user: User, delivery: Delivery, step: Step) -> bool:
    """Whether to offer a step; the action itself decides."""
    if step in {Step.WITHDRAW, Step.RELEASE}:
        return may_deliver(user, delivery.round)
    return policies.may(user, Right.DECIDE)


def may_deliver(user: User, delivery_round: DeliveryRound) -> bool:
    """Whether to offer the upload; the action itself decides."""
    if not policies.may(user, Right.DELIVER) or delivery_round.waived_reason:
        return False
    return user.role != Role.PARTNER or not delivery_round.is_locked(timezone.localdate())


def former_delivery(delivery_round: DeliveryRound) -> Delivery | None:
    """What was accepted for the round before."""
    before = Delivery.objects.filter(
        round__agreement__partner_id=delivery_round.agreement.partner_id,
        round__agreement__dataset=delivery_round.agreement.dataset,
        round__reference_date__lt=delivery_round.reference_date,
        state=DeliveryState.ACCEPTED,
    )
    return before.select_related("round").order_by("-round__reference_date").first()


def _exceptions(delivery_round: DeliveryRound) -> list[Any]:
    """Exceptions from the lock that still hold."""
    granted = getattr(delivery_round, "exceptions", None)
    return list(granted.filter(until__gte=timezone.localdate())) if granted else []


def _route(name: str, pk: int) -> str:
    """The address of a page of the agreements, empty where it is not installed."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def may_see_contents(user: User, delivery: Delivery) -> bool:
    """Whether single values may be offered."""
    return user.role == Role.PARTNER or policies.may(user, Right.WORKING)


def _partners(user: User) -> list[tuple[str, str]]:
    if user.partner_id:
        return []
    return [(str(pk), name) for pk, name in Partner.objects.values_list("pk", "name")]


def _years(views: list[queries.RoundView]) -> list[int]:
    return sorted({v.round.reference_date.year for v in views}, reverse=True)


def _filtered(views: list[queries.RoundView], chosen: dict[str, str]) -> list[queries.RoundView]:
    state, partner, year = (chosen.get(k, "") for k in ("zustand", "stelle", "jahr"))
    found = [
        v for v in views
        if state in {"", v.state.value, *(("offen",) if v.state in LATE else ())}
        and partner in {"", str(v.round.agreement.partner_id)}
        and year in {"", str(v.round.reference_date.year)}
    ]  # fmt: skip
    return sorted(found, key=lambda v: v.round.due_on, reverse=True)


def query_without(request: HttpRequest) -> str:
    """The other choices of an address, for the links of the pages."""
    kept = request.GET.copy()
    kept.pop("seite", None)
    return f"{kept.urlencode()}&" if kept else ""


def _cell(o: Observation, names: Mapping[str, str]) -> dict[str, str]:
    catalogue = memory.catalogue()
    variable = catalogue.variables.get(o.variable)
    parts = [
        catalogue.dimensions[d].categories.get(c, c) if d in catalogue.dimensions else c
        for d, c in (o.breakdown or {}).items()
        if c != TOTAL
    ]
    word = text.state_word(o.state)
    shown = word if o.value is None else text.number(o.value, 0 if o.value == int(o.value) else 2)
    return {
        "variable": variable.label if variable else o.variable, "area": names.get(o.area, ""), "key": o.area,
        "breakdown": ", ".join(parts) or "insgesamt", "value": shown,
        "state": "" if o.value is None or not o.state else word,
        "place": f"{o.sheet + ', ' if o.sheet else ''}Zeile {o.row}",
    }  # fmt: skip
