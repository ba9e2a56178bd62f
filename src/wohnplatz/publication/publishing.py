"""A release protected: patterns and proofs for every audience, as results in its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wohnplatz import indicators
from wohnplatz.disclosure import load_rules
from wohnplatz.model import Audience
from wohnplatz.store import (
    Kind,
    Manifest,
    ObjectStore,
)

from .ledger import KNOWS, LedgerEntry, Line, entries, known_to
from .modes import (
    require_known,
)
from .names import LEDGER
from .outcome import Outcome
from .protecting import SECONDS
from .surroundings import Progress, Surroundings, groups_by_rules, knowing, surroundings
from .system import System, systems_of


def publish_release(  # noqa: PLR0913 (all but what is published by name)
    store: ObjectStore,
    manifest: Manifest,
    head: str,
    *,
    progress: Progress | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Manifest:
    """The manifest with the patterns, proofs and indices of all audiences, and the new head of the ledger.

    A function of the manifest, of the ledger up to ``head`` and of the ``seed``. What cannot be proven in
    ``seconds`` for one block is hidden. Raises ``WohnplatzError`` where the ledger is damaged; then nothing
    is published.
    """
    catalogue = indicators.catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    rules_in_force = load_rules(store.path(Kind.RULES, manifest.rules))
    around = surroundings(store, catalogue, rules_in_force, progress, seconds, seed)
    return published(around, manifest, head, systems_of(around, manifest))


def published(around: Surroundings, manifest: Manifest, head: str, systems: Sequence[System]) -> Manifest:
    """``publish_release`` with the figures at hand."""
    require_known(around.rules, around.catalogue)
    around = knowing(around, around.store, manifest)
    store, history = around.store, entries(around.store, head)
    results: dict[str, str] = {}
    lines: dict[Audience, tuple[Line, ...]] = {}
    for group, rules in groups_by_rules(around.rules, around.catalogue, manifest):
        seen = {a for audience in group for a in KNOWS[audience]}
        before = [*history, LedgerEntry(head, "", "", lines)]
        outcome = Outcome(around, rules, known_to(before, seen)).of(systems)
        written = outcome.write(group[0])
        for audience in group:
            lines[audience] = outcome.lines()
            results |= {name.replace(f":{group[0]}", f":{audience}"): sha for name, sha in written.items()}
    entry = LedgerEntry(head, manifest.label, manifest.made_at.isoformat(), lines)
    return replace(manifest, results={**manifest.results, **results, LEDGER: entry.save(store)})
