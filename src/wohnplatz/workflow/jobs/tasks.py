"""The jobs there are. Arguments are keys of rows; what is to be done stands in the row."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

HOUSEKEEPING = timedelta(minutes=30)
"""Time between two rounds of tidying up."""


@task()
def read_large(delivery_pk: int) -> str:
    """Read and check a large delivery; its state afterwards."""
    from wohnplatz.workflow.deliveries import large  # which enqueues this job

    return large.read(delivery_pk)


@task()
def keep_house() -> None:
    """Tidy up, take up what a worker left behind, open rounds, send the day's mails; come again later."""
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.deliveries import large
    from wohnplatz.workflow.deliveries.actions import prune
    from wohnplatz.workflow.messages.actions import daily
    from wohnplatz.workflow.partners.actions import open_all_rounds

    now = timezone.now()
    keep_house.using(run_after=now + HOUSEKEEPING).enqueue()
    large.resume(now)
    prune(OPERATOR)
    call_command("prune_db_task_results", min_age_days=1, verbosity=0)
    today = timezone.localdate(now)
    open_all_rounds(OPERATOR, today)
    daily(today)
