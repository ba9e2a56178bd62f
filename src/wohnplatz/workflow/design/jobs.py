"""The job of this app: computing takes longer than a request may."""

from __future__ import annotations

import logging

from django_tasks import task

log = logging.getLogger(__name__)


@task()
def compute_design(pk: int, run: int = 0) -> str:
    """Compute the alternatives of a design; its state afterwards."""
    from .computing import compute  # which enqueues this job
    from .models import Design, DesignState

    try:
        return compute(pk, run)
    except Exception:
        log.exception("Entwurf %s: Berechnung abgebrochen", pk)
        reason = [
            "Berechnung",
            "Die Berechnung wurde abgebrochen. Der Grund steht im Protokoll des Betriebs.",
        ]
        Design.objects.filter(pk=pk, run=run).update(state=DesignState.FAILED, reasons=[reason])
        raise
