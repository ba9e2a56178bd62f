"""Reading a rule file: whatever is wrong in it is said with file, line, key and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from ..model import Audience, WohnplatzError
from ..text.toml import TomlKind, TomlTable, TomlText
from .rules import AudienceRules, Demand, Level, Mode, Rule, RuleSet, Weights, Zeros

Part = TypeVar("Part")

RULES = TomlKind(
    "Die Schutzregeln sind nicht brauchbar.",
    "Bitte die Regeldatei berichtigen; vorher wird nichts ausgegeben.",
    "disclosure.rules",
)
STANDARD_RULES = Path(__file__).with_name("rules") / "standard.toml"
"""The packaged rule set; a district copies it and changes the copy."""


def load_rules(path: Path | None = None) -> RuleSet:
    """Rule set of a TOML file, by default the packaged one.

    Raises ``WohnplatzError`` (code ``disclosure.rules``) that names file, line and key: an absent or
    unreadable file, missing, unknown or wrongly typed keys, negative limits, an audience that is absent or
    unknown.
    """
    source = path or STANDARD_RULES
    try:
        data = source.read_bytes()
    except OSError as error:
        raise RULES.wrong(source.name, f"Die Datei ist nicht lesbar: {error.strerror}.") from error
    found, problems = read_rules(data, source.name)
    if found is None:
        raise problems[0]
    return found


def read_rules(data: bytes, name: str) -> tuple[RuleSet | None, tuple[WohnplatzError, ...]]:
    """The rule set of a file's bytes, or None with everything that is wrong (one error for each section)."""
    try:
        text = TomlText(data, name, RULES)
    except WohnplatzError as error:
        return None, (error,)
    found = None
    try:
        found = _rule_set(text.table())
    except WohnplatzError as error:
        text.problems.append(error)
    return (None if text.problems else found), tuple(text.problems)


def _each(
    entries: Mapping[str, TomlTable], parse: Callable[[TomlTable], Part], instead: Part
) -> dict[str, Part]:
    """Every section parsed; where one is wrong, that is noted and ``instead`` stands for it."""
    found = {}
    for name, entry in entries.items():
        try:
            found[name] = parse(entry)
        except WohnplatzError as error:
            entry.text.problems.append(error)
            found[name] = instead
    return found


def _rule_set(table: TomlTable) -> RuleSet:
    base = _each(table.tables("classes"), lambda entry: _rule(entry, None), Rule("?"))
    if not base:
        raise table.wrong("Es ist keine Schutzklasse festgelegt.")
    entries = table.tables("audiences")
    names = {a.value for a in Audience}
    if set(entries) != names:
        odd = sorted(names ^ set(entries))[0]
        raise table.wrong(f"Die Zielgruppe »{odd}« fehlt oder ist unbekannt.", "audiences")
    audiences = _each(entries, lambda entry: _audience(entry, base), AudienceRules("?", "?", base))
    nothing = Demand("?", Rule("?"), {}, frozenset())
    suppliers, variables = (
        _each(table.tables(key), lambda entry: _demand(entry, base), nothing)
        for key in ("suppliers", "variables")
    )
    datasets = _each(table.tables("datasets"), _dataset, _Dataset())
    valid_to = table.get("valid_to", date) if "valid_to" in table.data else None
    result = RuleSet(
        table.get("name", str), table.get("label", str), table.get("version", int),
        table.get("valid_from", date), valid_to, table.texts("sources"),
        {Audience(name): found for name, found in audiences.items()}, suppliers, variables,
        {name: of.mode for name, of in datasets.items()},
        {name: of.since for name, of in datasets.items() if of.since},
        _weights(table), *_intruder(table),
        {name: of.undetailed for name, of in datasets.items() if of.undetailed},
        {name: of.ages for name, of in datasets.items() if of.ages},
        {name: of.undivided for name, of in datasets.items() if of.undivided},
    )  # fmt: skip
    table.finish()
    return result


def _demand(table: TomlTable, base: Mapping[str, Rule]) -> Demand:
    """What a supplier or variable asks on top; a limit it does not name asks nothing."""
    own = table.tables("classes")
    _known_classes(table, own, base)
    listed = table.texts("audiences", [a.value for a in Audience])
    unknown = [a for a in listed if a not in set(Audience)]
    if unknown:
        known = ", ".join(Audience)
        raise table.wrong(f"»{unknown[0]}« ist keine Zielgruppe. Bekannt sind: {known}.", "audiences")
    if "zeros" in table.data:
        raise table.wrong("Ob Nullen sichtbar sind, legt die Schutzklasse fest, nicht diese Stelle.", "zeros")
    nothing = Rule(table.get("label", str))
    classes = {name: _rule(entry, nothing, demand=True) for name, entry in own.items()}
    rule = _rule(table, nothing, demand=True)
    return Demand(rule.label, rule, classes, frozenset(Audience(a) for a in listed))


@dataclass(frozen=True, slots=True)
class _Dataset:
    """What is said of one data set."""

    mode: Mode = Mode.SUPPRESSION
    since: int = 0
    undetailed: frozenset[str] = frozenset()
    ages: tuple[int, ...] = ()
    undivided: frozenset[str] = frozenset()


