"""One version of a design with everything that can be done: moves, comments, agreement, take-over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.divisions.changing import effects
from wohnplatz.web.divisions.drawing import shown_findings
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.design import actions, queries, taking_over
from wohnplatz.workflow.design.models import DesignVersion
from wohnplatz.workflow.district.actions import FindingsError

from .forms import AgreeForm, TakeOverForm
from .views import card, design_of

MOST_LISTED = 400
"""Blocks in the list of those that can be moved: of large designs those along the borders of one area."""


def version_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version: map, figures, moves, comments, agreement, take-over."""
    user = user_of(request)
    version = get_object_or_404(DesignVersion, design=design_of(user, pk), number=number)
    step = request.POST.get("schritt", "") if request.method == "POST" else ""
    posted = request.POST if step else None
    agree = AgreeForm(posted if step == "abstimmen" else None)
    numbers = sorted(set(version.areas))
    mine = posted if step in {"folgen", "uebernehmen", "angaben"} else None
    take = TakeOverForm(mine, numbers=numbers, town=version.design.municipality_name)
    context: dict[str, Any] = {"preview": None, "problem": ""}
    try:
        answer = _act(request, user, version, step, agree, take, context) if step else None
    except Refused:
        raise
    except FindingsError as error:
        answer, context["problem"] = None, error.what
        context["findings"] = shown_findings(error.findings)
    except WohnplatzError as error:
        answer, context["problem"] = None, error.text()
    shown = whole(request.GET.get("gebiet", "")) or numbers[0]
    about = _about(user, version, shown if shown in numbers else numbers[0])
    return answer or render(request, "design/version.html", context | about | {"agree": agree, "take": take})


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
    elif step == "folgen" and take.is_valid():
        return _foreseen(request, user, version, take)
    elif step == "uebernehmen" and take.is_valid():
        record = taking_over.take_over(user, version, take.version(), take.names())
        messages.success(request, f"Die Gliederung „{record.label}“ ist übernommen.")
    else:
        return None
    return redirect("design_version", pk=version.design_id, number=version.number)


def _foreseen(request: HttpRequest, user: User, version: DesignVersion, take: TakeOverForm) -> HttpResponse:
    """The page of effects, as for every other change of areas; nothing is kept yet."""
    new = take.version()
    changed = taking_over.foresee(user, version, new, take.names())
    old = taking_over.former()
    context: dict[str, Any] = {"version": version, "design": version.design, "form": take, "new": new}
    if changed is not None and old is not None:
        if changed.layer is None:
            raise FindingsError(
                "So lässt sich der Entwurf nicht übernehmen.", changed.findings, "design.take"
            )
        context |= {"record": old} | effects(user, old, changed, new)
    return render(request, "design/take_over.html", context)


def _about(user: User, version: DesignVersion, area: int) -> dict[str, Any]:
    blocks, _ = queries.blocks_of(version.design)
    listed = queries.movable(version, area, MOST_LISTED)
    rows = sorted(
        (version.areas[n], blocks.keys[n], float(blocks.inhabitants[n]), bool(blocks.unknown[n]))
        for n in listed.positions
    )
    return card(version) | {
        "design": version.design, "names": blocks.names, "rows": rows, "listed": listed, "area": area,
        "numbers": sorted(set(version.areas)), "planning": may(user, Right.SET_UP),
        "comments": version.comments.all(),
    }  # fmt: skip
