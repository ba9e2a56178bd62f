"""The figures of a release on one set of areas, with the counts behind them."""

from __future__ import annotations

from dataclasses import dataclass

from wohnplatz import indicators
from wohnplatz.disclosure import RuleSet
from wohnplatz.indicators.compute import ReleasePart, make_plan, release_parts
from wohnplatz.model import Catalogue, FigureTable, Hierarchy
from wohnplatz.store import (
    FormerDivisions,
    Manifest,
    ObjectStore,
    query_figures,
)

from .counts import read_counts
from .leaving_out import without_rows
from .modes import (
    with_modes,
    without_overlaid,
)
from .sources import datasets_of
from .surroundings import Surroundings
from .universe import Universe, make_universe


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The figures on one set of areas with the counts behind them."""

    name: str
    hierarchy: Hierarchy
    table: FigureTable
    universe: Universe
    former: FormerDivisions | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, part: ReleasePart, table: FigureTable, rules: RuleSet) -> System:
        """The system of one part of a release with its figure table, its counts in the modes of ``rules``."""
        catalogue = without_overlaid(catalogue, rules)
        counts, plan = (
            read_counts(part.files, catalogue, part.hierarchy),
            make_plan(catalogue, part.hierarchy),
        )
        universe = make_universe(catalogue, part.hierarchy, plan, counts, table)
        universe = with_modes(universe, rules, catalogue)
        universe = without_rows(universe, rules.too_detailed(table, datasets_of(catalogue)))
        return cls(part.name, part.hierarchy, table, universe, part.former)


def whole_table(store: ObjectStore, sha: str) -> FigureTable:
    """All rows of a stored figure table, with and without breakdown."""
    return indicators.joined([query_figures(store, sha, breakdown=b) for b in (False, True)])


def systems_of(around: Surroundings, manifest: Manifest) -> list[System]:
    """The figures of a release with the counts behind them: today's areas first, then the former ones."""
    around.tell("Geheimhaltung: Zahlen und ihre Summen ordnen", 0, 1)
    return [
        System.of(around.catalogue, p, whole_table(around.store, manifest.results[p.name]), around.rules)
        for p in release_parts(around.store, manifest)
    ]
