"""Begin a design, move by hand, comment, agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.utils import timezone

from wohnplatz.areas.design import (
    Blocks,
    Moved,
    Wishes,
    blocks_of,
    move,
    read_grid,
    save_blocks,
    severed_by_areas,
    severed_by_lines,
)
from wohnplatz.model import WohnplatzError
from wohnplatz.text import enumerate_words, plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord

from . import computing, queries
from .models import Design, DesignComment, DesignVersion

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
    lines: Sequence[Any] = (),
    lines_label: str = "",
    origin: str = "",
) -> Design:
    """Cut the municipality into blocks and have the alternatives computed by the next free worker.

    ``borders``: code of a division whose borders no area may cross; ``lines``: rivers or railways that none
    may cross, in the system of the municipalities. WohnplatzError where the file or the municipality does
    not fit.
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
    severed, fixed = _severed(blocks, borders, lines, lines_label)
    sha = save_blocks(memory.store(), blocks, severed)
    with transaction.atomic():
        design = Design.objects.create(
            title=title, municipality=municipality, municipality_name=towns.names[n], blocks=sha,
            block_count=len(blocks), unknown_count=int(blocks.unknown.sum()), origin=origin, borders=fixed,
            wishes={"target": wishes.target, "minimum": wishes.minimum, "areas": wishes.areas,
                    "seconds": wishes.seconds, "seed": wishes.seed},
            made_by=organisation(actor), made_at=timezone.now(),
        )  # fmt: skip
        record(actor, "design.begin", design, municipality=municipality)
        computing.enqueue(design)
    return design


def _severed(
    blocks: Blocks, code: str, lines: Sequence[Any], label: str
) -> tuple[npt.NDArray[np.int64], str]:
    """Pairs of blocks parted by fixed borders, and these borders in words."""
    parted, words = [NO_BORDERS], []
    if code:
        found = DivisionRecord.objects.filter(code=code).first()
        if found is None:
            raise WohnplatzError(f"Die Gliederung „{code}“ gibt es nicht.", code="design.borders")
        parted.append(severed_by_areas(blocks, district.division(found.sha)[1]))
        words.append(f"Grenzen der Gliederung „{found.label}“")
    if lines:
        parted.append(severed_by_lines(blocks, lines))
        words.append(f"{plural(len(lines), 'Linie', 'Linien')} aus {label or 'einer Geodatei'}")
    together = np.unique(np.vstack(parted), axis=0).astype(np.int64)
    return together, enumerate_words(words)[:400]


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
        made = computing.add(
            version.design, f"von Hand nach Fassung {version.number}", areas=moved.areas.tolist(),
            made_by=organisation(actor), based_on=version, by_hand=True,
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
    require_sound(version)
    with transaction.atomic():
        if version.design.versions.exclude(taken_over="").exists():
            raise WohnplatzError("Der Entwurf ist schon als Gliederung übernommen.", code="design.taken")
        version.design.versions.update(agreed_on=None, agreed_by="")
        version.agreed_on, version.agreed_by = on, by.strip()
        version.save(update_fields=["agreed_on", "agreed_by"])
        record(actor, "design.agree", version)


def require_sound(version: DesignVersion) -> None:
    """WohnplatzError where a version breaks the design's own wishes."""
    found = queries.problems(version)
    if found:
        raise WohnplatzError(
            "Diese Fassung hält die Vorgaben nicht ein.",
            why=" ".join(found),
            todo="Bitte Blöcke verschieben, bis nichts mehr dagegen spricht.",
            code="design.not_sound",
        )
