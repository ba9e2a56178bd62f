"""A preview of the next release: asked for, watched, read. It holds counts of figures and no figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.text import enumerate_words
from wohnplatz.web.access import user_of
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.releases import previewing, runs
from wohnplatz.workflow.releases.models import ReleasePreview, RunState
from wohnplatz.workflow.releases.proposals import contradicted, impossible, proposals, unsettled

from .forms import PreviewForm

STATES = ("shown", "hidden", "missing", "newly_hidden", "newly_open")
BROKEN = "Altersaufbau"


@dataclass(frozen=True, slots=True)
class Count:
    """Figures by what is seen of them."""

    shown: int = 0
    hidden: int = 0
    missing: int = 0
    newly_hidden: int = 0
    newly_open: int = 0

    @property
    def number(self) -> int:
        """Figures that hold a number."""
        return self.shown + self.hidden

    @property
    def share(self) -> float:
        """Protected figures in per cent of those that hold a number."""
        return 100 * self.hidden / self.number if self.number else 0.0


def preview(request: HttpRequest) -> HttpResponse:
    """The newest preview, its progress, or how to have one; posting asks for one, or stops it."""
    user = user_of(request, Right.RELEASE)
    if request.method == "POST":
        try:
            if "anhalten" in request.POST:
                previewing.stop(user)
            else:
                previewing.begin(user)
        except Refused:
            raise
        except WohnplatzError as error:
            messages.error(request, error.text())
        return redirect("release_preview")
    row = previewing.newest(user)
    context: dict[str, Any] = {"row": row, "computing": row is not None and row.state in runs.RUNNING}
    if context["computing"]:
        context["outdated"] = not previewing.is_current(row)
    if row is not None and row.state == RunState.DONE:
        context |= {"outdated": not previewing.is_current(row)} | _shown(request, row)
    return render(request, "releases/preview.html", context)


def _shown(request: HttpRequest, row: ReleasePreview) -> dict[str, Any]:
    result = row.result
    groups, words = result["groups"], result["words"]
    labels = [enumerate_words(g["audiences"]) for g in groups]
    # A level is named here as everywhere in the application.
    words = words | {"levels": {level: level_name(level) for level in words["order"]["levels"]}}
    form = _form(request, groups, labels, words)
    chosen = form.start | (form.cleaned_data if form.is_valid() else {})
    place = int(chosen["kreis"] or 0)
    group = groups[place]
    return {
        "form": form, "group": group, "audiences": labels[place], "several": len(groups) > 1,
        "whole": _counted(group["tallies"]), "costs": _costs(group["costs"], words),
        "matrix": _matrix(group["tallies"], words),
        "blocks": _blocks(group["tallies"], words, chosen["ebene"], int(chosen["jahr"])),
        "level": words["levels"][chosen["ebene"]], "year": int(chosen["jahr"]),
        "proposals": proposals(group, words), "unsettled": unsettled(group, words),
        "impossible": list(impossible(group, words)), "modes": result.get("modes", ()),
        "contradictions": contradicted(result), "base": next(iter(words["levels"].values())),
    }  # fmt: skip


def _form(
    request: HttpRequest, groups: list[dict[str, Any]], labels: list[str], words: Mapping[str, Any]
) -> PreviewForm:
    """Which audience, level and year; by default the first audience, the finest level, the newest year."""
    years = sorted(
        {t["year"] for g in groups for t in g["tallies"] if t["shown"] or t["hidden"]}, reverse=True
    )
    start = {"kreis": "0", "ebene": next(iter(words["levels"])), "jahr": str(years[0] if years else 0)}
    given = {name: request.GET.get(name, value) for name, value in start.items()}
    return PreviewForm(
        given, start=start, audiences=[(str(n), label) for n, label in enumerate(labels)],
        levels=list(words["levels"].items()), years=years or [0],
    )  # fmt: skip


def _counted(tallies: Iterable[Mapping[str, Any]]) -> Count:
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update({name: tally[name] for name in STATES})
    return Count(**{name: total[name] for name in STATES})


def _matrix(tallies: list[dict[str, Any]], words: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by year and level, newest year first."""
    levels = list(words["levels"])
    years = sorted({t["year"] for t in tallies if t["shown"] or t["hidden"]}, reverse=True)
    found = {
        (year, level): _counted(t for t in tallies if (t["year"], t["level"]) == (year, level))
        for year in years
        for level in levels
    }
    return {
        "levels": [words["levels"][level] for level in levels],
        "rows": [(year, [found[year, level] for level in levels]) for year in years],
    }


def _blocks(
    tallies: list[dict[str, Any]], words: Mapping[str, Any], level: str, year: int
) -> list[tuple[str, list[tuple[str, Count]], list[tuple[str, Count]]]]:
    """By block: indicators with protected or newly shown figures, and the others."""
    found: dict[str, list[tuple[str, Count]]] = {}
    for tally in tallies:
        if (tally["level"], tally["year"]) == (level, year):
            code = tally["indicator"]
            label = BROKEN if tally["broken"] else words["indicators"].get(code, code)
            block = BROKEN if tally["broken"] else words["blocks"].get(code, "Sozialindizes")
            found.setdefault(block, []).append((label, _counted([tally])))
    order = [*words["order"]["blocks"], *found]
    return [
        (
            block,
            [row for row in found[block] if row[1].hidden or row[1].newly_open],
            [row for row in found[block] if not (row[1].hidden or row[1].newly_open)],
        )
        for block in dict.fromkeys(order)
        if block in found
    ]


def _costs(costs: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """What it costs, with names of areas and shares in per cent."""
    areas = [
        (words["areas"].get(a["area"], a["area"]), Count(a["figures"] - a["hidden"], a["hidden"]))
        for a in costs["areas"]
    ]
    return {
        **costs, "people": 100 * costs["people"], "areas": areas,
        "all": Count(costs["shown"], costs["hidden"], costs["missing"]),
        "totals": Count(costs["of_totals"] - costs["totals"], costs["totals"]),
        "inputs": Count(costs["of_inputs"] - costs["inputs"], costs["inputs"]),
        "index": Count(costs["of_index"] - costs["no_index"], costs["no_index"]),
    }  # fmt: skip
