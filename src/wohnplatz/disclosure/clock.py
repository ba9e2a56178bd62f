"""The clock by which the searches of this room stop.

It counts the work of the calling thread and not the time on the wall: what is found in thirty seconds must
not depend on what else the machine does; a busy machine would hide more figures than a free one.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

PATIENCE = 4.0
"""Seconds on the wall the solver may take for one second of work: its own limits know nothing else."""


class OutOfTimeError(Exception):
    """The limit of time is reached; what was begun is to be left."""


@dataclass(slots=True)
class Limit:
    """When a search ends: one for all that works for it, so that nothing goes on beyond it."""

    at: float = math.inf
    """Of ``now``."""

    @property
    def left(self) -> float:
        """Seconds of work."""
        return self.at - now()


def now() -> float:
    """Seconds of work of this thread so far; only differences mean anything."""
    return time.thread_time()


def on_the_wall(seconds: float) -> float:
    """The limit to give to the solver for ``seconds`` of work."""
    return max(seconds, 0.0) * PATIENCE
