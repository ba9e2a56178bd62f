"""Fixtures for all tests."""

from __future__ import annotations

import copy
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "browser"))
from served import load_demo

# The same examples in every run and on every machine, however slow; others: --hypothesis-profile=random.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")

REFERENCE_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of published data with official results; it lies beside the project and may be absent."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip("published reference data (../shared/data) is not here")
    return REFERENCE_DATA


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The test database, also where only fixtures of a whole module ask for it.

    pytest-django looks for marked tests alone; without one it would leave such a fixture with the database
    of whoever runs the tests.
    """
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


class State(NamedTuple):
    """What a step made of database, data folder and world."""

    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    """Name → columns and rows, of the tables that the step changed."""
    folder: Path
    world: SimpleNamespace


class Steps:
    """Steps towards a scene, each taken once per process and copied from then on.

    The same step from the same database, data folder and settings leads to the same state; anything else
    (another rule file, another catalogue, code that runs on commit) is another way and taken for itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, State] = {}

    def take(self, step: Callable[..., object], world: SimpleNamespace, *more: object) -> SimpleNamespace:
        """``world`` after ``step(world, *more)``, which may change it, the database and the data folder."""
        from django.conf import settings
        from django.db import connection

        home, before = Path(settings.WOHNPLATZ_HOME), self._tables()
        chosen = {n: getattr(settings, n) for n in dir(settings) if n.startswith("WOHNPLATZ_")}
        del chosen["WOHNPLATZ_HOME"]
        files = [(str(p.relative_to(home)), p.read_bytes()) for p in sorted(home.rglob("*")) if p.is_file()]
        name = f"{step.__module__}.{step.__qualname__}"
        place = (name, connection.in_atomic_block, sorted(chosen.items()), before, files)
        key = hashlib.sha256(repr(place).replace(str(home), "~").encode()).hexdigest()
        state = self._known.get(key)
        if state is None:
            step(world, *more)
            after = self._tables()
            folder = self._folder / key
            shutil.copytree(home, folder)
            changed = {name: rows for name, rows in after.items() if rows != before[name]}
            self._known[key] = State(changed, folder, self._copied(world))
            return world
        with connection.cursor() as cursor:
            for name in state.tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
            for name, (columns, rows) in state.tables.items():
                if rows:
                    places = ", ".join(["%s"] * len(columns))
                    names = ", ".join(connection.ops.quote_name(c) for c in columns)
                    table = connection.ops.quote_name(name)
                    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        shutil.copytree(state.folder, home, dirs_exist_ok=True)
        vars(world).clear()
        vars(world).update(vars(self._copied(state.world)))
        return world

    @staticmethod
    def _tables() -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
        from django.db import connection

        found = {}
        with connection.cursor() as cursor:
            for name in sorted(connection.introspection.django_table_names(only_existing=True)):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)} ORDER BY 1")
                columns = [c.name if hasattr(c, "name") else c[0] for c in cursor.description]
                found[name] = (columns, [tuple(row) for row in cursor.fetchall()])
        return found

    @staticmethod
    def _copied(world: SimpleNamespace) -> SimpleNamespace:
        from wohnplatz.workflow.accounts.actors import OPERATOR

        return copy.deepcopy(world, {id(OPERATOR): OPERATOR})


@pytest.fixture(scope="session")
def steps() -> Iterator[Steps]:
    """``steps.take(step, world)``: a costly step, copied where it was taken before."""
    with TemporaryDirectory() as folder:
        yield Steps(Path(folder))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the demo district, loaded by the command line once for all processes of a run.

    ``bin/test`` has it loaded before (``WOHNPLATZ_TEST_DEMO``). It is to be copied, not changed.
    """
    if loaded := os.environ.get("WOHNPLATZ_TEST_DEMO"):
        return Path(loaded)
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo-geladen"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            loading = tmp_path_factory.mktemp("demo-laden")
            load_demo(loading)
            loading.rename(shared)
    return shared
