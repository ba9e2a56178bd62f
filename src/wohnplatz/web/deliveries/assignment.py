"""„Zuordnung“: the partner says what the headings of its own table mean; it is remembered for next year."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.intake import Guide, Proposal, propose
from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.parameters import whole
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, require_deliver
from wohnplatz.workflow.deliveries import actions, queries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState, Step
from wohnplatz.workflow.partners import queries as partners

from . import reading_form
from .views import delivery_for, described


def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the file would be read; read it again as the partner says."""
    user = user_of(request, Right.DELIVER)
    delivery = delivery_for(user, pk)
    require_deliver(user, delivery.round)
    proposal = _with_unused(user, delivery, queries.proposal(user, delivery))
    error = ""
    if request.method == "POST" and delivery.allows(Step.ASSIGN):
        answers = {name: value for name, value in request.POST.items() if isinstance(value, str)}
        shaped = reading_form.with_layout(proposal, answers)
        if shaped is not None:
            proposal = _again(user, delivery, shaped) or proposal
        guide = reading_form.guide_from(proposal, answers, memory.catalogue())
        if answers.get("schritt") == "vorschau":
            proposal = _again(user, delivery, guide) or proposal
        else:
            try:
                return _read(request, user, delivery, guide)
            except Refused:
                raise
            except actions.Conflict as conflict:
                messages.warning(request, conflict.text())
                return redirect("delivery", pk=pk)
            except WohnplatzError as refused:
                error = refused.text()
    return render(request, "deliveries/assign.html", _context(request, delivery, proposal) | {"error": error})


def _read(request: HttpRequest, user: User, delivery: Delivery, guide: Guide) -> HttpResponse:
    version = whole(request.POST.get("version", ""))
    seen = delivery.version if version is None else version
    read = actions.assign(user, delivery, guide, seen)
    if read.state == DeliveryState.UNASSIGNED:
        messages.warning(request, "Einiges ist noch nicht sicher. Bitte sehen Sie die offenen Stellen an.")
        return redirect("delivery_assign", pk=delivery.pk)
    messages.success(
        request, "Die Datei ist so gelesen worden. Die Zuordnung ist für das nächste Mal gemerkt."
    )
    return redirect("delivery", pk=delivery.pk)


def _with_unused(user: User, delivery: Delivery, proposal: Proposal) -> Proposal:
    """The proposal with the tables that a guide leaves out, so that they can be chosen after all."""
    unused = {name for name, sheet in proposal.guide.sheets.items() if not sheet.use}
    if not unused:
        return proposal
    kept = {name: sheet for name, sheet in proposal.guide.sheets.items() if sheet.use}
    found = _again(user, delivery, replace(proposal.guide, sheets=kept)) or proposal
    tables = tuple(replace(t, used=t.used and t.sheet not in unused) for t in found.tables)
    return replace(found, tables=tables, doubts=proposal.doubts)


def _again(user: User, delivery: Delivery, guide: Guide) -> Proposal | None:
    """The proposal for the file with parts of the guide set by hand."""
    data = queries.original(user, delivery)
    if data is None:
        return None
    return propose(data, delivery.name, partners.request(delivery.round), memory.catalogue(), guide)


def _context(request: HttpRequest, delivery: Delivery, proposal: Proposal) -> dict[str, object]:
    asked = partners.request(delivery.round)
    everything = bool(request.GET.get("alle"))
    tables = reading_form.pages(proposal, asked, memory.catalogue(), everything=everything)
    return {
        **described(delivery), "tables": tables, "doubts": proposal.doubts, "dataset": asked.dataset.label,
        "assumptions": proposal.assumptions, "everything": everything,
        "clear": any(t.used for t in tables),
        "open": sum(len(t.unsure) + len(t.doubts) for t in tables if t.used),
        "possible": delivery.allows(Step.ASSIGN) and bool(delivery.kept),
    }  # fmt: skip
