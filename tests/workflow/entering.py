"""Processes that enter something at once: rounds, a large file, formulas, questions, texts of a report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone
from forking import BROKEN, TOLD, contradictions, finished, forked, wait_for

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.catalogue.actions import keep
from wohnplatz.workflow.deliveries.actions import receive_file
from wohnplatz.workflow.partners.models import DeliveryRound
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Release


def opening(scene: Any, planner: User, years: int, _: int) -> dict[str, Any]:
    """Processes open rounds at once, year after year, while another makes new versions of an agreement."""
    from wohnplatz.workflow.partners.actions import open_all_rounds

    codes = [code for year in range(2026, 2026 + years) for code in open_at_once(planner, year)]
    open_all_rounds(OPERATOR, date(2025 + years, 1, 2))  # the next day makes up for versions made meanwhile
    owed = DeliveryRound.objects.values_list(
        "agreement__partner__code", "agreement__dataset", "reference_date__year"
    )
    return {"codes": codes, "owed": sorted(map(list, owed))}


def open_at_once(planner: User, year: int) -> list[int]:
    """Three processes open the rounds of a year while a fourth renews one of the agreements."""
    from wohnplatz.workflow.partners.actions import open_all_rounds, renew_agreement
    from wohnplatz.workflow.partners.models import DataAgreement

    newest = DataAgreement.objects.get(partner__code="ahausen", replaced_by=None)
    read, write = os.pipe()

    def renew() -> None:
        wait_for(read, write)
        renew_agreement(planner, newest, date(year, 2, 1))

    def open_all() -> None:
        wait_for(read, write)
        open_all_rounds(OPERATOR, date(year, 1, 1))

    children = [forked(work) for work in (open_all, renew, open_all, open_all)]
    os.close(read)
    os.close(write)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def job(scene: Any, planner: User, rows: int, _: int) -> dict[str, Any]:
    """A large file is read by a worker process; another one ends soon after its parent."""
    from django.conf import settings

    settings.WOHNPLATZ_LARGE_FILE = 10
    path = Path(settings.WOHNPLATZ_HOME) / "gross.csv"
    path.write_bytes(scene.population(scene.AHAUSEN, base=5000))
    chosen = DeliveryRound.objects.get(agreement__partner__code="ahausen", reference_date=scene.DAY)
    made = receive_file(planner, chosen, "gross.csv", path)
    before = made.state
    command = [sys.executable, "-m", "wohnplatz", "worker"]
    subprocess.run([*command, "--batch"], check=True, timeout=600)
    made.refresh_from_db()
    script = "import subprocess, sys, os; os.environ['WOHNPLATZ_WORKER_PARENT'] = str(os.getpid());"
    script += f"print(subprocess.Popen({command!r}, stdout=subprocess.DEVNULL).pid)"
    started = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=600)
    return {"broken": contradictions(), "before": before, "after": made.state,
            "outlived": still_there(int(started.stdout))}  # fmt: skip


def still_there(process: int) -> bool:
    """Whether a process is still there after a while."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.2)
    return True


def formulas(scene: Any, planner: User, trials: int, _: int) -> dict[str, Any]:
    """Two processes keep a version of one indicator at once, trial by trial; a third one looks on."""
    outcomes, seen = [], []
    see, tell = os.pipe()

    def look_on() -> None:
        os.close(see)
        for _ in range(trials + 1):
            # The catalogue was read before: only a process that asks anew notices the change.
            quote = memory.catalogue().indicators["sgb2_quote"]
            os.write(tell, f"{quote.version}:{quote.label}\n".encode())
            os.kill(os.getpid(), signal.SIGSTOP)

    watcher = forked(look_on)
    os.close(tell)
    for number in range(trials + 1):
        os.waitpid(watcher, os.WUNTRACED)
        seen.append(os.read(see, 1000).decode().strip())
        if number < trials:
            gate = os.pipe()
            works = [partial(keep_label, planner, number + 1, f"{number} {who}", gate) for who in "ab"]
            children = [forked(work) for work in works]
            os.close(gate[0])
            os.close(gate[1])
            outcomes.append(sorted(os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children))
        os.kill(watcher, signal.SIGCONT)
    os.waitpid(watcher, 0)
    return {"broken": contradictions(), "outcomes": outcomes, "seen": seen}


