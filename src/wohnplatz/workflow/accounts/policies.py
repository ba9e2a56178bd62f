"""Who may do what. Every refusal says why, and who may.

``RIGHTS`` is the whole table of roles; the ``require_*`` functions ask it and look at the object concerned.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.text import enumerate_words

from .actors import Actor
from .models import Role

if TYPE_CHECKING:
    from wohnplatz.workflow.partners.models import DeliveryRound

ROLE_LABELS = {**dict(Role.choices), "operator": "Betrieb (Kommandozeile)"}
_ADMINISTRATOR, _PLANNER, _PARTNER, _SECTOR = (r.value for r in Role)


class Refused(WohnplatzError):  # noqa: N818 (named for what happens)
    """The acting person lacks the right; the text says why and who has it."""


class Right(StrEnum):
    """What can be allowed; the value is the German name of it."""

    ACCOUNTS = "Konten verwalten"
    SET_UP = "Kreis, Gebiete, Lieferstellen und Vereinbarungen einrichten"
    DELIVER = "Daten liefern"
    DELIVERIES = "Lieferungen ansehen"
    DECIDE = "über Lieferungen entscheiden"
    RELEASE = "Datenstände bilden"
    AGREEMENTS = "Datenvereinbarungen und Termine ansehen"
    FIGURES = "Kennzahlen ansehen"
    CATALOGUE = "den Katalog mit seinen Fassungen ansehen"
    CATALOGUE_CHANGE = "Indikatoren und Indizes ändern"
    PROOF = "Schutzregeln und Nachweis der Geheimhaltung ansehen"
    RULES = "Schutzregeln in Kraft setzen"
    REPORTS = "Sozialberichte vor der Veröffentlichung ansehen und daran schreiben"
    REPORTS_LEAD = "Sozialberichte anlegen, Kapitel zuweisen und weitergeben"
    CONSULT = "an der Abstimmung von Sozialberichten teilnehmen"
    ANSWER = "für eine beteiligte Stelle in der Abstimmung antworten"
    WORKING = "die interne Arbeitsansicht und Einzelwerte aus Lieferungen ansehen"


RIGHTS: dict[Right, frozenset[str]] = {
    Right.ACCOUNTS: frozenset({_ADMINISTRATOR}),
    Right.SET_UP: frozenset({_ADMINISTRATOR, _PLANNER}),
    Right.DELIVER: frozenset({_PLANNER, _PARTNER}),
    Right.DELIVERIES: frozenset({_ADMINISTRATOR, _PLANNER, _PARTNER}),
    Right.DECIDE: frozenset({_PLANNER}),
    Right.RELEASE: frozenset({_PLANNER}),
    Right.AGREEMENTS: frozenset({_ADMINISTRATOR, _PLANNER, _PARTNER, _SECTOR}),
    Right.FIGURES: frozenset({_ADMINISTRATOR, _PLANNER, _PARTNER, _SECTOR}),
    Right.CATALOGUE: frozenset({_ADMINISTRATOR, _PLANNER, _SECTOR}),
    Right.CATALOGUE_CHANGE: frozenset({_PLANNER}),
    Right.PROOF: frozenset({_ADMINISTRATOR, _PLANNER}),
    Right.RULES: frozenset({_ADMINISTRATOR, _PLANNER}),
    Right.REPORTS: frozenset({_PLANNER, _SECTOR}),
    Right.REPORTS_LEAD: frozenset({_PLANNER}),
    Right.CONSULT: frozenset({_PLANNER, _PARTNER}),
    Right.ANSWER: frozenset({_PARTNER}),
    Right.WORKING: frozenset({_PLANNER}),
}
"""The operator at the command line holds every right and is not named here."""

AUDIENCES: dict[str, Audience] = {
    _ADMINISTRATOR: Audience.PLANNING,
    _PLANNER: Audience.PLANNING,
    _PARTNER: Audience.PARTNER,
    _SECTOR: Audience.PLANNING,
    "operator": Audience.PLANNING,
}
"""The view each role gets unless it asks for another one."""

ORDER = (Audience.PUBLIC, Audience.PARTNER, Audience.PLANNING, Audience.WORKING)
"""From the most to the least protected view."""


def may(actor: Actor, right: Right) -> bool:
    """Whether the actor holds a right; for showing or leaving out a control."""
    return actor.is_active and (actor.role == "operator" or actor.role in RIGHTS[right])


def require(actor: Actor, right: Right) -> None:
    """Refused unless the actor holds the right."""
    if may(actor, right):
        return
    role = ROLE_LABELS.get(getattr(actor, "role", ""), "")
    why = f"Ihr Konto hat die Rolle {role}." if role else "Sie sind nicht angemeldet."
    if role and not actor.is_active:
        why = "Ihr Konto ist gesperrt."
    roles = [ROLE_LABELS[r] for r in (_PLANNER, _ADMINISTRATOR, _PARTNER, _SECTOR) if r in RIGHTS[right]]
    raise Refused(
        f"Nicht erlaubt: {right.value}.",
        why=why,
        todo=f"Dazu berechtigt: {enumerate_words(roles, 'oder')}.",
        code=f"accounts.refused.{right.name.lower()}",
    )


def require_accounts(actor: Actor) -> None:
    """Refused unless the actor may manage accounts."""
    require(actor, Right.ACCOUNTS)


def require_set_up(actor: Actor) -> None:
    """Refused unless the actor may set up district, areas, partners and agreements."""
    require(actor, Right.SET_UP)


def require_decide(actor: Actor) -> None:
    """Refused unless the actor may accept and return deliveries."""
    require(actor, Right.DECIDE)


def require_release(actor: Actor) -> None:
    """Refused unless the actor may make releases."""
    require(actor, Right.RELEASE)


def require_catalogue_change(actor: Actor) -> None:
    """Refused unless the actor may change indicators and indices."""
    require(actor, Right.CATALOGUE_CHANGE)


def require_deliver(actor: Actor, delivery_round: DeliveryRound) -> None:
    """Refused unless the actor may deliver for this round."""
    require(actor, Right.DELIVER)
    _require_own(actor, delivery_round)


def require_see_round(actor: Actor, delivery_round: DeliveryRound) -> None:
    """Refused unless the actor may see this round and its deliveries."""
    require(actor, Right.DELIVERIES)
    _require_own(actor, delivery_round)


def require_see_contents(actor: Actor, delivery_round: DeliveryRound) -> None:
    """Refused unless the actor may see single values of this round's deliveries: planner and own partner."""
    if actor.role != _PARTNER:
        require(actor, Right.WORKING)
    require_see_round(actor, delivery_round)


