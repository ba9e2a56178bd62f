"""The areas of the demo, through the actions: taken over, changed once, crossed by another division."""

from __future__ import annotations

from datetime import datetime

from wohnplatz.areas import Merge, NewArea, Split, read_layer
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district.actions import Columns, import_division
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.district.streets import import_points

from .scenario import DemoDivision, DemoRecut

ORIGIN, LICENCE = "Demo, erfunden", "CC0-1.0"


def take_over(actor: Actor, division: DemoDivision, *, overlay: bool = False) -> DivisionRecord:
    """Take over a division from its file."""
    return import_division(
        actor, division.path, code=division.code, level=division.level, label=division.label,
        valid_from=division.valid_from, origin=ORIGIN, licence=LICENCE, overlay=overlay,
        columns=Columns(division.key, division.name, division.parent, crs=division.crs),
    )  # fmt: skip


def change_areas(actor: Actor, recut: DemoRecut, at: datetime) -> None:
    """Part one area and join two by the guided act; then the division that lies beside the hierarchy."""
    cells = import_points(actor, recut.grid.name, recut.grid.read_bytes(), recut.grid_label, ORIGIN)
    former = DivisionRecord.objects.get(code=recut.division)
    points = changing.weights_for(former, str(cells.pk))
    new = changing.NewVersion(recut.code, recut.label, recut.valid_from, recut.reason)
    made = changing.keep(actor, former, _changes(recut), new, points, at=at)
    beside = take_over(actor, recut.beside, overlay=True)
    changing.compute_crosswalk(actor, made, beside, points)


def _changes(recut: DemoRecut) -> list[Split | Merge]:
    file = recut.shapes
    layer = read_layer(file.path, key=file.key, name=file.name, parent=file.parent)
    name = dict(zip(layer.keys, layer.names, strict=True))
    shape = dict(zip(layer.keys, layer.geometries, strict=True))
    parts = tuple(NewArea(key, name[key]) for key in recut.parted_into)
    drawn = tuple(shape[key] for key in recut.parted_into[:-1])
    into = NewArea(recut.joined_into, name[recut.joined_into])
    return [Split(recut.parted, parts, polygons=drawn), Merge(recut.joined, into)]
