"""A real server with the demo district, for browser tests and for the pictures of the documentation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WAIT = 300.0
"""Seconds: two processes that start servers at once, on two cores, take their time."""
COMMAND = [str(Path(sys.executable).with_name("wohnplatz"))]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """Path of a Chromium on this machine, None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def environment(home: Path) -> dict[str, str]:
    """Environment of a demo installation in ``home``."""
    own = {"WOHNPLATZ_HOME": str(home), "WOHNPLATZ_MODE": "demo"}
    return {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | own


def load_demo(home: Path) -> None:
    """Make the demo district in ``home`` through the command line."""
    subprocess.run(
        [*COMMAND, "demo", "load"], env=environment(home), check=True, capture_output=True, text=True
    )


@contextmanager
def serve(home: Path, own: Mapping[str, str] | None = None) -> Iterator[str]:
    """Address of a real server on ``home``, as a demo or with an environment of its ``own``.

    It takes a port that is free at that moment and is ended by its process id.
    """
    log = home / "server.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            env=own or environment(home), stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """What the server says once it listens: a request waits from then on until a process takes it."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if said := re.search(r"^Wohnplatz: (http://\S+)/ ", log.read_text(), re.M):
            return said[1]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the server does not listen:\n{log.read_text()[-2000:]}")