def require_audience(actor: Actor, audience: Audience | None) -> Audience:
    """The audience to release figures for: the role's own one, or a more protected one on request.

    Refused for a less protected one; the planner alone may ask for the working view.
    """
    require(actor, Right.FIGURES)
    if audience is None:
        return AUDIENCES[actor.role]
    if audience is Audience.WORKING:
        require(actor, Right.WORKING)
    elif ORDER.index(audience) > ORDER.index(AUDIENCES[actor.role]):
        raise Refused(
            "Diese Ansicht steht Ihrer Stelle nicht offen.",
            why="Für Lieferstellen gelten strengere Regeln der Geheimhaltung als für die Planung im Kreis.",
            todo="Bitte wenden Sie sich an die Sozialplanung.",
            code="accounts.refused.audience",
        )
    return audience


def _require_own(actor: Actor, delivery_round: DeliveryRound) -> None:
    if actor.role == _PARTNER and delivery_round.agreement.partner_id != actor.partner_id:
        raise Refused(
            "Diese Lieferrunde gehört zu einer anderen Stelle.",
            why="Lieferstellen sehen nur die Lieferungen der eigenen Organisation.",
            todo="Bitte wenden Sie sich an die Sozialplanung, falls Ihr Konto falsch zugeordnet ist.",
            code="accounts.refused.other_partner",
        )
