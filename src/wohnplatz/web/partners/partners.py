"""Partners: the list, the page of one, and what makes and changes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz import text
from wohnplatz.model import Hierarchy, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.forms import KernForm
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners import actions, queries
from wohnplatz.workflow.partners.models import Partner, PartnerKind

from .fields import REQUIRED
from .words import rows


class PartnerForm(KernForm):
    """An organisation that delivers: functions and shared addresses, no names of persons."""

    name = forms.CharField(label="Name", max_length=200, error_messages=REQUIRED)
    kind = forms.ChoiceField(label="Art", choices=PartnerKind.choices)
    contact_function = forms.CharField(
        label="Ansprechfunktion", max_length=200, required=False,
        help_text="Eine Funktion, keine Person: zum Beispiel „Stabsstelle Sozialplanung“.",
    )  # fmt: skip
    contact_email = forms.EmailField(
        label="E-Mail der Stelle", required=False,
        help_text="Ein Funktionspostfach. Dorthin gehen Erinnerungen.",
        error_messages={"invalid": "Bitte eine vollständige Adresse angeben."},
    )  # fmt: skip
    area_keys = forms.MultipleChoiceField(
        label="Gebiete", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Ein gewähltes Gebiet gibt es nicht mehr."},
    )  # fmt: skip

    def __init__(
        self, *args: object, tree: Hierarchy | None, kept: tuple[str, ...] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {key: a.name for level in tree.levels for key, a in tree.areas(level).items()} if tree else {}
        former = {key: f"{key} (heute kein Gebiet)" for key in kept if key not in known}
        self.fields["area_keys"].choices = list({**known, **former}.items())


class NewPartnerForm(PartnerForm):
    """A partner that is not there yet."""

    code = forms.SlugField(
        label="Kennung", max_length=60,
        help_text="Kurz und bleibend, für Adressen und Dateinamen: zum Beispiel stadt-musterhausen.",
        error_messages={**REQUIRED, "invalid": "Nur Buchstaben ohne Umlaute, Ziffern und Bindestriche."},
    )  # fmt: skip
    field_order = ("name", "code", "kind")


def partner_list(request: HttpRequest) -> HttpResponse:
    """All partners, with what they owe next."""
    user = user_of(request, Right.SET_UP)
    today = timezone.localdate()
    upcoming: dict[int, Any] = {}
    for found in (
        queries.rounds_visible_to(user).filter(due_on__gte=today, waived_reason="").order_by("-due_on")
    ):
        upcoming[found.agreement.partner_id] = found
    counts: dict[int, int] = {}
    for agreement in queries.agreements(user):
        counts[agreement.partner_id] = counts.get(agreement.partner_id, 0) + agreement.in_force(today)
    listed = [
        {
            "partner": p, "areas": _areas_in_short(p), "agreements": counts.get(p.pk, 0),
            "next": upcoming.get(p.pk),
        }
        for p in Partner.objects.order_by("-is_active", "name")
    ]  # fmt: skip
    return render(request, "partners/partners.html", {"rows": listed})


def partner_page(request: HttpRequest, code: str) -> HttpResponse:
    """A partner: whom to ask, for which areas, what is agreed on."""
    user = user_of(request, Right.DELIVERIES)
    partner, today = _partner(user, code), timezone.localdate()
    found = [
        a for a in queries.agreements(user).filter(partner=partner) if not a.valid_to or a.valid_to >= today
    ]
    context = {
        "partner": partner, "areas": _areas_by_level(partner), "rows": rows(user, found, today),
        "may_change": may(user, Right.SET_UP), "one_partner": True,
    }  # fmt: skip
    return render(request, "partners/partner.html", context)


def partner_new(request: HttpRequest) -> HttpResponse:
    """Take in a partner."""
    user = user_of(request, Right.SET_UP)
    tree = _tree()
    form = NewPartnerForm.of(request, tree=tree)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_partner(user, **form.cleaned_data)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error("code", error.text())
        else:
            messages.success(request, f"{made.name} ist angelegt.")
            return redirect("partner", code=made.code)
    return render(request, "partners/partner_form.html", {"form": form, "nested": _nested(form, tree)})


def partner_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a partner's particulars and areas."""
    user = user_of(request, Right.SET_UP)
    partner, tree = _partner(user, code), _tree()
    names = ("name", "kind", "contact_function", "contact_email", "area_keys")
    start = {name: getattr(partner, name) for name in names}
    form = PartnerForm.of(request, tree=tree, kept=tuple(partner.area_keys), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_partner(user, partner, **form.cleaned_data)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, "Die Angaben zur Lieferstelle sind gespeichert.")
            return redirect("partner", code=code)
    context = {"form": form, "partner": partner, "nested": _nested(form, tree)}
    return render(request, "partners/partner_form.html", context)


