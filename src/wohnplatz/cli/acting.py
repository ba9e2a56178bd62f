"""In whose name a command acts, and how it finds what it names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from wohnplatz.model import WohnplatzError

if TYPE_CHECKING:
    from wohnplatz.workflow.accounts.actors import Actor
    from wohnplatz.workflow.deliveries.models import Delivery
    from wohnplatz.workflow.partners.models import DeliveryRound
    from wohnplatz.workflow.releases.models import Release


def actor(args: argparse.Namespace) -> Actor:
    """The account named by ``--as``, else the operator of the installation."""
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.accounts.models import User

    if not args.acting:
        return OPERATOR
    user = User.objects.filter(username__iexact=args.acting).first()
    if user is None:
        raise WohnplatzError(f"Das Konto „{args.acting}“ gibt es nicht.", code="cli.user")
    return user


def the_round(name: str) -> DeliveryRound:
    """A round by its number, or as ``partner/dataset/date``."""
    from wohnplatz.workflow.partners.models import DeliveryRound

    rounds = DeliveryRound.objects.select_related("agreement__partner")
    if name.isdigit():
        found = rounds.filter(pk=int(name)).first()
    else:
        parts = [*name.split("/"), "", ""][:3]
        found = rounds.filter(
            agreement__partner__code=parts[0],
            agreement__dataset=parts[1],
            reference_date=_iso(parts[2]),
        ).first()
    if found is None:
        raise WohnplatzError(
            f"Die Lieferrunde „{name}“ gibt es nicht.",
            todo="Alle Runden zeigt: wohnplatz round list."
            " Form: Nummer oder lieferstelle/datensatz/2025-12-31.",
            code="cli.round",
        )
    return found


def the_delivery(number: int) -> Delivery:
    """A delivery by its number."""
    from wohnplatz.workflow.deliveries.models import Delivery

    found = Delivery.objects.select_related("round__agreement__partner").filter(pk=number).first()
    if found is None:
        raise WohnplatzError(f"Die Lieferung {number} gibt es nicht.", code="cli.delivery")
    return found


def the_release(name: str | None) -> Release:
    """A release by number or label; the newest one without."""
    from wohnplatz.workflow.releases.models import Release
    from wohnplatz.workflow.releases.queries import current

    if name is None:
        found = current()
    else:
        found = Release.objects.filter(label=name).first()
        if found is None and name.isdigit():
            found = Release.objects.filter(number=int(name)).first()
    if found is None:
        raise WohnplatzError(
            f"Den Datenstand „{name}“ gibt es nicht." if name else "Es gibt noch keinen Datenstand.",
            todo="Alle Datenstände zeigt: wohnplatz release list.",
            code="cli.release",
        )
    return found


def _iso(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise WohnplatzError(
            f"„{text}“ ist kein Stichtag.", todo="Form: lieferstelle/datensatz/2025-12-31.", code="cli.round"
        ) from error