def _dataset(entry: TomlTable) -> _Dataset:
    mode = entry.choice("mode", Mode, Mode.SUPPRESSION)
    first: int = entry.get("since", int, 0)
    if first and mode in {Mode.SUPPRESSION, Mode.SOURCE}:
        raise entry.wrong("Ein Anfangsjahr gehört zu »rounding« oder »cell_key«.", "since")
    levels, undivided = (
        frozenset(entry.texts(key, ())) for key in ("without_breakdowns_on", "without_breakdowns_by")
    )
    ages = entry.get("ages_from", list, [])
    whole = all(isinstance(age, int) and not isinstance(age, bool) and 0 < age < 100 for age in ages)
    if not whole or ages != sorted(set(ages)):
        raise entry.wrong("Erwartet werden ganze Jahre zwischen 1 und 99, aufsteigend.", "ages_from")
    entry.finish()
    return _Dataset(mode, first, levels, tuple(ages), undivided)


def _weights(table: TomlTable) -> Weights:
    entry = table.part("weights")
    standard = Weights()
    values = {f.name: entry.limit(f.name, getattr(standard, f.name)) for f in fields(Weights)}
    entry.finish()
    for name, value in values.items():
        if value < 1:
            raise entry.wrong(f"Ein Gewicht ist mindestens 1, nicht {value:g}.", name)
    return Weights(**values)


def _intruder(table: TomlTable) -> tuple[bool, tuple[tuple[str, ...], ...]]:
    """Whether suppliers are intruders, and which of them together."""
    entry = table.part("intruder")
    insiders: bool = entry.get("insiders", bool, False)
    listed = entry.get("coalitions", list, [])
    entry.finish()
    found = []
    for names in listed:
        several = isinstance(names, list) and all(isinstance(n, str) and n for n in names)
        if not several or len(set(names)) < 2:
            example = 'coalitions = [["gemeinde-a", "gemeinde-b"]]'
            raise entry.wrong(
                f"Erwartet werden Listen von je mindestens zwei Codes: {example}.", "coalitions"
            )
        found.append(tuple(sorted(set(names))))
    if found and not insiders:
        raise entry.wrong(
            "»coalitions« gilt zusätzlich zu jeder einzelnen Lieferstelle und braucht »insiders = true«.",
            "coalitions",
        )
    return insiders, tuple(sorted(set(found)))


def _known_classes(table: TomlTable, own: Mapping[str, TomlTable], base: Mapping[str, Rule]) -> None:
    unknown = sorted(set(own) - set(base))
    if unknown:
        raise own[unknown[0]].wrong(f"Die Schutzklasse »{unknown[0]}« ist oben nicht festgelegt.")


def _audience(table: TomlTable, base: Mapping[str, Rule]) -> AudienceRules:
    own = table.tables("classes")
    _known_classes(table, own, base)
    classes = {name: _rule(own[name], rule) if name in own else rule for name, rule in base.items()}
    primary = table.get("primary", bool, True)
    if not primary and table.path[-1] != Audience.WORKING:
        raise table.wrong("Nur die interne Arbeitsansicht darf kleine Zahlen zeigen.", "primary")
    result = AudienceRules(table.get("label", str), table.get("policy", str), classes, primary)
    table.finish()
    return result


def _rule(table: TomlTable, base: Rule | None, *, demand: bool = False) -> Rule:
    """A class's rule, or an audience's or a demand's version of it that names only what differs."""
    start = base or Rule("")
    values: dict[str, Any] = {}
    for field in fields(Rule):
        default = getattr(start, field.name)
        if field.name == "label":
            values["label"] = table.get("label", str, default or None)
        elif isinstance(default, StrEnum):
            values[field.name] = table.choice(field.name, type(default), default)
        elif isinstance(default, bool):
            values[field.name] = table.get(field.name, bool, default)
        else:
            values[field.name] = table.limit(field.name, default)
    table.finish()
    rule = Rule(**values)
    _fits_together(table, rule, demand)
    return rule


def _fits_together(table: TomlTable, rule: Rule, demand: bool) -> None:
    """Refuse a rule whose parts contradict each other; a demand may lean on the class's own parts."""
    if rule.complement and not rule.minimum_count and not demand:
        raise table.wrong("»complement« braucht eine Mindestfallzahl (minimum_count).", "complement")
    if bool(rule.dominance_count) != bool(rule.dominance_share):
        raise table.wrong("»dominance_count« und »dominance_share« gehören zusammen.")
    if rule.dominance_count not in (0, 1, 2, 3):
        raise table.wrong("Möglich sind 1, 2 oder 3 größte Beiträge.", "dominance_count")
    for name in ("dominance_share", "p_percent"):
        if getattr(rule, name) > 100:
            raise table.wrong("Ein Anteil in Prozent liegt zwischen 0 und 100.", name)
    if rule.level is Level.PRESENCE_HIDDEN and rule.zeros is Zeros.VISIBLE and not demand:
        raise table.wrong(
            '»presence_hidden« geht nur, wo auch Nullen verborgen werden dürfen (zeros = "candidate").',
            "level",
        )
