"""Reading a rule file: whatever is wrong in it is said with file, key and what to do."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from ..model import Audience, WohnplatzError
from .rules import AudienceRules, Demand, Level, Mode, Rule, RuleSet, Weights, Zeros

Choice = TypeVar("Choice", bound=StrEnum)

STANDARD_RULES = Path(__file__).with_name("rules") / "standard.toml"
"""The packaged rule set; a district copies it and changes the copy."""


def load_rules(path: Path | None = None) -> RuleSet:
    """Rule set of a TOML file, by default the packaged one.

    Raises ``WohnplatzError`` (code ``disclosure.rules``) that names file and key: an absent or unreadable
    file, missing, unknown or wrongly typed keys, negative limits, an audience that is absent or unknown.
    """
    source = path or STANDARD_RULES
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(source.name, f"Die Datei ist nicht lesbar: {error}") from error
    return _rule_set(_Table(data, source.name))


class _Table:
    """A TOML table that knows its place and notices keys nobody asked for."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self.data, self.where, self.asked = data, where, set[str]()

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        self.asked.add(key)
        value = self.data.get(key, default)
        if value is None:
            raise _wrong(self.where, f"Die Angabe »{key}« fehlt.")
        # bool is a number in Python; a rule that says `minimum_count = true` is a mistake.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _wrong(f"{self.where}, {key}", f"Erwartet wird {_KINDS[kind]}, dort steht {value!r}.")
        return value

    def limit(self, key: str, default: float) -> float:
        value = float(
            self.get(key, float if isinstance(self.data.get(key, default), float) else int, default)
        )
        if not math.isfinite(value) or value < 0:
            raise _wrong(f"{self.where}, {key}", f"Eine Grenze ist endlich und nicht negativ, nicht {value}.")
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice) -> Choice:
        value = self.get(key, str, str(default))
        if value not in set(kind):
            known = ", ".join(kind)
            raise _wrong(f"{self.where}, {key}", f"»{value}« ist unbekannt. Möglich sind: {known}.")
        return kind(value)

    def tables(self, key: str) -> dict[str, _Table]:
        data = self.get(key, dict, {})
        for name, entry in data.items():
            if not isinstance(entry, dict):
                raise _wrong(f"{self.where}, {key}.{name}", "Hier muss ein Abschnitt stehen.")
        return {name: _Table(entry, f"{self.where}, {key}.{name}") for name, entry in data.items()}

    def part(self, key: str) -> _Table:
        """A section of its own; an absent one is empty."""
        return _Table(self.get(key, dict, {}), f"{self.where}, {key}")

    def finish(self) -> None:
        unknown = sorted(set(self.data) - self.asked)
        if unknown:
            known = ", ".join(sorted(self.asked))
            raise _wrong(self.where, f"Unbekannte Angabe »{unknown[0]}«. Bekannt sind: {known}.")


_KINDS = {
    str: "ein Text",
    int: "eine Zahl",
    float: "eine Zahl",
    bool: "true oder false",
    date: "ein Datum (JJJJ-MM-TT)",
    dict: "ein Abschnitt",
    list: "eine Liste",
}


def _wrong(where: str, what: str) -> WohnplatzError:
    return WohnplatzError(
        "Die Schutzregeln sind nicht brauchbar.",
        where=where,
        why=what,
        todo="Bitte die Regeldatei berichtigen; vorher wird nichts ausgegeben.",
        code="disclosure.rules",
    )


def _rule_set(table: _Table) -> RuleSet:
    base = {name: _rule(entry, None) for name, entry in table.tables("classes").items()}
    if not base:
        raise _wrong(table.where, "Es ist keine Schutzklasse festgelegt.")
    entries = table.tables("audiences")
    names = {a.value for a in Audience}
    if set(entries) != names:
        odd = sorted(names ^ set(entries))[0]
        raise _wrong(f"{table.where}, audiences", f"Die Zielgruppe »{odd}« fehlt oder ist unbekannt.")
    audiences = {Audience(name): _audience(entry, base) for name, entry in entries.items()}
    valid_to = table.get("valid_to", date) if "valid_to" in table.data else None
    result = RuleSet(
        table.get("name", str), table.get("label", str), table.get("version", int),
        table.get("valid_from", date), valid_to, _sources(table), audiences,
        _demands(table.tables("suppliers"), base), _demands(table.tables("variables"), base),
        *_modes(table.tables("datasets")), _weights(table), _insiders(table),
    )  # fmt: skip
    table.finish()
    return result


def _sources(table: _Table) -> tuple[str, ...]:
    sources = table.get("sources", list)
    if not all(isinstance(s, str) for s in sources):
        raise _wrong(f"{table.where}, sources", "Jede Quelle ist ein Text.")
    return tuple(sources)


