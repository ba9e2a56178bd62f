"""The jobs there are. Arguments are keys of rows; what is to be done stands in the row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

log = logging.getLogger(__name__)

SOON = 10
"""Priority of what somebody waits for before a page: it goes before what takes minutes."""
HOUSEKEEPING = timedelta(minutes=30)
"""Time between two rounds of tidying up."""


@task(priority=SOON)
def read_large(delivery_pk: int) -> str:
    """Read and check a large delivery; its state afterwards."""
    from wohnplatz.workflow.deliveries import large  # which enqueues this job

    return large.read(delivery_pk)


@task(priority=SOON)
def make_profile(delivery_pk: int) -> str:
    """Make the page on a partner's own areas; its state afterwards."""
    from wohnplatz.workflow.deliveries import kept_profile  # which enqueues this job

    return kept_profile.make(delivery_pk)


@task()
def make_release(run_pk: int) -> str:
    """Make a release; the state of its run afterwards."""
    from wohnplatz.workflow.releases import running  # which enqueues this job

    return running.make(run_pk)


@task()
def preview_release(preview_pk: int) -> str:
    """Compute the preview of a release; its state afterwards."""
    from wohnplatz.workflow.releases import previewing  # which enqueues this job

    return previewing.compute(preview_pk)


@task()
def clear_division(clearance_pk: int) -> str:
    """Judge a division beside the hierarchy with all that is out; the state afterwards."""
    from wohnplatz.workflow.releases import clearing  # which enqueues this job

    return clearing.make(clearance_pk)


@task()
def make_atlas(run_pk: int) -> str:
    """Make the public atlas of a release; the state of its run afterwards."""
    from wohnplatz.workflow.releases import atlas_running  # which enqueues this job

    return atlas_running.make(run_pk)


@task(priority=SOON)
def make_report_file(file_pk: int) -> str:
    """Make a large output of a report; its state afterwards."""
    from wohnplatz.workflow.reports import making  # which enqueues this job

    return making.make(file_pk)


@task()
def keep_house() -> None:
    """Tidy up, take up what a worker left behind, open rounds, send the day's mails; come again later."""
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.deliveries import large
    from wohnplatz.workflow.deliveries.actions import prune
    from wohnplatz.workflow.design import computing
    from wohnplatz.workflow.messages.actions import daily
    from wohnplatz.workflow.partners.actions import open_all_rounds
    from wohnplatz.workflow.releases import atlas_running, clearing, previewing, running
    from wohnplatz.workflow.reports import making

    now = timezone.now()
    keep_house.using(run_after=now + HOUSEKEEPING).enqueue()
    today = timezone.localdate(now)
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("abgebrochenes Lesen aufnehmen", partial(large.resume, now)),
        ("abgebrochene Entwürfe aufnehmen", partial(computing.resume, now)),
        ("abgebrochene Datenstände aufnehmen", partial(running.resume, now)),
        ("abgebrochene Vorschauen aufnehmen", partial(previewing.resume, now)),
        ("abgebrochene Prüfungen von Gliederungen aufnehmen", partial(clearing.resume, now)),
        ("abgebrochene Atlanten aufnehmen", partial(atlas_running.resume, now)),
        ("aufräumen", partial(prune, OPERATOR)),
        ("alte Ausgaben von Berichten löschen", partial(making.prune, now)),
        (
            "alte Aufträge löschen",
            partial(call_command, "prune_db_task_results", min_age_days=1, verbosity=0),
        ),
        ("Lieferrunden eröffnen", partial(open_all_rounds, OPERATOR, today)),
        ("Nachrichten senden", partial(daily, today)),
    )
    for name, step in steps:
        try:
            step()
        except Exception:  # one step that fails must not keep the others from their day
            log.exception("Haushalten: %s ist misslungen", name)
