"""Designs: list, new, alternatives side by side, one version with everything that can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe

from wohnplatz.areas.design import Wishes
from wohnplatz.model import WohnplatzError
from wohnplatz.text import number
from wohnplatz.web.access import user_of
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.design import actions, queries
from wohnplatz.workflow.design.models import Design, DesignState, DesignVersion
from wohnplatz.workflow.district.models import DivisionRecord

from .drawing import map_svg
from .forms import AgreeForm, DesignForm, TakeOverForm

RUNNING = {DesignState.WAITING, DesignState.COMPUTING}


def design_list(request: HttpRequest) -> HttpResponse:
    """All designs the person takes part in."""
    user = user_of(request)
    found = queries.visible_to(user).prefetch_related("versions")
    rows = [{"design": d, "agreed": next((v for v in d.versions.all() if v.agreed_on), None)} for d in found]
    return render(request, "design/list.html", {"rows": rows, "planning": may(user, Right.SET_UP)})


def design_new(request: HttpRequest) -> HttpResponse:
    """Wishes and a file of grid cells; the proposals are computed by a job."""
    user = user_of(request, Right.SET_UP)
    towns = queries.municipalities()
    choices = list(zip(towns.keys, towns.names, strict=True)) if towns is not None else []
    divisions = [(d.code, d.label) for d in DivisionRecord.objects.exclude(level__in=["kreis", "kommune"])]
    form = DesignForm.of(request, towns=choices, divisions=divisions)
    if request.method == "POST" and form.is_valid():
        try:
            made = _begin(user, form.cleaned_data)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error("datei" if error.code.startswith("areas.design") else None, error.text())
        else:
            return redirect("design", pk=made.pk)
    return render(request, "design/new.html", {"form": form})


def _begin(user: User, data: dict[str, Any]) -> Design:
    wishes = Wishes(data["ziel"], data["minimum"], data["anzahl"], seconds=data["sekunden"])
    variables = [name.strip() for name in data["merkmale"].split(",") if name.strip()]
    return actions.begin(
        user, title=data["bezeichnung"], municipality=data["kommune"], grid=data["datei"].read(),
        wishes=wishes, variables=variables, borders=data["grenzen"], origin=data["quelle"],
    )  # fmt: skip


def design_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a design side by side, or how far the computing is."""
    user = user_of(request)
    design = _design(user, pk)
    cards = [
        {
            "version": v, "figures": queries.figures(v), "problems": queries.problems(v),
            "svg": mark_safe(map_svg(v, f"karte{v.pk}")), "gap": gap_words(v),  # noqa: S308 (our own, escaped)
        }
        for v in design.versions.all()
    ]  # fmt: skip
    running = design.state in RUNNING
    context = {"design": design, "cards": cards, "running": running, "wishes": design.wishes}
    return render(request, "design/design.html", context)


def version_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version: map, figures, moves, comments, agreement, take-over."""
    user = user_of(request)
    version = get_object_or_404(DesignVersion, design=_design(user, pk), number=number)
    step = request.POST.get("schritt", "") if request.method == "POST" else ""
    posted = request.POST if step else None
    agree = AgreeForm(posted if step == "abstimmen" else None)
    take = TakeOverForm(posted if step == "uebernehmen" else None)
    context: dict[str, Any] = {"preview": None, "problem": ""}
    try:
        answer = _act(request, user, version, step, agree, take, context) if step else None
    except Refused:
        raise
    except WohnplatzError as error:
        answer, context["problem"] = None, error.text()
    return answer or render(request, "design/version.html", context | _about(user, version, agree, take))


def _act(  # noqa: PLR0913, PLR0917 (the parts of one page)
    request: HttpRequest, user: User, version: DesignVersion, step: str, agree: AgreeForm,
    take: TakeOverForm, context: dict[str, Any],
) -> HttpResponse | None:  # fmt: skip
    if step in {"probe", "verschieben"}:
        keys, to = request.POST.getlist("block"), whole(request.POST.get("gebiet", "")) or 0
        if step == "probe":
            moved = actions.preview(user, version, keys, to)
            context["preview"] = {"keys": keys, "to": to, "problems": moved.problems}
            return None
        made = actions.move_by_hand(user, version, keys, to)
        messages.success(request, f"Fassung {made.number} ist entstanden.")
        return redirect("design_version", pk=made.design_id, number=made.number)
    if step == "anmerken":
        actions.comment(user, version, request.POST.get("text", "")[:4000])
    elif step == "abstimmen" and agree.is_valid():
        actions.agree(user, version, on=agree.cleaned_data["am"], by=agree.cleaned_data["mit"])
        messages.success(request, "Die Abstimmung ist eingetragen.")
    elif step == "uebernehmen" and take.is_valid():
        made_of = take.cleaned_data
        record = actions.take_over(
            user, version, code=made_of["code"], label=made_of["label"], valid_from=made_of["gueltig_ab"]
        )
        messages.success(request, f"Die Gliederung „{record.label}“ ist übernommen.")
    else:
        return None
    return redirect("design_version", pk=version.design_id, number=version.number)


def _about(user: User, version: DesignVersion, agree: AgreeForm, take: TakeOverForm) -> dict[str, Any]:
    blocks, _ = queries.blocks_of(version.design)
    rows = sorted(
        zip(version.areas, blocks.keys, blocks.inhabitants.tolist(), blocks.unknown.tolist(), strict=True)
    )
    return {
        "design": version.design, "version": version, "figures": queries.figures(version),
        "names": blocks.names, "problems": queries.problems(version), "gap": gap_words(version),
        "svg": mark_safe(map_svg(version, "karte")),  # noqa: S308 (our own, texts escaped)
        "rows": rows, "numbers": sorted(set(version.areas)), "planning": may(user, Right.SET_UP),
        "agree": agree, "take": take, "comments": version.comments.all(),
    }  # fmt: skip


def _design(user: User, pk: int) -> Design:
    design = get_object_or_404(Design, pk=min(pk, 2**62))
    queries.require_see(user, design)
    return design


def gap_words(version: DesignVersion) -> str:
    """How good the proposal is, in words."""
    if version.by_hand:
        return "von Hand geändert"
    if version.gap is None or version.gap != version.gap:
        return "nicht bekannt"
    if version.optimal:
        return "bewiesen bestmöglich"
    return f"höchstens {number(100 * version.gap, 1)} % über dem Bestmöglichen"
