"""A real server with the demo district, for browser tests and for the pictures of the documentation."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT = 90.0
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


def free_port() -> int:
    """A free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(home: Path) -> Iterator[str]:
    """Address of a real server on ``home``; it is ended by its process id."""
    port = free_port()
    log = (home / "server.log").open("w")
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environment(home), stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, home / "server.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"server ended at once:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/anmelden/", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"no answer from the server:\n{log.read_text()[-2000:]}")
