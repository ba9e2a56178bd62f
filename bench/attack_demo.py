"""Attack the whole demo from what it gives out: every page and file one account can reach, and the atlas.

    WOHNPLATZ_HOME=FOLDER WOHNPLATZ_MODE=demo python bench/attack_demo.py KEPT [READER …]

FOLDER holds a copy of a loaded demo (``wohnplatz demo load``), KEPT is where the answers read are kept: a
second run reads only what is not there. A READER is the name of an account (its audience is that of its role)
or ``public``: whoever opens the public atlas and the reports beside it. Without any: public, two partners, a
sector planner. SECONDS_TO_READ in the environment bounds the reading of each; what was left out is said.

Reading is the web application's time; the limit of 120 s and 2 GB is for the attack on all figures that were
read. All is read twice: figures where a page or file names their places, and any words that put the number of
a hidden figure beside the names of its area and its indicator. A partner attacks once more with all counts it
delivered. Then the attack must find what was changed: a decimal, and a hidden figure in each kind of file.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "web"))

if TYPE_CHECKING:
    from attack_readers import Reading
    from named import Figure, Listener

    from wohnplatz.publication.attack import Attack, Attacked
    from wohnplatz.publication.sightings import Place, Seen
    from wohnplatz.report import Document
    from wohnplatz.workflow.releases.models import Release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
PUBLIC = "public"
SAME_VIEW = {PUBLIC: "", "jobcenter": "", "auenburg": "jobcenter", "jugendhilfe": ""}
"""Who reads, and the account whose pages on figures are the same."""
REPORTS = ("sozialbericht", "profil")
LIMIT = 120


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
    return max(attacked(kept, name, release) for name in readers or SAME_VIEW)


def attacked(kept: Path, name: str, release: Release) -> int:
    """Read as one reader, attack, change what was read and attack again: 0 where all is as it must be."""
    from attack_readers import atlas, reader

    from wohnplatz.model import Audience
    from wohnplatz.publication.attack import Attack
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.accounts.policies import AUDIENCES
    from wohnplatz.workflow.releases import queries

    user = User.objects.filter(username=name).first()
    audience = AUDIENCES[user.role] if user else Audience.PUBLIC
    partner = user.partner.code if user and user.partner else ""
    store, manifest = memory.store(), queries.manifest(release)
    cpu = time.process_time()
    made = Attack.on(store, manifest, audience)
    print(f"{name} ({audience}): attack made ready in {time.process_time() - cpu:.1f} s CPU", flush=True)
    cpu = time.process_time()
    if name == PUBLIC:
        write_reports(kept / "berichte", release)
        read = atlas(kept, release, made)
    else:
        read = reader(kept, name, release, SAME_VIEW.get(name, ""))
    seen = [tried_as_made(one) for one in read.seen]
    print(f"  {read.told}; {len(seen)} figures read ({time.process_time() - cpu:.0f} s CPU)", flush=True)
    insider = Attack.on(store, manifest, audience, partner) if partner else None
    heard = listened(read, insider or made, seen, release)
    own = frozenset(s.where for s in seen if is_own(s.where))
    foreign = [s for s in seen if s.where not in own]
    failed = int(bool(heard[1]))
    failed |= int(not report("as it was read" + (", own files aside" if partner else ""), made, foreign).ok)
    if insider is not None:
        report("with all that this partner delivered, against what is asked for others", insider, seen)
    for words, attack, changed in changes(made, foreign, read, heard[0], release, public=name == PUBLIC):
        failed |= int(report(words, attack, changed).ok)
    print(f"  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB", flush=True)
    return failed


def is_own(where: str) -> bool:
    """Whether a page or file holds what the reader delivered himself."""
    return where.startswith("/lieferungen/")


def tried_as_made(one: Seen) -> Seen:
    """An index tried out with nothing changed has the figures of the index."""
    return one._replace(indicator=one.indicator.replace("_versuch:", ":"))


def listened(read: Reading, made: Attack, seen: list[Seen], release: Release) -> tuple[Listener, list[Seen]]:
    """Hidden figures told in the words of any file, in the addresses or in the log."""
    from named import Listener
    from pieces import Line

    from wohnplatz.workflow.releases import queries

    cpu = time.process_time()
    others = (one for one in seen if not is_own(one.where))
    listener = Listener.to(made, others, queries.hierarchy(release), queries.catalogue(release))
    found, count = [], 0
    for where, name, data in read.files():
        count += 1
        found += listener.hear(name, data, where)
        found += listener.follow(where)
    found += listener.listen(map(Line, read.log.splitlines()), "log")
    hidden = len(listener.hidden)
    lines = len(read.log.splitlines())
    print(
        f"  {count} files and {lines} lines of the log listened to for {hidden} hidden figures in"
        f" {time.process_time() - cpu:.0f} s CPU: {len(found)} told",
        flush=True,
    )
    for one in found[:20]:
        print("     ", one.words, "|", listener.heard[one.place, one.where][:200])
    return listener, found


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
    for line in (*found.broken[:5], *found.wrong[:5], *found.unknown[:5]):
        print("     ", line)
    return found


def changes(  # noqa: PLR0913 -- what was read, by whom, of what
    made: Attack, seen: list[Seen], read: Reading, listener: Listener, release: Release, *, public: bool
) -> Iterator[tuple[str, Attack, list[Seen]]]:
    """What was read with one thing changed that the attack must find."""
    from opened import opened_downloads, opened_papers

    from wohnplatz.workflow.releases import queries

    place = next(
        n
        for n, s in enumerate(seen)
        if s.value is not None and s.value % 1 and not s.earlier and int(s.value.as_tuple().exponent) >= -2
    )
    one = seen[place]
    assert one.value is not None
    step = Decimal(1).scaleb(int(one.value.as_tuple().exponent))
    altered = [*seen[:place], one._replace(value=one.value + step), *seen[place + 1 :]]
    yield f"one decimal altered ({one.indicator}, {one.area}, {one.year})", made, altered
    hidden = sensitive(made, listener)
    if public:
        opened = opened_papers(whole_report(release), hidden)
    else:
        tree = queries.hierarchy(release)
        names = {key: area.name for level in tree.levels for key, area in tree.areas(level).items()}
        opened = opened_downloads(read.files(), hidden, names)
    for kind, name, data, figure in opened:
        listener.heard.clear()
        told = list(listener.hear(name, data, "geändert"))
        words = "found" if figure.place in {s.place for s in told} else "NOT FOUND"
        yield f"one hidden figure opened in {kind} ({words}: {figure.place})", made, [*seen, *told]


def sensitive(made: Attack, listener: Listener) -> dict[Place, Figure]:
    """Hidden figures that a rule protects for their own sake."""
    areas = made.areas[0]
    cells = areas.system.universe.numerator
    return {p: f for p, f in listener.hidden.items() if int(cells[areas.row[p]]) in areas.sensitive}


def whole_report(release: Release) -> Document:
    """The whole report as the public gets it."""
    from wohnplatz import report
    from wohnplatz.model import Audience
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.releases import queries
    from wohnplatz.workflow.releases.report_material import material

    tree, catalogue = queries.hierarchy(release), queries.catalogue(release)
    top = next(iter(tree.areas(tree.levels[-1])))
    made = report.start(
        "sozialbericht", id="probe", area=top, year=release.made_at.year - 1, hierarchy=tree,
        catalogue=catalogue,
    )  # fmt: skip
    return report.resolve(made, material(OPERATOR, release, made, audience=Audience.PUBLIC)).document


def write_reports(folder: Path, release: Release) -> None:
    """The whole report and a profile, in every format; profiles as if every municipality had let them go."""
    for name in REPORTS if not folder.exists() else ():
        tree = folder.parent / f"{name}.json"
        year = str(release.made_at.year - 1)
        start = ["report", "start", name, "--year", year, "-o", str(tree)]
        start += ["--area", "0599900102"] if name == "profil" else []
        formats = ["pdf", "docx", "html", "data", *(["folder"] if name != "profil" else [])]
        write = [
            "report",
            "write",
            str(tree),
            "--let-go",
            "Probe",
            "-o",
            str(folder / name),
            "--format",
            *formats,
        ]
        for command in (start, write):
            subprocess.run(
                [sys.executable, "-m", "wohnplatz", *command], check=True, stdout=subprocess.DEVNULL
            )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
