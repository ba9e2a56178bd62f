"""Who reads the demo: an account with all it can open, or whoever opens the public atlas."""

from __future__ import annotations

import io
import logging
import os
import sqlite3
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visitor import Visit

    from wohnplatz.publication.attack import Attack
    from wohnplatz.publication.sightings import Seen
    from wohnplatz.report.reading_back import Printed
    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.releases.models import Release

MOST = {
    "origin": 100, "map_area": 100, "area_picture": 100, "method": 100, "release_run": 1, "map_png": 5,
    "series_png": 1,
}  # fmt: skip
"""Pages of which there are thousands alike, each telling what the tables tell, too: so many of them."""
NOBODY_OPENS = (
    "/karte/gibt-es-nicht/", "/gebiete/gibt-es-nicht/", "/gebiete/05999/?jahr=abc",
    "/karte/einwohner/?ebene=x", "/datenstaende/1/nachweis/", "/datenstaende/1/nachweis.pdf",
    "/lieferungen/datei/1/werte/",
    "/lieferungen/datei/2/original/", "/lieferungen/datei/3/rueckmeldung/", "/berichte/1/", "/verwaltung/",
    "/nachrichten/", "/datenstaende/vorschau/", "/lieferungen/regeln/", "/katalog/", "/berichte/1/vorschau/",
)  # fmt: skip
"""What does not exist, or is closed to most: pages that refuse say something, too."""
OWN = frozenset({"lieferungen", "abstimmungen", "nachrichten", "kalender", "vereinbarungen"})
OWN |= {"lieferstellen", "abdeckung"}
"""Where partners of one audience see different pages."""
LOGGERS = ("", "django", "wohnplatz")
Files = Iterator[tuple[str, str, bytes]]
"""Where a file was found, its name, what is in it."""


@dataclass
class Reading:
    """What one reader has: figures with their places, and a way to all files once more."""

    seen: list[Seen]
    files: Callable[[], Files]
    told: str
    log: str = ""
    """What the program wrote into its log meanwhile."""
    papers: dict[str, bytes] = field(default_factory=dict)


class Kept:
    """A client whose answers stay in a file."""

    def __init__(self, client: Any, file: Path, budget: float) -> None:
        self.budget, self.left_out = budget, 0
        self.client, self.base = client, sqlite3.connect(file)
        self.base.execute(
            "create table if not exists answer (address text primary key, status int, kind text, body blob)"
        )
        self.base.execute("create table if not exists named (address text primary key, name text)")
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
            name = answer.get("Content-Disposition", "")
            self.base.execute("insert or replace into named values (?, ?)", [address, name])
            self.base.commit()
            self.asked += 1
            self.seconds += time.perf_counter() - begin
            if self.seconds - self.told > 60:
                self.told = self.seconds
                print(f"  {self.asked} addresses in {self.seconds:.0f} s, now {address}", file=sys.stderr)
        status, kind, body = found
        return HttpResponse(zlib.decompress(body), status=status, content_type=kind)

    def forget(self, addresses: Iterable[str]) -> None:
        """Ask again for these: refusals leave lines in the log."""
        self.base.executemany("delete from answer where address = ?", [(a,) for a in addresses])
        self.base.commit()

    def files(self) -> Files:
        """Every answer once more, refusals as well."""
        from visitor import file_name

        names = dict(self.base.execute("select address, name from named"))
        for address, kind, body in self.base.execute("select address, kind, body from answer"):
            yield address, file_name(address, kind, names.get(address, "")), zlib.decompress(body)


