"""What speaks against a rule file, and what it changes against the rules in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils import timezone

from wohnplatz.disclosure import RuleChange, RuleSet, RuleText, compare, read_rules, weaker, wrong
from wohnplatz.indicators import protection
from wohnplatz.model import Catalogue, WohnplatzError
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.publication.modes import mode_of, require_one_mode
from wohnplatz.publication.surroundings import AUDIENCES
from wohnplatz.text import day
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.releases import ledger

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
        return Judged(data, None, (wrong(name, "Die Datei ist zu groß für eine Regeldatei."),), ())
    found, problems = read_rules(data, name)
    if found is None:
        return Judged(data, None, problems, ())
    told = tuple(_against(found, RuleText(data, name)))
    changes = compare(memory.rules(), found)
    return Judged(data, None if told else found, told, changes)


def _against(rules: RuleSet, text: RuleText) -> Iterator[WohnplatzError]:
    """What does not fit what the district has; a name with a slip would silently protect nothing."""
    catalogue = memory.catalogue()
    yield from _unknown(text, "variables", rules.variables, catalogue.variables, "Das Merkmal")
    yield from _unknown(text, "datasets", rules.modes, catalogue.datasets, "Den Datensatz")
    yield from _unknown(
        text, "suppliers", rules.suppliers, Partner.objects.values_list("code", flat=True), "Die Lieferstelle"
    )
    levels = {division.level for division in district.divisions_in_force()}
    for dataset, named in rules.undetailed.items():
        for level in sorted(named - levels):
            where = text.where(("datasets", dataset), "without_breakdowns_on")
            yield wrong(
                where, f"Die Ebene »{level}« gibt es nicht. Bekannt sind: {', '.join(sorted(levels))}."
            )
    for audience, of in rules.audiences.items():
        for name in sorted(set(protection(catalogue).values()) - set(of.classes)):
            where = text.where(("audiences", audience.value))
            yield wrong(where, f"Die Schutzklasse »{name}« fehlt; Indikatoren des Katalogs gehören zu ihr.")
    today = timezone.localdate()
    if not rules.valid_on(today):
        until = f" bis {day(rules.valid_to)}" if rules.valid_to else ""
        told = f"Die Datei gilt von {day(rules.valid_from)}{until}, also nicht heute."
        yield wrong(text.where((), "valid_from"), told)
    try:
        _require_modes(rules, catalogue)
    except WohnplatzError as error:
        yield error


def _require_modes(rules: RuleSet, catalogue: Catalogue) -> None:
    """Refuse another mode for counts that are out already, as the making of a release would."""
    before = memory.rules()
    known = known_to(entries(memory.store(), ledger.head()), AUDIENCES)
    changed = [n for n in known.of_node if mode_of(rules, catalogue, n) != mode_of(before, catalogue, n)]
    records = (read_record(memory.store(), sha) for sha in known.touching(changed))
    require_one_mode(rules, catalogue, records)


def _unknown(
    text: RuleText, section: str, named: Collection[str], known: Collection[str], word: str
) -> Iterator[WohnplatzError]:
    codes = sorted(known)
    for code in sorted(set(named) - set(codes)):
        meant = get_close_matches(code, codes, 1)
        listed = f"Bekannt sind: {', '.join(codes[:30])}." if codes else "Es gibt noch keine."
        hint = f" Gemeint ist vielleicht »{meant[0]}«." if meant else f" {listed}"
        yield wrong(
            text.where((section, code)), f"{word} »{code}« gibt es nicht.{hint}",
            "Bitte den Namen berichtigen: Eine Regel für etwas Unbekanntes schützt nichts.",
        )  # fmt: skip
