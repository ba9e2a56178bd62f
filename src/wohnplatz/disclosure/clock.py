"""The clock by which the searches of this room stop.

It counts the work of the calling thread and not the time on the wall: what is found in thirty seconds must
not depend on what else the machine does; a busy machine would hide more figures than a free one.
"""

from __future__ import annotations

import time

PATIENCE = 4.0
"""Seconds on the wall the solver may take for one second of work: its own limits know nothing else."""


def now() -> float:
    """Seconds of work of this thread so far; only differences mean anything."""
    return time.thread_time()


def on_the_wall(seconds: float) -> float:
    """The limit to give to the solver for ``seconds`` of work."""
    return max(seconds, 0.0) * PATIENCE
