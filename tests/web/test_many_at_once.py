"""Twenty partners send their files over HTTP while the planner accepts others. A real server, real sessions.

Runs on the database of the test run: SQLite, and PostgreSQL where the run names one.
"""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from served import serve

DRIVER = Path(__file__).with_name("many_at_once.py")
CATALOGUE = DRIVER.parents[1] / "workflow" / "catalogue"
PARTNERS, WAITING = 20, 10
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Person:
    """A browser without a window: keeps cookies, fills in forms."""

    def __init__(self, address: str, username: str, password: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.address, self.opener = address, urllib.request.build_opener(jar)
        self.send("/anmelden/", {"username": username, "password": password})

    def open(self, path: str, data: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
        """Status, final address and text of a page."""
        request = urllib.request.Request(self.address + path, data=data)
        request.add_header("Referer", self.address + path)
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with self.opener.open(request, timeout=600) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, path, error.read().decode()

    def send(
        self, path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """Open the page of a form and send it with its hidden fields."""
        status, _, page = self.open(path)
        assert status == 200, (status, path)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        token = TOKEN.search(page)
        assert token, f"no form on {path}"
        body, kind = multipart({**hidden, "csrfmiddlewaretoken": token[1], **fields}, file)
        return self.open(path, body, kind)


def multipart(fields: dict[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    """The body of a form and its content type."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="datei"; filename="{file[0]}"\r\n\r\n'
        parts += [head.encode(), file[1], b"\r\n"]
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """A data folder and a database of its own, with the tiny district for many partners."""
    with fresh_database() as url:
        environment = {
            **os.environ, "WOHNPLATZ_HOME": str(tmp_path), "DATABASE_URL": url, "WOHNPLATZ_MODE": "demo",
            "WOHNPLATZ_CATALOGUE": str(CATALOGUE),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, str(DRIVER), str(PARTNERS), str(WAITING)],
            env=environment, capture_output=True, text=True, check=False, timeout=1200,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield SimpleNamespace(home=tmp_path, url=url, environment=environment, **json.loads(done.stdout))


@contextmanager
def fresh_database() -> Iterator[str]:
    """Address of a new database of the test run's server; empty for SQLite, a file in the data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    name = f"wohnplatz_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield url.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rows(place: SimpleNamespace, sql: str) -> list[tuple[Any, ...]]:
    """The answer of the database to a question."""
    if place.url:
        import psycopg

        with psycopg.connect(place.url) as connection:
            return connection.execute(sql).fetchall()
    with sqlite3.connect(place.home / "wohnplatz.sqlite3") as connection:
        return connection.execute(sql).fetchall()


def in_parallel(works: list[Callable[[], tuple[int, str, str]]]) -> list[tuple[int, str, str]]:
    """What came of all works done at once."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [f.result() for f in [pool.submit(work) for work in works]]


def content(n: int) -> bytes:
    """A file of its own for each partner."""
    head = "Merkmal;Gebiet;Gebietsname;Stichtag;Geschlecht;Wert"
    lines = [
        f"einwohner;{key};;31.12.2024;{sex};{500 + 10 * n + k}"
        for k, key in enumerate(("0599900101", "0599900102"))
        for sex in "mw"
    ]
    return "\r\n".join([head, *lines]).encode()


def test_twenty_partners_send_while_the_planner_accepts_and_nothing_is_lost(place: SimpleNamespace) -> None:
    with serve(place.home, place.environment) as address:
        senders = [Person(address, entry["user"], place.password) for entry in place.open]
        planner = Person(address, place.planner, place.password)

        def send(n: int) -> tuple[int, str, str]:
            path = f"/lieferungen/{place.open[n]['round']}/einreichen/"
            return senders[n].send(path, {}, (f"zahlen-{n}.csv", content(n)))

        def accept(pk: int) -> tuple[int, str, str]:
            return planner.send(f"/lieferungen/datei/{pk}/annehmen/", {})

        sending = [lambda n=n: send(n) for n in range(PARTNERS)]
        accepting = [lambda pk=pk: accept(pk) for pk in place.waiting]
        works = [work for pair in zip(sending, accepting, strict=False) for work in pair]
        works += sending[len(accepting) :]
        answers = in_parallel(works)
    assert {status for status, _, _ in answers} == {200}, [a[:2] for a in answers]
    hashes = {hashlib.sha256(content(n)).hexdigest() for n in range(PARTNERS)}
    stored = rows(place, "SELECT original, state FROM deliveries_delivery")
    assert {sha for sha, _ in stored} >= hashes
    assert sorted(state for sha, state in stored if sha in hashes) == ["checked"] * PARTNERS
    assert sum(state == "accepted" for _, state in stored) == WAITING
    for sha, _ in stored:
        files = list((place.home / "store").glob(f"*/{sha}"))
        assert files, "a row names a file that is not there"
        assert hashlib.sha256(files[0].read_bytes()).hexdigest() == sha
