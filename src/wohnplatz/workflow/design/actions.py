"""Begin a design, compute its alternatives, move by hand, comment, agree, take over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from wohnplatz.areas import AreaLayer
from wohnplatz.areas.design import (
    PRESETS,
    Moved,
    Wishes,
    area_layer,
    blocks_of,
    move,
    propose,
    read_grid,
    save_blocks,
    severed_by_areas,
)
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.district import actions as district_actions
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord

from . import queries
from .models import Design, DesignComment, DesignState, DesignVersion

NO_BORDERS = np.zeros((0, 2), dtype=np.int64)


def begin(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    *,
    title: str,
    municipality: str,
    grid: bytes,
    wishes: Wishes,
    variables: Collection[str] = (),
    borders: str = "",
    origin: str = "",
) -> Design:
    """Cut the municipality into blocks and have the alternatives computed by the next free worker.

    ``borders``: code of a division whose borders no area may cross. WohnplatzError where the file or the
    municipality does not fit.
    """
    policies.require_set_up(actor)
    towns = queries.municipalities()
    if towns is None or municipality not in towns.keys:
        raise WohnplatzError(
            "Diese Kommune gibt es in der geltenden Gliederung nicht.",
            todo="Bitte zuerst die Gliederung der Kommunen einspielen.",
            code="design.municipality",
        )
    n = towns.keys.index(municipality)
    blocks = blocks_of(towns.geometries[n], read_grid(grid), towns.crs, tuple(variables))
    severed = _severed(blocks, borders) if borders else NO_BORDERS
    sha = save_blocks(memory.store(), blocks, severed)
    with transaction.atomic():
        design = Design.objects.create(
            title=title, municipality=municipality, municipality_name=towns.names[n], blocks=sha,
            block_count=len(blocks), unknown_count=int(blocks.unknown.sum()), origin=origin,
            wishes={"target": wishes.target, "minimum": wishes.minimum, "areas": wishes.areas,
                    "seconds": wishes.seconds, "seed": wishes.seed},
            made_by=organisation(actor), made_at=timezone.now(),
        )  # fmt: skip
        record(actor, "design.begin", design, municipality=municipality)
        from .jobs import compute_design  # which calls this module

        transaction.on_commit(partial(compute_design.enqueue, design.pk))
    return design


def _severed(blocks: Any, code: str) -> Any:
    found = DivisionRecord.objects.filter(code=code).first()
    if found is None:
        raise WohnplatzError(f"Die Gliederung „{code}“ gibt es nicht.", code="design.borders")
    return severed_by_areas(blocks, district.division(found.sha)[1])


def compute(pk: int) -> str:
    """Compute the alternatives of a design that waits for it; its state afterwards."""
    design = Design.objects.get(pk=pk)
    if design.state not in {DesignState.WAITING, DesignState.COMPUTING}:
        return str(design.state)
    Design.objects.filter(pk=pk).update(state=DesignState.COMPUTING, done=0, reasons=[])
    DesignVersion.objects.filter(design=design, by_hand=False).delete()
    blocks, severed = queries.blocks_of(design)
    reasons: list[tuple[str, str]] = []
    for done, (title, compact, even, alike) in enumerate(PRESETS.values(), start=1):
        if alike and not blocks.names:
            reasons.append((title, "Nicht berechnet, weil keine Merkmale für die Ähnlichkeit gewählt sind."))
        else:
            wishes = Wishes(**design.wishes, compact=compact, even=even, alike=alike)
            found = propose(blocks, wishes, severed)
            if found.areas is None:
                reasons.append((title, found.reason))
            else:
                _add(
                    design, title, found.areas.tolist(), design.made_by, objective=found.objective,
                    gap=found.gap, optimal=found.optimal, condensed=found.condensed,
                )  # fmt: skip
        Design.objects.filter(pk=pk).update(done=done, reasons=reasons)
    state = DesignState.READY if design.versions.exists() else DesignState.FAILED
    Design.objects.filter(pk=pk).update(state=state)
    return str(state)


def _add(design: Design, title: str, areas: list[int], made_by: str, **fields: Any) -> DesignVersion:
    last = design.versions.aggregate(last=Max("number"))["last"] or 0
    return DesignVersion.objects.create(
        design=design, number=last + 1, title=title, areas=areas, made_by=made_by, made_at=timezone.now(),
        **fields,
    )  # fmt: skip


def preview(actor: Actor, version: DesignVersion, keys: Collection[str], to: int) -> Moved:
    """What a move by hand would make, and what stands against it; nothing is kept."""
    policies.require_set_up(actor)
    blocks, severed = queries.blocks_of(version.design)
    areas = queries.labels(version)
    if not keys or not set(keys) <= set(blocks.keys) or not 1 <= to <= int(areas.max()) + 1:
        raise WohnplatzError(
            "Die Auswahl passt nicht zu diesem Entwurf.",
            todo="Bitte mindestens einen Block und ein Gebiet des Entwurfs wählen.",
            code="design.move",
        )
    minimum = float(version.design.wishes["minimum"])
    return move(blocks, areas, keys, to, minimum=minimum, severed=severed)


def move_by_hand(actor: Actor, version: DesignVersion, keys: Collection[str], to: int) -> DesignVersion:
    """Keep a move as a new version. A version may break the wishes: its page says so until it is mended."""
    moved = preview(actor, version, keys, to)
    with transaction.atomic():
        made = _add(
            version.design, f"von Hand nach Fassung {version.number}", moved.areas.tolist(),
            organisation(actor),
            based_on=version, by_hand=True,
        )  # fmt: skip
        record(actor, "design.move", made, blocks=len(keys))
    return made


def comment(actor: Actor, version: DesignVersion, text: str) -> DesignComment:
    """A word about a version, of the planner or the municipality itself."""
    queries.require_see(actor, version.design)
    if not text.strip():
        raise WohnplatzError(
            "Die Anmerkung ist leer.", todo="Bitte einen Text eingeben.", code="design.comment"
        )
    with transaction.atomic():
        made = DesignComment.objects.create(
            version=version, text=text.strip(), organisation=organisation(actor), role=actor.role,
            at=timezone.now(),
        )  # fmt: skip
        record(actor, "design.comment", version)
    return made


def agree(actor: Actor, version: DesignVersion, *, on: date, by: str) -> None:
    """Write down that a version was agreed on, when and by which organisation or function."""
    policies.require_set_up(actor)
    if not by.strip():
        raise WohnplatzError("Es fehlt, mit welcher Stelle abgestimmt wurde.", code="design.agreed_by")
    if on > timezone.localdate():
        raise WohnplatzError("Der Tag der Abstimmung liegt in der Zukunft.", code="design.agreed_on")
    _require_sound(version)
    with transaction.atomic():
        if version.design.versions.exclude(taken_over="").exists():
            raise WohnplatzError("Der Entwurf ist schon als Gliederung übernommen.", code="design.taken")
        version.design.versions.update(agreed_on=None, agreed_by="")
        version.agreed_on, version.agreed_by = on, by.strip()
        version.save(update_fields=["agreed_on", "agreed_by"])
        record(actor, "design.agree", version)


def _require_sound(version: DesignVersion) -> None:
    found = queries.problems(version)
    if found:
        raise WohnplatzError(
            "Diese Fassung hält die Vorgaben nicht ein.",
            why=" ".join(found),
            todo="Bitte Blöcke verschieben, bis nichts mehr dagegen spricht.",
            code="design.not_sound",
        )


def take_over(
    actor: Actor, version: DesignVersion, *, code: str, label: str, valid_from: date
) -> DivisionRecord:
    """Make the agreed version a division of the level Wohnplatz.

    The areas of the other municipalities come from the division in force, which ends the day before.
    """
    policies.require_set_up(actor)
    if version.agreed_on is None:
        raise WohnplatzError(
            "Diese Fassung ist noch nicht abgestimmt.",
            todo="Bitte zuerst eintragen, wann und mit wem sie abgestimmt wurde.",
            code="design.not_agreed",
        )
    _require_sound(version)
    former = next((r for r in district.divisions_in_force() if r.level == "wohnplatz"), None)
    if former is not None and valid_from <= former.valid_from:
        raise WohnplatzError(
            f"Die neue Fassung muss nach dem {former.valid_from:%d.%m.%Y} beginnen.",
            why=f"An diesem Tag beginnt die geltende Gliederung „{former.label}“.",
            code="design.valid_from",
        )
    layer = _whole(version, former)
    with transaction.atomic():
        made = district_actions.import_division(
            actor, layer, code=code, level="wohnplatz", label=label, valid_from=valid_from,
            origin=f"Entwurf „{version.design.title}“, Fassung {version.number}"[:300],
        )  # fmt: skip
        if former is not None:
            former.valid_to = valid_from - timedelta(days=1)
            former.save(update_fields=["valid_to"])
        version.taken_over = made.code
        version.save(update_fields=["taken_over"])
        record(actor, "design.take_over", version, code=made.code)
    return made


def _whole(version: DesignVersion, former: DivisionRecord | None) -> AreaLayer:
    """All areas of the district: those of the design and, of the other municipalities, those in force."""
    design = version.design
    blocks, _ = queries.blocks_of(design)
    areas = queries.labels(version)
    kept = district.division(former.sha)[1] if former is not None else None
    used = set(kept.keys) if kept is not None else set()
    numbers = np.unique(areas).tolist()
    start = 0
    while any(f"{design.municipality}{start + n:02d}" in used for n in numbers):
        start += 10
    keys = {n: f"{design.municipality}{start + n:02d}" for n in numbers}
    names = {n: f"{design.municipality_name} {n}" for n in numbers}
    own = area_layer(blocks, areas, parent=design.municipality, names=names, keys=keys)
    if kept is None:
        return own
    stay = [n for n, parent in enumerate(kept.parents) if parent != design.municipality]
    return AreaLayer(
        (*(kept.keys[n] for n in stay), *own.keys),
        (*(kept.names[n] for n in stay), *own.names),
        (*(kept.parents[n] for n in stay), *own.parents),
        np.concatenate([kept.geometries[stay], own.geometries]),
        kept.crs,
    )
