"""The secret of the installation: the same for itself, another one elsewhere, and in no output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from wohnplatz.model import Audience
from wohnplatz.publication import outcome
from wohnplatz.workflow import memory
from wohnplatz.workflow.releases import actions, queries
from wohnplatz.workflow.releases.proofs import check_again

KEY = "x" * 40


def test_one_key_gives_one_seed_that_the_solver_takes(settings) -> None:
    settings.WOHNPLATZ_PROTECTION_KEY = KEY
    first = memory.protection_seed()
    assert first == memory.protection_seed()
    assert 0 <= first < 2**31
    settings.WOHNPLATZ_PROTECTION_KEY = "y" * 40
    assert memory.protection_seed() != first
    settings.WOHNPLATZ_PROTECTION_KEY = ""
    assert memory.protection_seed() == 0


def test_a_release_takes_the_seed_keeps_it_to_itself_and_is_checked_without(
    delivered, settings, monkeypatch
) -> None:
    settings.WOHNPLATZ_PROTECTION_KEY = KEY
    seeds = []
    real = outcome.record_of

    def record_of(*arguments, seed, **more):
        seeds.append(seed)
        return real(*arguments, seed=seed, **more)

    monkeypatch.setattr(outcome, "record_of", record_of)
    made = actions.make_release(delivered.planner, "2024-1")
    assert set(seeds) == {memory.protection_seed()}
    settings.WOHNPLATZ_PROTECTION_KEY = "another key that never was that of the release"
    assert check_again(delivered.planner, made).ok
    table = queries.figures(delivered.planner, made, indicators=["einwohner"], audience=Audience.PUBLIC)
    assert any(f.value is not None for f in table)
    written = [p for p in Path(settings.WOHNPLATZ_HOME).rglob("*") if p.is_file()]
    assert not [p for p in written if KEY.encode() in p.read_bytes()]


def test_an_installation_makes_its_own_key_for_its_account_only(tmp_path) -> None:
    script = "import django; django.setup()\nfrom wohnplatz.workflow import memory\n"
    script += "print(memory.protection_seed())"
    environment = {
        **os.environ, "WOHNPLATZ_HOME": str(tmp_path), "WOHNPLATZ_MODE": "production",
        "WOHNPLATZ_ALLOWED_HOSTS": "beispiel.de", "DJANGO_SETTINGS_MODULE": "wohnplatz.web.settings",
        "DATABASE_URL": "",
    }  # fmt: skip
    environment.pop("WOHNPLATZ_PROTECTION_KEY", None)
    seeds = {
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    }
    assert len(seeds) == 1
    assert seeds != {"0"}
    key = tmp_path / "protection-key"
    assert key.stat().st_mode & 0o777 == 0o600
