"""Help with formulas: what can be named in them, and a check while somebody types."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.indicators import linear, parse
from wohnplatz.indicators.linear import lagged_references
from wohnplatz.model import Catalogue
from wohnplatz.text import enumerate_words
from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Right

from .indicator_form import FORMULAS, check_formula


def check(request: HttpRequest) -> HttpResponse:
    """``?feld=zaehler&zaehler=…``: what is wrong with a formula, or what it means."""
    user_of(request, Right.CATALOGUE_CHANGE)
    name = request.GET.get("feld", "")
    if name not in FORMULAS:
        raise Http404
    context = {"check": checked(name, request.GET.get(name, "")[:2000], memory.catalogue())}
    return render(request, "catalogue/check.html", context)


def checked(name: str, text: str, catalogue: Catalogue) -> dict[str, Any]:
    """The result of checking one formula, for the template."""
    error = check_formula(name, text, catalogue)
    if error is not None:
        end = error.position + error.length
        return {
            "name": name, "error": error, "place": error.position + 1,
            "parts": (text[: error.position], text[error.position : end], text[end:]),
        }  # fmt: skip
    return {"name": name, "reading": reading(name, text, catalogue) if text.strip() else ""}


def reading(name: str, text: str, catalogue: Catalogue) -> str:
    """What a formula without mistakes uses, in words."""
    if name == "formel":
        named = [(catalogue.indicators[c].short, back) for c, back in lagged_references(parse(text))]
    else:
        terms = sorted(linear(text, catalogue), key=lambda part: (part[0].variable, part[1]))
        named = [(catalogue.variables[term.variable].label, back) for term, back in terms]
    words = list(dict.fromkeys(f"{label}{_earlier(back)}" for label, back in named))
    return enumerate_words(words)


def help_of(catalogue: Catalogue) -> dict[str, Any]:
    """Variables by data set, breakdowns with their categories, indicators by block."""
    datasets: dict[str, list[Any]] = {}
    for v in catalogue.variables.values():
        label = catalogue.datasets[v.dataset].label
        datasets.setdefault(label, []).append((v.code, v.label, ", ".join(v.breakdowns)))
    blocks = [
        (label, [(i.code, i.short or i.label) for i in catalogue.indicators.values() if i.block == code])
        for code, label in catalogue.blocks.items()
    ]
    return {
        "datasets": list(datasets.items()), "blocks": [(label, found) for label, found in blocks if found],
        "dimensions": [(d.code, d.label, list(d.categories.items()), bool(d.bounds))
                       for d in catalogue.dimensions.values()],
    }  # fmt: skip


def _earlier(back: int) -> str:
    if not back:
        return ""
    return " (ein Jahr zuvor)" if back == 1 else f" ({back} Jahre zuvor)"
