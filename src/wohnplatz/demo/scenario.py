"""The demo's story as plain data: who, what, when. Knows nothing of the workflow that plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

DEMO_PASSWORD = "auental-2026"  # noqa: S105 (a public password of demo accounts on loopback)
"""Password of all demo accounts. They exist in demo mode only; a production start with them is refused."""

PLANNER = "sozialplanung"
"""User name of the social planner, who decides about deliveries and makes releases."""


@dataclass(frozen=True, slots=True)
class DemoDivision:
    """A file of areas, with the columns that hold key, name and parent."""

    path: Path
    code: str
    level: str
    label: str
    valid_from: date
    key: str
    name: str
    parent: str | None
    crs: str = "EPSG:25832"


@dataclass(frozen=True, slots=True)
class DemoRecut:
    """The one change of areas: an area is parted, others become one, weighed by census cells."""

    division: str
    """Code of the division that ends."""
    code: str
    label: str
    valid_from: date
    reason: str
    shapes: DemoDivision
    """Today's areas: the file that the parts of the parted area are drawn from."""
    parted: str
    parted_into: tuple[str, ...]
    joined: tuple[str, ...]
    joined_into: str
    grid: Path
    """Census cells with inhabitants."""
    grid_label: str
    beside: DemoDivision
    """A division beside the hierarchy, taken over afterwards."""


@dataclass(frozen=True, slots=True)
class DemoPartner:
    """A partner; ``kind`` is a kind of the workflow, ``area_keys`` empty for the whole district."""

    code: str
    name: str
    kind: str
    area_keys: tuple[str, ...]
    contact_function: str
    contact_email: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account; ``partner`` is a code or empty."""

    username: str
    name: str
    role: str
    partner: str = ""


@dataclass(frozen=True, slots=True)
class DemoAgreement:
    """A data agreement; its rounds run from ``valid_from`` to ``rounds_until``."""

    partner: str
    dataset: str
    valid_from: date
    rounds_until: date
    rhythm: str
    reference: str
    due_days: int
    lock_days: int
    legal_basis: str
    contact_function: str
    releases_function: str


class Action(StrEnum):
    """What happens in a step; mostly the names of the workflow's actions."""

    RECEIVE = "receive"
    SIGN_OFF = "sign_off"
    """The partner's own release of its file (``deliveries.release``), with a word on every warning."""
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"
    WAIVE = "waive"
    RECUT = "recut"
    """The planner changes the areas by the guided act."""
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One dated step. ``text`` is the reason, remark or note; ``label`` names a release."""

    at: datetime
    action: Action
    username: str
    partner: str = ""
    dataset: str = ""
    reference_date: date | None = None
    file: Path | None = None
    text: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class DemoKreis:
    """Particulars of the district."""

    key: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything the demo consists of. ``to_try`` are files to upload by hand, with what they show."""

    district: DemoKreis
    divisions: tuple[DemoDivision, ...]
    recut: DemoRecut
    partners: tuple[DemoPartner, ...]
    accounts: tuple[DemoAccount, ...]
    agreements: tuple[DemoAgreement, ...]
    steps: tuple[DemoStep, ...]
    to_try: Mapping[Path, str]
