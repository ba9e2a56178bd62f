"""A release as it would be: what each audience would see, what that costs, what less detail would save."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wohnplatz.disclosure import load_rules
from wohnplatz.indicators import catalogue_from_json
from wohnplatz.model import Audience
from wohnplatz.store import Kind, Manifest, ObjectStore

from .clearing import ProofList, proof_list
from .coarsening import Frame
from .costs import Costs, costs
from .names import open_name, proof_name
from .publishing import published
from .record import CLOSED, WIDENED
from .savings import SECONDS, Saving, savings
from .surroundings import AUDIENCES, Progress, Surroundings, surroundings
from .system import System, systems_of
from .tallies import Tally, before, rules_of, seen, tallies
from .universe import Contradiction
from .variants import Figures, Topic


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Something the rules ask that cannot be had; the place in words, without a number."""

    kind: str
    """``unavoidable``, ``widened`` or ``closed``."""
    variable: str
    year: int
    area: str = ""


@dataclass(frozen=True, slots=True)
class AudiencePreview:
    """What audiences under the same rules would see."""

    audiences: tuple[Audience, ...]
    costs: Costs
    tallies: tuple[Tally, ...]
    savings: tuple[Saving, ...]
    unsettled: tuple[Topic, ...]
    """Costly topics for which nothing coarser could be compared in the time there is."""
    infeasible: tuple[Infeasible, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A release as it would be."""

    audiences: tuple[AudiencePreview, ...]
    contradictions: tuple[Contradiction, ...]


def preview(  # noqa: PLR0913 (as publish_release)
    store: ObjectStore,
    manifest: Manifest,
    head: str,
    newest: Manifest | None = None,
    *,
    progress: Progress | None = None,
    seed: int = 0,
) -> Preview:
    """What a release of ``manifest`` (with its figures computed) would show beside everything that is out.

    It is protected as ``publish_release`` does it; ``store`` keeps what is made, so it should be one beside
    the real one. ``newest`` is the release to compare with. Raises ``WohnplatzError`` where the ledger is
    damaged.
    """
    catalogue = catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    rules = load_rules(store.path(Kind.RULES, manifest.rules))
    around = surroundings(store, catalogue, rules, progress, seed=seed)
    systems = systems_of(around, manifest)
    made = published(around, manifest, head, systems)
    found = [_of_group(around, made, systems[0], group, newest) for group in _groups(made)]
    told = {c: None for a in AUDIENCES for c in proof_list(store, made, a).contradictions}
    return Preview(tuple(found), tuple(told))


def _groups(made: Manifest) -> list[tuple[Audience, ...]]:
    """Audiences that see the same figures."""
    found: dict[tuple[str, str], list[Audience]] = {}
    for audience in AUDIENCES:
        key = (made.results[open_name(audience)], made.results[proof_name(audience)])
        found.setdefault(key, []).append(audience)
    return [tuple(group) for group in found.values()]


def _of_group(
    around: Surroundings,
    made: Manifest,
    system: System,
    group: tuple[Audience, ...],
    newest: Manifest | None,
) -> AudiencePreview:
    store, audience = around.store, group[0]
    around.tell("Vorschau: mit dem geltenden Datenstand vergleichen", 0, 1)
    now = seen(store, made, audience)
    known = newest is not None and open_name(audience) in newest.results
    then = seen(store, newest, audience) if known and newest is not None else None
    frame = Frame(
        rules_of(around.catalogue, store, made, audience), around.minimum_denominator, around.rules,
        around.index_inputs, SECONDS,
    )  # fmt: skip
    figures = Figures(system.universe, system.table, around.catalogue, system.hierarchy.levels, frame)
    return AudiencePreview(
        group,
        costs(now, around.catalogue, system.hierarchy.levels, around.index_inputs),
        tallies(now, before(now, then)),
        *savings(figures, now, around.tell),
        tuple(infeasible(proof_list(store, made, audience))),
    )


def infeasible(listed: ProofList) -> Iterator[Infeasible]:
    """What the rules ask and no pattern can give, or could not be proven in time."""
    for sha, names, status in listed.records:
        if status in {WIDENED, CLOSED} or sha in listed.late:
            variable, year = min(names)
            yield Infeasible(status if status == CLOSED else WIDENED, variable, year)
    for place in sorted(set(listed.unavoidable)):
        yield Infeasible("unavoidable", place.variable, place.year, place.area)