def reader(kept: Path, name: str, release: Release, same_view: str = "") -> Reading:
    """All that one account can open; of ``same_view``, another account of its role, what both see alike."""
    from django.test import Client
    from visitor import Visit

    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.accounts.policies import Right, may

    user = User.objects.get(username=name)
    client = Client()
    client.force_login(user)
    answers = Kept(client, kept / f"{name}.sqlite3", float(os.environ.get("SECONDS_TO_READ", "inf")))
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(n) for n in LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    visit = Visit(answers)
    if user.partner_id is not None:
        feedback_made(user)
    papers = report_made(user) if may(user, Right.REPORTS) else []
    answers.forget((*papers, *NOBODY_OPENS))
    if same_view:
        visit.walk("/", at_most=2000, wanted=lambda path: path.split("/")[1] in OWN)
    else:
        collect(visit, release)
    for address in (*papers, *NOBODY_OPENS):
        visit.take(address)
    for logger in loggers:
        logger.removeHandler(handler)
    for line in (*visit.failed, *visit.odd):
        print("    error page, or a number no page has:", line)
    seen = of_their_time(visit.seen, release, "/berichte/{}/")
    if same_view:
        seen += reader(kept, same_view, release).seen
    told = (
        f"{visit.pages} pages, {visit.files} files ({answers.asked} anew in {answers.seconds:.0f} s), "
        f"{len(visit.papers)} of them PDF or DOCX, {visit.refused} refusals, {len(visit.failed)} error pages"
    )
    return Reading(seen, answers.files, told, log.getvalue())


def feedback_made(user: User) -> None:
    """The pages that a partner gets back on its newest accepted files, as the worker makes them."""
    from wohnplatz.workflow.deliveries import kept_profile
    from wohnplatz.workflow.deliveries.models import Delivery

    mine = Delivery.objects.filter(round__agreement__partner=user.partner_id, state="accepted")
    newest = {d.round.agreement_id: d.pk for d in mine.order_by("round__reference_date", "number")}
    for pk in newest.values():
        print(f"    feedback on delivery {pk}: {kept_profile.make(pk)}", file=sys.stderr)


def report_made(user: User) -> list[str]:
    """Addresses of PDF and DOCX of the shortest report that is being written, made as the worker does."""
    from django.db.models import Count
    from django.urls import reverse

    from wohnplatz.workflow.reports import making
    from wohnplatz.workflow.reports.models import SocialReport

    report = SocialReport.objects.annotate(size=Count("blocks")).order_by("size").first()
    if report is None:
        return []
    for kind in making.MAKERS:
        print(f"    {report} as {kind}: {making.make(making.ask(user, report, kind).pk)}", file=sys.stderr)
    return [reverse("report_file", args=[report.pk, kind]) for kind in making.MAKERS]


def atlas(kept: Path, release: Release, made: Attack) -> Reading:
    """The public atlas with everything in it, as it is published, and reports in all formats beside it."""
    from wohnplatz.atlas import write
    from wohnplatz.report.reading_back import read_back
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.releases.atlas import publish

    folder = kept / "atlas"
    if not folder.exists():
        write(folder, publish(OPERATOR, release))

    def everything() -> Files:
        for root in (folder, kept / "berichte"):
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    yield path.relative_to(kept).as_posix(), path.name, path.read_bytes()

    files = {where: data for where, _, data in everything()}
    read = read_back(files)
    odd = sum(map(bool, read.numbers.values()))
    marked = [s for p in read.printed for s in as_seen(p, made)]
    size = sum(map(len, files.values())) / 1e6
    told = (
        f"{len(files)} files of atlas and reports, {size:.0f} MB, {len(read.printed)} marked places; "
        f"{len(read.numbers)} PDF or DOCX, {odd} with a number no page has"
    )
    seen = of_their_time([*read.seen, *marked], release, "atlas/berichte/bericht-{}/")
    return Reading(seen, everything, told)


def of_their_time(seen: list[Seen], release: Release, place: str) -> list[Seen]:
    """What stands in a report on another release counts as earlier; ``place``: where a report's files lie."""
    from wohnplatz.workflow.reports.models import SocialReport

    old = tuple(place.format(r.pk) for r in SocialReport.objects.exclude(release=release))
    return [s._replace(earlier=s.earlier or s.where.startswith(old)) for s in seen]


def as_seen(printed: Printed, made: Attack) -> Iterator[Seen]:
    """A place of a page that names a figure: any number there but the year is taken to give it away."""
    from wohnplatz.publication.sightings import Seen
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


def wanted() -> Callable[[str], bool]:
    """Which paths are opened: not all of what there are thousands of."""
    from django.urls import Resolver404, resolve

    counted: Counter[str] = Counter()

    def is_wanted(path: str) -> bool:
        try:
            name = str(resolve(path).url_name)
        except Resolver404:
            return True
        counted[name] += 1
        return counted[name] <= MOST.get(name, 10_000)

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
