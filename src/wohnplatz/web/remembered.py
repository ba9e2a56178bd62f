"""What follows from a release and a person's audience never changes: worked out once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from wohnplatz.workflow.accounts import policies

from .stand import Stand

T = TypeVar("T")
_LOCK = Lock()


def key_of(stand: Stand) -> tuple[str, str, str]:
    """What figures depend on: content and areas of the release, and the rules of this person's audience."""
    return stand.release.manifest, stand.division, policies.require_audience(stand.user, None).value


def once(memory: OrderedDict[Hashable, T], key: Hashable, make: Callable[[], T], *, keep: int) -> T:
    """The remembered value, or a new one; of the oldest only ``keep`` stay."""
    with _LOCK:
        if key in memory:
            memory.move_to_end(key)
            return memory[key]
    made = make()
    with _LOCK:
        memory[key] = made
        while len(memory) > keep:
            memory.popitem(last=False)
    return made
