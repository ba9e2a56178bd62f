"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
