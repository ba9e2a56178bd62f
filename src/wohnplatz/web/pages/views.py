"""Pages beside the figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.text import glossary as terms


def glossary(request: HttpRequest) -> HttpResponse:
    """All terms by label. Open to everybody: it holds no figures."""
    entries = sorted(terms().values(), key=lambda term: term.label.casefold())
    return render(request, "pages/glossary.html", {"terms": entries})


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement. Open to everybody."""
    return render(request, "pages/accessibility.html")


def imprint(request: HttpRequest) -> HttpResponse:
    """Who answers for this installation. Open to everybody."""
    return render(request, "pages/imprint.html")
