"""Optional scan of delivered files for malware, by a ClamAV daemon (clamd).

``WOHNPLATZ_CLAMD`` names it: ``host:port`` or the path of a Unix socket. Without it nothing happens. Where it
is set and does not answer, the file is refused: an unchecked file must not look like a checked one.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from wohnplatz.model import WohnplatzError

CONNECT_SECONDS = 5.0
SECONDS = 60.0
"""For the whole conversation."""
CHUNK = 64 * 1024
LONGEST_REPLY = 4096


def address() -> str:
    """Where the daemon listens; empty where no scan is wanted."""
    return str(getattr(settings, "WOHNPLATZ_CLAMD", "") or os.environ.get("WOHNPLATZ_CLAMD", "")).strip()


def require_clean(data: bytes | Path) -> None:
    """Let a file through that holds no malware known to the daemon; without a daemon every file.

    ``WohnplatzError`` where it found some (``deliveries.malware``), and where it could not be asked or did
    not know (``deliveries.not_scanned``).
    """
    where = address()
    if not where:
        return
    try:
        reply = _ask(where, data)
    except (OSError, ValueError, OverflowError) as error:
        raise _not_scanned() from error
    if reply.endswith(" FOUND"):
        raise WohnplatzError(
            "Die Datei enthält Schadsoftware und wurde nicht angenommen.",
            where=reply.removeprefix("stream: ").removesuffix(" FOUND"),
            why="Sie könnte Rechner derer befallen, die sie öffnen.",
            todo="Bitte den eigenen Rechner prüfen lassen und die Werte in eine neue Vorlage eintragen.",
            code="deliveries.malware",
        )
    if reply != "stream: OK":
        raise _not_scanned()


def _not_scanned() -> WohnplatzError:
    return WohnplatzError(
        "Die Datei konnte nicht auf Schadsoftware geprüft werden.",
        why="Ohne diese Prüfung wird keine Datei angenommen.",
        todo="Bitte später noch einmal versuchen. Bleibt es dabei, bitte die Systembetreuung ansprechen.",
        code="deliveries.not_scanned",
    )


def _ask(where: str, data: bytes | Path) -> str:
    """The daemon's answer to the file (command INSTREAM: chunks, each with its length before it)."""
    end = time.monotonic() + SECONDS
    with _connection(where) as connection:
        try:
            _send(connection, b"zINSTREAM\0", end)
            for chunk in _chunks(data):
                _send(connection, struct.pack("!L", len(chunk)) + chunk, end)
            _send(connection, struct.pack("!L", 0), end)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered before the end, for instance that the file is too long: hear what it says
        return _reply(connection, end)


def _connection(where: str) -> socket.socket:
    path = where.removeprefix("unix:")
    if path.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection
    host, separator, port = where.rpartition(":")
    if not separator or not port.isdigit():
        raise ValueError("neither host:port nor the path of a socket")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)


def _chunks(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, Path):
        with data.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    else:
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]


def _send(connection: socket.socket, content: bytes, end: float) -> None:
    connection.settimeout(_left(end))
    connection.sendall(content)


def _reply(connection: socket.socket, end: float) -> str:
    """What is said up to the closing zero byte or the end of the connection."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_REPLY:
        connection.settimeout(_left(end))
        part = connection.recv(LONGEST_REPLY)
        if not part:
            break
        said += part
    return said.partition(b"\0")[0].decode("utf-8", errors="replace").strip()


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
