"""Handing in a file, and the template to fill in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.intake import write_template
from wohnplatz.intake.request import variables_due
from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions, queries
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from .entry import fits
from .forms import UploadForm
from .grid import SIGNS
from .views import round_for, rows_of


def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template of a round: one row for each cell asked for. ``?vorjahr=1`` shows last time's values."""
    user = user_of(request, Right.DELIVERIES)
    delivery_round = round_for(user, pk)
    previous = queries.previous_observations(user, delivery_round) if request.GET.get("vorjahr") else []
    data = write_template(partners.request(delivery_round), memory.catalogue(), previous)
    agreement = delivery_round.agreement
    name = f"vorlage-{agreement.partner.code}-{agreement.dataset}-{delivery_round.reference_date}.xlsx"
    return as_download(data, name, XLSX)


def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; it is checked at once and the findings are the next page."""
    user = user_of(request, Right.DELIVER)
    delivery_round = round_for(user, pk)
    form = UploadForm.of(request)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["datei"]
        try:
            delivery = actions.receive(user, delivery_round, file.name, file.read())
        except Refused:
            raise
        except actions.Duplicate as error:
            messages.warning(request, error.text())
            return redirect("delivery", pk=error.delivery.pk)
        except WohnplatzError as error:
            form.add_error("datei", error.text())
        else:
            return redirect("delivery", pk=delivery.pk)
    return render(request, "deliveries/upload.html", _context(delivery_round, form))


def _context(delivery_round: DeliveryRound, form: UploadForm) -> dict[str, object]:
    asked = partners.request(delivery_round)
    variables = list(variables_due(asked, memory.catalogue()).values())
    row = rows_of([queries.view(delivery_round, delivery_round.due_on)])[0]
    return {
        "round": delivery_round, "form": form, "asked": asked, "variables": variables, "row": row,
        "signs": SIGNS, "fits": fits(delivery_round),
    }  # fmt: skip
