"""Keep a draft, put a version in force, retire an item. Nothing that was in force is ever changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from wohnplatz.indicators import Item, dependants, group_of, overlaid, to_toml
from wohnplatz.model import Catalogue, Severity, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.district.models import District

from . import guarding, history
from .layer import item_in, item_of
from .models import CatalogueItem, ItemGroup, ItemState


def propose(actor: Actor, item: Item, reason: str = "") -> CatalogueItem:
    """Keep a draft, in the place of the one there is. It has no effect, and may still have mistakes."""
    policies.require_catalogue_change(actor)
    _require_group(item)
    numbered = history.numbered(item)
    text = to_toml(numbered)
    with transaction.atomic():
        row, _ = CatalogueItem.objects.update_or_create(
            code=item.code, state=ItemState.DRAFT,
            defaults={
                "group": group_of(item), "version": numbered.version, "text": text, "sha": _sha(text),
                "reason": reason.strip(), "made_by": organisation(actor), "made_at": moment(None),
            },
        )  # fmt: skip
        record(actor, "catalogue.propose", row, code=row.code, version=row.version)
    return row


def discard(actor: Actor, draft: CatalogueItem) -> None:
    """Throw a draft away; WohnplatzError for anything that was in force."""
    policies.require_catalogue_change(actor)
    if draft.state != ItemState.DRAFT:
        raise WohnplatzError(
            "Eine Fassung, die in Kraft war, wird nicht gelöscht.",
            why="Datenstände und Veröffentlichungen beziehen sich auf sie.",
            code="catalogue.not_draft",
        )
    with transaction.atomic():
        record(actor, "catalogue.discard", draft, code=draft.code)
        draft.delete()


def keep(
    actor: Actor, item: Item, reason: str, *, seen: int | None = None, at: datetime | None = None
) -> CatalogueItem:
    """Put an item in force as a new version; the next release is computed with it.

    ``seen`` is the number of the version in force that the change was made from, 0 for a new code, None
    where it does not matter. Raises Refused, ``CatalogueError`` and ``FormulaError`` as the catalogue's
    checks do, and WohnplatzError: no reason, nothing changed, protection lost, a code that is taken, or
    somebody else was faster.
    """
    policies.require_catalogue_change(actor)
    _require_reason(reason)
    _require_group(item)
    now = moment(at)
    try:
        with transaction.atomic():
            _one_at_a_time()
            _require_seen(item, seen)
            checked = require_sound(item)
            _end_former(item.code, now)
            text = to_toml(checked)
            CatalogueItem.objects.filter(code=item.code, state=ItemState.DRAFT).delete()
            row = CatalogueItem.objects.create(
                group=group_of(item), code=item.code, version=checked.version, state=ItemState.IN_FORCE,
                text=text, sha=_sha(text), reason=reason.strip(), made_by=organisation(actor), made_at=now,
            )  # fmt: skip
            record(actor, "catalogue.keep", row, now, code=row.code, version=row.version)
    except IntegrityError as error:
        raise _conflict() from error
    return row


def retire(actor: Actor, group: str, code: str, reason: str, *, seen: int | None = None) -> CatalogueItem:
    """Take an item out of the catalogue, also one of the files; its versions stay to be read.

    WohnplatzError where others are computed with it, naming them.
    """
    policies.require_catalogue_change(actor)
    _require_reason(reason)
    now = moment(None)
    try:
        with transaction.atomic():
            _one_at_a_time()
            item = _leaving(group, code)
            _require_seen(item, seen)
            row, _ = CatalogueItem.objects.exclude(state=ItemState.DRAFT).get_or_create(
                group=group, code=code, version=item.version,
                defaults={
                    "state": ItemState.IN_FORCE, "text": to_toml(item), "sha": _sha(to_toml(item)),
                    "reason": "mit dem Programm oder in Dateien ausgeliefert", "made_at": now,
                    "made_by": organisation(actor),
                },
            )  # fmt: skip
            row.state, row.ended_at, row.end_reason = ItemState.RETIRED, now, reason.strip()
            row.save(update_fields=["state", "ended_at", "end_reason"])
            record(actor, "catalogue.retire", row, now, code=code, version=row.version)
    except IntegrityError as error:
        raise _conflict() from error
    return row


def require_new(item: Item) -> None:
    """WohnplatzError where a code is or ever was that of an item."""
    _require_group(item)
    _require_seen(item, 0)


def _leaving(group: str, code: str) -> Item:
    """The item that is to be retired, if nothing is computed with it.

    Where the files no longer fit the own items there is no catalogue to ask: an own item may then always
    leave, for that is how the catalogue becomes whole again.
    """
    try:
        catalogue = memory.catalogue()
    except WohnplatzError:
        rows = CatalogueItem.objects.filter(group=group, code=code, state=ItemState.IN_FORCE)
        if row := rows.first():
            return item_of(row)
        raise
    item = item_in(catalogue, group, code)
    if item is None:
        raise WohnplatzError(f"»{code}« ist nicht in Kraft.", code="catalogue.not_in_force")
    require_unused(catalogue, group, code)
    return item


def require_sound(item: Item) -> Item:
    """The item with the number of its next version, if the catalogue with it passes all checks.

    Raises ``CatalogueError``, ``FormulaError``, or WohnplatzError for what the guard finds or no change.
    """
    catalogue = memory.catalogue()
    group = group_of(item)
    numbered = history.numbered(item)
    before = item_in(catalogue, group, item.code)
    if before is not None and replace(item, version=before.version) == before:
        raise WohnplatzError(
            "Gegenüber der Fassung in Kraft ist nichts geändert.", code="catalogue.unchanged"
        )
    overlaid(catalogue, [numbered])
    for finding in guarding.findings(item, before, catalogue, memory.rules()):
        if finding.severity is Severity.ERROR:
            raise WohnplatzError(
                finding.message, where=f"{item.code}, Schlüssel »{finding.column}«", why=finding.why,
                todo=finding.advice, code=finding.code,
            )  # fmt: skip
    return numbered


def require_unused(catalogue: Catalogue, group: str, code: str) -> None:
    """WohnplatzError where an indicator is part of others."""
    users = [d for d in dependants(catalogue, code) if d.via == code] if group == "indicators" else []
    if users:
        listed = "; ".join(f"{ItemGroup(d.group).label} „{d.label}“ ({d.code})" for d in users[:10])
        raise WohnplatzError(
            f"»{code}« wird noch verwendet.", where=listed,
            why="Ohne diesen Indikator ließen sie sich nicht mehr berechnen.",
            todo="Bitte ihn zuerst dort herausnehmen.", code="catalogue.used",
        )  # fmt: skip


def _require_group(item: Item) -> None:
    others = history.groups_of_code(item.code) - {group_of(item)}
    if others:
        word = ItemGroup(next(iter(others))).label
        raise WohnplatzError(
            f"»{item.code}« ist oder war die Kennung eines anderen Eintrags ({word}).",
            where="Schlüssel »code«",
            why="Eine Kennung behält ihre Bedeutung für immer, auch über Datenstände hinweg.",
            todo="Bitte eine andere Kennung wählen.", code="catalogue.code_taken",
        )  # fmt: skip


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise WohnplatzError(
            "Es fehlt die Begründung.", where="Schlüssel »reason«",
            why="Wer eine Zahl zitiert, muss nachlesen können, warum sie anders berechnet wird.",
            todo="Bitte in einem Satz sagen, was sich ändert und warum.", code="catalogue.reason",
        )  # fmt: skip


def _require_seen(item: Item, seen: int | None) -> None:
    if seen is None:
        return
    current = history.current_number(group_of(item), item.code)
    if seen == 0 and history.groups_of_code(item.code, drafts=False):
        raise WohnplatzError(
            f"Die Kennung »{item.code}« gibt es schon oder gab es schon.", where="Schlüssel »code«",
            why="Eine Kennung behält ihre Bedeutung für immer, auch über Datenstände hinweg.",
            todo="Bitte eine andere Kennung wählen, oder den vorhandenen Eintrag ändern.",
            code="catalogue.code_taken",
        )  # fmt: skip
    if seen and current != seen:
        raise _conflict()


def _end_former(code: str, now: datetime) -> None:
    CatalogueItem.objects.filter(code=code, state=ItemState.IN_FORCE).update(
        state=ItemState.FORMER, ended_at=now
    )


def _one_at_a_time() -> None:
    """Two changes at once could each be sound and together not: the second waits for the first."""
    list(District.objects.select_for_update().values_list("pk"))


def _conflict() -> WohnplatzError:
    return WohnplatzError(
        "Inzwischen ist eine andere Fassung in Kraft.",
        why="Jemand hat diesen Eintrag zur selben Zeit geändert.",
        todo="Bitte die neue Fassung ansehen und die Änderung darauf noch einmal anwenden.",
        code="catalogue.conflict",
    )


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
