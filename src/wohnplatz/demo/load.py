"""Plays the scenario through the actions of the workflow: the demo enters by the door of a real district.

Everything happens in one transaction. A load that is interrupted leaves no row, and the next one begins
again; files that it wrote into the store are named by content and are simply found there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.workflow.accounts.actions import create_user
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.deliveries import actions as deliveries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.district.actions import set_district
from wohnplatz.workflow.district.models import District
from wohnplatz.workflow.messages.actions import change_settings
from wohnplatz.workflow.partners import actions as partners
from wohnplatz.workflow.partners.models import DeliveryRound, Partner
from wohnplatz.workflow.releases.actions import make_release

from .building import build
from .load_areas import change_areas, take_over
from .load_consultation import open_consultation
from .load_published import publish_report
from .load_report import begin_report
from .scenario import DEMO_PASSWORD, Action, DemoAgreement, DemoStep, Scenario

Progress = Callable[[str, int, int], None]
"""What is being done, how many steps are done, how many there are."""

FILES = "demo-dateien"
"""Folder of the partners' files inside ``WOHNPLATZ_HOME``."""

LOOKED_UP = "Im Fachverfahren nachgesehen: Der Wert stimmt."
"""What partners of the demo say about warnings."""

MAIL_ADDRESSES = {
    "planner_email": "sozialplanung@kreis-auental.example",
    "head_email": "amtsleitung@kreis-auental.example",
}
"""Where the summaries go; in a demo mails are written as files."""

_RoundKey = tuple[str, str, date]
_SET_UP = cast(Actor, OPERATOR)
"""For mypy a frozen dataclass is no ``Actor``, whose attributes can be set; at run time it is one."""


def is_loaded() -> bool:
    """Whether the demo district is there. It is there as a whole or not at all."""
    return bool(District.objects.filter(is_demo=True).exists())


def load(folder: Path | None = None, progress: Progress | None = None) -> bool:
    """Load the demo district if it is not there yet; whether anything was loaded.

    The partners' files are written to ``folder`` (``demo-dateien`` in the data folder) and stay there, with
    some to upload by hand. Raises WohnplatzError where another district is set up: nothing is ever mixed.
    """
    if is_loaded():
        return False
    _require_empty()
    tell = progress or _silent
    tell("Dateien der Lieferstellen schreiben", 0, 1)
    play(build(folder or Path(settings.WOHNPLATZ_HOME) / FILES), tell)
    return True


def play(scenario: Scenario, progress: Progress | None = None) -> None:
    """Play a scenario into an empty installation: all of it or, whatever happens, nothing."""
    _require_empty()
    with transaction.atomic():
        _Play(scenario, progress or _silent).run()


def _require_empty() -> None:
    if District.objects.exists():
        raise WohnplatzError(
            "Hier ist bereits ein Kreis eingerichtet.",
            why="Der Demo-Kreis wird nicht mit anderen Daten vermischt.",
            todo="Für die Demo bitte einen anderen Datenordner angeben (WOHNPLATZ_HOME).",
            code="demo.other_district",
        )


