"""Figures that are tried and not released: proven beside all that is out, kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wohnplatz.disclosure import Clearance, RuleSet, Sources
from wohnplatz.indicators.compute import release_parts
from wohnplatz.model import Audience, Catalogue, FigureTable
from wohnplatz.store import Manifest, ObjectStore

from .clearing import cleared_by
from .ledger import KNOWS, entries, known_to
from .outcome import Outcome
from .surroundings import knowing, surroundings
from .system import System


def cleared_beside(  # noqa: PLR0913 -- two stores, and who wants to see what by which rules
    store: ObjectStore,
    manifest: Manifest,
    tables: Mapping[str, FigureTable],
    *,
    rules: RuleSet,
    catalogue: Catalogue,
    audience: Audience,
    sources: Mapping[str, Sources],
    ledger: ObjectStore,
    head: str,
    years: Collection[int] | None = None,
    seed: int = 0,
) -> dict[str, Clearance]:
    """Clearances of figures that are tried and not released: proven beside all this audience has seen.

    ``store`` has the deliveries, ``ledger`` the records of what is out. Nothing is stored and nothing enters
    the ledger. What is not proven stays closed, and so does what ``years`` does not ask for (None: all).
    """
    around = knowing(surroundings(ledger, catalogue, rules, seed=seed), store, manifest)
    by_code = {c: rules.rule(audience, p, sources.get(c)) for c, p in around.protection.items()}
    parts = release_parts(store, manifest)
    systems = [System.of(catalogue, part, tables[part.name], rules) for part in parts]
    outcome = Outcome(
        around, by_code, known_to(entries(ledger, head), KNOWS[audience]), keep=False, years=years
    )
    outcome.of(systems)
    return {
        system.name: cleared_by(
            outcome.records.values(),
            outcome.opened[system.name],
            outcome.coverage(system, hidden),
            outcome.told[system.name],
        )
        for system, hidden in zip(systems, outcome.hidden, strict=True)
    }
