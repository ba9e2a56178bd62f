"""What speaks against a rule file, and what it changes against the rules in force."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils import timezone

from wohnplatz.disclosure import RULES, RuleChange, RuleSet, compare, read_rules, weaker
from wohnplatz.indicators import PYRAMID, protection
from wohnplatz.model import Catalogue, WohnplatzError
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.publication.modes import mode_of, require_one_mode
from wohnplatz.publication.surroundings import AUDIENCES
from wohnplatz.text import day
from wohnplatz.text.toml import TomlText
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.releases import ledger

from . import queries

NAME = "Regeldatei"
MOST_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule file as it was read; ``rules`` is None where it cannot be used."""

    data: bytes
    rules: RuleSet | None
    problems: tuple[WohnplatzError, ...]
    changes: tuple[RuleChange, ...]
    """Against the rules in force; what protects less first."""

    @property
    def weaker(self) -> tuple[RuleChange, ...]:
        """What protects less than now."""
        return weaker(self.changes)

    @property
    def same(self) -> bool:
        """Whether it is the very file in force."""
        return memory.rules_file().data == self.data


def judge(actor: Actor, data: bytes, name: str = NAME) -> Judged:
    """Read a rule file and hold it against catalogue, partners and what is out. Raises Refused."""
    policies.require(actor, policies.Right.PROOF)
    if len(data) > MOST_BYTES:
        return Judged(data, None, (RULES.wrong(name, "Die Datei ist zu groß für eine Regeldatei."),), ())
    found, problems = read_rules(data, name)
    if found is None:
        return Judged(data, None, problems, ())
    text = TomlText(data, name, RULES)
    told = (*_against(found, text), *taken(actor, found, data, text.where((), "version")))
    changes = compare(memory.rules(), found)
    return Judged(data, None if told else found, told, changes)


def taken(actor: Actor, rules: RuleSet, data: bytes, where: str) -> Iterator[WohnplatzError]:
    """Whether name and version stand for other rules already, here or in a release. Raises Refused."""
    sha = hashlib.sha256(data).hexdigest()
    others = [v.rules for v in queries.versions(actor) if v.sha != sha]
    if (rules.name, rules.version) in {(r.name, r.version) for r in others}:
        highest = max(r.version for r in others if r.name == rules.name)
        yield WohnplatzError(
            "Die Nummer dieser Fassung ist vergeben.",
            where=where,
            why=f"Die Fassung {rules.version} von »{rules.name}« gibt es schon mit anderem Inhalt. "
            "Jede Tabelle nennt die Fassung ihrer Regeln; dieselbe Nummer darf nicht zweierlei bedeuten.",
            todo=f"Bitte version = {highest + 1} schreiben.", code="protection.version_taken",
        )  # fmt: skip


def _against(rules: RuleSet, text: TomlText) -> Iterator[WohnplatzError]:
    """What does not fit what the district has; a name with a slip would silently protect nothing."""
    catalogue = memory.catalogue()
    yield from _unknown(text, "variables", rules.variables, catalogue.variables, "Das Merkmal")
    yield from _unknown(text, "datasets", rules.modes, catalogue.datasets, "Den Datensatz")
    yield from _unknown(
        text, "suppliers", rules.suppliers, Partner.objects.values_list("code", flat=True), "Die Lieferstelle"
    )
    yield from _of_coalitions(rules, text)
    yield from _of_detail(rules, catalogue, text)
    for audience, of in rules.audiences.items():
        for name in sorted(set(protection(catalogue).values()) - set(of.classes)):
            where = text.where(("audiences", audience.value))
            yield RULES.wrong(
                where, f"Die Schutzklasse »{name}« fehlt; Indikatoren des Katalogs gehören zu ihr."
            )
    today = timezone.localdate()
    if not rules.valid_on(today):
        until = f" bis {day(rules.valid_to)}" if rules.valid_to else ""
        told = f"Die Datei gilt von {day(rules.valid_from)}{until}, also nicht heute."
        yield RULES.wrong(text.where((), "valid_from"), told)
    try:
        _require_modes(rules, catalogue)
    except WohnplatzError as error:
        yield error


