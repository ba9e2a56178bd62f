"""Large files in parts: begin, append, finish. The browser goes on where it stopped (``upload.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse

from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions
from wohnplatz.workflow.deliveries.models import Upload
from wohnplatz.workflow.deliveries.uploads import require_own

from .views import round_for

PART = 1024 * 1024
"""Bytes of a part; below what Django takes in a request's body."""


def begin(request: HttpRequest, pk: int) -> JsonResponse:
    """Announce a file; answers where to send its parts and how much of it is there already."""
    user = user_of(request, Right.DELIVER)
    delivery_round = round_for(user, pk)
    _require_post(request)

    def act() -> dict[str, Any]:
        size = whole(request.POST.get("groesse", "")) or 0
        sha = request.POST.get("sha", "")
        upload = actions.begin_upload(
            user, delivery_round, request.POST.get("name", ""), size,
            sha if len(sha) == 64 and sha.isalnum() else "",
        )  # fmt: skip
        return {
            "part": PART, "received": upload.received,
            "append": reverse("transfer_append", args=[upload.token]),
            "finish": reverse("transfer_finish", args=[upload.token]),
        }  # fmt: skip

    return _answer(act)


def append(request: HttpRequest, token: str) -> JsonResponse:
    """Take one part from the byte on that ``?ab=`` names; GET tells how much is there."""
    user = user_of(request, Right.DELIVER)
    upload = _upload(user, token)
    if request.method == "GET":
        return JsonResponse({"received": upload.received})
    _require_post(request)

    def act() -> dict[str, Any]:
        at = whole(request.GET.get("ab", ""))
        try:
            data = request.body
        except RequestDataTooBig as error:
            raise WohnplatzError("Der Teil der Datei ist zu groß.", code="web.part_too_large") from error
        return {"received": actions.append_chunk(user, upload, -1 if at is None else at, data).received}

    return _answer(act)


def finish(request: HttpRequest, token: str) -> JsonResponse:
    """Take the whole in; answers where its findings are."""
    user = user_of(request, Right.DELIVER)
    upload = _upload(user, token)
    _require_post(request)
    return _answer(lambda: {"url": reverse("delivery", args=[actions.finish_upload(user, upload).pk])})


def _upload(user: User, token: str) -> Upload:
    found = Upload.objects.select_related("round__agreement__partner").filter(token=token).first()
    if found is None:
        raise Http404
    require_own(user, found)
    return found


def _require_post(request: HttpRequest) -> None:
    if request.method != "POST":
        raise Http404


def _answer(act: Callable[[], dict[str, Any]]) -> JsonResponse:
    """What an action gives, or its refusal as a sentence."""
    try:
        return JsonResponse(act())
    except Refused:
        raise
    except actions.Duplicate as error:
        url = reverse("delivery", args=[error.delivery.pk])
        return JsonResponse({"error": error.text(), "url": url}, status=409)
    except WohnplatzError as error:
        return JsonResponse({"error": error.text()}, status=400)