def _demands(entries: Mapping[str, _Table], base: Mapping[str, Rule]) -> dict[str, Demand]:
    """What suppliers or variables ask on top; a limit they do not name asks nothing."""
    return {name: _demand(entry, base) for name, entry in entries.items()}


def _demand(table: _Table, base: Mapping[str, Rule]) -> Demand:
    own = table.tables("classes")
    _known_classes(table, own, base)
    listed = table.get("audiences", list, [a.value for a in Audience])
    unknown = [a for a in listed if a not in set(Audience)]
    if unknown:
        known = ", ".join(Audience)
        raise _wrong(
            f"{table.where}, audiences", f"»{unknown[0]}« ist keine Zielgruppe. Bekannt sind: {known}."
        )
    if "zeros" in table.data:
        raise _wrong(
            f"{table.where}, zeros",
            "Ob Nullen sichtbar sind, legt die Schutzklasse fest, nicht diese Stelle.",
        )
    nothing = Rule(table.get("label", str))
    classes = {name: _rule(entry, nothing, demand=True) for name, entry in own.items()}
    rule = _rule(table, nothing, demand=True)
    return Demand(rule.label, rule, classes, frozenset(Audience(a) for a in listed))


def _modes(entries: Mapping[str, _Table]) -> tuple[dict[str, Mode], dict[str, int]]:
    """The modes of data sets, and the first years they hold for where one is named."""
    modes, since = {}, {}
    for name, entry in entries.items():
        modes[name] = entry.choice("mode", Mode, Mode.SUPPRESSION)
        first = entry.get("since", int, 0)
        if first:
            since[name] = first
            if modes[name] in {Mode.SUPPRESSION, Mode.SOURCE}:
                raise _wrong(f"{entry.where}, since", "Ein Anfangsjahr gehört zu »rounding« oder »cell_key«.")
        entry.finish()
    return modes, since


def _weights(table: _Table) -> Weights:
    entry = table.part("weights")
    standard = Weights()
    values = {f.name: entry.limit(f.name, getattr(standard, f.name)) for f in fields(Weights)}
    entry.finish()
    for name, value in values.items():
        if value < 1:
            raise _wrong(f"{entry.where}, {name}", f"Ein Gewicht ist mindestens 1, nicht {value:g}.")
    return Weights(**values)


def _insiders(table: _Table) -> bool:
    entry = table.part("intruder")
    result: bool = entry.get("insiders", bool, False)
    entry.finish()
    return result


def _known_classes(table: _Table, own: Mapping[str, _Table], base: Mapping[str, Rule]) -> None:
    unknown = sorted(set(own) - set(base))
    if unknown:
        raise _wrong(table.where, f"Die Schutzklasse »{unknown[0]}« ist oben nicht festgelegt.")


def _audience(table: _Table, base: Mapping[str, Rule]) -> AudienceRules:
    own = table.tables("classes")
    _known_classes(table, own, base)
    classes = {name: _rule(own[name], rule) if name in own else rule for name, rule in base.items()}
    primary = table.get("primary", bool, True)
    if not primary and not table.where.endswith(f".{Audience.WORKING}"):
        raise _wrong(table.where, "Nur die interne Arbeitsansicht darf kleine Zahlen zeigen.")
    result = AudienceRules(table.get("label", str), table.get("policy", str), classes, primary)
    table.finish()
    return result


def _rule(table: _Table, base: Rule | None, *, demand: bool = False) -> Rule:
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
    _fits_together(table.where, rule, demand)
    return rule


def _fits_together(where: str, rule: Rule, demand: bool) -> None:
    """Refuse a rule whose parts contradict each other; a demand may lean on the class's own parts."""
    if rule.complement and not rule.minimum_count and not demand:
        raise _wrong(where, "»complement« braucht eine Mindestfallzahl (minimum_count).")
    if bool(rule.dominance_count) != bool(rule.dominance_share):
        raise _wrong(where, "»dominance_count« und »dominance_share« gehören zusammen.")
    if rule.dominance_count not in (0, 1, 2, 3):
        raise _wrong(f"{where}, dominance_count", "Möglich sind 1, 2 oder 3 größte Beiträge.")
    for name in ("dominance_share", "p_percent"):
        if getattr(rule, name) > 100:
            raise _wrong(f"{where}, {name}", "Ein Anteil in Prozent liegt zwischen 0 und 100.")
    if rule.level is Level.PRESENCE_HIDDEN and rule.zeros is Zeros.VISIBLE and not demand:
        raise _wrong(
            f"{where}, level",
            '»presence_hidden« geht nur, wo auch Nullen verborgen werden dürfen (zeros = "candidate").',
        )