def partner_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a partner out of use, or into use again; asks first."""
    user = user_of(request, Right.SET_UP)
    partner, problem = _partner(user, code), ""
    if request.method == "POST":
        try:
            if partner.is_active:
                actions.deactivate_partner(user, partner)
            else:
                actions.reactivate_partner(user, partner)
        except Refused:
            raise
        except WohnplatzError as error:
            problem = error.text()
        else:
            words = "außer Betrieb" if partner.is_active else "wieder in Betrieb"
            messages.success(request, f"{partner.name} ist {words}.")
            return redirect("partner", code=code)
    return render(request, "partners/partner_retire.html", {"partner": partner, "problem": problem})


def _partner(user: User, code: str) -> Partner:
    """The partner; Refused where it is not the person's own and the person is of a partner."""
    if user.partner is not None and user.partner.code != code:
        raise Refused(
            "Das ist die Seite einer anderen Stelle.",
            why="Lieferstellen sehen die Angaben der eigenen Organisation.",
            code="accounts.refused.other_partner",
        )
    found: Partner = get_object_or_404(Partner, code=code)
    return found


def _tree() -> Hierarchy | None:
    """The areas of today; None where no division has been taken over yet."""
    records = district.divisions_in_force()
    return district.hierarchy(records) if records else None


def _areas_in_short(partner: Partner) -> str:
    if not partner.area_keys:
        return "ganzer Kreis"
    found = _areas_by_level(partner)
    return ", ".join(f"{n[0]}" if len(n) == 1 else f"{len(n)} {label}" for label, n in found)


def _areas_by_level(partner: Partner) -> list[tuple[str, list[str]]]:
    """Names of the areas a partner delivers for, by the noun of their level, coarsest first."""
    tree = _tree()
    found: dict[str, list[str]] = {}
    for key in partner.area_keys:
        level = tree.level_of(key) if tree else None
        name = tree.areas(level)[key].name if tree and level else key
        found.setdefault(level_name(level) if level else "frühere Gebiete", []).append(name)
    order = [level_name(level) for level in reversed(tree.levels)] if tree else []
    return sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def _nested(form: PartnerForm, tree: Hierarchy | None) -> dict[str, Any]:
    """The check boxes in the order of the hierarchy: each coarser area with the base areas inside it."""
    boxes = {str(box.data["value"]): box for box in form["area_keys"]}
    chosen = {str(key) for key in form["area_keys"].value() or ()}
    if tree is None or len(tree.levels) < 2:
        return {"groups": [{"box": box, "inner": [], "count": ""} for box in boxes.values()]}
    base, upper = tree.levels[0], tree.levels[1]
    groups = []
    for key in tree.areas(upper):
        inner = [k for k, area in tree.areas(base).items() if area.parent == key]
        picked = sum(k in chosen for k in inner)
        groups.append({
            "box": boxes[key], "inner": [boxes[k] for k in inner], "open": bool(picked),
            "count": text.plural(len(inner), level_name(base, many=False), level_name(base)),
        })  # fmt: skip
    shown = {*tree.areas(base), *tree.areas(upper)}
    others = [box for key, box in boxes.items() if key not in shown and key in chosen]
    return {"groups": [{"box": box, "inner": [], "count": ""} for box in others] + groups}
