"""The material of a report from a release: released figures, areas and their shapes."""

from __future__ import annotations

from functools import lru_cache

from wohnplatz.analysis import with_reliability
from wohnplatz.areas import Shapes, shapes
from wohnplatz.model import Audience
from wohnplatz.report import Material, Report
from wohnplatz.report.needs import needs
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district

from . import queries
from .models import Release

WIDTH = 700
"""px that shapes are simplified for: on paper a map is no wider."""


def material(
    user: Actor,
    release: Release,
    report: Report,
    *,
    audience: Audience = Audience.PUBLIC,
    withheld: frozenset[str] = frozenset(),
) -> Material:
    """What ``report`` needs of a release, for an audience: the public, unless another one is asked for."""
    catalogue, tree = queries.catalogue(release), queries.hierarchy(release)
    wanted = needs(report, catalogue)
    table = queries.figures(user, release, indicators=wanted.indicators, audience=audience)
    top = next(iter(tree.areas(tree.levels[-1])))
    ages = None
    if wanted.ages:
        codes = [catalogue.population]
        ages = queries.figures(
            user, release, indicators=codes, years=[report.year], breakdown=True, audience=audience
        )
    drawn = {level: queries.layer_shapes(release, level, WIDTH) for level in tree.levels[:-1]}
    lines = {level: _outlines(_sha(release, level)) for level in tree.levels[:-1]}
    return Material(
        with_reliability(table, district=top), tree, catalogue, drawn,
        {level: found for level, found in lines.items() if found is not None}, ages, withheld,
    )  # fmt: skip


def _sha(release: Release, level: str) -> str:
    return next(d.sha for d in queries.division_refs(release) if d.level == level)


@lru_cache(maxsize=32)
def _outlines(sha: str) -> Shapes | None:
    """The coarser areas on exactly the borders of the finer ones; None where some lie in none."""
    division, layer = district.division(sha)
    groups = {area.key: area.parent for area in division.areas if area.parent is not None}
    return shapes(layer, width=WIDTH, groups=groups) if len(groups) == len(division.areas) else None
