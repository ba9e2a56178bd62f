"""Begin a report, advance it, give out its chapters, set the house style. ``writing`` changes its blocks."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.report import start
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release

from . import queries, states, storing
from .models import Act, Binding, SocialReport
from .states import ReportState


def begin(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    template: str,
    release: Release,
    *,
    year: int,
    area: str = "",
    theme: str = "",
    title: str = "",
) -> SocialReport:
    """Begin a report from a template; ``area`` empty for the district.

    WohnplatzError where template, area or theme do not fit each other.
    """
    policies.require(actor, Right.REPORTS_LEAD)
    tree = releases.hierarchy(release)
    made = start(
        template, id="neu", area=area or next(iter(tree.areas(tree.levels[-1]))), year=year, hierarchy=tree,
        catalogue=releases.catalogue(release), theme=theme, title=title.strip(),
    )  # fmt: skip
    now = timezone.now()
    with transaction.atomic():
        report = SocialReport.objects.create(
            title=made.title[:200], subtitle=made.subtitle[:200], template=template, area=made.area,
            year=year, contents=made.contents, easy=made.easy, release=release, created_at=now,
            created_by=organisation(actor), changed_at=now,
        )  # fmt: skip
        Binding.objects.create(report=report, release=release, by_id=storing.person(actor), at=now)
        storing.plant(actor, report, made.blocks, act=Act.CREATED, at=now)
        record(actor, "reports.begin", report, template=template, release=release.number)
    return report


def advance(actor: Actor, report: SocialReport, to: ReportState) -> SocialReport:
    """Bring a report into the next state, or back to the one before (``states.NEXT``).

    WohnplatzError where the step is not allowed or a condition (``states.CONDITIONS``) does not hold.
    """
    policies.require(actor, Right.REPORTS_LEAD)
    with transaction.atomic():
        held = SocialReport.objects.select_for_update().get(pk=report.pk)
        before = ReportState(held.state)
        if to not in states.NEXT[before]:
            raise WohnplatzError(
                f"Der Bericht ist im Zustand „{before.label}“; „{ReportState(to).label}“ folgt nicht darauf.",
                todo="Bitte laden Sie die Seite neu.", code="reports.step",
            )  # fmt: skip
        for condition in states.CONDITIONS.get((before.value, ReportState(to).value), ()):
            condition(held)
        held.state = ReportState(to).value
        held.style = _style(held)
        held.changed_at = timezone.now()
        held.save(update_fields=["state", "style", "changed_at"])
        record(actor, "reports.advance", held, before=before.value, after=held.state)
    return held


def _style(report: SocialReport) -> dict[str, object]:
    """What is agreed keeps its look, whatever the settings say later."""
    frozen = {ReportState.AGREED, ReportState.PRESENTED, ReportState.PUBLISHED}
    return asdict(queries.house_style(report)) if report.state in frozen else {}
