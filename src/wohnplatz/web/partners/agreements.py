"""Data agreements: the list, the page of one, and what makes, renews and ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.web.access import user_of
from wohnplatz.web.deliveries.views import rows_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.deliveries import queries as deliveries
from wohnplatz.workflow.partners import actions, outlook, queries
from wohnplatz.workflow.partners.models import DataAgreement
from wohnplatz.workflow.partners.outlook import Outcome

from .forms import GROUPS, EndForm, FilterForm, SubjectForm, TermsForm, start_of
from .words import Row, dataset_label, described, rows


def agreement_list(request: HttpRequest) -> HttpResponse:
    """All agreements a person may see."""
    user = user_of(request, Right.AGREEMENTS)
    today, found = timezone.localdate(), list(queries.agreements(user).select_related("partner"))
    form = FilterForm(request.GET, **_choices(found))
    form.is_valid()
    chosen = form.cleaned_data
    shown = [a for a in found if _fits(a, chosen, today)]
    context = {
        "form": form, "rows": rows(user, shown, today), "total": len(shown),
        "filtered": any(chosen.values()), "may_change": may(user, Right.SET_UP), "today": today,
        "partners": may(user, Right.DELIVERIES),
    }  # fmt: skip
    return render(request, "partners/agreements.html", context)


def agreement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An agreement: what, when, on what ground, who, its versions and its rounds."""
    user = user_of(request, Right.AGREEMENTS)
    agreement, today = _agreement(user, pk), timezone.localdate()
    views = []
    if may(user, Right.DELIVERIES):
        own = queries.rounds_visible_to(user).filter(agreement=agreement).prefetch_related("deliveries")
        views = [deliveries.view(r, today) for r in own.order_by("-reference_date")]
    versions = _versions(agreement)
    context = {
        **described(agreement, today), "rounds": rows_of(views), "sees_rounds": may(user, Right.DELIVERIES),
        "versions": [Row.of(v, today) for v in versions] if len(versions) > 1 else [],
        "may_change": may(user, Right.SET_UP) and agreement == versions[0],
        "newest": versions[0] if agreement != versions[0] else None,
    }  # fmt: skip
    return render(request, "partners/agreement.html", context)


def agreement_new(request: HttpRequest) -> HttpResponse:
    """First partner and data set, then the terms, then what it will open."""
    user = user_of(request, Right.SET_UP)
    catalogue, today = memory.catalogue(), timezone.localdate()
    subject = SubjectForm(request.GET or None, catalogue=catalogue)
    if not subject.is_valid():
        return render(request, "partners/agreement_subject.html", {"form": subject})
    partner, dataset = subject.cleaned_data["stelle"], subject.cleaned_data["datensatz"]
    start = {
        "ab": date(today.year, 1, 1), "rechtsgrundlage": catalogue.datasets[dataset].legal_basis,
        "zustaendig": partner.contact_function,
    }  # fmt: skip
    form = TermsForm.of(request, dataset=dataset, catalogue=catalogue, initial=start)
    context = {
        "title": "Neue Datenvereinbarung", "partner": partner, "dataset": dataset_label(dataset),
        "button": "Vereinbarung schließen", "new": True,
    }  # fmt: skip

    def expect() -> Outcome:
        terms = form.terms()
        return outlook.if_concluded(
            user, partner, today, dataset=dataset, valid_from=form.cleaned_data["ab"], **terms
        )

    def act() -> DataAgreement:
        terms = form.terms()
        made = actions.conclude_agreement(
            user, partner, dataset=dataset, valid_from=form.cleaned_data["ab"], **terms
        )
        actions.open_all_rounds(user, today)
        messages.success(request, f"Die Vereinbarung mit {partner.name} ist geschlossen.")
        return made

    return _asked_first(request, form, context, expect, act)


