"""Attack the whole demo from what it gives out: every page and file one account can reach, and the atlas.

    WOHNPLATZ_HOME=FOLDER WOHNPLATZ_MODE=demo python bench/attack_demo.py KEPT [READER …]

FOLDER holds a loaded demo (``wohnplatz demo load``), KEPT is where the answers read are kept: a second run
reads only what is not there. A READER is the name of an account (its audience is that of its role) or
``public``: whoever opens the public atlas. Without any: public, a partner, a sector planner.
SECONDS_TO_READ in the environment bounds the reading of each; what was left out then is said.

Reading is the web application's time; the limit of 120 s and 2 GB is for the attack on all figures that were
read. Then the same attack must find two changes of what was read: a hidden figure opened, a decimal altered.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visitor import Visit

    from wohnplatz.publication.attack import Attack, Attacked, Seen
    from wohnplatz.report.reading_back import Printed
    from wohnplatz.workflow.releases.models import Release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "web"))
PUBLIC = "public"
READERS = (PUBLIC, "jobcenter", "jugendhilfe")
LIMIT = 120


class Kept:
    """A client whose answers stay in a file."""

    def __init__(self, client: Any, file: Path, budget: float) -> None:
        self.budget, self.left_out = budget, 0
        self.client, self.base = client, sqlite3.connect(file)
        self.base.execute(
            "create table if not exists answer (address text primary key, status int, kind text, body blob)"
        )
        self.asked, self.seconds, self.told = 0, 0.0, 0.0

    def get(self, address: str) -> Any:
        """The answer of the program, or the one it gave before."""
        from django.http import HttpResponse

        query = "select status, kind, body from answer where address = ?"
        found = self.base.execute(query, [address]).fetchone()
        if found is None and self.seconds > self.budget:
            self.left_out += 1
            return HttpResponse(status=204)
        if found is None:
            begin = time.perf_counter()
            answer = self.client.get(address, follow=True)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found = answer.status_code, answer.get("Content-Type", ""), zlib.compress(body)
            self.base.execute("insert into answer values (?, ?, ?, ?)", [address, *found])
            self.base.commit()
            self.asked += 1
            self.seconds += time.perf_counter() - begin
            if self.seconds - self.told > 20:
                self.told = self.seconds
                print(f"  {self.asked} addresses in {self.seconds:.0f} s, now {address}", file=sys.stderr)
        status, kind, body = found
        return HttpResponse(zlib.decompress(body), status=status, content_type=kind)


def main(kept: Path, readers: Iterable[str]) -> int:
    import django

    django.setup()
    from django.conf import settings

    from wohnplatz.workflow.releases import queries

    settings.ALLOWED_HOSTS = ["testserver"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    release = queries.current()
    assert release is not None
    kept.mkdir(parents=True, exist_ok=True)
    return max(attacked(kept, name, release) for name in readers or READERS)


def attacked(kept: Path, name: str, release: Release) -> int:
    """Read as one reader, attack, change what was read and attack again: 0 where all is as it must be."""
    from wohnplatz.model import Audience
    from wohnplatz.publication.attack import Attack
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.accounts.policies import AUDIENCES
    from wohnplatz.workflow.releases import queries

    audience = Audience.PUBLIC if name == PUBLIC else AUDIENCES[User.objects.get(username=name).role]
    wall, cpu = time.perf_counter(), time.process_time()
    made = Attack.on(memory.store(), queries.manifest(release), audience)
    ready = time.perf_counter(), time.process_time()
    seen, told = atlas(kept, release, made) if name == PUBLIC else pages(kept, name, release)
    print(
        f"{name} ({audience}): {told}; {len(seen)} figures read in {time.perf_counter() - ready[0]:.0f} s"
        f" ({time.process_time() - ready[1]:.0f} s CPU);"
        f" attack made ready in {ready[0] - wall:.0f} s ({ready[1] - cpu:.0f} s CPU)",
        flush=True,
    )
    good = report("as it was read", made, seen)
    failed = 0 if good.ok else 1
    for words, changed in changes(made, seen):
        found = report(words, made, changed)
        failed |= int(found.ok)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak {peak:.2f} GB", flush=True)
    return failed


def report(words: str, made: Attack, seen: list[Seen]) -> Attacked:
    """Attack once; a line of what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = made.by(seen)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"  {words}: {found.figures} different figures, {found.facts} facts, attacked in {wall:.1f} s"
        f" ({cpu:.1f} s CPU; limit {LIMIT} s): {found.proven} of {found.needs} needs withstood,"
        f" {len(found.broken)} broken, {len(found.wrong)} misprinted, {len(found.unknown)} unknown",
        flush=True,
    )
    for line in (*found.broken[:10], *found.wrong[:10], *found.unknown[:10]):
        print("    ", line)
    return found


