"""Processes of a test's own: forked from one that never computes, and what must hold whatever they did.

A process that has started DuckDB's threads must not fork; so the parent never computes itself.
"""

from __future__ import annotations

import importlib.util
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from wohnplatz.store import Kind, Manifest  # noqa: E402
from wohnplatz.workflow import memory  # noqa: E402
from wohnplatz.workflow.audit.models import LogEntry  # noqa: E402
from wohnplatz.workflow.deliveries.actions import Conflict  # noqa: E402
from wohnplatz.workflow.deliveries.models import Delivery, DeliveryEvent  # noqa: E402
from wohnplatz.workflow.partners.models import DeliveryRound  # noqa: E402
from wohnplatz.workflow.releases.models import Release  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WON, TOLD, BROKEN = 0, 10, 20


def load_scene() -> Any:
    """The module of the tiny district beside this file."""
    spec = importlib.util.spec_from_file_location("scene", Path(__file__).with_name("world.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a child process; its number. The child ends with WON, TOLD or BROKEN."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = BROKEN
    try:
        work()
        code = WON
    except Conflict:
        code = TOLD
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def finished(work: Callable[[], None]) -> None:
    """Run ``work`` in a child process to its end; it must not fail."""
    assert os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1]) == WON


def contradictions() -> list[str]:
    """Everything that must hold at any moment and does not."""
    store = memory.store()
    found = []
    for kind in Kind:
        for sha in store.hashes(kind):
            store.read(kind, sha)  # verified against its name
    for delivery in Delivery.objects.all():
        happened = DeliveryEvent.objects.filter(delivery=delivery, kind="accepted").count()
        logged = LogEntry.objects.filter(action="deliveries.accept", subject_id=delivery.pk).count()
        taken = delivery.accepted_at is not None
        if not (happened == logged == taken == bool(delivery.observations)):
            found.append(
                f"delivery {delivery.pk}: {happened} events, {logged} log entries, accepted: {taken}"
            )
        if delivery.kept:
            store.read(Kind(delivery.kept), delivery.original)
        if taken:
            store.read(Kind.OBSERVATIONS, delivery.observations)
    for chosen in DeliveryRound.objects.all():
        if chosen.deliveries.filter(state="accepted").count() > 1:
            found.append(f"round {chosen.pk}: two accepted")
    for made in Release.objects.all():
        manifest = Manifest.load(store, made.manifest)
        store.read(Kind.RESULT, manifest.results["figures"])
        for entry in manifest.entries:
            store.read(Kind.OBSERVATIONS, entry.observations)
        if LogEntry.objects.filter(action="releases.make", subject_id=made.pk).count() != 1:
            found.append(f"release {made.number}: not logged")
    return found


def wait_for(read: int, write: int) -> None:
    """Until the parent opens the gate."""
    os.close(write)
    os.read(read, 1)
