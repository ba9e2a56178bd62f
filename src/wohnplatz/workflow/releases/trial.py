"""An index that is not in the catalogue, from a release's figures: never stored, through the same door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from wohnplatz import indicators
from wohnplatz.disclosure import Clearance
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.indicators import FIGURES
from wohnplatz.model import Audience, FigureTable, IndexDefinition, ReleasedTable
from wohnplatz.publication.clearing import with_measures
from wohnplatz.publication.seen import as_seen
from wohnplatz.store import Manifest
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
    filters = {
        "indicators": tuple(sorted(needed)), "levels": (definition.level,),
        "years": tuple(sorted({y - lag for y in years for lag in lags})),
    }  # fmt: skip
    rows, cleared = _rows(memory.store().root, release.manifest, granted, tuple(filters.items()))
    areas = list(content.hierarchy(made).areas(definition.level))
    inputs = rows if cleared is None else _as_seen(made, known, granted, rows, cleared)
    measures = indicators.index_figures(definition, catalogue, inputs, areas, list(years))
    return through_the_door(
        indicators.joined([rows, measures]),
        indicators.figure_meta(catalogue),
        rules=content.rules(made.rules),
        protection=indicators.protection(catalogue),
        context=queries.context_of(release, made, granted),
        inputs=indicators.inputs(catalogue),
        minimum_denominator=known.minimum_denominator,
        only=frozenset(definition.measures()),
        sources=content.sources(made),
        clearance=None if cleared is None else with_measures(cleared, rows, measures),
    )


def _as_seen(
    made: Manifest, known: content.Knowledge, audience: Audience, rows: FigureTable, cleared: Clearance
) -> FigureTable:
    """The inputs as the audience sees them: an index over them is arithmetic over what is shown."""
    sources, rules = content.sources(made), content.rules(made.rules)
    by_code = {
        code: rules.rule(audience, known.protection[code], sources.get(code)) for code in known.protection
    }
    return as_seen(
        cleared.seen(rows), cleared.open, by_code, known.inputs, known.minimum_denominator, cleared.altered
    )


@lru_cache(maxsize=16)
def _rows(
    root: Path, manifest: str, audience: Audience, filters: tuple[tuple[str, Any], ...]
) -> tuple[FigureTable, Clearance | None]:
    """Rows of a stored figure table with their clearance: what is named by its content never changes."""
    made = content.manifest(manifest)
    return queries.seen_by(made, content.knowledge(made.catalogue), audience, FIGURES, dict(filters))
