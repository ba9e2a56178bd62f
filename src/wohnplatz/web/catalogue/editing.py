"""Add or change an item: type, check, see the effect, keep. Nothing typed is lost on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.indicators import FormulaError, Item, error_key, to_toml
from wohnplatz.model import Catalogue, IndexDefinition, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.parameters import whole
from wohnplatz.web.socialindex import workshop_form
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.catalogue import actions, history, queries
from wohnplatz.workflow.catalogue.effect import Effect, effect
from wohnplatz.workflow.catalogue.layer import item_in, item_of

from .effects import effect_context, tried_in_workshop
from .fields import typed
from .formulas import checked, help_of
from .index_form import MORE
from .indicator_form import FORMULAS
from .kinds import Form, Kind, kind_of


@dataclass(slots=True)
class Edit:
    """One visit of the page."""

    user: User
    kind: Kind
    code: str
    """Empty for a new item."""
    catalogue: Catalogue
    before: Item | None
    """The version in force that is changed."""
    form: Form
    effect: Effect | None = None
    notice: str = ""


def new(request: HttpRequest, art: str) -> HttpResponse:
    """A new item; ``?vorlage=`` begins with another one (an index with a trial of the workshop)."""
    user = user_of(request, Right.CATALOGUE_CHANGE)
    kind, catalogue = kind_of(art), memory.catalogue()
    model, notice = _model(request, kind, catalogue)
    return _page(
        request, Edit(user, kind, "", catalogue, None, kind.filled(model, catalogue, ""), notice=notice)
    )


def change(request: HttpRequest, art: str, code: str) -> HttpResponse:
    """A new version of an item; begins with the draft there is, else with the version in force."""
    user = user_of(request, Right.CATALOGUE_CHANGE)
    kind, catalogue = kind_of(art), memory.catalogue()
    before = item_in(catalogue, kind.group, code)
    draft = queries.draft(user, kind.group, code)
    known = history.versions(user, kind.group, code)
    if before is None and draft is None and not known:
        raise Http404
    start = item_of(draft) if draft is not None else before or known[0].item
    fixed = code if before is not None or known else ""
    edit = Edit(user, kind, fixed, catalogue, before, kind.filled(start, catalogue, fixed))
    if draft is not None:
        edit.notice = "Sie bearbeiten den Entwurf; in Kraft ist noch die frühere Fassung."
        edit.form.initial["begruendung"] = draft.reason
    return _page(request, edit)


def render_edit(request: HttpRequest, edit: Edit) -> HttpResponse:
    """The page with its form, help and, where it was asked for, the effect."""
    form = edit.form
    shown = {name: form[name].value() or "" for name in FORMULAS if name in form.fields}
    context: dict[str, Any] = {
        "edit": edit, "kind": edit.kind, "code": edit.code, "before": edit.before, "form": form,
        "help": help_of(edit.catalogue), "notice": edit.notice,
        "checks": {name: checked(name, text, edit.catalogue) for name, text in shown.items()},
        "seen": request.POST.get("stand") or (edit.before.version if edit.before else 0),
        "mark": "", "tried": tried_in_workshop(),
    }  # fmt: skip
    if edit.effect is not None:
        context |= effect_context(edit.effect)
        context["mark"] = _mark(form.item())
    return render(request, edit.kind.template, context)


def _page(request: HttpRequest, edit: Edit) -> HttpResponse:
    if request.method != "POST":
        return render_edit(request, edit)
    step = request.POST.get("schritt", "")
    edit.form = edit.kind.sent(request, edit.catalogue, edit.code)
    if step in {"pruefen", "zeilen"}:
        more = MORE if step == "zeilen" else 0
        said = typed(edit.form, request)
        edit.form = edit.kind.again(said, request, edit.catalogue, edit.code, more)
        return render_edit(request, edit)
    if step == "entwurf":
        edit.form.fields["begruendung"].required = False
    if not edit.form.is_valid():
        return render_edit(request, edit)
    item = edit.form.item()
    try:
        answer = _act(request, edit, step, item)
    except Refused:
        raise
    except WohnplatzError as error:
        _beside(edit, error)
        answer = None
    return answer or render_edit(request, edit)


def _act(request: HttpRequest, edit: Edit, step: str, item: Item) -> HttpResponse | None:
    reason = edit.form.cleaned_data["begruendung"]
    if step == "entwurf":
        actions.propose(edit.user, item, reason)
        messages.success(request, "Der Entwurf ist gespeichert. In Kraft ist er noch nicht.")
        return redirect("catalogue")
    if not edit.code:
        actions.require_new(item)
    if step == "uebernehmen" and request.POST.get("gesehen") == _mark(item):
        seen = whole(request.POST.get("stand", "")) if edit.before is not None or not edit.code else None
        kept = actions.keep(edit.user, item, reason, seen=seen)
        messages.success(
            request,
            f"Fassung {kept.version} ist in Kraft. Der nächste Datenstand wird damit berechnet.",
        )
        return redirect("catalogue_item", art=edit.kind.slug, code=kept.code)
    edit.effect = effect(edit.user, item)
    if step == "uebernehmen":
        edit.notice = "Seit der letzten Ansicht ist etwas geändert. Hier steht die Wirkung von jetzt."
    return None


def _beside(edit: Edit, error: WohnplatzError) -> None:
    """Put an error beside the field it is about, and above the form where there is none."""
    field = edit.kind.fields.get(error_key(error), "")
    code = edit.code or edit.form.cleaned_data.get("kennung", "")
    about_this = not error.where or code in error.where or error.where.startswith("Schlüssel")
    if isinstance(error, FormulaError) and field in FORMULAS and about_this:
        edit.form.mark(field, error)
        return
    if isinstance(error, FormulaError) and f"@{code}" in error.what:
        edit.form.add_error("formel", error.what)  # a circle is noticed in the formula of another item
        return
    said = " ".join(part for part in (error.what, error.why, error.todo) if part)
    beside = field in edit.form.fields and about_this
    edit.form.add_error(field if beside else None, said if beside else error.text())


def _model(request: HttpRequest, kind: Kind, catalogue: Catalogue) -> tuple[Item | None, str]:
    """What a new item begins with, and what is to be said of it: another item, an index as in the workshop.

    Code and label are empty.
    """
    template = item_in(catalogue, kind.group, request.GET.get("vorlage", ""))
    if template is None:
        return None, ""
    notice = ""
    if isinstance(template, IndexDefinition) and any(key.startswith("g-") for key in request.GET):
        known = {i.code: i for i in catalogue.indicators.values() if template.level in i.levels}
        tried = workshop_form.read(request.GET.dict(), template, known).definition
        taken = workshop_form.taken_over(tried, template)
        notice, template = _said_of(taken, template), taken
    return replace(template, code="", label="", version=1), notice


def _said_of(taken: IndexDefinition, before: IndexDefinition) -> str:
    """What somebody should look at who takes a trial over."""
    said = []
    if taken.dynamics:
        said.append(
            f"Die Dynamik ist aus „{before.label}“ übernommen. Bitte prüfen, ob sie zu den Indikatoren passt."
        )
    if before.attention and not taken.attention:
        said.append("Die Klassen sind andere: Bitte neu festlegen, was besonderer Unterstützungsbedarf ist.")
    return " ".join(said)


def _mark(item: Item) -> str:
    """What tells whether the version that is kept is the one whose effect was seen."""
    return hashlib.sha256(to_toml(item).encode()).hexdigest()[:16]
