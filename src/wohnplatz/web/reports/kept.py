"""A text that could not be stored comes back on the page: nothing typed is lost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.model import WohnplatzError

EXPIRED = WohnplatzError(
    "Ihre Anmeldung ist abgelaufen. Ihr Text ist noch da.",
    why="Er wurde noch nicht gespeichert und steht unten.",
    todo="Bitte kopieren Sie ihn, melden Sie sich wieder an und fügen Sie ihn im Editor ein.",
)
STALE = WohnplatzError(
    "Das Formular ist abgelaufen. Ihr Text ist noch da.",
    why="Er wurde noch nicht gespeichert und steht unten.",
    todo="Bitte kopieren Sie ihn, öffnen Sie den Editor neu und fügen Sie ihn dort ein.",
)


def page(request: HttpRequest, error: WohnplatzError) -> HttpResponse:
    """The text to copy, and the way back to the editor (through the login where that is needed)."""
    context = {"error": error, "text": request.POST.get("markdown", ""), "back": request.get_full_path()}
    return render(request, "reports/kept.html", context, status=403)
