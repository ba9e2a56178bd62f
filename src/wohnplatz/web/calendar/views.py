"""The calendar: month by month, or the coming twelve months as a list."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right, may
from wohnplatz.workflow.consultation.deadlines import answering
from wohnplatz.workflow.partners import queries
from wohnplatz.workflow.partners.deadlines import Deadline, calendar

from .forms import CalendarForm
from .months import MONTHS, WEEKDAYS, days_of, first_of, last_of, span, weeks

AHEAD = 12
"""Months that the list shows."""
EARLIEST, LATEST = 1990, 2100


def calendar_page(request: HttpRequest) -> HttpResponse:
    """What falls when, of all that a person may see."""
    user = user_of(request, Right.AGREEMENTS)
    today = timezone.localdate()
    form = CalendarForm(request.GET, **_choices(user))
    form.is_valid()
    chosen = form.cleaned_data
    month = _month(chosen["monat"], today)
    as_list = chosen["ansicht"] == "liste"
    since, until = (month, last_of(first_of(month.year, month.month + AHEAD - 1))) if as_list else span(month)
    found = _chosen(calendar(user, since, until, today), chosen)
    unfiltered = not (chosen.get("stelle") or chosen["datensatz"])
    names = {code: d.label for code, d in memory.catalogue().datasets.items()}
    start = CalendarForm({**chosen, "ansicht": "liste" if as_list else "monat"}, **_choices(user))
    context = {
        "form": start, "as_list": as_list, "title": _title(month, as_list), "weekdays": WEEKDAYS,
        "weeks": [] if as_list else weeks(month, found, names, today),
        "days": days_of(found if as_list else [d for d in found if d.day.month == month.month], names, today),
        "answers": answering(user, since, until) if unfiltered else [],
        "today": today, "filtered": bool(chosen.get("stelle") or chosen["datensatz"]),
        "dates_only": not may(user, Right.DELIVERIES), "month": month,
        **_links(month, chosen, AHEAD if as_list else 1, today),
    }  # fmt: skip
    return render(request, "calendar/calendar.html", context)


def _links(month: date, chosen: dict[str, Any], step: int, today: date) -> dict[str, str]:
    """Addresses of the time before, the time after, and today."""

    def address(first: date) -> str:
        kept = {k: v for k, v in chosen.items() if v and k != "monat"}
        return f"?{urlencode({**kept, 'monat': f'{first:%Y-%m}'})}"

    return {
        "before": address(max(first_of(month.year, month.month - step), date(EARLIEST, 1, 1))),
        "after": address(min(first_of(month.year, month.month + step), date(LATEST, 12, 1))),
        "now": address(today.replace(day=1)), "plain_month": f"{month:%Y-%m}",
        "before_word": "Früher" if step > 1 else MONTHS[(month.month - 2) % 12],
        "after_word": "Später" if step > 1 else MONTHS[month.month % 12],
    }  # fmt: skip


def _title(month: date, as_list: bool) -> str:
    name = f"{MONTHS[month.month - 1]} {month.year}"
    if not as_list:
        return name
    last = first_of(month.year, month.month + AHEAD - 1)
    return f"{name} bis {MONTHS[last.month - 1]} {last.year}"


def _month(wanted: str, today: date) -> date:
    """The first day of ``2026-03``; of this month where that is no month."""
    year, _, month = wanted.partition("-")
    if year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and EARLIEST <= int(year) <= LATEST:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def _chosen(found: list[Deadline], chosen: dict[str, Any]) -> list[Deadline]:
    return [
        d for d in found
        if chosen.get("stelle", "") in {"", d.round.agreement.partner.code}
        and chosen["datensatz"] in {"", d.round.agreement.dataset}
    ]  # fmt: skip


def _choices(user: User) -> dict[str, Any]:
    agreements = queries.agreements(user)
    pairs = {(a.partner.code, a.partner.name) for a in agreements}
    labels = memory.catalogue().datasets
    codes = {a.dataset for a in agreements}
    return {
        "partners": sorted(pairs, key=lambda p: p[1]),
        "datasets": sorted(((c, labels[c].label if c in labels else c) for c in codes), key=lambda p: p[1]),
    }
