"""The personal address of the calendar, and the file behind it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from wohnplatz.web.access import user_of
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.partners import feeds


@never_cache
def subscription(request: HttpRequest) -> HttpResponse:
    """Get, renew or revoke the address. It is shown once, right after it was made."""
    user = user_of(request, Right.AGREEMENTS)
    address = ""
    if request.method == "POST":
        if request.POST.get("schritt") == "beenden":
            feeds.revoke_feed(user)
            messages.success(request, "Das Kalenderabo ist beendet. Die Adresse gilt nicht mehr.")
            return redirect("calendar_feed")
        address = request.build_absolute_uri(reverse("calendar_file", args=[feeds.make_feed(user)]))
    context = {"feed": feeds.feed_of(user), "address": address}
    return render(request, "calendar/feed.html", context)


def file(_: HttpRequest, token: str) -> HttpResponse:
    """The calendar for a program that subscribes: the token stands for the login. 404 where it is unknown."""
    user = feeds.account_of(token)
    if user is None:
        raise Http404
    answer = HttpResponse(
        feeds.calendar_file(user, timezone.localdate()), content_type="text/calendar; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'inline; filename="wohnplatz.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
