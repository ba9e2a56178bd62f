"""A design as a map: blocks in the colour of their area, thick borders, the areas' numbers."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse

from wohnplatz.areas import AreaLayer, Shapes, shapes
from wohnplatz.areas.design import Blocks, area_layer
from wohnplatz.charts.svg import escape
from wohnplatz.text import number
from wohnplatz.workflow.design import queries
from wohnplatz.workflow.design.models import DesignVersion

MOST_DRAWN = 1_500
"""Blocks drawn one by one; of larger designs the areas only: single blocks would be smaller than a point."""

KINDS = (("svg", "Karte (SVG)"), ("png", "Karte (PNG)"), ("xlsx", "Gebiete (XLSX)"))

COLOURS = ("#cfebf0", "#f4ebc2", "#e5ba94", "#c9d8b6", "#d9d2e9", "#f2c9c4", "#8eccdb")
"""Neighbouring areas differ where seven colours allow it; the number in each area says which one it is."""


def files_of(version: DesignVersion) -> list[tuple[str, str]]:
    """Addresses and words of a version's downloads."""
    place = (version.design_id, version.number)
    return [(reverse("design_file", args=[*place, form]), words) for form, words in KINDS]


def map_svg(version: DesignVersion, prefix: str) -> str:
    """The version as SVG, a title for each block; each area has its number: colour is not the only sign."""
    return _drawn(version.pk, prefix)


@lru_cache(maxsize=128)
def _drawn(pk: int, prefix: str) -> str:
    """A version is never altered, so its picture can be kept."""
    version = DesignVersion.objects.select_related("design").get(pk=pk)
    blocks, _ = queries.blocks_of(version.design)
    areas = [int(a) for a in version.areas]
    layer = AreaLayer(blocks.keys, blocks.keys, (None,) * len(blocks), blocks.geometries, blocks.crs)
    if len(blocks) > MOST_DRAWN:
        fine = outline = shapes(area_layer(blocks, queries.labels(version)), width=800)
    else:
        fine = shapes(layer, width=800)
        groups = {key: str(a) for key, a in zip(blocks.keys, areas, strict=True)}
        outline = shapes(layer, width=800, groups=groups, bounds=fine.bounds)
    colour = _colours(blocks, areas)
    cells = _cells(blocks, areas, fine, colour) if len(blocks) <= MOST_DRAWN else _whole(outline, colour)
    name = escape(f"Karte: {version}, {len(outline.paths)} Gebiete in {version.design.municipality_name}")
    return (
        f'<svg viewBox="0 0 {fine.width:g} {fine.height:g}" role="img" aria-label="{name}" id="{prefix}">'
        f'<g stroke="#ffffff" stroke-width="0.8">{cells}</g>'
        f'<g fill="none" stroke="#14202b" stroke-width="3" stroke-linejoin="round">{_borders(outline)}</g>'
        f'<g font-size="26" font-weight="600" text-anchor="middle" fill="#14202b" stroke="#ffffff" '
        f'stroke-width="6" paint-order="stroke" stroke-linejoin="round">{_numbers(outline)}</g></svg>'
    )


def _cells(blocks: Blocks, areas: list[int], fine: Shapes, colour: dict[int, int]) -> str:
    return "".join(
        f'<path data-key="{escape(key)}" fill="{COLOURS[colour[a]]}" d="{fine.paths[key]}">'
        f"<title>Gebiet {a}, Block {escape(key)}: {_people(blocks, n)}</title></path>"
        for n, (key, a) in enumerate(zip(blocks.keys, areas, strict=True))
        if key in fine.paths
    )


def _whole(outline: Shapes, colour: dict[int, int]) -> str:
    """The areas as a whole, where there are too many blocks to draw each."""
    return "".join(
        f'<path fill="{COLOURS[colour[int(key)]]}" d="{path}"><title>Gebiet {escape(key)}</title></path>'
        for key, path in outline.paths.items()
    )


def _people(blocks: Blocks, n: int) -> str:
    return "ohne Zahl" if blocks.unknown[n] else f"{number(float(blocks.inhabitants[n]))} Einwohner"


def _borders(outline: Shapes) -> str:
    return "".join(f'<path d="{path}"/>' for path in outline.paths.values())


def _numbers(outline: Shapes) -> str:
    return "".join(
        f'<text x="{x:g}" y="{y + 9:g}">{escape(key)}</text>' for key, (x, y) in outline.labels.items()
    )


def _colours(blocks: Blocks, areas: list[int]) -> dict[int, int]:
    """A colour for each area that no neighbour with a smaller number has, the least used one first."""
    touching: dict[int, set[int]] = {a: set() for a in areas}
    for a, b in blocks.pairs.tolist():
        if areas[a] != areas[b]:
            touching[areas[a]].add(areas[b])
            touching[areas[b]].add(areas[a])
    found: dict[int, int] = {}
    for area in sorted(touching):
        taken = {found[o] for o in touching[area] if o in found}
        used = list(found.values())
        free = [c for c in range(len(COLOURS)) if c not in taken] or list(range(len(COLOURS)))
        found[area] = min(free, key=lambda c: (used.count(c), c))
    return found
