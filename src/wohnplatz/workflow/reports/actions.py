"""Begin a report, advance it, give out its chapters, set the house style. ``writing`` changes its blocks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.report import HouseStyle, start
from wohnplatz.report.look import look_of
from wohnplatz.report.suggesting import About
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release

from . import queries, states, storing
from .models import Act, Binding, HouseStyleSettings, ReportBlock, SocialReport, ThrownAway
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
    once: str = "",
    at: datetime | None = None,
) -> SocialReport:
    """Begin a report from a template; ``area`` empty for the district.

    ``once`` is drawn for each form: the same form sent again gives the report it has made. WohnplatzError
    where template, area or theme do not fit each other.
    """
    policies.require(actor, Right.REPORTS_LEAD)
    tree = releases.hierarchy(release)
    made = start(
        template, id="neu", area=area or next(iter(tree.areas(tree.levels[-1]))), year=year, hierarchy=tree,
        catalogue=releases.catalogue(release), theme=theme, title=title.strip(),
    )  # fmt: skip
    now = moment(at)
    key = storing.once_key(once, storing.person(actor), template, year, made.area, theme, made.title)
    fields = {
        "title": made.title[:200], "subtitle": made.subtitle[:200], "template": template, "area": made.area,
        "year": year, "contents": made.contents, "easy": made.easy, "release": release, "created_at": now,
        "created_by": organisation(actor), "changed_at": now,
    }  # fmt: skip
    with transaction.atomic():
        report, new = SocialReport.objects.get_or_create(form_key=key, defaults=fields)
        if not new:
            return report
        Binding.objects.create(report=report, release=release, by_id=storing.person(actor), at=now)
        storing.plant(actor, report, made.blocks, act=Act.CREATED, at=now)
        record(actor, "reports.begin", report, now, template=template, release=release.number)
    return report


def advance(
    actor: Actor, report: SocialReport, to: ReportState, *, at: datetime | None = None
) -> SocialReport:
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
        held.changed_at = moment(at)
        held.save(update_fields=["state", "style", "changed_at"])
        record(actor, "reports.advance", held, held.changed_at, before=before.value, after=held.state)
    return held


@states.require(ReportState.DRAFT, ReportState.REVIEW)
def something_is_written(report: SocialReport) -> None:
    """There is nothing to review, agree or publish in a report without blocks."""
    if not report.blocks.filter(deleted=False).exists():
        raise WohnplatzError(
            "Der Bericht ist noch leer.", todo="Bitte erst Blöcke einfügen oder entfernte zurückholen.",
            code="reports.empty",
        )  # fmt: skip


def _style(report: SocialReport) -> dict[str, object]:
    """What is agreed keeps its look, whatever the settings say later."""
    frozen = {ReportState.AGREED, ReportState.PRESENTED, ReportState.PUBLISHED}
    return asdict(queries.house_style(report)) if report.state in frozen else {}


def describe(  # noqa: PLR0913 (one argument for each field)
    actor: Actor, report: SocialReport, *, title: str, subtitle: str, year: int, contents: bool, easy: bool
) -> SocialReport:
    """Change title, subtitle and year of a report and how it is set."""
    policies.require(actor, Right.REPORTS_LEAD)
    queries.require_write(actor, report)
    if not title.strip():
        raise WohnplatzError("Der Titel fehlt.", todo="Bitte einen Titel eingeben.", code="reports.title")
    with transaction.atomic():
        held = SocialReport.objects.select_for_update().get(pk=report.pk)
        held.title, held.subtitle, held.year = title.strip()[:200], subtitle.strip()[:200], year
        held.contents, held.easy, held.changed_at = contents, easy, timezone.now()
        held.save(update_fields=["title", "subtitle", "year", "contents", "easy", "changed_at"])
        record(actor, "reports.describe", held)
    return held


def assign(actor: Actor, chapter: ReportBlock, person: User | None) -> ReportBlock:
    """Give a chapter to a person, who may then write in it; None for nobody in particular."""
    policies.require(actor, Right.REPORTS_LEAD)
    queries.require_write(actor, chapter.report, chapter)
    if chapter.kind != "chapter" or (person is not None and not policies.may(person, Right.REPORTS)):
        raise WohnplatzError(
            "Diese Zuweisung ist nicht möglich.",
            todo="Kapitel werden Konten der Sozialplanung oder der Fachplanung zugewiesen.",
            code="reports.assign",
        )
    with transaction.atomic():
        chapter.assigned_to = person
        chapter.save(update_fields=["assigned_to"])
        record(actor, "reports.assign", chapter, report=chapter.report_id, block=chapter.block_id,
               given=person is not None)  # fmt: skip
    return chapter


def throw_away(actor: Actor, report: SocialReport, area: str, indicator: str, about: About) -> None:
    """Never suggest this sentence in this report again."""
    queries.require_write(actor, report)
    with transaction.atomic():
        made, new = ThrownAway.objects.get_or_create(
            report=report, area=area[:40], indicator=indicator[:80], about=about.value
        )
        if new:
            record(actor, "reports.throw_away", made, report=report.pk)


def set_house_style(actor: Actor, style: HouseStyle) -> HouseStyleSettings:
    """Set office, colour, typeface and logo for all reports that are not agreed yet.

    WohnplatzError where the colour is not legible or the logo cannot be used.
    """
    policies.require_set_up(actor)
    odd = look_of(style, easy=False)[1]
    if odd:
        raise WohnplatzError(odd[0].message, todo=odd[0].advice, code=odd[0].code)
    with transaction.atomic():
        kept = HouseStyleSettings.objects.select_for_update().first() or HouseStyleSettings()
        for name, value in asdict(style).items():
            setattr(kept, name, value)
        kept.changed_at = timezone.now()
        kept.save()
        record(actor, "reports.house_style", kept)
    return kept