def agreement_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of an agreement: what changes, from when on, and what becomes of the rounds."""
    user = user_of(request, Right.SET_UP)
    agreement, today = _agreement(user, pk), timezone.localdate()
    catalogue = memory.catalogue()
    if agreement.dataset not in catalogue.datasets:
        raise WohnplatzError(
            f"Den Datensatz „{agreement.dataset}“ gibt es im Katalog nicht mehr.",
            todo="Die Vereinbarung kann nur noch beendet werden.", code="web.dataset",
        )  # fmt: skip
    form = TermsForm.of(request, dataset=agreement.dataset, catalogue=catalogue, initial=start_of(agreement))
    context = {
        "title": "Vereinbarung neu fassen", "partner": agreement.partner, "agreement": agreement,
        "dataset": dataset_label(agreement.dataset),
        "button": f"Als Fassung {agreement.version + 1} festlegen",
    }  # fmt: skip

    def expect() -> Outcome:
        return outlook.if_renewed(user, agreement, form.cleaned_data["ab"], today, **form.terms())

    def act() -> DataAgreement:
        begin = form.cleaned_data["ab"]
        made = actions.renew_agreement(user, agreement, begin, **form.terms())
        actions.open_all_rounds(user, today)
        messages.success(request, f"Fassung {made.version} gilt ab {day(begin)}.")
        return made

    return _asked_first(request, form, context, expect, act)


def agreement_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of an agreement, and which rounds go with it."""
    user = user_of(request, Right.SET_UP)
    agreement = _agreement(user, pk)
    form = EndForm.of(request, initial={"bis": agreement.valid_to})
    context = {
        "title": "Vereinbarung beenden", "partner": agreement.partner, "agreement": agreement,
        "dataset": dataset_label(agreement.dataset), "button": "Vereinbarung beenden", "ends": True,
    }  # fmt: skip

    def expect() -> Outcome:
        return outlook.if_ended(user, agreement, form.cleaned_data["bis"])

    def act() -> DataAgreement:
        actions.end_agreement(user, agreement, form.cleaned_data["bis"])
        messages.success(request, f"Die Vereinbarung endet am {day(form.cleaned_data['bis'])}.")
        return agreement

    return _asked_first(request, form, context, expect, act)


def _asked_first(
    request: HttpRequest,
    form: TermsForm | EndForm,
    context: dict[str, Any],
    expect: Callable[[], Outcome],
    act: Callable[[], DataAgreement],
) -> HttpResponse:
    """The form, then what it would change, then the deed. What was typed stays on the way back."""
    context |= {"form": form}
    if isinstance(form, TermsForm):
        context["groups"] = [
            (heading, [form[n] for n in names if n in form.fields]) for heading, names in GROUPS
        ]
    if request.method == "POST" and form.is_valid() and "zurueck" not in request.POST:
        try:
            if "bestaetigt" in request.POST:
                return redirect("agreement", pk=act().pk)
            outcome = expect()
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            context |= {"outcome": outcome, "changed": _changed(form), "ends_on": _day_before(form)}
            return render(request, "partners/agreement_confirm.html", context)
    return render(request, "partners/agreement_form.html", context)


def _changed(form: TermsForm | EndForm) -> list[str]:
    """Labels of the terms that are others than before."""
    return [f"„{form.fields[name].label}“" for name in form.changed_data if name != "ab"]


def _day_before(form: TermsForm | EndForm) -> date | None:
    """The last day of the version that a new one takes over from."""
    begin = form.cleaned_data.get("ab")
    return begin - timedelta(days=1) if begin else None


def _agreement(user: User, pk: int) -> DataAgreement:
    """The agreement; Refused where it is another partner's, 404 where there is none."""
    found: DataAgreement = get_object_or_404(DataAgreement.objects.select_related("partner"), pk=pk)
    if user.partner_id and found.partner_id != user.partner_id:
        raise Refused(
            "Diese Vereinbarung gehört zu einer anderen Stelle.",
            why="Lieferstellen sehen die Vereinbarungen der eigenen Organisation.",
            code="accounts.refused.other_partner",
        )
    return found


def _versions(agreement: DataAgreement) -> list[DataAgreement]:
    """All versions of an agreement, newest first."""
    oldest = agreement
    while oldest.replaces is not None:
        oldest = oldest.replaces
    found = [oldest]
    while newer := DataAgreement.objects.filter(replaces=found[-1]).first():
        found.append(newer)
    return found[::-1]


def _fits(agreement: DataAgreement, chosen: dict[str, str], today: date) -> bool:
    over = agreement.valid_to is not None and agreement.valid_to < today
    return (
        chosen.get("stelle", "") in {"", agreement.partner.code}
        and chosen["datensatz"] in {"", agreement.dataset}
        and (chosen["gilt"] == "alle" or over == (chosen["gilt"] == "beendet"))
    )


def _choices(found: list[DataAgreement]) -> dict[str, list[tuple[str, str]]]:
    partners = {a.partner.code: a.partner.name for a in found}
    datasets = {a.dataset: dataset_label(a.dataset) for a in found}
    named = (("partners", partners), ("datasets", datasets))
    return {name: sorted(of.items(), key=lambda pair: pair[1]) for name, of in named}
