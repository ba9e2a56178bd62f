"""The proof of a release as a sheet for the data protection officer, and checking it once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.utils import timezone

from wohnplatz.disclosure import Rule
from wohnplatz.model import Catalogue, CellState, Hierarchy, ReleasedTable
from wohnplatz.publication.beside import read_outcome
from wohnplatz.publication.clearing import proof_list
from wohnplatz.publication.modes import modes_in_words
from wohnplatz.publication.summary import Checked, check, hashes, summary
from wohnplatz.publication.surroundings import AUDIENCES
from wohnplatz.publication.universe import Contradiction
from wohnplatz.report.proof_sheet import AudienceProof, ClassRow, DivisionProof, OutputRow, ProofSheet, Tally
from wohnplatz.text import enumerate_words
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import content, ledger, outputs, queries
from .models import OutputKind, Release, RunState

Progress = Callable[[int, int], None]
INDICES = "Sozialindizes"
AGES = "Altersaufbau"
SINGLE = frozenset({OutputKind.DOWNLOAD, OutputKind.PICTURE})
"""Kinds of which an atlas holds hundreds: the sheet counts them."""


def sheet(user: Actor, release: Release) -> ProofSheet:
    """Rules, counts per state and outcome of the attack; no figure and nothing that names one.

    Raises Refused, and WohnplatzError (``publication.no_proof``) for a release without a proof.
    """
    policies.require(user, policies.Right.PROOF)
    made = queries.manifest(release)
    rules = content.rules(made.rules)
    groups: dict[str, list[str]] = {}
    for audience in AUDIENCES:
        named = hashes(memory.store(), made, audience)
        groups.setdefault(repr(sorted(named.items())), []).append(audience.value)
    proofs = []
    for same in groups.values():
        audience = next(a for a in AUDIENCES if a.value == same[0])
        proofs.append(
            AudienceProof(
                tuple(rules.audiences[a].label for a in AUDIENCES if a.value in same),
                _tallies(user, release, audience.value),
                summary(memory.store(), made, audience),
                tuple(hashes(memory.store(), made, audience).items()),
            )
        )
    return ProofSheet(
        district=made.district, release=release.label, release_id=release.manifest, made_at=release.made_at,
        policy=f"{rules.label}, Fassung {rules.version}", sources=rules.sources,
        classes=tuple(_class_rows(release)), proofs=tuple(proofs),
        outputs=tuple(_output_rows(user, release)),
        single=release.outputs.filter(kind__in=SINGLE).count(),
        contradictions=contradicted(
            proof_list(memory.store(), made, AUDIENCES[0]).contradictions,
            content.knowledge(made.catalogue).catalogue,
            content.hierarchy(made),
        ),
        divisions=_divisions(release), questions=_questions(release),
        modes=modes_in_words(rules, content.knowledge(made.catalogue).catalogue),
        rules=made.rules, insiders=rules.insiders, coalitions=rules.coalitions,
    )  # fmt: skip


def _output_rows(user: Actor, release: Release) -> Iterator[OutputRow]:
    rules = content.rules(queries.manifest(release).rules)
    words = {a.value: rules.audiences[a].label for a in AUDIENCES}
    for entry in outputs.of_release(user, release):
        if entry.kind in SINGLE:
            continue
        yield OutputRow(
            entry.name, entry.get_kind_display(), words.get(entry.audience, entry.audience),
            timezone.localtime(entry.made_at), entry.made_by, entry.figures, entry.sha,
        )  # fmt: skip


def contradicted(
    found: Iterable[Contradiction], catalogue: Catalogue, hierarchy: Hierarchy
) -> tuple[str, ...]:
    """Places where totals contradict their parts: variable, area, year and category, no number."""
    return tuple(
        f"{catalogue.variables[c.variable].label}, {_area_name(hierarchy, c.area)}, {c.year}"
        + (f" ({c.category.replace(';', ', ')})" if c.category else "")
        for c in found
    )


def _area_name(hierarchy: Hierarchy, key: str) -> str:
    level = hierarchy.level_of(key)
    return hierarchy.areas(level)[key].name if level else key


def _divisions(release: Release) -> tuple[DivisionProof, ...]:
    """What joint audits opened of divisions beside the hierarchy."""
    labels = content.rules(queries.manifest(release).rules).audiences
    found = []
    for row in release.clearances.filter(state=RunState.DONE).select_related("division"):
        for audience in (a for a in AUDIENCES if a.value in row.results):
            counts = read_outcome(memory.store(), row.results[audience.value]).counts
            numbers = (counts[name] for name in ("open", "hidden", "records", "needs"))
            found.append(DivisionProof(row.division.label, labels[audience].label, *numbers))
    return tuple(found)


def _records(release: Release) -> set[str]:
    """Proofs of everything that came out beside a release."""
    found = {sha for row in release.inquiries.all() for sha in row.records}
    for row in release.clearances.filter(state=RunState.DONE):
        found |= {s for sha in row.results.values() for s in read_outcome(memory.store(), sha).records}
    return found


def _questions(release: Release) -> tuple[tuple[str, int, int], ...]:
    """How many questions for own areas were answered and refused."""
    labels = content.rules(queries.manifest(release).rules).audiences
    counted = Counter(release.inquiries.values_list("audience", "answered"))
    return tuple(
        (labels[a].label, counted[a.value, True], counted[a.value, False])
        for a in AUDIENCES
        if counted[a.value, True] or counted[a.value, False]
    )


def check_again(user: Actor, release: Release, progress: Progress | None = None) -> Checked:
    """Check every proof of a release afresh, and the chain of the ledger; noted in the log.

    Raises Refused, and WohnplatzError (``publication.no_proof``) for a release without a proof.
    """
    policies.require(user, policies.Right.PROOF)
    done = check(
        memory.store(), queries.manifest(release), AUDIENCES, progress, further=_records(release),
        head=ledger.head(),
    )  # fmt: skip
    record(
        user, "releases.check", release, timezone.now(),
        records=done.records, failed=done.failed, ledger="damaged" if done.ledger_error else "holds",
    )  # fmt: skip
    return done


def _tallies(user: Actor, release: Release, audience: str) -> tuple[Tally, ...]:
    """How many figures the audience sees, by level and block; cached, for a release never changes."""
    key = (release.manifest, audience)
    if key not in _KNOWN:
        if len(_KNOWN) > 32:
            _KNOWN.clear()
        _KNOWN[key] = _counted(user, release, audience)
    return _KNOWN[key]


_KNOWN: dict[tuple[str, str], tuple[Tally, ...]] = {}


def _counted(user: Actor, release: Release, audience: str) -> tuple[Tally, ...]:
    wanted = next(a for a in AUDIENCES if a.value == audience)
    known = content.knowledge(queries.manifest(release).catalogue)
    found: Counter[tuple[str, str, str]] = Counter()
    for breakdown in (False, True):
        table = queries.figures(
            user, release, indicators=set(known.meta), breakdown=breakdown, audience=wanted
        )
        _count(table, release, found)
    labels = {d.level: d.label for d in queries.hierarchy(release).divisions}
    order = [*labels]
    places = sorted({(level, block) for level, block, _ in found}, key=lambda p: (p[1], order.index(p[0])))
    return tuple(
        Tally(labels[level], block, *(found[level, block, state] for state in ("open", "hidden", "empty")))
        for level, block in places
    )


def _count(table: ReleasedTable, release: Release, found: Counter[tuple[str, str, str]]) -> None:
    labels = _blocks(release)
    for figure in table:
        state = "hidden" if figure.state is CellState.PROTECTED else "empty"
        if figure.value is not None:
            state = "open"
        block = AGES if figure.breakdown else labels.get(figure.indicator, INDICES)
        found[figure.level, block, state] += 1


def _blocks(release: Release) -> dict[str, str]:
    catalogue = queries.catalogue(release)
    return {code: catalogue.blocks.get(i.block, i.block) for code, i in catalogue.indicators.items()}


def _class_rows(release: Release) -> list[ClassRow]:
    """A row for each class; one for each demand where audiences differ, which names them."""
    rules = content.rules(queries.manifest(release).rules)
    used = Counter(content.knowledge(queries.manifest(release).catalogue).protection.values())
    rows = []
    for name in rules.audiences[AUDIENCES[0]].classes:
        demands: dict[Rule, list[str]] = {}
        for audience in AUDIENCES:
            own = rules.audiences[audience]
            demands.setdefault(own.classes[name], []).append(own.label)
        for rule, audiences in demands.items():
            of = f", für {enumerate_words(audiences)}" if len(demands) > 1 else ""
            rows += [_class_row(f"{rule.label}{of}", used[name], rule)] if used[name] else []
    return rows


def _class_row(label: str, indicators: int, rule: Rule) -> ClassRow:
    return ClassRow(
        label, indicators, rule.minimum_count, rule.complement, rule.whole_group, rule.minimum_denominator,
        rule.minimum_population, "–" if rule.checks_nothing else rule.level.word,
    )  # fmt: skip
