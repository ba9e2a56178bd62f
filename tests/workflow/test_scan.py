"""The optional scan for malware, against a daemon that speaks clamd's protocol over a real socket."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.deliveries import scan

BAD = b"X5O!P%@AP-EICAR"


class Daemon:
    """Answers one INSTREAM after the other as clamd does; keeps what it was sent."""

    def __init__(self, listener: socket.socket, reply: bytes = b"", limit: int = 1 << 30) -> None:
        self.listener, self.reply, self.limit = listener, reply, limit
        self.received: list[bytes] = []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream, suppress(OSError, struct.error):
                self.answer(connection, stream)

    def answer(self, connection: socket.socket, stream) -> None:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
            if len(content) > self.limit:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.received.append(content)
        verdict = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if BAD in content else b"stream: OK\0"
        connection.sendall(self.reply or verdict)


@pytest.fixture
def daemon(settings):
    """A function that starts a daemon and names it in the settings."""
    started = []

    def start(family=socket.AF_INET, at=("127.0.0.1", 0), **how) -> Daemon:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.bind(at)
        listener.listen()
        started.append(listener)
        name = listener.getsockname()
        settings.WOHNPLATZ_CLAMD = name if isinstance(name, str) else f"{name[0]}:{name[1]}"
        return Daemon(listener, **how)

    yield start
    for listener in started:
        listener.close()


def code(data) -> str:
    with pytest.raises(WohnplatzError) as caught:
        scan.require_clean(data)
    assert caught.value.what.endswith(".")
    assert caught.value.todo
    return caught.value.code


def test_without_a_daemon_nothing_happens(settings, monkeypatch):
    monkeypatch.delenv("WOHNPLATZ_CLAMD", raising=False)
    settings.WOHNPLATZ_CLAMD = ""
    scan.require_clean(BAD)


def test_a_clean_file_passes_and_was_sent_whole(daemon):
    clamd = daemon()
    content = bytes(range(256)) * 1000
    scan.require_clean(content)
    assert clamd.received == [content]


def test_a_file_on_disk_is_sent_in_pieces(daemon, tmp_path):
    clamd = daemon()
    path = tmp_path / "gross.csv"
    path.write_bytes(b"a;b\n" * 100_000)
    scan.require_clean(path)
    assert clamd.received == [path.read_bytes()]


def test_malware_is_refused_and_named(daemon):
    daemon()
    with pytest.raises(WohnplatzError, match="Schadsoftware") as caught:
        scan.require_clean(b"....." + BAD)
    assert caught.value.code == "deliveries.malware"
    assert caught.value.where == "Win.Test.EICAR_HDB-1"


def test_the_daemon_may_listen_on_a_unix_socket(daemon, tmp_path):
    clamd = daemon(socket.AF_UNIX, str(tmp_path / "c"))
    scan.require_clean(b"abc")
    assert code(BAD) == "deliveries.malware"
    assert clamd.received == [b"abc", BAD]


def test_the_environment_names_the_daemon_too(daemon, settings, monkeypatch):
    daemon()
    monkeypatch.setenv("WOHNPLATZ_CLAMD", settings.WOHNPLATZ_CLAMD)
    settings.WOHNPLATZ_CLAMD = ""
    assert code(BAD) == "deliveries.malware"


def test_a_daemon_that_is_not_there_refuses_the_file(settings, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{free.getsockname()[1]}"
    for where in (closed, str(tmp_path / "nicht_da"), "unsinn", "host:", ":x", "127.0.0.1:99999999"):
        settings.WOHNPLATZ_CLAMD = where
        assert code(b"abc") == "deliveries.not_scanned"


@pytest.mark.parametrize("reply", [b"\0", b"UNKNOWN COMMAND\0", b"stream: Irgendwas ERROR\0", b"x" * 10_000])
def test_an_answer_that_is_no_verdict_refuses_the_file(daemon, reply):
    daemon(reply=reply)
    assert code(b"abc") == "deliveries.not_scanned"


def test_a_file_longer_than_the_daemon_takes_is_refused(daemon):
    daemon(limit=1000)
    assert code(b"x" * 5_000_000) == "deliveries.not_scanned"


def test_a_daemon_that_says_nothing_is_not_waited_for_without_end(monkeypatch, settings):
    monkeypatch.setattr(scan, "SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.WOHNPLATZ_CLAMD = f"127.0.0.1:{silent.getsockname()[1]}"
        assert code(b"abc") == "deliveries.not_scanned"


def test_a_file_that_is_gone_is_refused(daemon):
    daemon()
    assert code(Path("gibt/es/nicht.csv")) == "deliveries.not_scanned"
