"""Reading the district's own items."""

from __future__ import annotations

from collections.abc import Mapping

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right

from .models import CatalogueItem, ItemState


def own(actor: Actor) -> Mapping[str, CatalogueItem]:
    """Code → the row that decides about it: in force or retired."""
    policies.require(actor, Right.CATALOGUE)
    rows = CatalogueItem.objects.exclude(state=ItemState.DRAFT).order_by("code", "version")
    return {row.code: row for row in rows}


def drafts(actor: Actor) -> Mapping[str, CatalogueItem]:
    """Code → draft, for those who may change the catalogue; empty for others."""
    if not policies.may(actor, Right.CATALOGUE_CHANGE):
        return {}
    return {row.code: row for row in CatalogueItem.objects.filter(state=ItemState.DRAFT)}


def draft(actor: Actor, group: str, code: str) -> CatalogueItem | None:
    """The draft of an item, None where there is none or this person may not see it."""
    found = drafts(actor).get(code)
    return found if found is not None and found.group == group else None


def reasons(places: Mapping[str, int]) -> dict[str, str]:
    """Code → why the version with this number was put in force, of the district's own ones."""
    rows = CatalogueItem.objects.filter(code__in=places).exclude(state=ItemState.DRAFT)
    return {row.code: row.reason for row in rows if row.version == places[row.code]}