def changes(made: Attack, seen: list[Seen]) -> Iterator[tuple[str, list[Seen]]]:
    """What was read with one thing changed that the attack must find."""
    from wohnplatz.publication.attack import Seen

    shown = {s.place for s in seen if s.tells}
    table, universe = made.areas[0].system.table, made.areas[0].system.universe
    needed = {cell for areas in made.areas[:1] for cell in areas.sensitive}
    for place, row in made.areas[0].row.items():
        if place not in shown and int(universe.numerator[row]) in needed:
            top = float(table.numerator[row])
            code, area, year, breakdown = place
            opened = Seen(code, area, year, "geändert", numerator=top, breakdown=breakdown)
            yield f"one hidden figure opened ({code}, {area}, {year})", [*seen, opened]
            break
    place = next(
        n
        for n, s in enumerate(seen)
        if s.value is not None and s.value % 1 and not s.earlier and int(s.value.as_tuple().exponent) >= -2
    )
    one = seen[place]
    assert one.value is not None
    step = Decimal(1).scaleb(int(one.value.as_tuple().exponent))
    altered = [*seen[:place], replace(one, value=one.value + step), *seen[place + 1 :]]
    yield f"one decimal altered ({one.indicator}, {one.area}, {one.year})", altered


def pages(kept: Path, name: str, release: Release) -> tuple[list[Seen], str]:
    """All that one account can open."""
    from django.test import Client
    from visitor import Visit

    from wohnplatz.workflow.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=name))
    answers = Kept(client, kept / f"{name}.sqlite3", float(os.environ.get("SECONDS_TO_READ", "inf")))
    visit = Visit(answers)
    collect(visit, release)
    for line in (*visit.failed, *visit.odd):
        print("    error page, or a number no page has:", line)
    told = (
        f"{visit.pages} pages, {visit.files} files ({answers.asked} of them anew in {answers.seconds:.0f} s),"
    )
    return visit.seen, f"{told} {len(visit.papers)} of them PDF or DOCX, {len(visit.failed)} error pages"


def atlas(kept: Path, release: Release, made: Attack) -> tuple[list[Seen], str]:
    """The public atlas with everything in it, as it is published."""
    from wohnplatz.atlas import write
    from wohnplatz.report.reading_back import read_back
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.releases.atlas import publish

    folder = kept / "atlas"
    if not folder.exists():
        write(folder, publish(OPERATOR, release))
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    read = read_back(files)
    odd = sum(map(bool, read.numbers.values()))
    marked = [s for p in read.printed for s in as_seen(p, made)]
    size = sum(map(len, files.values())) / 1e6
    told = f"{len(files)} files of the atlas, {size:.0f} MB, {len(read.printed)} marked places on pages;"
    return [*read.seen, *marked], f"{told} {len(read.numbers)} PDF or DOCX, {odd} with a number no page has"


def as_seen(printed: Printed, made: Attack) -> Iterator[Seen]:
    """A place of a page that names a figure: any number there but the year is taken to give it away."""
    from wohnplatz.publication.attack import Seen
    from wohnplatz.report.reading_back import NUMBER

    if set(NUMBER.findall(printed.words)) <= {str(printed.year)}:
        return
    where = printed.indicator, printed.area, printed.year, printed.where
    areas = made.areas[0]
    row, table = areas.row.get((*where[:3], "")), areas.system.table
    measured = areas.measured.get((*where[:3], ""))
    if measured is None and row is not None and float(table.numerator[row]) >= 0:
        yield Seen(*where, numerator=float(table.numerator[row]))
    else:
        true = measured if measured is not None else 0 if row is None else float(table.value[row])
        yield Seen(*where, Decimal(repr(true)))


MOST = {"origin": 100, "map_area": 100, "area_picture": 100, "method": 100, "release_run": 1}
"""Pages of which there are thousands alike, each telling what the tables tell, too: so many of them."""


def wanted() -> Callable[[str], bool]:
    """Which paths are opened: no pictures made of dots, and not all of what there are thousands of."""
    from django.urls import Resolver404, resolve

    counted: Counter[str] = Counter()

    def is_wanted(path: str) -> bool:
        try:
            name = str(resolve(path).url_name)
        except Resolver404:
            return True
        counted[name] += 1
        return not path.endswith(".png") and counted[name] <= MOST.get(name, 10_000)

    return is_wanted


def collect(visit: Visit, release: Release) -> None:
    """All figures on today's areas and those of the time; everything by its links; the earlier releases."""
    from django.urls import reverse

    from wohnplatz.workflow.releases import queries
    from wohnplatz.workflow.releases.models import Release

    tree, catalogue = queries.hierarchy(release), queries.catalogue(release)
    towns = ",".join(key for level in tree.levels[1:-1] for key in tree.areas(level))
    series = reverse("series_xlsx")
    for code in catalogue.indicators:
        visit.take(f"{series}?indikator={code}&auswahl={towns}")
        visit.take(f"{series}?indikator={code}&gebiete=damals")
    visit.walk("/", at_most=2000, wanted=wanted())
    for level in tree.levels:
        for area in tree.areas(level):
            visit.take(reverse("area", args=[area]))
            visit.take(reverse("area_xlsx", args=[area]))
    for code, indicator in catalogue.indicators.items():
        for level in indicator.levels:
            visit.take(f"{reverse('map_csv', args=[code])}?ebene={level}")
    for earlier in Release.objects.exclude(pk=release.pk):
        for code in catalogue.indicators:
            visit.take(f"{series}?indikator={code}&auswahl={towns}&datenstand={earlier.number}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
