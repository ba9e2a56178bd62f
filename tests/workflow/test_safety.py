"""Settings, secrets, and the refusal of an unsafe production start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wohnplatz.model import WohnplatzError


def reasons(settings, **values) -> str:
    from wohnplatz.workflow.accounts.safety import reasons as found

    settings.WOHNPLATZ_MODE = "production"
    settings.ALLOWED_HOSTS = ["planung.example"]
    settings.SECRET_KEY = "k" * 64
    for name, value in values.items():
        setattr(settings, name, value)
    return " ".join(found())


def test_a_sound_production_start_is_let_through(world, settings):
    assert reasons(settings) == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"DEBUG": True}, "DEBUG"),
        ({"ALLOWED_HOSTS": []}, "WOHNPLATZ_ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "WOHNPLATZ_ALLOWED_HOSTS"),
        ({"SECRET_KEY": "kurz"}, "WOHNPLATZ_SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "WOHNPLATZ_SECRET_KEY"),
    ],
)
def test_each_weak_setting_refuses_a_production_start(world, settings, values, said):
    assert said in reasons(settings, **values)


def test_demo_accounts_refuse_a_production_start_and_are_not_made_there(world, settings):
    from wohnplatz.workflow.accounts.actions import create_user
    from wohnplatz.workflow.accounts.safety import check_production, refuse_unsafe_start

    demo = {"username": "demo", "name": "Demo", "role": "sector", "password": "demo", "is_demo": True}
    create_user(world.administrator, **demo)
    assert "demo" in reasons(settings)
    with pytest.raises(WohnplatzError, match="verweigert"):
        refuse_unsafe_start()
    assert len(check_production()) == 1
    with pytest.raises(WohnplatzError, match="Demo-Betrieb"):
        create_user(world.administrator, **demo | {"username": "zwei"})


def test_the_production_server_does_not_start_without_host_names(tmp_path):
    environment = {
        **os.environ, "WOHNPLATZ_MODE": "production", "WOHNPLATZ_HOME": str(tmp_path), "DATABASE_URL": "",
        "WOHNPLATZ_ALLOWED_HOSTS": "",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "wohnplatz", "serve", "--port", "0"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Produktivbetrieb wurde verweigert" in done.stderr
    assert "WOHNPLATZ_ALLOWED_HOSTS" in done.stderr


def test_the_secret_key_is_made_once_and_readable_by_this_account_only(tmp_path):
    from wohnplatz.web.keys import key_from

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_from(tmp_path), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secret-key"]


def test_a_database_address_is_read_and_never_repeated_in_an_error():
    from wohnplatz.web.database import from_url

    default = Path("home.sqlite3")
    found = from_url("postgresql://k%40nto:ge%2Fheim@db.example:5433/planung?sslmode=require", default)
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("k@nto", "ge/heim", "db.example")
    assert (found["PORT"], found["NAME"], found["OPTIONS"]) == ("5433", "planung", {"sslmode": "require"})
    assert from_url("", default)["NAME"] == default
    assert from_url("sqlite:////data/w.sqlite3", default)["NAME"] == Path("/data/w.sqlite3")
    assert from_url("", default)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for wrong in ("mysql://a:geheim@b/c", "postgresql://a:geheim@b", "unsinn"):
        with pytest.raises(WohnplatzError) as refused:
            from_url(wrong, default)
        assert "geheim" not in str(refused.value)
