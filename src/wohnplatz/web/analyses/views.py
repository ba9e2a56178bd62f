"""The page that leads to all analyses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.web.access import user_of
from wohnplatz.web.divisions.views import noun
from wohnplatz.web.stand import stand_of
from wohnplatz.workflow.accounts.policies import AUDIENCES, Right
from wohnplatz.workflow.district import queries
from wohnplatz.workflow.releases import beside

from .entries import ENTRIES


def overview(request: HttpRequest) -> HttpResponse:
    """A card for each analysis; the selection goes along."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    cards = [{"title": e.title, "sentence": e.sentence, "url": stand.url(e.route)} for e in ENTRIES]
    cards += [
        {
            "title": noun(record.level),
            "sentence": f"Welche Werte haben die Gebiete der Gliederung „{record.label}“?",
            "url": stand.url("division_estimates", record.code),
        }
        for record in queries.overlays()
        if beside.is_cleared(record, AUDIENCES[stand.user.role], stand.release)
    ]
    return render(request, "analyses/overview.html", {"stand": stand, "cards": cards})
