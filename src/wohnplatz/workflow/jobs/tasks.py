"""The jobs there are. Arguments are keys of rows; what is to be done stands in the row."""

from __future__ import annotations

from django_tasks import task


@task()
def read_large(delivery_pk: int) -> str:
    """Read and check a large delivery; its state afterwards."""
    from wohnplatz.workflow.deliveries import large  # which enqueues this job

    return large.read(delivery_pk)
