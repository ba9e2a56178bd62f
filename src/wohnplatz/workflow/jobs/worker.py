"""The worker: a process that takes jobs out of the database and does them, one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .tasks import keep_house

PARENT = "WOHNPLATZ_WORKER_PARENT"
"""Environment variable with the number of the process the worker lives and dies with."""

LOOK = 1.0
"""Seconds between two looks at the queue, and at the parent."""


def run(*, batch: bool = False) -> None:
    """Do jobs until a signal comes (as a batch: until none is left), and what a former worker left."""
    from wohnplatz.workflow.deliveries import large
    from wohnplatz.workflow.design import computing
    from wohnplatz.workflow.releases import atlas_running, clearing, previewing, running, runs

    alone = PARENT in os.environ  # then nobody else is reading what stands as being read
    large.resume(timezone.now(), timedelta(0) if alone else large.SILENT_FOR)
    computing.resume(timezone.now(), timedelta(0) if alone else None)
    for job in (running, previewing, clearing, atlas_running):
        job.resume(timezone.now(), timedelta(0) if alone else runs.SILENT_FOR)
    if not batch and not _keeps_house():
        keep_house.enqueue()
    watch_parent()
    call_command("db_worker", interval=LOOK, batch=batch, startup_delay=False, reload=False, verbosity=0)


def _keeps_house() -> bool:
    """Whether tidying up is planned already, now or later."""
    planned = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return planned.filter(task_path=keep_house.module_path).exists()


def watch_parent() -> None:
    """End this process when the one that started it is gone, even if that one was killed."""
    parent = int(os.environ.get(PARENT, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)  # a job in work is broken off: its reading is taken up by the next worker
    os._exit(1)


@contextmanager
def beside() -> Iterator[subprocess.Popen[bytes]]:
    """A worker of one's own for as long as the block runs. A new process: forking after DuckDB is unsafe."""
    starter = os.getpid()
    environment = {**os.environ, PARENT: str(starter)}
    worker = subprocess.Popen([sys.executable, "-m", "wohnplatz", "worker"], env=environment)
    try:
        yield worker
    finally:
        if os.getpid() == starter:  # the server's forked processes leave through here as well
            _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(5)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
