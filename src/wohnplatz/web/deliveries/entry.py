"""Typing a small data set into the browser. What is typed goes the way of a file (``grid.as_file``).

Drafts are kept in the session on the server: they outlive a lost connection and a closed tab, not the
log-out. What is handed in is a delivery like every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from wohnplatz.intake import Request
from wohnplatz.model import Observation, WohnplatzError
from wohnplatz.text import plural
from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, require_deliver
from wohnplatz.workflow.deliveries import actions, queries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from . import grid
from .views import may_deliver, round_for

KEPT = "eingabe"
LONGEST = 40
"""Characters of one field that are kept; no number is longer."""


def fits(delivery_round: DeliveryRound) -> bool:
    """Whether a round is small enough for the form."""
    return 0 < grid.size(partners.request(delivery_round), memory.catalogue()) <= grid.MOST_CELLS


def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """The form: keep, check, hand in."""
    user = user_of(request, Right.DELIVER)
    delivery_round = _round(user, pk)
    asked = partners.request(delivery_round)
    typed = _typed(request, user, delivery_round, asked)
    problems: dict[str, str] = {}
    error = ""
    if request.method == "POST":
        if request.POST.get("schritt") == "verwerfen":
            _keep(request, pk, None)
            messages.success(request, "Die Eingaben sind verworfen.")
            return redirect("round_entry", pk=pk)
        _keep(request, pk, typed)
        hands_in = request.POST.get("schritt") == "einreichen"
        problems = grid.check(typed, asked, memory.catalogue(), complete=hands_in)
        if hands_in and not problems:
            try:
                return _handed_in(request, user, delivery_round, typed)
            except Refused:
                raise
            except WohnplatzError as refused:
                error = refused.text()
        elif not hands_in:
            messages.success(request, "Ihre Eingaben sind gesichert, solange Sie angemeldet sind.")
    context = _context(user, delivery_round, asked, typed, problems) | {"error": error}
    return render(request, "deliveries/entry.html", context)


def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed, kept as one goes; answers what is wrong so far."""
    user = user_of(request, Right.DELIVER)
    delivery_round = _round(user, pk)
    asked = partners.request(delivery_round)
    if request.method != "POST":
        raise Http404
    typed = _posted(request)
    _keep(request, pk, typed)
    problems = grid.check(typed, asked, memory.catalogue(), complete=False)
    return JsonResponse({"problems": problems, "progress": grid.progress(typed, asked, memory.catalogue())})


def _round(user: User, pk: int) -> DeliveryRound:
    delivery_round = round_for(user, pk)
    require_deliver(user, delivery_round)
    if not fits(delivery_round):
        raise WohnplatzError(
            "Dieser Datensatz ist für die Eingabe im Browser zu groß.",
            todo="Bitte die Vorlage herunterladen, in Excel ausfüllen und einreichen.",
            code="web.entry_too_large",
        )
    if not may_deliver(user, delivery_round):
        raise WohnplatzError("Diese Lieferrunde nimmt keine Daten mehr an.", code="web.entry_closed")
    return delivery_round


def _posted(request: HttpRequest) -> dict[str, str]:
    return {n: v.strip()[:LONGEST] for n, v in request.POST.items() if n.startswith("c") and n[1:2].isdigit()}


def _typed(request: HttpRequest, user: User, delivery_round: DeliveryRound, asked: Request) -> dict[str, str]:
    """What the fields hold: what is sent, else the draft, else the newest file of the round."""
    if request.method == "POST":
        return _posted(request)
    kept = request.session.get(KEPT, {}).get(str(delivery_round.pk))
    if kept is not None:
        return dict(kept)
    return grid.from_observations(_newest(user, delivery_round), asked, memory.catalogue())


def _newest(user: User, delivery_round: DeliveryRound) -> Sequence[Observation]:
    """What the newest file of the round says, where it has been read."""
    unread = (DeliveryState.UNREADABLE, DeliveryState.READING, DeliveryState.UNASSIGNED)
    found: Delivery | None = delivery_round.deliveries.exclude(state__in=unread).order_by("-number").first()
    return queries.observations(user, found) if found else ()


def _keep(request: HttpRequest, pk: int, typed: dict[str, str] | None) -> None:
    drafts = dict(request.session.get(KEPT, {}))
    drafts.pop(str(pk), None)
    if typed is not None:
        drafts[str(pk)] = {name: text for name, text in typed.items() if text}
    request.session[KEPT] = drafts


def _handed_in(
    request: HttpRequest, user: User, delivery_round: DeliveryRound, typed: dict[str, str]
) -> HttpResponse:
    asked = partners.request(delivery_round)
    name = f"eingabe-{asked.dataset.code}-{delivery_round.reference_date}.csv"
    data = grid.as_file(typed, asked, memory.catalogue())
    try:
        delivery = actions.receive(user, delivery_round, name, data)
    except actions.Duplicate as error:
        messages.warning(request, "An den Werten hat sich nichts geändert; sie liegen bereits vor.")
        return redirect("delivery", pk=error.delivery.pk)
    _keep(request, delivery_round.pk, None)
    messages.success(request, "Ihre Eingaben sind eingegangen und geprüft.")
    return redirect("delivery", pk=delivery.pk)


def _context(
    user: User,
    delivery_round: DeliveryRound,
    asked: Request,
    typed: dict[str, str],
    problems: dict[str, str],
) -> dict[str, Any]:
    former = queries.previous_observations(user, delivery_round)
    empty = sum(p == "noch nicht ausgefüllt" for p in problems.values())
    wrong = len(problems) - empty
    said = [
        f"{plural(empty, 'Feld ist', 'Felder sind')} noch nicht ausgefüllt." if empty else "",
        f"{plural(wrong, 'Feld enthält', 'Felder enthalten')} etwas, das keine Zahl und kein Zeichen ist."
        if wrong else "",
    ]  # fmt: skip
    return {
        "round": delivery_round, "asked": asked, "signs": grid.SIGNS, "problems": problems,
        "grids": grid.grids(asked, memory.catalogue(), typed, former, problems),
        "first_problem": next(iter(problems), ""), "summary": [s for s in said if s],
        "has_former": bool(former),
        "progress": grid.progress(typed, asked, memory.catalogue()), "has_typed": bool(grid.filled(typed)),
    }  # fmt: skip
