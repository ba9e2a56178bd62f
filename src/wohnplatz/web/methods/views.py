"""Method pages: everything the catalogue says of an indicator, as frozen in the release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.disclosure.rule_words import sentences
from wohnplatz.indicators import protection as protection_of
from wohnplatz.indicators import variables_of
from wohnplatz.model import Catalogue, Indicator, Polarity
from wohnplatz.web.access import user_of
from wohnplatz.web.stand import Stand, level_name, stand_of
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import content, queries

POLARITIES = {
    Polarity.BURDEN: "Ein hoher Wert weist auf einen höheren Unterstützungsbedarf hin.",
    Polarity.GOOD: "Ein hoher Wert ist günstig.",
    Polarity.NEUTRAL: "Der Wert beschreibt; hoch oder niedrig ist nicht günstig oder ungünstig.",
}


def method_list(request: HttpRequest) -> HttpResponse:
    """All indicators by block; ``?suche=`` looks into labels, methods and sources."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    wanted = request.GET.get("suche", "").strip()
    found = [i for i in stand.catalogue.indicators.values() if matches(i, wanted)]
    context = {
        "stand": stand, "wanted": wanted, "count": len(found), "blocks": by_block(stand.catalogue, found),
        "indices": stand.catalogue.indices.values(), "in_catalogue": policies.may(user, Right.CATALOGUE),
    }  # fmt: skip
    return render(request, "methods/list.html", context)


def method(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    if indicator not in stand.catalogue.indicators:
        raise Http404
    return render(request, "methods/method.html", _context(stand, stand.catalogue.indicators[indicator]))


def matches(indicator: Indicator, wanted: str) -> bool:
    """Whether every word looked for stands somewhere in the texts of the indicator."""
    texts = (
        indicator.code,
        indicator.label,
        indicator.short,
        indicator.method,
        indicator.source,
        indicator.supplier,
    )
    hay = " ".join(texts).casefold()
    return all(word in hay for word in wanted.casefold().split())


def by_block(catalogue: Catalogue, indicators: Iterable[Indicator]) -> list[tuple[str, list[Indicator]]]:
    """Indicators under the labels of their blocks, in the order of display."""
    found = list(indicators)
    grouped = [(label, [i for i in found if i.block == code]) for code, label in catalogue.blocks.items()]
    return [(label, inside) for label, inside in grouped if inside]


def _context(stand: Stand, indicator: Indicator) -> dict[str, Any]:
    catalogue = stand.catalogue
    manifest = queries.manifest(stand.release)
    audience = policies.AUDIENCES[stand.user.role]
    rules = content.rules(manifest.rules)
    rule = rules.audiences[audience].classes.get(protection_of(catalogue)[indicator.code])
    codes = variables_of(catalogue, indicator.code)
    return {
        "stand": stand, "indicator": indicator,
        "block_label": catalogue.blocks.get(indicator.block, indicator.block),
        "polarity": POLARITIES[indicator.polarity], "levels": [level_name(x) for x in indicator.levels],
        "variables": [catalogue.variables[c] for c in codes if c in catalogue.variables],
        "datasets": {catalogue.datasets[v.dataset].label for c in codes if (v := catalogue.variables.get(c))},
        "protection": sentences(rule, indicator.minimum_denominator) if rule else [],
        "protection_label": rule.label if rule else indicator.protection, "policy": rules.policy(audience),
        "in_catalogue": policies.may(stand.user, Right.CATALOGUE),
        "mappable": any(x in stand.hierarchy.levels for x in indicator.levels),
    }  # fmt: skip
