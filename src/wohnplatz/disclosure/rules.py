"""Rules of disclosure control as data: read, checked, frozen."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from ..model import Audience, WohnplatzError

STANDARD_RULES = Path(__file__).with_name("rules") / "standard.toml"
"""The packaged rule set; a district copies it and changes the copy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Primary rule of one protection class. A limit of 0 checks nothing."""

    label: str
    minimum_count: float = 0
    """Counts c with 0 < |c| < ``minimum_count`` are protected; exactly 0 is visible."""
    complement: bool = False
    """The numerator is part of the denominator: what remains is a count under the same rule."""
    whole_group: bool = False
    """Numerator = denominator is protected: it tells the state of everybody in the group."""
    minimum_denominator: float = 0
    """Smallest denominator of a rate, where the indicator has no own one."""
    minimum_population: float = 0
    """Smallest number of inhabitants, which must be known (it stands in the figure's denominator)."""


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """The rules for one audience."""

    label: str
    policy: str
    """Name that every released table carries."""
    classes: Mapping[str, Rule]
    primary: bool = True
    """False only for internal working views: small figures come out, marked."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A named rule set in one version."""

    name: str
    label: str
    version: int
    valid_from: date
    valid_to: date | None
    sources: tuple[str, ...]
    audiences: Mapping[Audience, AudienceRules]

    def policy(self, audience: Audience) -> str:
        """What a table says of the rules it was released under."""
        return f"{self.audiences[audience].policy} ({self.label}, Fassung {self.version})"

    def valid_on(self, day: date) -> bool:
        """Whether the rule set is in force on ``day`` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


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

    def tables(self, key: str) -> dict[str, _Table]:
        data = self.get(key, dict, {})
        for name, entry in data.items():
            if not isinstance(entry, dict):
                raise _wrong(f"{self.where}, {key}.{name}", "Hier muss ein Abschnitt stehen.")
        return {name: _Table(entry, f"{self.where}, {key}.{name}") for name, entry in data.items()}

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
    sources = table.get("sources", list)
    if not all(isinstance(s, str) for s in sources):
        raise _wrong(f"{table.where}, sources", "Jede Quelle ist ein Text.")
    valid_to = table.get("valid_to", date) if "valid_to" in table.data else None
    result = RuleSet(
        table.get("name", str), table.get("label", str), table.get("version", int),
        table.get("valid_from", date), valid_to, tuple(sources), audiences,
    )  # fmt: skip
    table.finish()
    return result


def _audience(table: _Table, base: Mapping[str, Rule]) -> AudienceRules:
    own = table.tables("classes")
    unknown = sorted(set(own) - set(base))
    if unknown:
        raise _wrong(table.where, f"Die Schutzklasse »{unknown[0]}« ist oben nicht festgelegt.")
    classes = {name: _rule(own[name], rule) if name in own else rule for name, rule in base.items()}
    primary = table.get("primary", bool, True)
    if not primary and not table.where.endswith(f".{Audience.WORKING}"):
        raise _wrong(table.where, "Nur die interne Arbeitsansicht darf kleine Zahlen zeigen.")
    result = AudienceRules(table.get("label", str), table.get("policy", str), classes, primary)
    table.finish()
    return result


def _rule(table: _Table, base: Rule | None) -> Rule:
    """A class's rule, or an audience's version of it that names only what differs."""
    start = base or Rule("")
    values: dict[str, Any] = {}
    for field in fields(Rule):
        default = getattr(start, field.name)
        if field.name == "label":
            values["label"] = table.get("label", str, default or None)
        elif isinstance(default, bool):
            values[field.name] = table.get(field.name, bool, default)
        else:
            values[field.name] = table.limit(field.name, default)
    table.finish()
    rule = Rule(**values)
    if rule.complement and not rule.minimum_count:
        raise _wrong(table.where, "»complement« braucht eine Mindestfallzahl (minimum_count).")
    return rule
