"""One map or one figure as a picture for posters and social media: an output like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.report import FigureId, HouseStyle, Poster, Report, figure_poster, picture_poster
from wohnplatz.report.poster import POSTER, SQUARE, WIDE
from wohnplatz.report.printing import Place
from wohnplatz.report.tree import MapBlock, TableBlock
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor

from . import atlas, outputs, queries
from .models import Output, OutputKind, Release
from .report_material import material

FOLDER = "bilder/"
SIZES: Mapping[str, tuple[str, tuple[int, int]]] = {
    "beitrag": ("Beitrag im Querformat", WIDE),
    "quadrat": ("Beitrag im Quadrat", SQUARE),
    "plakat": ("Plakat im Hochformat (DIN A3)", POSTER),
}
"""Name in addresses → words, width and height in px."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A map of all areas of ``level``, or the figure of ``area`` where one is named."""

    indicator: str
    year: int
    level: str = ""
    area: str = ""
    size: str = "beitrag"


def drawn(actor: Actor, release: Release, wanted: Wanted, style: HouseStyle) -> Poster:
    """The picture, of figures for the public alone; WohnplatzError says why there is none."""
    policies.require_release(actor)
    if not atlas.is_public(release):
        raise outputs.not_for(Audience.PUBLIC)
    if wanted.size not in SIZES:
        raise WohnplatzError(
            f"Die Größe „{wanted.size[:40]}“ gibt es nicht.", todo=f"Möglich: {', '.join(SIZES)}.",
            code="releases.picture_size",
        )  # fmt: skip
    tree = queries.hierarchy(release)
    top = next(iter(tree.areas(tree.levels[-1])))
    report = Report("bild", "Bild", top, wanted.year, (TableBlock("bild", "", (wanted.indicator,)),))
    held = material(actor, release, report)
    size = SIZES[wanted.size][1]
    if wanted.area:
        return figure_poster(FigureId(wanted.indicator, wanted.area, wanted.year), held, style, size)
    node = MapBlock("bild", wanted.indicator, level=wanted.level, year=wanted.year)
    return picture_poster(node, Place(top, wanted.year), held, style, size)


def let_out(
    actor: Actor, release: Release, wanted: Wanted, style: HouseStyle, *, at: datetime | None = None
) -> tuple[Output, Poster]:
    """Draw the picture, hold every figure in it against the release, keep it and enter it into the register.

    The drawing is read, for the pixels that are made of it cannot be. WohnplatzError
    (``report.not_released``) where it shows what is not released; nothing is kept then.
    """
    made = drawn(actor, release, wanted, style)
    place = wanted.area or wanted.level or queries.hierarchy(release).base.level
    name = f"{wanted.indicator.replace(':', '-')}-{place}-{wanted.year}-{wanted.size}.png"
    read = outputs.examined(actor, release, Audience.PUBLIC, {"bild.html": made.page})
    if not read.figures:
        raise WohnplatzError(
            "Das Bild zeigt keine Zahl, die gelesen werden konnte.",
            todo="Bitte eine andere Kennzahl wählen.", code="releases.picture_empty",
        )  # fmt: skip
    one = outputs.Made(OutputKind.PICTURE, FOLDER + name, {name: made.png})
    with transaction.atomic():
        memory.store().put(Kind.OUTPUT, made.png)
        entry = outputs.let_out(actor, release, [one], read=read, at=at)[0]
        Output.objects.filter(pk=entry.pk, words="").update(words=made.alternative)
    entry.words = entry.words or made.alternative
    return entry, made


def of_release(actor: Actor, release: Release) -> list[Output]:
    """The single pictures that went out of a release, newest first."""
    policies.require_release(actor)
    found = release.outputs.filter(kind=OutputKind.PICTURE, name__startswith=FOLDER)
    return list(found.order_by("-pk"))


def data_of(actor: Actor, entry: Output) -> bytes:
    """A picture as it went out."""
    policies.require_release(actor)
    data: bytes = memory.store().read(Kind.OUTPUT, entry.sha)
    return data
