"""Pages for which a release holds no figures: a stated result, not an error."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.web.stand import Stand


def nothing(request: HttpRequest, stand: Stand, title: str, words: str) -> HttpResponse:
    """The page ``title`` with the reason why there is nothing to see."""
    return render(request, "space/none.html", {"stand": stand, "title": title, "words": words})