def keep_label(planner: User, seen: int, label: str, gate: tuple[int, int]) -> None:
    """Keep the indicator with another label, as one who saw version ``seen``."""
    quote = memory.catalogue().indicators["sgb2_quote"]
    wait_for(*gate)
    try:
        keep(planner, replace(quote, label=label), "Probe", seen=seen)
    except WohnplatzError as error:
        os._exit(TOLD if error.code == "catalogue.conflict" else BROKEN)


def questions(scene: Any, planner: User, trials: int, _: int) -> dict[str, Any]:
    """Four processes ask for own areas at once, two of them the same; each answer is held once."""
    from wohnplatz.publication.ledger import entries
    from wohnplatz.workflow.releases import inquiries, ledger
    from wohnplatz.workflow.releases.queries import current

    finished(lambda: make_release(planner, "Stand"))
    partner = User.objects.get(username="konto-ahausen")
    codes = []
    town = ("0599900101", "0599900102"), ("0599900201", "0599900202")
    for trial in range(trials):
        code = ("sgb2_quote", "einwohner")[trial % 2]
        gate = os.pipe()

        def ask(who: User, areas: tuple[str, ...], code: str = code, gate: tuple[int, int] = gate) -> None:
            wait_for(*gate)
            inquiries.ask(who, current(), indicator=code, year=2024, areas=areas)

        works = [(planner, town[0]), (planner, town[0]), (planner, town[1]), (partner, town[0])]
        children = [forked(partial(ask, *work)) for work in works]
        os.close(gate[0])
        os.close(gate[1])
        codes.append(sorted(os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children))
    answered = inquiries.Inquiry.objects.filter(answered=True).count()
    told = [
        line.record
        for e in entries(memory.store(), ledger.head())[1:]
        for x in e.lines.values()
        for line in x
    ]
    return {
        "codes": codes, "asked": inquiries.Inquiry.objects.count(), "answered": answered,
        "entries": len(entries(memory.store(), ledger.head())) - 1, "told": len(told),
        "broken": contradictions(),
    }  # fmt: skip


def writers(scene: Any, planner: User, trials: int, _: int) -> dict[str, Any]:
    """Three processes store a text of a report at once, and three put a block into the same place."""
    from wohnplatz.workflow.reports import writing
    from wohnplatz.workflow.reports.models import ReportBlock, SocialReport

    now = timezone.now()
    release = Release.objects.create(number=1, label="Probe", manifest="0" * 64, made_at=now, made_by="")
    report = SocialReport.objects.create(
        title="Probe", template="profil", area="05999", year=2024, release=release, created_at=now,
        created_by="", changed_at=now,
    )  # fmt: skip
    row = writing.add(planner, report, {"kind": "text", "markdown": ""})
    outcomes = []
    for number in range(trials):
        gate = os.pipe()
        works = [partial(write_text, planner, row.pk, number + 1, f"{number} {who}", gate) for who in "abc"]
        works += [partial(put_block, planner, report.pk, gate) for _ in range(3)]
        children = [forked(work) for work in works]
        os.close(gate[0])
        os.close(gate[1])
        codes = [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children]
        outcomes.append([sorted(codes[:3]), codes[3:]])
    texts = [v.content["markdown"] for v in ReportBlock.objects.get(pk=row.pk).versions.order_by("number")]
    places = list(report.blocks.order_by("position").values_list("position", flat=True))
    return {"outcomes": outcomes, "texts": texts, "places": places}


def write_text(planner: User, pk: int, seen: int, text: str, gate: tuple[int, int]) -> None:
    """Store a text, as one who saw version ``seen``."""
    from wohnplatz.workflow.reports import writing
    from wohnplatz.workflow.reports.models import ReportBlock

    row = ReportBlock.objects.get(pk=pk)
    wait_for(*gate)
    try:
        writing.edit(planner, row, {**row.content, "markdown": text}, seen)
    except writing.Conflict as conflict:
        os._exit(TOLD if conflict.mine["markdown"] == text else BROKEN)


def put_block(planner: User, pk: int, gate: tuple[int, int]) -> None:
    """Put a block at the top of a report."""
    from wohnplatz.workflow.reports import writing
    from wohnplatz.workflow.reports.models import SocialReport

    report = SocialReport.objects.get(pk=pk)
    wait_for(*gate)
    writing.add(planner, report, {"kind": "break"}, position=0)
