"""Sets up a tiny district for many partners: ``python many_at_once.py 20 10`` (partners, files that wait).

Runs in a process of its own with the data folder and the database of the environment. Prints as JSON the
rounds that are open, with their partners' accounts, and the released files that wait for the planner.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

from wohnplatz.workflow.accounts.actions import create_user  # noqa: E402
from wohnplatz.workflow.accounts.actors import OPERATOR  # noqa: E402
from wohnplatz.workflow.accounts.models import User  # noqa: E402
from wohnplatz.workflow.deliveries.actions import receive, release  # noqa: E402
from wohnplatz.workflow.partners.actions import conclude_agreement, create_partner, open_rounds  # noqa: E402


def tiny_district() -> Any:
    """The module of the tiny district of the workflow's tests."""
    place = Path(__file__).parents[1] / "workflow" / "world.py"
    spec = importlib.util.spec_from_file_location("scene", place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(partners: int, waiting: int) -> dict[str, Any]:
    """Partners with one open round each; the first ``waiting`` have released a file for the year before.

    Real passwords take long to compute, so all accounts share one.
    """
    call_command("migrate", verbosity=0)
    scene = tiny_district()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        out = many(scene, partners, waiting)
    User.objects.update(password=make_password(scene.PASSWORD))
    return out


def many(scene: Any, partners: int, waiting: int) -> dict[str, Any]:
    """The tiny district with the partners."""
    scene.build()
    out: dict[str, Any] = {"open": [], "waiting": [], "password": scene.PASSWORD, "planner": "planner"}
    for n in range(partners):
        partner = create_partner(
            OPERATOR, code=f"stelle-{n}", name=f"Stelle {n}", kind="municipality", area_keys=["05999001"]
        )
        agreement = conclude_agreement(
            OPERATOR, partner, dataset="bevoelkerung", valid_from=scene.SINCE, lock_days=scene.FAR
        )
        rounds = {r.reference_date.year: r for r in open_rounds(OPERATOR, agreement, scene.DAY)}
        account = create_user(
            OPERATOR,
            username=f"konto-{n}",
            name=f"Stelle {n}",
            role="partner",
            password=scene.PASSWORD,
            partner=partner,
        )
        out["open"].append({"round": rounds[2024].pk, "user": account.username})
        if n < waiting:
            data = scene.population(scene.AHAUSEN, 2023, base=1000 + 10 * n)
            delivery = receive(account, rounds[2023], "zahlen.csv", data)
            out["waiting"].append(release(account, delivery, delivery.version).pk)
    return out


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
