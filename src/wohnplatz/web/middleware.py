"""What every answer carries, and how refusals and errors become helpful pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.district.models import District

from .access import LoginNeeded
from .errors import NO_RELEASE, TOO_LONG, page_not_found, refusal_page
from .parameters import whole
from .stand import NoRelease, NothingThere

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:{images}; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


_ORIGIN = re.compile(r"https?://[a-zA-Z0-9.-]+(:\d{1,5})?(?=[/?#]|$)")
"""Nothing that could end a directive of the policy and begin another one."""


def origin(url: str) -> str:
    """``scheme://host`` of an address with which a policy can name it, empty for anything else."""
    found = _ORIGIN.match(url)
    return found.group(0) if found else ""


class DistrictMiddleware:
    """Puts the district on the request: the head of each page and the security policy need it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the district known (None before the district is set up)."""
        request.district = District.objects.first()
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """A content policy without inline script or style, and no page of figures in a shared cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set; only the background map's host is named beside our own."""
        response = self.get_response(request)
        district = getattr(request, "district", None)
        host = origin(district.wms_url) if district and district.wms_url else ""
        response.headers.setdefault(
            "Content-Security-Policy", POLICY.format(images=f" {host}" if host else "")
        )
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response


class BodyLimitMiddleware:
    """Refuses a body by its announced length, before a byte of it is read or written to the disk.

    Who is not logged in sends small forms only. A server without an announced length reads no body at all.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with 413 for what is too long."""
        length = whole(request.META.get("CONTENT_LENGTH") or "0")
        if length is None or length > _longest_body(request):
            return refusal_page(request, TOO_LONG, status=413)
        return self.get_response(request)


def _longest_body(request: HttpRequest) -> int:
    fields: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    files: int = settings.WOHNPLATZ_UPLOAD_LIMIT * settings.DATA_UPLOAD_MAX_NUMBER_FILES
    return fields + files if request.user.is_authenticated else fields


FILES = (".svg", ".png", ".xlsx", ".csv")


def _nothing(request: HttpRequest, error: NothingThere) -> HttpResponse:
    """A page that says what is missing; a file that would hold nothing is not there."""
    if request.path.endswith(FILES):
        return page_not_found(request, error)
    context = {"stand": error.stand, "title": error.title, "words": error.words}
    return render(request, "space/none.html", context)


class RefusalMiddleware:
    """Turns a refusal into a page that says why and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Login page, 403 or 400; anything else is left to Django (500)."""
        if isinstance(error, LoginNeeded):
            return redirect_to_login(request.get_full_path())
        if isinstance(error, NothingThere):
            return _nothing(request, error)
        if isinstance(error, NoRelease):
            return refusal_page(request, NO_RELEASE, status=200)
        if isinstance(error, Refused):
            return refusal_page(request, error, status=403)
        if isinstance(error, WohnplatzError):
            return refusal_page(request, error, status=400)
        return None
