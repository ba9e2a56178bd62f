"""The page of a delivery: what is to be done, what came in, what is wrong, what the values are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions, feedback, queries
from wohnplatz.workflow.deliveries.models import Delivery, FindingNote
from wohnplatz.workflow.deliveries.states import IN_WORK, DeliveryState, Step
from wohnplatz.workflow.partners import queries as partners

from .entry import fits
from .findings import SEVERITIES, Choice, groups, shown_findings, variables_named
from .forms import FindingsForm
from .next_step import PLACES, WAY, Situation, next_step
from .preview import MOST_CELLS, Preview, preview
from .views import delivery_for, described, may_deliver, may_see_contents, query_without

READERS = {
    "": "–", "template": "wie die Vorlage", "vorlage": "wie die Vorlage",
    "tabelle": "als eigene Tabelle, nach Zuordnung",
}  # fmt: skip


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery in one column of thought."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    return render(request, "deliveries/delivery.html", context_of(request, user, delivery))


def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A word about a finding, or about all of a kind. What was typed stays where it is refused."""
    user = user_of(request, Right.DELIVER)
    delivery = delivery_for(user, pk)
    if request.method != "POST":
        return redirect("delivery", pk=pk)
    finding, text = request.POST.get("befund", ""), request.POST.get("erlaeuterung", "")[:2000]
    try:
        actions.note(user, delivery, finding, text)
    except Refused:
        raise
    except WohnplatzError as error:
        context = context_of(request, user, delivery)
        context |= {"typed": {finding: text}, "problem": {finding: error.text()}}
        return render(request, "deliveries/delivery.html", context)
    if not request.htmx:
        messages.success(request, "Ihre Erläuterung ist gespeichert.")
    anchor = request.POST.get("anker", "befunde")
    back = f"{reverse('delivery', args=[pk])}?{request.POST.get('auswahl', '')[:300]}"
    return redirect(f"{back}#{anchor if anchor.replace('-', '').isalnum() else 'befunde'}")


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a large file has been read; tells htmx to load the page anew once it is done."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    answer = render(request, "deliveries/progress.html", {"delivery": delivery, "share": _share(delivery)})
    if delivery.state != DeliveryState.READING:
        answer.headers["HX-Refresh"] = "true"
    return answer


def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """The partner's own file with the cells of findings marked."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    data = queries.marked(user, delivery)
    return as_download(data, f"markiert-{_stem(delivery)}.xlsx", XLSX)


def findings_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """All findings as a table to take along."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    policies.require_see_contents(user, delivery.round)
    header = ("Art", "Stelle", "Wert", "Befund", "Bedeutung", "Was zu tun ist", "Erläuterung", "Kennung")
    raw = {f.get("key", ""): f["code"] for f in delivery.findings}
    rows = [
        (SEVERITIES[Severity(f.severity)][1], f.place, f.value, f.message, f.why, f.advice,
         f.note.text if f.note else "", raw[f.key])
        for f in shown_findings(delivery, queries.notes(user, delivery))
    ]  # fmt: skip
    data = write_xlsx([Sheet("Prüfbefunde", header, rows)])
    return as_download(data, f"pruefbefunde-{_stem(delivery)}.xlsx", XLSX)


def context_of(request: HttpRequest, user: User, delivery: Delivery) -> dict[str, Any]:
    """All that the page shows."""
    notes = queries.notes(user, delivery)
    form = FindingsForm(request.GET, areas=_areas(delivery), variables=variables_named(delivery))
    form.is_valid()
    chosen = form.cleaned_data
    choice = Choice(chosen["art"], chosen["gebiet"], chosen["merkmal"], chosen["befund"], chosen["offen"])
    contents = may_see_contents(user, delivery)
    at = situation(user, delivery, notes)
    asked = partners.request(delivery.round)
    return {
        **described(delivery), "next": next_step(at), "at": at,
        "way": [(word, _of_way(delivery, place)) for place, word in enumerate(WAY)],
        "form": form, "groups": groups(delivery, notes, choice) if contents else [], "choice": choice,
        "filtered": any(chosen.values()), "query": query_without(request),
        "may_say": at.delivers and delivery.state in IN_WORK, "contents": contents,
        "coverage": queries.coverage(user, delivery) if contents and delivery.cells else None,
        "missing_variables": _missing(user, delivery) if contents and delivery.cells else [],
        "preview": _preview(user, delivery) if contents else None, "dataset": asked.dataset.label,
        "events": delivery.events.order_by("-at", "-pk"), "own": user.role == Role.PARTNER,
        "reader": READERS.get(delivery.reader, delivery.reader), "share": _share(delivery),
        "corrects": contents and _corrects(delivery), "typed": {}, "problem": {},
        "may_withdraw": user.role == Role.PARTNER and at.delivers and delivery.allows(Step.WITHDRAW),
        "may_return": at.decides and delivery.state == DeliveryState.CHECKED,
    }  # fmt: skip


def situation(user: User, delivery: Delivery, notes: dict[str, FindingNote]) -> Situation:
    """How this person meets the delivery."""
    found = shown_findings(delivery, notes)
    warnings = [f for f in found if f.severity == Severity.WARNING]
    return Situation(
        delivery=delivery, delivers=may_deliver(user, delivery.round),
        decides=policies.may(user, Right.DECIDE), errors=delivery.count(Severity.ERROR),
        open_warnings=sum(f.open for f in warnings), explained=sum(not f.open for f in warnings),
        form=fits(delivery.round),
        feedback=feedback.has_feedback(delivery) and may_see_contents(user, delivery),
    )  # fmt: skip


def _of_way(delivery: Delivery, place: int) -> str:
    at = PLACES.get(DeliveryState(delivery.state), 0)
    return "done" if place < at else "now" if place == at else ""


def _share(delivery: Delivery) -> int:
    """Percent of the rows read."""
    return round(100 * delivery.rows_done / delivery.rows_total) if delivery.rows_total else 0


def _areas(delivery: Delivery) -> list[tuple[str, str]]:
    names = partners.request(delivery.round).areas
    keys = sorted({f["area"] for f in delivery.findings if f["area"]})
    return [(key, f"{names[key]} ({key})" if key in names else key) for key in keys]


def _missing(user: User, delivery: Delivery) -> list[str]:
    known = memory.catalogue().variables
    codes = queries.coverage(user, delivery).missing_variables
    return [known[code].label if code in known else code for code in codes]


def _preview(user: User, delivery: Delivery) -> Preview | None:
    readable = delivery.kept and delivery.state not in {DeliveryState.READING, DeliveryState.UNASSIGNED}
    if not (readable or delivery.observations) or delivery.cells > MOST_CELLS:
        return None
    return preview(queries.observations(user, delivery), partners.request(delivery.round))


def _corrects(delivery: Delivery) -> bool:
    """Whether there is an earlier accepted delivery to compare with."""
    if delivery.accepted_at is not None:
        return bool(delivery.changes)
    if delivery.state not in {DeliveryState.CHECKED, DeliveryState.RELEASED}:
        return False
    others = delivery.round.deliveries.filter(state=DeliveryState.ACCEPTED)
    return bool(others.exclude(pk=delivery.pk).exists())


def _stem(delivery: Delivery) -> str:
    agreement = delivery.round.agreement
    return f"{agreement.partner.code}-{agreement.dataset}-{delivery.round.reference_date}-nr{delivery.number}"
