"""Pages for refusals and errors: what happened, why, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from wohnplatz.model import WohnplatzError

from .reports import kept

NOT_FOUND = WohnplatzError(
    "Diese Seite gibt es nicht.",
    why="Die Adresse ist unvollständig, oder der Inhalt ist in diesem Datenstand nicht enthalten.",
    todo="Prüfen Sie die Adresse oder gehen Sie über die Navigation.",
)
BAD_REQUEST = WohnplatzError(
    "Diese Anfrage war nicht lesbar.",
    why="Eine Angabe in der Adresse oder im Formular passt nicht.",
    todo="Gehen Sie eine Seite zurück und senden Sie das Formular erneut.",
)
STALE_FORM = WohnplatzError(
    "Das Formular ist abgelaufen.",
    why="Zum Schutz vor fremden Anfragen gilt ein Formular nur, solange Ihre Sitzung besteht.",
    todo="Laden Sie die Seite neu, melden Sie sich bei Bedarf an und senden Sie das Formular erneut.",
)
NOT_ALLOWED = WohnplatzError(
    "Diese Seite steht Ihrem Konto nicht offen.", todo="Wenden Sie sich an die Sozialplanung des Kreises."
)
BROKEN = WohnplatzError(
    "Im Programm ist ein Fehler aufgetreten.",
    why="Ihre Eingabe wurde nicht gespeichert; angenommene Lieferungen und Datenstände sind unverändert.",
    todo="Versuchen Sie es erneut. Hilft das nicht, nennen Sie der Administration Uhrzeit und Seite.",
)
NO_RELEASE = WohnplatzError(
    "Es gibt noch keinen Datenstand.",
    why="Karten und Profile zeigen immer die Zahlen eines Datenstands, damit alle dieselben nennen.",
    todo="Sobald Lieferungen angenommen sind, bildet die Sozialplanung unter „Datenstände“ den ersten.",
)
TOO_LONG = WohnplatzError(
    "Was gesendet wurde, ist zu groß.",
    why="Große Dateien nimmt die Seite einer Lieferrunde in Teilen an; dazu muss JavaScript an sein.",
    todo="Bitte dort einreichen oder die Lieferung aufteilen.",
)
TITLES = {
    200: "Noch keine Kennzahlen",
    400: "Das ging nicht",
    403: "Kein Zugriff",
    404: "Seite nicht gefunden",
    413: "Zu groß",
    500: "Fehler im Programm",
}


def refusal_page(request: HttpRequest, error: WohnplatzError, *, status: int) -> HttpResponse:
    """The page of a refusal or an error, with the parts of the message apart."""
    kind = "info" if status in {200, 404} else "warning"
    context = {"error": error, "title": TITLES[status], "kind": kind}
    return render(request, "errors/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return refusal_page(request, BAD_REQUEST, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of Django's own checks."""
    return refusal_page(request, NOT_ALLOWED, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form without a valid token; a text that was written comes back to be copied."""
    if request.POST.get("markdown"):
        return kept.page(request, kept.STALE)
    return refusal_page(request, STALE_FORM, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return refusal_page(request, NOT_FOUND, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: without context processors, which may be what failed."""
    return HttpResponse(
        render_to_string("errors/broken.html", {"error": BROKEN, "title": TITLES[500]}), status=500
    )
