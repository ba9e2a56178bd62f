"""``wohnplatz serve | start | worker``: the web server, and the worker that does its long jobs."""

from __future__ import annotations

import argparse
import hashlib
import ipaddress
import signal
import socket
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from wohnplatz.model import WohnplatzError

from .answer import Answer
from .demo import load_with_progress
from .parser import command
from .setup import migrate


def add(commands: Any) -> None:
    """Add the commands of this file."""
    for name, run, text in (
        ("serve", run_serve, "die Webanwendung anbieten"),
        ("start", run_start, "Datenbank und Demo-Kreis einrichten, soweit nötig, und anbieten"),
    ):
        parser = command(commands, name, run, text)
        parser.add_argument("--host", default="127.0.0.1", help="Adresse (127.0.0.1: nur dieser Rechner)")
        parser.add_argument("--port", type=int, default=8000, help="Port (8000; 0: irgendein freier)")
        parser.add_argument("--workers", type=int, default=2, help="Prozesse (2)")
        parser.add_argument("--threads", type=int, default=4, help="Threads je Prozess (4)")
        parser.add_argument(
            "--no-worker", action="store_true", help="keinen Arbeitsprozess für große Dateien mitstarten"
        )
    worker = command(commands, "worker", run_worker, "große Dateien im Hintergrund lesen")
    worker.add_argument("--batch", action="store_true", help="enden, sobald nichts mehr zu tun ist")


def run_serve(args: argparse.Namespace) -> Answer:
    """``wohnplatz serve``."""
    from wohnplatz.workflow.accounts.safety import refuse_unsafe_start
    from wohnplatz.workflow.jobs import worker as jobs

    refuse_unsafe_start()
    _require_loopback_for_demo(args.host)
    _require_free(args.host, args.port)
    _collect_static()
    with nullcontext() if args.no_worker else jobs.beside():
        _serve(args.host, args.port, args.workers, args.threads)
    return Answer({"stopped": True}, "")


def run_worker(args: argparse.Namespace) -> Answer:
    """``wohnplatz worker``: for servers whose supervisor starts it beside ``serve --no-worker``."""
    from wohnplatz.workflow.jobs import worker

    worker.run(batch=args.batch)
    return Answer({"stopped": True}, "")


def run_start(args: argparse.Namespace) -> Answer:
    """``wohnplatz start``: what ``bin/start`` calls."""
    from django.conf import settings

    from wohnplatz.workflow.district.models import District

    _require_loopback_for_demo(args.host)
    _require_free(args.host, args.port)
    migrate()
    if settings.WOHNPLATZ_MODE == "demo" and not District.objects.exists():
        print("Lade den Demo-Kreis (einmalig) …", file=sys.stderr, flush=True)
        load_with_progress()
    _tell_demo_accounts()
    return run_serve(args)


def _tell_demo_accounts() -> None:
    from wohnplatz import demo
    from wohnplatz.workflow.accounts.models import User

    accounts = list(User.objects.filter(is_demo=True, is_active=True))
    if not accounts:
        return
    print(f"Demo-Konten, alle mit dem Kennwort {demo.DEMO_PASSWORD}", file=sys.stderr)
    for user in accounts:
        print(f"  {user.username:<24} {user.get_role_display()}: {user.name}", file=sys.stderr)


def _require_loopback_for_demo(host: str) -> None:
    from django.conf import settings

    if settings.WOHNPLATZ_MODE == "demo" and not is_loopback(host):
        raise WohnplatzError(
            f"Im Demo-Betrieb wird nur auf diesem Rechner angeboten, nicht auf {host}.",
            why="Die Demo-Konten haben ein öffentlich bekanntes Kennwort.",
            todo="Bitte --host weglassen oder WOHNPLATZ_MODE=production setzen.",
            code="cli.demo_host",
        )


def is_loopback(host: str) -> bool:
    """Whether an address is reachable from this computer only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except (OSError, OverflowError) as error:
            raise WohnplatzError(
                f"Unter {_shown(host)}:{port} kann nicht angeboten werden.",
                why="Vielleicht läuft dort schon ein Programm, oder die Adresse ist eine fremde.",
                todo=f"Bitte einen anderen Port wählen, zum Beispiel --port {port % 65535 + 1}.",
                code="cli.port",
            ) from error


def _collect_static() -> None:
    """Gather and compress static files, where any of them changed: it takes seconds, a look takes none."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
    state = sorted(f"{p} {p.stat().st_mtime_ns} {p.stat().st_size}" for p in map(Path, found))
    stamp = settings.STATIC_ROOT / ".stamp"
    wanted = hashlib.sha256("\n".join(state).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True, clear=True)
    stamp.write_text(wanted)


def _serve(host: str, port: int, workers: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn with options from here instead of a file."""

        def load_config(self) -> None:
            """Options; the application is loaded before forking, so that processes share its memory."""
            options: dict[str, Any] = {
                "bind": f"{host}:{port}", "workers": workers, "threads": threads, "worker_class": "gthread",
                "preload_app": True, "loglevel": "warning", "timeout": 120, "graceful_timeout": 10,
            }  # fmt: skip
            if "control_socket_disable" in self.cfg.settings:  # newer versions open one in the home folder
                options["control_socket_disable"] = True
            options["when_ready"] = lambda server: _tell_address(host, server.LISTENERS[0].getsockname()[1])
            # Ctrl+C reaches every process: each would leave twice, by itself and when the first one tells it.
            options["post_worker_init"] = lambda worker: signal.signal(signal.SIGINT, signal.SIG_IGN)
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The WSGI application."""
            from wohnplatz.web.wsgi import application

            return application

    Server().run()


def _tell_address(host: str, port: int) -> None:
    print(f"Wohnplatz: http://{_shown(host)}:{port}/  (Strg+C beendet)", file=sys.stderr, flush=True)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
