"""Something back for the partner: the page on its own areas and the quality report, on screen and as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.report import Document, pdf
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PDF, as_download
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.deliveries import feedback, kept_profile
from wohnplatz.workflow.deliveries.models import Delivery, ProfileState
from wohnplatz.workflow.deliveries.queries import view

from .views import delivery_for, described, round_for


def of_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The feedback on the delivery that stands for a round."""
    user = user_of(request, Right.DELIVERIES)
    found = view(round_for(user, pk), moment(None).date()).delivery
    if found is None:
        raise Http404
    return redirect("delivery_feedback", pk=found.pk)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Profile and quality report of a delivery."""
    user = user_of(request, Right.DELIVERIES)
    delivery = _readable(delivery_for(user, pk))
    kept = kept_profile.profile(user, delivery)
    context = {
        **described(delivery),
        "profile": kept.document,
        "state": kept.state.value,
        "quality": feedback.quality(user, delivery),
    }
    return render(request, "deliveries/feedback.html", context)


def profile_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on the own areas as PDF; to the page that fills itself where it is not made yet."""
    user = user_of(request, Right.DELIVERIES)
    delivery = _readable(delivery_for(user, pk))
    kept = kept_profile.profile(user, delivery)
    if kept.state is ProfileState.WAITING:
        return redirect("delivery_feedback", pk=delivery.pk)
    return _download(kept.document, delivery, "profil")


def quality_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The quality report as PDF."""
    user = user_of(request, Right.DELIVERIES)
    delivery = _readable(delivery_for(user, pk))
    return _download(feedback.quality(user, delivery), delivery, "qualitaet")


def _readable(delivery: Delivery) -> Delivery:
    if not feedback.has_feedback(delivery):
        raise Http404
    return delivery


def _download(document: Document | None, delivery: Delivery, kind: str) -> HttpResponse:
    if document is None:
        raise Http404
    agreement = delivery.round.agreement
    name = f"{kind}-{agreement.partner.code}-{agreement.dataset}-{delivery.round.reference_date}.pdf"
    return as_download(pdf(document), name, PDF)
