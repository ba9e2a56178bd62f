"""An index that is not in the catalogue, from a release's figures: never stored, through the same door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from wohnplatz import indicators
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.model import Audience, FigureTable, IndexDefinition, ReleasedTable
from wohnplatz.store import ObjectStore, query_figures
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor

from . import content, queries
from .models import Release


def index(
    user: Actor,
    release: Release,
    definition: IndexDefinition,
    years: Sequence[int],
    *,
    audience: Audience | None = None,
) -> ReleasedTable:
    """The measures of ``definition`` in ``years`` as this person may see them.

    A measure is protected where one of its inputs is, as for an index of the catalogue: the trial shows what
    would stand in a release. Raises Refused, and KeyError for an indicator the release does not know.
    """
    granted = policies.require_audience(user, audience)
    made = queries.manifest(release)
    known = content.knowledge(made.catalogue)
    catalogue = replace(known.catalogue, indices={definition.code: definition})
    parts = {p.indicator for p in (*definition.status, *definition.dynamics)} | {definition.population}
    needed, lags = queries.closure(known, frozenset(parts))
    span = tuple(sorted({y - lag for y in years for lag in lags}))
    rows = _rows(memory.store().root, made.results["figures"], tuple(sorted(needed)), definition.level, span)
    areas = list(content.hierarchy(made).areas(definition.level))
    measures = indicators.index_figures(definition, catalogue, rows, areas, list(years))
    return through_the_door(
        indicators.joined([rows, measures]),
        indicators.figure_meta(catalogue),
        rules=content.rules(made.rules),
        protection=indicators.protection(catalogue),
        context=queries.context_of(release, made, granted),
        inputs=indicators.inputs(catalogue),
        minimum_denominator=known.minimum_denominator,
        only=frozenset(definition.measures()),
    )


@lru_cache(maxsize=16)
def _rows(root: Path, sha: str, codes: tuple[str, ...], level: str, years: tuple[int, ...]) -> FigureTable:
    """Rows of a stored figure table: what is named by its content never changes."""
    return query_figures(ObjectStore(root), sha, indicators=codes, levels=[level], years=years)