def _silent(text: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _Play:
    """One run through the scenario."""

    scenario: Scenario
    tell: Progress
    users: dict[str, User] = field(default_factory=dict)
    rounds: dict[_RoundKey, DeliveryRound] = field(default_factory=dict)
    latest: dict[_RoundKey, Delivery] = field(default_factory=dict)

    def run(self) -> None:
        """Set the scene, then take the steps in order of time."""
        self.set_up()
        total = len(self.scenario.steps)
        for done, step in enumerate(self.scenario.steps):
            self.tell(_title(step), done, total)
            _PLAYS[step.action](self, step)
        self.tell("Sozialbericht abstimmen und veröffentlichen", total, total)
        publish_report(self.users)
        begin_report(self.users)
        open_consultation(self.users)
        self.tell("Demo-Kreis ist bereit", total, total)

    def set_up(self) -> None:
        """District, divisions, partners, accounts, agreements with their rounds."""
        self.tell("Kreis, Gebiete und Lieferstellen einrichten", 0, len(self.scenario.steps))
        kreis = self.scenario.district
        set_district(_SET_UP, name=kreis.name, key=kreis.key, contact=kreis.contact, is_demo=True)
        change_settings(_SET_UP, sender_name=f"Sozialplanung {kreis.name}", **MAIL_ADDRESSES)
        for division in self.scenario.divisions:
            take_over(_SET_UP, division)
        made = {p.code: self.partner(p.code) for p in self.scenario.partners}
        for account in self.scenario.accounts:
            self.users[account.username] = create_user(
                _SET_UP, username=account.username, name=account.name, role=account.role,
                password=DEMO_PASSWORD, partner=made.get(account.partner), is_demo=True,
            )  # fmt: skip
        for agreement in self.scenario.agreements:
            self.agree(agreement, made[agreement.partner])

    def partner(self, code: str) -> Partner:
        """Take in one partner."""
        entry = next(p for p in self.scenario.partners if p.code == code)
        return partners.create_partner(
            _SET_UP, code=entry.code, name=entry.name, kind=entry.kind, area_keys=entry.area_keys,
            contact_function=entry.contact_function, contact_email=entry.contact_email,
        )  # fmt: skip

    def agree(self, entry: DemoAgreement, partner: Partner) -> None:
        """Conclude one agreement and open its rounds."""
        agreement = partners.conclude_agreement(
            _SET_UP, partner, dataset=entry.dataset, valid_from=entry.valid_from, rhythm=entry.rhythm,
            reference=entry.reference, due_days=entry.due_days, lock_days=entry.lock_days,
            legal_basis=entry.legal_basis, contact_function=entry.contact_function,
            releases_function=entry.releases_function,
        )  # fmt: skip
        for opened in partners.open_rounds(_SET_UP, agreement, entry.rounds_until):
            self.rounds[partner.code, entry.dataset, opened.reference_date] = opened

    def receive(self, step: DemoStep) -> None:
        """A partner, or the planner in its stead, hands in a file."""
        assert step.file is not None
        self.latest[_key(step)] = deliveries.receive(
            self.users[step.username],
            self.rounds[_key(step)],
            step.file.name,
            step.file.read_bytes(),
            at=timezone.make_aware(step.at),
        )

    def sign_off(self, step: DemoStep) -> None:
        """The partner says a word on every warning and releases its file."""
        user, seen, at = self.users[step.username], self.latest[_key(step)], timezone.make_aware(step.at)
        for code in dict.fromkeys(f["code"] for f in seen.findings if f["severity"] == Severity.WARNING):
            deliveries.note(user, seen, code, step.text or LOOKED_UP, at=at)
        self.latest[_key(step)] = deliveries.release(user, seen, seen.version, step.text, at=at)

    def accept(self, step: DemoStep) -> None:
        """The planner accepts the latest file of a round, which its partner has released."""
        seen = self.latest[_key(step)]
        self.latest[_key(step)] = deliveries.accept(
            self.users[step.username], seen, seen.version, remark=step.text, at=timezone.make_aware(step.at)
        )

    def give_back(self, step: DemoStep) -> None:
        """The planner returns the latest file of a round."""
        self.latest[_key(step)] = deliveries.return_to_partner(
            self.users[step.username], self.latest[_key(step)], step.text, at=timezone.make_aware(step.at)
        )

    def withdraw(self, step: DemoStep) -> None:
        """A partner withdraws its latest file."""
        self.latest[_key(step)] = deliveries.withdraw(
            self.users[step.username], self.latest[_key(step)], step.text, at=timezone.make_aware(step.at)
        )

    def waive(self, step: DemoStep) -> None:
        """The planner releases a partner from a round."""
        partners.waive_round(self.users[step.username], self.rounds[_key(step)], step.text)

    def recut(self, step: DemoStep) -> None:
        """The planner changes the areas, by census cells, and takes over the school districts."""
        change_areas(self.users[step.username], self.scenario.recut, timezone.make_aware(step.at))

    def release(self, step: DemoStep) -> None:
        """The planner makes a release."""
        make_release(self.users[step.username], step.label, step.text, at=timezone.make_aware(step.at))


_PLAYS: dict[Action, Callable[[_Play, DemoStep], None]] = {
    Action.RECEIVE: _Play.receive,
    Action.SIGN_OFF: _Play.sign_off,
    Action.ACCEPT: _Play.accept,
    Action.RETURN: _Play.give_back,
    Action.WITHDRAW: _Play.withdraw,
    Action.WAIVE: _Play.waive,
    Action.RECUT: _Play.recut,
    Action.RELEASE: _Play.release,
}


def _key(step: DemoStep) -> _RoundKey:
    assert step.reference_date is not None
    return step.partner, step.dataset, step.reference_date


def _title(step: DemoStep) -> str:
    if step.action is Action.RECUT:
        return "Wohnplätze neu zuschneiden"
    return step.label if step.action is Action.RELEASE else f"Lieferungen {step.at.year}"
