"""What a planner may change about a round: an exception from its lock, and the waiver of the delivery."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.web.access import user_of
from wohnplatz.web.deliveries.views import round_for, rows_of
from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import queries
from wohnplatz.workflow.partners import actions
from wohnplatz.workflow.partners.models import DeliveryRound

from .fields import DayField, ReasonField


class ExceptionForm(KernForm):
    """Until when a partner may still deliver, and why."""

    bis = DayField(label="Lieferung möglich bis einschließlich")
    grund = ReasonField(label="Begründung", help_text="Die Lieferstelle sieht sie.")


class WaiveForm(KernForm):
    """Why a delivery is waived."""

    grund = ReasonField(
        label="Begründung", help_text="Die Lieferstelle sieht sie; sie erklärt später, warum Werte fehlen."
    )


def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """An exception from the lock of a round."""
    user = user_of(request, Right.DECIDE)
    delivery_round = round_for(user, pk)
    form = ExceptionForm.of(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            granted = actions.grant_exception(user, delivery_round, given["bis"], given["grund"])
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error("bis", error.text())
        else:
            messages.success(request, f"Die Ausnahme gilt bis {day(granted.until)}.")
            return redirect("round", pk=pk)
    context = {**_described(delivery_round), "form": form, "granted": delivery_round.exceptions.all()}
    return render(request, "partners/round_exception.html", context)


def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """The waiver of a round's delivery, or the end of that waiver."""
    user = user_of(request, Right.DECIDE)
    delivery_round = round_for(user, pk)
    if request.method == "POST" and delivery_round.waived_reason:
        actions.restore_round(user, delivery_round)
        messages.success(request, "Der Erlass ist zurückgenommen. Die Lieferung wird wieder erwartet.")
        return redirect("round", pk=pk)
    form = WaiveForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive_round(user, delivery_round, form.cleaned_data["grund"])
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, "Die Lieferung ist erlassen.")
            return redirect("round", pk=pk)
    return render(request, "partners/round_waive.html", {**_described(delivery_round), "form": form})


def _described(delivery_round: DeliveryRound) -> dict[str, Any]:
    today = timezone.localdate()
    row = rows_of([queries.view(delivery_round, today)])[0]
    return {"round": delivery_round, "row": row, "locked": delivery_round.is_locked(today)}
