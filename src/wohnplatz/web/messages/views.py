"""The outbox: what goes out today and next, what was sent, what failed; sending by hand; settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz.text import plural
from wohnplatz.web.access import user_of
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.messages import actions
from wohnplatz.workflow.messages.models import Mail
from wohnplatz.workflow.messages.planning import mail_settings

from .forms import GROUPS, SettingsForm

PAGE = 50
AHEAD = 31
"""Days the preview looks ahead."""


def mail_list(request: HttpRequest) -> HttpResponse:
    """Today's mails, the next ones, failures, and what was sent."""
    user_of(request, Right.SET_UP)
    today = timezone.localdate()
    sent = Mail.objects.filter(sent_at__isnull=False).order_by("-sent_at", "-pk")
    context = {
        "today": today, "planned": actions.plan(today), "coming": actions.outlook(today, AHEAD),
        "open": Mail.objects.filter(sent_at=None, dropped_at=None),
        "page": Paginator(sent, PAGE).get_page(request.GET.get("seite")), "ahead": AHEAD, "query": "",
        "backend": settings.WOHNPLATZ_MAIL_KIND, "settings": mail_settings(),
    }  # fmt: skip
    return render(request, "mails/list.html", context)


def mail_preview(request: HttpRequest) -> HttpResponse:
    """The text of a planned mail, named by its key, as it goes out."""
    user_of(request, Right.SET_UP)
    today, key = timezone.localdate(), request.GET.get("nachricht", "")
    planned = next((p for p in [*actions.plan(today), *actions.outlook(today, AHEAD)] if p.key == key), None)
    if planned is None:
        made = Mail.objects.filter(key=key).first()
        if made is None:
            raise Http404
        return redirect("mail", pk=made.pk)
    return render(request, "mails/mail.html", {"mail": planned, "planned": True, "today": today})


def mail_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail of the outbox with its text and what became of it."""
    user_of(request, Right.SET_UP)
    return render(request, "mails/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})


def mail_send(request: HttpRequest) -> HttpResponse:
    """Say what would go out, then send it."""
    user = user_of(request, Right.SET_UP)
    today = timezone.localdate()
    if request.method == "POST":
        done = actions.send_due(user, today)
        messages.success(request, f"{plural(done.sent, 'Nachricht', 'Nachrichten')} gesendet.")
        if done.failed:
            messages.warning(
                request, f"{plural(done.failed, 'Nachricht ließ', 'Nachrichten ließen')} sich nicht senden."
            )
        return redirect("mail_list")
    planned = actions.plan(today)
    ready = [p for p in planned if p.address]
    waiting = list(Mail.objects.filter(sent_at=None, dropped_at=None))
    context = {
        "planned": ready, "without": [p for p in planned if not p.address], "open": waiting,
        "count": len(ready) + len(waiting), "backend": settings.WOHNPLATZ_MAIL_KIND,
    }  # fmt: skip
    return render(request, "mails/send.html", context)


def mail_settings_page(request: HttpRequest) -> HttpResponse:
    """What goes out when, and where to."""
    user = user_of(request, Right.SET_UP)
    known = mail_settings()
    start = {name: getattr(known, name) for name in SettingsForm.base_fields}
    form = SettingsForm.of(request, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.change_settings(user, **form.cleaned_data)
        messages.success(request, "Die Einstellungen der Nachrichten sind gespeichert.")
        return redirect("mail_list")
    groups = [(heading, [form[name] for name in names]) for heading, names in GROUPS]
    return render(request, "mails/settings.html", {"form": form, "groups": groups})
