"""An own PostgreSQL server for a test run: started as an unprivileged user, ended by its process id.

``python tests/postgres.py --run pytest -q tests/workflow`` starts one, sets ``DATABASE_URL`` for the command,
and ends the server afterwards. Without PostgreSQL's programs it says so and exits with code 0: there is
nothing to test on.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

USER = "wohnplatz_test"
WAIT = 300.0
TRIES = 5
"""Another process may take a port between the look for a free one and the start."""


class NoServerError(Exception):
    """PostgreSQL is not here or does not start; the text says why."""


def programs() -> Path | None:
    """Folder with ``initdb`` and ``postgres`` of the newest version (15 or later), None where absent."""
    found = [
        p.parent
        for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if int(p.parts[-3].split(".")[0]) >= 15
    ]
    if found:
        return max(found, key=lambda p: int(p.parts[-2].split(".")[0]))
    here = shutil.which("initdb")
    return Path(here).resolve().parent if here else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The ``DATABASE_URL`` of a fresh server on loopback; it and its data are gone afterwards.

    NoServerError where the programs are absent or the server does not start.
    """
    folder = programs()
    if folder is None:
        raise NoServerError("PostgreSQL ab Fassung 15 ist nicht installiert (sudo apt install postgresql).")
    home = Path(tempfile.mkdtemp(prefix="wohnplatz-pg-"))
    try:
        account = _unprivileged(home)
        data = home / "data"
        _run(
            account,
            folder / "initdb",
            "-D",
            data,
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        )
        process, port = _started(account, folder / "postgres", home)
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _end(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _started(account: str | None, program: Path, home: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The server, answering, and its port."""
    for _ in range(TRIES):
        port = _free_port()
        where = ("-D", home / "data", "-p", port, "-k", home, "-c", "listen_addresses=127.0.0.1")
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(a) for a in (program, *where, "-c", "fsync=off")], stdout=log, stderr=log, cwd=home,
                user=account, group=_group(account), extra_groups=[] if account else None,
            )  # fmt: skip
        if _answers(process, port):
            return process, port
        _end(process)
    raise NoServerError(f"PostgreSQL startet nicht: {(home / 'log').read_text(errors='replace')[-500:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # fast shutdown
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _unprivileged(home: Path) -> str | None:
    """PostgreSQL refuses to run as root: who runs it then, and owns ``home``; None for oneself."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    account = next((name for name in ("postgres", "nobody") if name in known), None)
    if account is None:
        raise NoServerError("Als root läuft PostgreSQL nicht, und ein Konto postgres oder nobody fehlt.")
    shutil.chown(home, account)
    return account


def _group(account: str | None) -> int | None:
    return pwd.getpwnam(account).pw_gid if account else None


def _run(account: str | None, *command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/",
        user=account, group=_group(account), extra_groups=[] if account else None,
    )  # fmt: skip
    if done.returncode:
        raise NoServerError(f"{Path(str(command[0])).name}: {done.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server lets somebody in; false where it ended or takes too long."""
    import psycopg

    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres").close()
            return True
        time.sleep(0.1)
    return False


def main(arguments: list[str]) -> int:
    """``--run COMMAND …``: run a command with a server of its own and give its exit code."""
    if arguments[:1] != ["--run"] or len(arguments) < 2:
        print("Aufruf: python tests/postgres.py --run BEFEHL …", file=sys.stderr)
        return 2
    try:
        with server() as url:
            environment = {**os.environ, "DATABASE_URL": url, "WOHNPLATZ_TEST_DATABASE": "postgresql"}
            return subprocess.run(arguments[1:], env=environment, check=False).returncode
    except NoServerError as error:
        print(f"Die Tests auf PostgreSQL entfallen: {error}", file=sys.stderr)
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
