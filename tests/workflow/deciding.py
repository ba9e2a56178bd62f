"""Processes that decide on deliveries: killed while they do, two at once, and many beside a planner."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

from forking import contradictions, finished, forked, wait_for

from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.deliveries.actions import accept, note, receive, release, return_to_partner
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.partners.models import DeliveryRound
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Release


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

        gate = os.pipe()

        def work(
            delivery: Delivery = delivery, label: str = f"Stand {number}", gate: tuple[int, int] = gate
        ) -> None:
            wait_for(*gate)
            accept(planner, delivery, delivery.version)
            make_release(planner, label)

        start = time.monotonic()
        child = forked(work)
        if number == 1:  # before it begins
            os.kill(child, signal.SIGKILL)
        os.close(gate[0])
        os.close(gate[1])
        if number > 1:
            time.sleep(chance.uniform(0, longest * 1.1))
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
    done, end = 0, time.monotonic() + 600
    while done < expected and time.monotonic() < end:
        for delivery in Delivery.objects.filter(
            state="released", round__agreement__partner__code__contains="crowd"
        ):
            accept(planner, delivery, delivery.version)
            done += 1
        time.sleep(0.05)
    assert done == expected