def _of_coalitions(rules: RuleSet, text: TomlText) -> Iterator[WohnplatzError]:
    """Suppliers named together that there are none of: a coalition of one protects nothing."""
    known = set(Partner.objects.values_list("code", flat=True))
    for name in sorted({n for names in rules.coalitions for n in names} - known):
        where = text.where(("intruder",), "coalitions")
        yield RULES.wrong(
            where, f"Die Lieferstelle »{name}« gibt es nicht. Bekannt sind: {', '.join(sorted(known))}."
        )


def _of_detail(rules: RuleSet, catalogue: Catalogue, text: TomlText) -> Iterator[WohnplatzError]:
    """What is said of broken-down figures that there are none of: it would silently do nothing."""
    levels = {division.level for division in district.divisions_in_force()}
    for dataset, named in rules.undetailed.items():
        where = text.where(("datasets", dataset), "without_breakdowns_on")
        for level in sorted(named - levels):
            yield RULES.wrong(
                where, f"Die Ebene »{level}« gibt es nicht. Bekannt sind: {', '.join(sorted(levels))}."
            )
        yield from _of_pyramid(dataset, catalogue, where)
    for dataset, named in rules.undivided.items():
        where = text.where(("datasets", dataset), "without_breakdowns_by")
        yield from _of_pyramid(dataset, catalogue, where)
        for dimension in sorted(named - set(PYRAMID)):
            yield RULES.wrong(
                where, f"»{dimension}« ist keine Gliederung des Altersaufbaus: {', '.join(PYRAMID)}."
            )
        if named >= set(PYRAMID):
            yield RULES.wrong(
                where, "Ohne Alter und ohne Geschlecht bleibt vom Altersaufbau nichts.",
                "Bitte eine der beiden Gliederungen behalten oder mit »without_breakdowns_on« die Ebenen "
                "nennen, auf denen es keine Zahlen nach Alter und Geschlecht gibt.",
            )  # fmt: skip
    bounds = catalogue.dimensions["alter"].bounds.values() if "alter" in catalogue.dimensions else ()
    starts = sorted({low for low, _ in bounds if low})
    for dataset, begins in rules.ages.items():
        where = text.where(("datasets", dataset), "ages_from")
        yield from _of_pyramid(dataset, catalogue, where)
        for age in sorted(set(begins) - set(starts)):
            known = f"Möglich sind: {', '.join(map(str, starts))}."
            yield RULES.wrong(where, f"Mit {age} Jahren beginnt keine gelieferte Altersgruppe. {known}")


def _of_pyramid(dataset: str, catalogue: Catalogue, where: str) -> Iterator[WohnplatzError]:
    """Only inhabitants are shown by age and sex."""
    people = catalogue.variables[catalogue.population].dataset
    if dataset in catalogue.datasets and dataset != people:
        yield RULES.wrong(
            where, "Aus diesem Datensatz wird nichts nach Alter und Geschlecht veröffentlicht.",
            f"Der Altersaufbau kommt aus dem Datensatz »{people}«; die Zeile gehört zu datasets.{people}.",
        )  # fmt: skip


def _require_modes(rules: RuleSet, catalogue: Catalogue) -> None:
    """Refuse another mode for counts that are out already, as the making of a release would."""
    before = memory.rules()
    known = known_to(entries(memory.store(), ledger.head()), AUDIENCES)
    changed = [n for n in known.of_node if mode_of(rules, catalogue, n) != mode_of(before, catalogue, n)]
    records = (read_record(memory.store(), sha) for sha in known.touching(changed))
    require_one_mode(rules, catalogue, records)


def _unknown(
    text: TomlText, section: str, named: Collection[str], known: Collection[str], word: str
) -> Iterator[WohnplatzError]:
    codes = sorted(known)
    for code in sorted(set(named) - set(codes)):
        meant = get_close_matches(code, codes, 1)
        listed = f"Bekannt sind: {', '.join(codes[:30])}." if codes else "Es gibt noch keine."
        hint = f" Gemeint ist vielleicht »{meant[0]}«." if meant else f" {listed}"
        yield RULES.wrong(
            text.where((section, code)), f"{word} »{code}« gibt es nicht.{hint}",
            "Bitte den Namen berichtigen: Eine Regel für etwas Unbekanntes schützt nichts.",
        )  # fmt: skip
