"""Attack the whole demo from what it gives out: every page by its links, every table in every year.

    WOHNPLATZ_HOME=FOLDER WOHNPLATZ_MODE=demo python bench/attack_demo.py [USERNAME …]

The folder holds a loaded demo (``wohnplatz demo load``). Reading is the web application's time; the limit of
120 s is for the attack on all that was read.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visitor import Visit

    from wohnplatz.workflow.releases.models import Release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "web"))


def main(names: list[str]) -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from visitor import Visit

    from wohnplatz.publication.attack import attack
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.accounts.policies import AUDIENCES
    from wohnplatz.workflow.releases import queries

    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    release = queries.current()
    assert release is not None
    known = queries.catalogue(release).indicators
    code = 0
    for name in names or ["jugendhilfe", "jobcenter"]:
        user = User.objects.get(username=name)
        client = Client()
        client.force_login(user)
        begin = time.perf_counter()
        visit = Visit(client)
        collect(visit, release)
        read = time.perf_counter()
        seen = [s for s in visit.seen if s.indicator in known]
        result = attack(memory.store(), queries.manifest(release), AUDIENCES[user.role], seen)
        end = time.perf_counter()
        print(
            f"{name} ({AUDIENCES[user.role]}): {visit.pages} pages, {visit.files} files read in "
            f"{read - begin:.0f} s;"
            f" {result.figures} figures, {result.facts} facts; attacked in {end - read:.1f} s (limit 120 s):"
            f" {result.proven} of {result.needs} needs withstood, {len(result.broken)} broken,"
            f" {len(result.wrong)} misprinted, {len(result.unknown)} unknown, {len(visit.failed)} error pages"
        )
        for line in (*result.broken[:10], *result.wrong[:5], *result.unknown[:5], *visit.failed[:5]):
            print("   ", line)
        code |= not result.ok
    return int(code)


def collect(visit: Visit, release: Release) -> None:
    from django.urls import reverse

    from wohnplatz.workflow.releases import queries

    visit.walk("/", at_most=600)
    tree, years = (
        queries.hierarchy(release),
        {e.reference_date.year for e in queries.manifest(release).entries},
    )
    for level in tree.levels:
        for code, indicator in queries.catalogue(release).indicators.items():
            for year in sorted(years) if level in indicator.levels else ():
                visit.take(f"{reverse('map_csv', args=[code])}?ebene={level}&datum={year}")
        for area in tree.areas(level):
            visit.take(reverse("area", args=[area]))
            visit.take(reverse("area_xlsx", args=[area]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
