"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

REFERENCE_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of published data with official results; it lies beside the project and may be absent."""
    if not REFERENCE_DATA.is_dir():
        pytest.skip("published reference data (../shared/data) is not here")
    return REFERENCE_DATA
