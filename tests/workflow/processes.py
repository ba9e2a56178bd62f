"""Driver of the tests with real processes: ``python processes.py crash 20 7``, ``… race 10``, ``… crowd 20``.

Runs in a process of its own, with a database and a store of its own (from the environment), sets up the tiny
district and forks children that accept and release. Prints what came out as JSON. The parent itself never
computes: a process that has started DuckDB's threads must not fork.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from wohnplatz.model import WohnplatzError  # noqa: E402
from wohnplatz.store import Kind, Manifest  # noqa: E402
from wohnplatz.workflow import memory  # noqa: E402
from wohnplatz.workflow.accounts.actors import OPERATOR  # noqa: E402
from wohnplatz.workflow.accounts.models import User  # noqa: E402
from wohnplatz.workflow.audit.models import LogEntry  # noqa: E402
from wohnplatz.workflow.catalogue.actions import keep  # noqa: E402
from wohnplatz.workflow.deliveries.actions import (  # noqa: E402
    Conflict,
    accept,
    note,
    receive,
    receive_file,
    release,
    return_to_partner,
)
from wohnplatz.workflow.deliveries.models import Delivery, DeliveryEvent  # noqa: E402
from wohnplatz.workflow.partners.models import DeliveryRound  # noqa: E402
from wohnplatz.workflow.releases.actions import make_release  # noqa: E402
from wohnplatz.workflow.releases.models import Release  # noqa: E402

WON, TOLD, BROKEN = 0, 10, 20


def load_scene() -> Any:
    """The module of the tiny district beside this file."""
    spec = importlib.util.spec_from_file_location("scene", Path(__file__).with_name("world.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a child process; its number. The child ends with WON, TOLD or BROKEN."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = BROKEN
    try:
        work()
        code = WON
    except Conflict:
        code = TOLD
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def finished(work: Callable[[], None]) -> None:
    """Run ``work`` in a child process to its end; it must not fail."""
    assert os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1]) == WON


def new_delivery(scene: Any, number: int) -> Delivery:
    """A fresh file for the first round, released and waiting for the planner."""
    data = scene.population(scene.AHAUSEN, base=2000 + 10 * number)
    chosen = DeliveryRound.objects.get(agreement__partner__code="ahausen", reference_date=scene.DAY)

    def work() -> None:
        made = receive(OPERATOR, chosen, f"{number}.csv", data)
        release(OPERATOR, made, made.version)

    finished(work)
    return Delivery.objects.get(round=chosen, name=f"{number}.csv")


def crash(scene: Any, planner: User, trials: int, seed: int) -> dict[str, Any]:
    """Kill a process that accepts and then releases, at a random moment, and look at what is left."""
    chance = random.Random(seed)
    broken: list[str] = []
    seen = {"nothing": 0, "accepted": 0, "released": 0}
    longest = 0.0
    for number in range(trials):
        delivery = new_delivery(scene, number)
        releases = Release.objects.count()

        def work(delivery: Delivery = delivery, label: str = f"Stand {number}") -> None:
            accept(planner, delivery, delivery.version)
            make_release(planner, label)

        start = time.monotonic()
        child = forked(work)
        if number:
            time.sleep(0 if number == 1 else chance.uniform(0, longest * 1.1))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        longest = longest or time.monotonic() - start
        broken += [f"{number}: {text}" for text in contradictions()]
        accepted = Delivery.objects.get(pk=delivery.pk).state == "accepted"
        released = Release.objects.count() > releases
        seen["released" if released else "accepted" if accepted else "nothing"] += 1
        if released and not accepted:
            broken.append(f"{number}: released without acceptance")
    last = new_delivery(scene, trials)
    finished(lambda: accept(planner, last, last.version))
    finished(lambda: make_release(planner, "nach dem Neustart"))
    return {"broken": broken + contradictions(), "seen": seen}


def contradictions() -> list[str]:
    """Everything that must hold at any moment and does not."""
    store = memory.store()
    found = []
    for kind in Kind:
        for sha in store.hashes(kind):
            store.read(kind, sha)  # verified against its name
    for delivery in Delivery.objects.all():
        happened = DeliveryEvent.objects.filter(delivery=delivery, kind="accepted").count()
        logged = LogEntry.objects.filter(action="deliveries.accept", subject_id=delivery.pk).count()
        taken = delivery.accepted_at is not None
        if not (happened == logged == taken == bool(delivery.observations)):
            found.append(
                f"delivery {delivery.pk}: {happened} events, {logged} log entries, accepted: {taken}"
            )
        if delivery.kept:
            store.read(Kind(delivery.kept), delivery.original)
        if taken:
            store.read(Kind.OBSERVATIONS, delivery.observations)
    for chosen in DeliveryRound.objects.all():
        if chosen.deliveries.filter(state="accepted").count() > 1:
            found.append(f"round {chosen.pk}: two accepted")
    for made in Release.objects.all():
        manifest = Manifest.load(store, made.manifest)
        store.read(Kind.RESULT, manifest.results["figures"])
        for entry in manifest.entries:
            store.read(Kind.OBSERVATIONS, entry.observations)
        if LogEntry.objects.filter(action="releases.make", subject_id=made.pk).count() != 1:
            found.append(f"release {made.number}: not logged")
    return found


def race(scene: Any, planner: User, trials: int, _: int) -> dict[str, Any]:
    """Two processes decide the same delivery at once: accept against accept, and accept against return."""
    outcomes = []
    for number in range(trials):
        delivery = new_delivery(scene, number)
        other = return_to_partner if number % 2 else None
        read, write = os.pipe()

        def first(delivery: Delivery = delivery, gate: tuple[int, int] = (read, write)) -> None:
            wait_for(*gate)
            accept(planner, delivery, delivery.version)

        def second(
            delivery: Delivery = delivery, gate: tuple[int, int] = (read, write), other: Any = other
        ) -> None:
            wait_for(*gate)
            if other:
                other(planner, delivery, "bitte prüfen", delivery.version)
            else:
                accept(planner, delivery, delivery.version)

        children = [forked(first), forked(second)]
        os.close(read)
        os.close(write)  # opens the gate for both
        outcomes.append(sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
    return {"broken": contradictions(), "outcomes": outcomes}


def crowd(scene: Any, planner: User, partners: int, _: int) -> dict[str, Any]:
    """Many partners hand in and release at once while a planner accepts what it finds."""
    finished(lambda: more_partners(scene, partners))
    rounds = DeliveryRound.objects.filter(agreement__partner__code__startswith="crowd")
    read, write = os.pipe()
    children = []
    for pk, code in rounds.order_by("pk").values_list("pk", "agreement__partner__code"):

        def work(pk: int = pk, code: str = code) -> None:
            hand_in(scene, User.objects.get(username=f"konto-{code}"), pk, (read, write))

        children.append(forked(work))
    children.append(forked(lambda: accept_all(planner, partners, (read, write))))
    os.close(read)
    os.close(write)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    states = sorted(Delivery.objects.filter(round__in=rounds).values_list("state", flat=True))
    return {"broken": contradictions(), "codes": codes, "states": states}


def more_partners(scene: Any, count: int) -> None:
    """Partners who all deliver the same data set for the same areas."""
    from wohnplatz.workflow.accounts.actions import create_user
    from wohnplatz.workflow.partners.actions import conclude_agreement, create_partner, open_rounds

    for number in range(count):
        code = f"crowd{number}"
        partner = create_partner(OPERATOR, code=code, name=code, kind="welfare", area_keys=["05999001"])
        terms = {"dataset": "bevoelkerung", "valid_from": scene.DAY, "lock_days": scene.FAR}
        open_rounds(OPERATOR, conclude_agreement(OPERATOR, partner, **terms), scene.DAY)
        create_user(
            OPERATOR, username=f"konto-{code}", name=code, role="partner", password=scene.PASSWORD,
            partner=partner,
        )  # fmt: skip


def hand_in(scene: Any, user: User, round_pk: int, gate: tuple[int, int]) -> None:
    """One partner: hand in, say a word where it is asked for, release."""
    chosen = DeliveryRound.objects.select_related("agreement__partner").get(pk=round_pk)
    data = scene.population(scene.AHAUSEN, base=1000 + round_pk)
    wait_for(*gate)
    made = receive(user, chosen, "a.csv", data)
    for code in {f["code"] for f in made.findings if f["severity"] == "warning"}:
        note(user, made, code, "geprüft")
    release(user, made, made.version)


def accept_all(planner: User, expected: int, gate: tuple[int, int]) -> None:
    """The planner: accept whatever is released until everything is."""
    wait_for(*gate)
    done, end = 0, time.monotonic() + 120
    while done < expected and time.monotonic() < end:
        for delivery in Delivery.objects.filter(
            state="released", round__agreement__partner__code__contains="crowd"
        ):
            accept(planner, delivery, delivery.version)
            done += 1
        time.sleep(0.05)
    assert done == expected


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
    subprocess.run([*command, "--batch"], check=True, timeout=60)
    made.refresh_from_db()
    script = "import subprocess, sys, os; os.environ['WOHNPLATZ_WORKER_PARENT'] = str(os.getpid());"
    script += f"print(subprocess.Popen({command!r}, stdout=subprocess.DEVNULL).pid)"
    started = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
    return {"broken": contradictions(), "before": before, "after": made.state,
            "outlived": still_there(int(started.stdout))}  # fmt: skip


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


def keep_label(planner: User, seen: int, label: str, gate: tuple[int, int]) -> None:
    """Keep the indicator with another label, as one who saw version ``seen``."""
    quote = memory.catalogue().indicators["sgb2_quote"]
    wait_for(*gate)
    try:
        keep(planner, replace(quote, label=label), "Probe", seen=seen)
    except WohnplatzError as error:
        os._exit(TOLD if error.code == "catalogue.conflict" else BROKEN)


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


def still_there(process: int) -> bool:
    """Whether a process is still there after a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.2)
    return True


def wait_for(read: int, write: int) -> None:
    """Until the parent opens the gate."""
    os.close(write)
    os.read(read, 1)


def main(kind: str, trials: int, seed: int = 0) -> None:
    """Set up, run, print."""
    call_command("migrate", verbosity=0)
    scene = load_scene()
    finished(lambda: scene.deliver_everything(scene.build()))
    planner = User.objects.get(username="planner")
    kinds = {
        "crash": crash,
        "race": race,
        "crowd": crowd,
        "job": job,
        "opening": opening,
        "formulas": formulas,
        "questions": questions,
        "writers": writers,
    }
    result = kinds[kind](scene, planner, trials, seed)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], *(int(a) for a in sys.argv[2:]))
