"""``import wohnplatz`` as a library."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_importing_needs_no_settings_and_loads_no_room():
    code = (
        "import sys, wohnplatz; "
        "assert not {'django', 'numpy', 'duckdb', 'shapely'} & set(sys.modules); "
        "wohnplatz.load_catalogue(); assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={})


def test_every_name_it_offers_is_there():
    import wohnplatz

    for name in wohnplatz.__all__:
        assert getattr(wohnplatz, name) is not None
    with pytest.raises(AttributeError):
        _ = wohnplatz.gibt_es_nicht


def test_the_example_of_its_docstring_holds():
    import doctest

    import wohnplatz

    assert doctest.testmod(wohnplatz).failed == 0
