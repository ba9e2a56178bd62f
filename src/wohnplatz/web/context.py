"""What the frame of every page shows: district, person, navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.accounts.policies import Right, may

from .analyses import selection


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation: route name, label, the right it needs."""

    route: str
    label: str
    right: Right
    marks: bool = False
    """Whether its pages mark the selected areas."""
    covers: str = ""
    """Route of another entry that leads on from here: who may use this one needs no entry for that."""


BESIDE = (Entry("administration", "Verwaltung", Right.SET_UP),)
"""Entries that stand with the account and not in the row."""

NAVIGATION = (
    Entry("start", "Übersicht", Right.FIGURES),
    Entry("map_index", "Karte", Right.FIGURES, marks=True),
    Entry("area_list", "Gebiete", Right.FIGURES, marks=True),
    Entry("index_list", "Sozialindex", Right.FIGURES, marks=True),
    Entry("analyses", "Auswertungen", Right.FIGURES, marks=True),
    Entry("report_list", "Berichte", Right.REPORTS, covers="consultation_list"),
    Entry("consultation_list", "Abstimmung", Right.ANSWER),
    Entry("delivery_list", "Lieferungen", Right.DELIVERIES),
    Entry("calendar", "Kalender", Right.AGREEMENTS),
    Entry("agreement_list", "Vereinbarungen", Right.AGREEMENTS),
    Entry("coverage", "Abdeckung", Right.DELIVERIES),
    Entry("mail_list", "Nachrichten", Right.SET_UP),
    Entry("release_list", "Datenstände", Right.FIGURES),
    Entry("method_list", "Methoden", Right.FIGURES),
)


def navigation(
    user: User, path: str, marked: str = "", entries: Sequence[Entry] = NAVIGATION
) -> list[dict[str, Any]]:
    """Entries the person may use; the one whose pages ``path`` belongs to is marked.

    ``marked`` is the selection of areas as it stands in the address: it goes along.
    """
    keys = selection.keys_of(marked)
    kept = f"?{urlencode({selection.PARAMETER: selection.write(keys)})}" if keys else ""
    allowed = [entry for entry in entries if may(user, entry.right)]
    covered = {entry.covers for entry in allowed}
    return [_shown(entry, path, kept) for entry in allowed if entry.route not in covered]


def _shown(entry: Entry, path: str, kept: str) -> dict[str, Any]:
    url = reverse(entry.route)
    belonging = [url, reverse(entry.covers)] if entry.covers else [url]
    here = path == url or any(u != "/" and path.startswith(u) for u in belonging)
    return {
        "url": url + (kept if entry.marks else ""), "label": entry.label, "here": here, "exact": path == url,
    }  # fmt: skip


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; needs ``DistrictMiddleware`` and the session."""
    given = getattr(request, "user", None)
    user = given if isinstance(given, User) else None
    return {
        "district": getattr(request, "district", None),
        "person": user,
        "role_label": Role(user.role).label if user else "",
        "navigation": navigation(user, request.path, selection.written(request.GET)) if user else [],
        "beside": navigation(user, request.path, entries=BESIDE) if user else [],
    }
