"""The start page: the first question of each role."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wohnplatz.web.access import user_of
from wohnplatz.web.consultation.seat import cards
from wohnplatz.web.deliveries.views import LATE, rows_of
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.consultation import queries as consultations
from wohnplatz.workflow.consultation.models import Consultation
from wohnplatz.workflow.deliveries import queries as deliveries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.partners.models import DataAgreement, Partner, RoundState
from wohnplatz.workflow.releases import actions as release_actions
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports.states import ReportState

SHOWN = 8


def start(request: HttpRequest) -> HttpResponse:
    """What is late, what changed, what must be decided: in the words of the role."""
    user = user_of(request)
    release = releases.current()
    context = {"release": release, "entries": len(releases.manifest(release).entries) if release else 0}
    return render(request, f"start/{user.role}.html", context | PAGES[user.role](user))


def _planner(user: User) -> dict[str, object]:
    views = deliveries.due(user, timezone.localdate())
    decide = [v for v in views if v.state is RoundState.RELEASED]
    late = [v for v in views if v.state in LATE]
    coming = [v for v in views if v.state is RoundState.EXPECTED]
    return {
        "decide": rows_of(decide[:SHOWN]), "decide_count": len(decide),
        "late": rows_of(late[:SHOWN]), "late_count": len(late),
        "coming": rows_of(coming[:SHOWN]), "coming_count": len(coming),
        "events": deliveries.recent_events(user, SHOWN), "fresh": _not_released(),
        "consulted": _consulted(user),
    }  # fmt: skip


def _partner(user: User) -> dict[str, object]:
    views = deliveries.due(user, timezone.localdate())
    owed = [v for v in views if v.state is not RoundState.RELEASED]
    waiting = [v for v in views if v.state is RoundState.RELEASED]
    return {
        "owed": rows_of(owed), "late_count": sum(v.state in LATE for v in owed), "waiting": rows_of(waiting),
        "events": deliveries.recent_events(user, SHOWN), "used": _used(user),
        "cards": [c for c in cards(user) if c["open"]],
    }  # fmt: skip


def _sector(user: User) -> dict[str, object]:
    release = releases.current()
    catalogue = releases.catalogue(release) if release else None
    core = [i for i in catalogue.indicators.values() if i.core] if catalogue else []
    blocks = catalogue.blocks if catalogue else {}
    grouped = [(label, [i for i in core if i.block == code]) for code, label in blocks.items()]
    return {"groups": [(label, found) for label, found in grouped if found]}


def _administrator(user: User) -> dict[str, object]:
    return {
        "divisions": DivisionRecord.objects.count(),
        "partners": Partner.objects.filter(is_active=True).count(),
        "agreements": DataAgreement.objects.count(), "accounts": User.objects.filter(is_active=True).count(),
        "events": deliveries.recent_events(user, SHOWN),
    }  # fmt: skip


def _consulted(user: User) -> list[tuple[Consultation, int, int, int]]:
    """Consultations that run: how many were asked, have answered, and remarks to decide."""
    found = consultations.consultations(user).filter(report__state=ReportState.CONSULTATION)
    rows = [(c, consultations.overview(c, timezone.localdate())) for c in found]
    return [
        (c, len(of), sum(r.standing == "answered" for r in of), sum(r.undecided for r in of))
        for c, of in rows
    ]


def _not_released() -> int:
    """Accepted deliveries that no release holds yet."""
    release = releases.current()
    known = {e.observations for e in releases.manifest(release).entries} if release else set()
    return sum(d.observations not in known for d in release_actions.deliveries_in_force())


def _used(user: User) -> list[Delivery]:
    """The partner's own newest deliveries that stand in the current release."""
    release = releases.current()
    if release is None:
        return []
    known = {int(e.delivery) for e in releases.manifest(release).entries}
    return list(deliveries.visible_to(user).filter(pk__in=known).order_by("-round__reference_date")[:SHOWN])


PAGES: dict[str, Callable[[User], dict[str, object]]] = {
    Role.PLANNER: _planner,
    Role.PARTNER: _partner,
    Role.SECTOR: _sector,
    Role.ADMINISTRATOR: _administrator,
}
