"""Accept, return, withdraw: each step says first what it will change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions, queries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState, Step

from .findings import shown_findings
from .forms import AcceptForm, ReasonForm, ReleaseForm
from .views import delivery_for, described, may_step


@dataclass(frozen=True, slots=True)
class Decision:
    """A step: its German address, its words, its form and its action."""

    step: Step
    title: str
    button: str
    done: str
    form: type[KernForm]
    act: Callable[[User, Delivery, KernForm], Delivery]


def _accept(user: User, delivery: Delivery, form: KernForm) -> Delivery:
    data = form.cleaned_data
    return actions.accept(user, delivery, data["version"], remark=data["anmerkung"])


def _release(user: User, delivery: Delivery, form: KernForm) -> Delivery:
    data = form.cleaned_data
    return actions.release(user, delivery, data["version"], data["anmerkung"])


def _return(user: User, delivery: Delivery, form: KernForm) -> Delivery:
    data = form.cleaned_data
    return actions.return_to_partner(user, delivery, data["grund"], data["version"])


def _withdraw(user: User, delivery: Delivery, form: KernForm) -> Delivery:
    data = form.cleaned_data
    return actions.withdraw(user, delivery, data["grund"], data["version"])


DECISIONS = {
    "freigeben": Decision(
        Step.RELEASE,
        "Lieferung freigeben",
        "Freigeben",
        "Die Lieferung ist freigegeben und liegt der Sozialplanung vor.",
        ReleaseForm,
        _release,
    ),
    "annehmen": Decision(
        Step.ACCEPT, "Lieferung annehmen", "Annehmen", "Die Lieferung ist angenommen.", AcceptForm, _accept
    ),
    "zurueckgeben": Decision(
        Step.RETURN,
        "Lieferung zurückgeben",
        "Zurückgeben",
        "Die Lieferung ist zurückgegeben.",
        ReasonForm,
        _return,
    ),
    "zurueckziehen": Decision(
        Step.WITHDRAW,
        "Lieferung zurückziehen",
        "Zurückziehen",
        "Die Lieferung ist zurückgezogen.",
        ReasonForm,
        _withdraw,
    ),
}


def decide(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask, then act. Whoever was slower is told what happened meanwhile."""
    user = user_of(request, Right.DELIVERIES)
    delivery = delivery_for(user, pk)
    if step not in DECISIONS:
        raise Http404
    decision = DECISIONS[step]
    if not may_step(user, delivery, decision.step):
        raise Refused(
            f"{decision.title}: Dieser Schritt steht Ihrer Stelle nicht zu.",
            why="Über Lieferungen entscheidet die Sozialplanung; zurückziehen kann sie nur, wer liefert.",
            todo="Wenden Sie sich an die Sozialplanung des Kreises.",
            code="web.decision",
        )
    form = decision.form.of(request, initial={"version": delivery.version})
    if request.method == "POST" and form.is_valid():
        try:
            decision.act(user, delivery, form)
        except actions.Conflict as error:
            messages.warning(request, error.text())
            return redirect("delivery", pk=pk)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, decision.done)
            return redirect("delivery", pk=pk)
    context = {
        **described(delivery),
        "decision": decision,
        "form": form,
        **_consequences(user, delivery, decision.step),
    }
    return render(request, "deliveries/decide.html", context)


def _consequences(user: User, delivery: Delivery, step: Step) -> dict[str, object]:
    """What the step will change, for the page that asks."""
    accepted = delivery.round.deliveries.filter(state=DeliveryState.ACCEPTED).exclude(pk=delivery.pk).first()
    warnings = [
        f for f in shown_findings(delivery, queries.notes(user, delivery)) if f.severity == Severity.WARNING
    ]
    return {
        "replaces": accepted if step in {Step.ACCEPT, Step.RELEASE} else None,
        "was_accepted": delivery.state == DeliveryState.ACCEPTED,
        "possible": delivery.allows(step),
        "explained": [f for f in warnings if not f.open],
        "unexplained": sum(f.open for f in warnings),
        "releases": delivery.round.agreement.releases_function,
        "for_partner": user.role != Role.PARTNER,
    }
