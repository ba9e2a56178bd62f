"""What protection needs to know of a release beside its figures: catalogue, rules, who knows what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wohnplatz import indicators
from wohnplatz.disclosure import Rule, RuleSet
from wohnplatz.model import Audience, Catalogue
from wohnplatz.store import (
    Manifest,
    ObjectStore,
)
from wohnplatz.text import enumerate_words

from .holders import Where, holders
from .protecting import SECONDS
from .sources import sources_of

Progress = Callable[[str, int, int], None]

AUDIENCES = (Audience.PUBLIC, Audience.PARTNER, Audience.PLANNING)
"""Those that need a proof; the internal working view shows everything, marked."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What protection needs to know of a release beside its figures."""

    store: ObjectStore
    catalogue: Catalogue
    rules: RuleSet
    protection: Mapping[str, str]
    inputs: Mapping[str, Sequence[tuple[str, int]]]
    minimum_denominator: Mapping[str, float]
    index_inputs: frozenset[str]
    tell: Progress
    seconds: float
    holders: Mapping[str, frozenset[Where]] = field(default_factory=dict)
    """What each supplier that counts as an intruder delivered; empty where the rules do not ask for it."""
    seed: int = field(default=0, repr=False)
    """Secret of the installation: whoever had it could replay the choice of what is hidden beside."""


def surroundings(  # noqa: PLR0913, PLR0917 (what protection needs, and how)
    store: ObjectStore,
    catalogue: Catalogue,
    rules: RuleSet,
    progress: Progress | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Surroundings:
    """What protection needs of a catalogue and its rules."""
    minimum = {
        c: i.minimum_denominator for c, i in catalogue.indicators.items() if i.minimum_denominator is not None
    }
    parts = {p.indicator for index in catalogue.indices.values() for p in (*index.status, *index.dynamics)}
    return Surroundings(
        store, catalogue, rules, indicators.protection(catalogue),
        indicators.inputs(catalogue), minimum, frozenset(parts),
        progress or (lambda text, done, total: None), seconds, seed=seed,
    )  # fmt: skip


def knowing(around: Surroundings, store: ObjectStore, manifest: Manifest) -> Surroundings:
    """With what each supplier knows of the deliveries in ``store``, where the rules fear what suppliers know.

    Suppliers who may act together know together what each of them knows.

    All audiences are protected against them alike: a supplier reads what is public, and who plans may be one.
    """
    if not around.rules.insiders:
        return around
    single = holders(store, manifest)
    together = {
        enumerate_words(names): frozenset[Where]().union(*(single.get(name, ()) for name in names))
        for names in around.rules.coalitions
    }
    return replace(around, holders=single | together)


def groups_by_rules(
    rules: RuleSet, catalogue: Catalogue, manifest: Manifest
) -> list[tuple[tuple[Audience, ...], dict[str, Rule]]]:
    """Audiences with the same rules together: they see the same figures. The public comes first."""
    found: dict[tuple[tuple[str, Rule], ...], list[Audience]] = {}
    for audience in AUDIENCES:
        of_code = rules_of(rules, catalogue, manifest, audience)
        found.setdefault(tuple(sorted(of_code.items(), key=lambda item: item[0])), []).append(audience)
    return [(tuple(audiences), dict(of_code)) for of_code, audiences in found.items()]


def rules_of(rules: RuleSet, catalogue: Catalogue, manifest: Manifest, audience: Audience) -> dict[str, Rule]:
    """The rule of every code of a figure table for an audience."""
    sources = sources_of(catalogue, manifest)
    protected = indicators.protection(catalogue)
    return {c: rules.rule(audience, p, sources.get(c)) for c, p in protected.items()}
