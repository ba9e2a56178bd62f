"""What the forms of blocks offer: indicators by theme, areas by municipality, levels and years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wohnplatz.indicators import figure_meta
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports.models import SocialReport

from .words import Names

Options = list[tuple[str, Any]]
LOOK_BACK = 12
"""Years before the report's own that are offered."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of one report's release."""

    indicators: Options
    """Label of a theme → its indicators, for grouped selects."""
    areas: Options
    levels: Options
    years: Options
    indices: Options
    names: Names

    @classmethod
    def of(cls, report: SocialReport) -> Choices:
        """All that the report's release knows."""
        catalogue, tree = releases.catalogue(report.release), releases.hierarchy(report.release)
        groups: Options = []
        for block, label in catalogue.blocks.items():
            inside = [(c, i.short or i.label) for c, i in catalogue.indicators.items() if i.block == block]
            groups += [(label, inside)] if inside else []
        meta = figure_meta(catalogue)
        measures = [(m, meta[m].label) for i in catalogue.indices.values() for m in i.measures() if m in meta]
        groups += [("Sozialindex", measures)] if measures else []
        years = [(str(y), str(y)) for y in range(report.year, report.year - LOOK_BACK - 1, -1)]
        levels = [(level, level_name(level)) for level in tree.levels]
        indices = [(c, i.label) for c, i in catalogue.indices.items()]
        return cls(groups, area_options(tree), levels, years, indices, Names.of(catalogue, tree))


def area_options(tree: Any) -> Options:
    """The district, then each coarser area with the finest ones that lie in it."""
    *finer, top = tree.levels
    groups: Options = [(level_name(top), [(k, a.name) for k, a in tree.areas(top).items()])]
    for level in reversed(finer[1:]):
        groups.append((level_name(level), [(k, a.name) for k, a in tree.areas(level).items()]))
    if finer:
        above = finer[1] if len(finer) > 1 else top
        for key, area in tree.areas(above).items():
            inside = [(k, a.name) for k, a in tree.areas(finer[0]).items() if tree.ancestor(k, above) == key]
            groups.append((f"{level_name(finer[0])} in {area.name}", inside))
    return [(label, options) for label, options in groups if options]


def with_empty(label: str, options: Sequence[Any]) -> Options:
    """The options with an empty one before them."""
    return [("", label), *options]


def flat(options: Options) -> dict[str, str]:
    """Value → label of grouped options."""
    found: dict[str, str] = {}
    for value, label in options:
        if isinstance(label, list):
            found |= dict(label)
        else:
            found[value] = label
    return found
