"""Setting up a district from one file: particulars, partners, agreements, rounds, accounts."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from wohnplatz.model import WohnplatzError

from .accounts.actions import create_user
from .accounts.actors import Actor
from .accounts.models import User
from .district.actions import set_district
from .partners.actions import conclude_agreement, create_partner, open_rounds, renew_agreement
from .partners.models import DataAgreement, Partner


@dataclass(slots=True)
class Applied:
    """What was new. ``passwords`` holds the first password of each new account; it is shown once."""

    partners: list[str] = field(default_factory=list)
    agreements: int = 0
    rounds: int = 0
    passwords: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> dict[str, Any]:
    """The file's tables. WohnplatzError where it is absent or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WohnplatzError(
            "Die Einrichtungsdatei ist nicht lesbar.", where=f"{path.name}: {error}", code="setup.file"
        ) from error


def apply(actor: Actor, tables: Mapping[str, Any]) -> Applied:
    """Set up what is not there yet, all of it or nothing. A second run with the same file changes nothing.

    ``district`` (name, key, …), ``partner`` (code, name, kind, area_keys, …, ``agreement``: dataset,
    valid_from, …, ``rounds_until``, ``rounds_since``; a later ``valid_from`` for the same data set is a new
    version), ``user`` (username, name, role, partner code, email).
    """
    applied = Applied()
    unknown = sorted(set(tables) - {"district", "partner", "user"})
    if unknown:
        raise WohnplatzError(
            f"Unbekannter Abschnitt „{unknown[0]}“.",
            todo="Erlaubt: district, partner, user.",
            code="setup.table",
        )
    with transaction.atomic():
        if "district" in tables:
            _call(set_district, actor, where="district", **tables["district"])
        for entry in tables.get("partner", ()):
            _partner(actor, dict(entry), applied)
        for entry in tables.get("user", ()):
            _user(actor, dict(entry), applied)
    return applied


def _partner(actor: Actor, entry: dict[str, Any], applied: Applied) -> None:
    agreements = entry.pop("agreement", ())
    partner = Partner.objects.filter(code=entry.get("code")).first()
    if partner is None:
        partner = _call(create_partner, actor, where=f"partner {entry.get('code')}", **entry)
        applied.partners.append(partner.code)
    for agreement in agreements:
        _agreement(actor, partner, dict(agreement), applied)


def _agreement(actor: Actor, partner: Partner, entry: dict[str, Any], applied: Applied) -> None:
    until: date | None = entry.pop("rounds_until", None)
    since: date | None = entry.pop("rounds_since", None)
    known = {"dataset": entry.get("dataset"), "valid_from": entry.get("valid_from")}
    agreement = DataAgreement.objects.filter(partner=partner, **known).first()
    if agreement is None:
        where = f"partner {partner.code}, agreement {entry.get('dataset')}"
        former = _in_force(partner, entry)
        if former is None:
            agreement = _call(conclude_agreement, actor, partner, where=where, **entry)
        else:
            entry.pop("dataset")
            agreement = _call(renew_agreement, actor, former, where=where, **entry)
        applied.agreements += 1
    if until:
        applied.rounds += len(open_rounds(actor, agreement, until, since))


def _in_force(partner: Partner, entry: Mapping[str, Any]) -> DataAgreement | None:
    """The version that an entry with a later begin is a new version of, None for a first one."""
    begin = entry.get("valid_from")
    if not isinstance(begin, date):
        return None
    found = DataAgreement.objects.filter(partner=partner, dataset=entry.get("dataset"), valid_from__lt=begin)
    newest = found.filter(replaced_by=None).first()
    return newest if newest is not None and newest.in_force(begin) else None


def _user(actor: Actor, entry: dict[str, Any], applied: Applied) -> None:
    username = str(entry.get("username", "")).lower()
    if User.objects.filter(username=username).exists():
        return
    code = entry.pop("partner", None)
    partner = Partner.objects.filter(code=code).first() if code else None
    if code and partner is None:
        raise WohnplatzError(
            f"Die Lieferstelle „{code}“ gibt es nicht.", where=f"user {username}", code="setup.partner"
        )
    password = secrets.token_urlsafe(12)
    _call(create_user, actor, where=f"user {username}", password=password, partner=partner, **entry)
    applied.passwords[username] = password


def _call(action: Any, *args: Any, where: str, **fields: Any) -> Any:
    """Call an action with fields of the file; a wrong field is an error of the file, not of the program."""
    try:
        return action(*args, **fields)
    except (TypeError, ValueError) as error:
        raise WohnplatzError(
            "Ein Eintrag der Einrichtungsdatei ist nicht brauchbar.",
            where=where,
            why=str(error),
            code="setup.entry",
        ) from error
