"""What one rule set asks otherwise than another, and whether that protects more or less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from ..model import Audience
from ..text import age_groups_in_words, enumerate_words, number
from .rules import Demand, Level, Mode, Rule, RuleSet, Zeros

NOTHING = "–"


class Effect(StrEnum):
    """What a change does to the protection; the value is the German word."""

    WEAKER = "schwächer"
    STRICTER = "strenger"
    OTHER = "anders"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One difference between two rule sets, in words."""

    where: str
    """Class, supplier, variable or data set, and for whom."""
    what: str
    old: str
    new: str
    effect: Effect


LABELS: Mapping[str, str] = {
    "minimum_count": "Mindestfallzahl",
    "complement": "kleiner Rest geschützt",
    "whole_group": "ganze Gruppe geschützt",
    "minimum_denominator": "Mindestnenner",
    "minimum_population": "Mindesteinwohnerzahl",
    "minimum_contributors": "Mindestzahl der Beitragenden",
    "dominance_count": "Dominanz: so viele größte Beiträge",
    "dominance_share": "Dominanz: höchstens dieser Anteil in %",
    "p_percent": "p-Prozent-Regel, p",
    "zeros": "Nullen",
    "level": "Schutzstufe",
}
"""German names of what a rule asks."""
ZEROS = {Zeros.VISIBLE: "sichtbar", Zeros.CANDIDATE: "dürfen gesperrt werden"}
_NO_DEMAND = Demand("", Rule(""), {}, frozenset())


def compare(old: RuleSet, new: RuleSet) -> tuple[RuleChange, ...]:
    """Everything ``new`` asks otherwise than ``old``: what protects less first."""
    found = [
        *_classes(old, new),
        *_demands("Lieferstelle", old.suppliers, new.suppliers),
        *_demands("Merkmal", old.variables, new.variables),
        *_datasets(old, new),
        *_attacker(old, new),
    ]
    order = list(Effect)
    return tuple(sorted(found, key=lambda change: order.index(change.effect)))


def weaker(changes: tuple[RuleChange, ...]) -> tuple[RuleChange, ...]:
    """Those that protect less."""
    return tuple(change for change in changes if change.effect is Effect.WEAKER)


def value_word(name: str, value: Any) -> str:
    """What a rule asks in one of its fields, in words; ``NOTHING`` where it asks nothing."""
    if isinstance(value, Level):
        return value.word
    if isinstance(value, Zeros):
        return ZEROS[value]
    if isinstance(value, bool):
        return "ja" if value else "nein"
    digits = 0 if float(value).is_integer() else 1
    return number(value, digits) if value else NOTHING


def _classes(old: RuleSet, new: RuleSet) -> Iterator[RuleChange]:
    """Changes of classes; the same one for several audiences is told once."""
    found: dict[tuple[str, str, str, str, Effect], list[str]] = {}
    for audience in Audience:
        before, after = old.audiences[audience], new.audiences[audience]
        if not after.primary and not before.primary:
            continue  # the working view hides nothing by itself
        for name in dict.fromkeys((*before.classes, *after.classes)):
            for change in _class(name, before.classes.get(name), after.classes.get(name)):
                key = (change.where, change.what, change.old, change.new, change.effect)
                found.setdefault(key, []).append(after.label)
    protected = sum(new.audiences[a].primary for a in Audience)
    for (where, *rest), labels in found.items():
        whom = "alle Empfängerkreise" if len(labels) == protected else enumerate_words(labels)
        yield RuleChange(f"{where} ({whom})", *rest)  # type: ignore[arg-type]


def _class(name: str, before: Rule | None, after: Rule | None) -> Iterator[RuleChange]:
    if before is None and after is not None:
        where = f"Schutzklasse {after.label}"
        yield RuleChange(where, "Schutzklasse", "gab es nicht", "gibt es", Effect.OTHER)
    elif after is None and before is not None:
        where = f"Schutzklasse {before.label}"
        gone = "entfällt; ihre Zahlen werden nicht ausgegeben"
        yield RuleChange(where, "Schutzklasse", "gab es", gone, Effect.STRICTER)
    elif before is not None and after is not None:
        yield from _rule(f"Schutzklasse {after.label}", before, after)


def _rule(where: str, before: Rule, after: Rule) -> Iterator[RuleChange]:
    for f in fields(Rule):
        was, now = getattr(before, f.name), getattr(after, f.name)
        if f.name != "label" and was != now:
            effect = _effect(f.name, was, now)
            yield RuleChange(where, LABELS[f.name], value_word(f.name, was), value_word(f.name, now), effect)


def _effect(name: str, was: Any, now: Any) -> Effect:
    if name == "zeros":
        return Effect.OTHER
    return Effect.STRICTER if _strictness(name, now) > _strictness(name, was) else Effect.WEAKER


def _strictness(name: str, value: Any) -> float:
    if isinstance(value, Level):
        return value.rank
    if name == "dominance_share":  # a smaller share is stricter, none at all the mildest
        return -value if value else -float("inf")
    return float(value)


def _demands(word: str, old: Mapping[str, Demand], new: Mapping[str, Demand]) -> Iterator[RuleChange]:
    for code in sorted({*old, *new}):
        where = f"{word} »{code}«"
        before, after = old.get(code, _NO_DEMAND), new.get(code, _NO_DEMAND)
        if code not in new:
            yield RuleChange(where, "eigene Forderung", before.label, NOTHING, Effect.WEAKER)
            continue
        if code not in old:
            yield RuleChange(where, "eigene Forderung", NOTHING, after.label, Effect.STRICTER)
            continue
        yield from _rule(where, before.rule, after.rule)
        for name in dict.fromkeys((*before.classes, *after.classes)):
            own = (before.classes.get(name, Rule("")), after.classes.get(name, Rule("")))
            yield from _rule(f"{where}, Schutzklasse {name}", *own)
        yield from _whom(where, before.audiences, after.audiences)


def _whom(where: str, before: frozenset[Audience], after: frozenset[Audience]) -> Iterator[RuleChange]:
    for audience in Audience:
        if (audience in before) != (audience in after):
            effect = Effect.STRICTER if audience in after else Effect.WEAKER
            was, now = ("gilt nicht", "gilt") if audience in after else ("gilt", "gilt nicht")
            yield RuleChange(where, f"für {audience.value}", was, now, effect)


def _datasets(old: RuleSet, new: RuleSet) -> Iterator[RuleChange]:
    for code in sorted({*old.modes, *new.modes}):
        where = f"Datensatz »{code}«"
        if (ages := (old.ages.get(code, ()), new.ages.get(code, ())))[0] != ages[1]:
            yield RuleChange(where, "Altersgruppen", _groups(ages[0]), _groups(ages[1]), _ages_effect(*ages))
        before, after = _mode_word(old, code), _mode_word(new, code)
        if before != after:
            effect = _mode_effect(old.mode(code), new.mode(code))
            yield RuleChange(where, "Art des Schutzes", before, after, effect)
        for what, before_of, after_of in (
            ("Ebenen ohne Zahlen nach Alter und Geschlecht", old.undetailed, new.undetailed),
            ("nicht veröffentlichte Gliederungen", old.undivided, new.undivided),
        ):
            was, now = before_of.get(code, frozenset()), after_of.get(code, frozenset())
            if was != now:
                effect = Effect.WEAKER if was - now else Effect.STRICTER
                yield RuleChange(where, what, _listed(was), _listed(now), effect)


def _groups(begins: tuple[int, ...]) -> str:
    return enumerate_words(age_groups_in_words(begins)) if begins else "wie geliefert"


def _ages_effect(old: tuple[int, ...], new: tuple[int, ...]) -> Effect:
    """Groups that are put together tell less; other limits tell something else."""
    if new and (not old or set(new) < set(old)):
        return Effect.STRICTER
    return Effect.WEAKER if old and (not new or set(old) < set(new)) else Effect.OTHER


def _listed(names: frozenset[str]) -> str:
    return enumerate_words(sorted(names)) if names else NOTHING


def _mode_word(rules: RuleSet, code: str) -> str:
    since = f" ab {rules.since[code]}" if code in rules.since else ""
    return rules.modes.get(code, Mode.SUPPRESSION).word + since


def _mode_effect(old: Mode, new: Mode) -> Effect:
    """A table that its source protected is not protected here on top; the other modes each protect."""
    if (old is Mode.SOURCE) == (new is Mode.SOURCE):
        return Effect.OTHER
    return Effect.WEAKER if new is Mode.SOURCE else Effect.STRICTER


def _attacker(old: RuleSet, new: RuleSet) -> Iterator[RuleChange]:
    if old.insiders != new.insiders:
        effect = Effect.STRICTER if new.insiders else Effect.WEAKER
        what = "Lieferstellen kennen ihre eigenen Zahlen"
        was, now = (value_word("", rules.insiders) for rules in (old, new))
        yield RuleChange("Angreifer", what, was, now, effect)
    for names in sorted({*old.coalitions} ^ {*new.coalitions}):
        told = enumerate_words([f"»{name}«" for name in names])
        was, now = (value_word("", names in rules.coalitions) for rules in (old, new))
        effect = Effect.STRICTER if names in new.coalitions else Effect.WEAKER
        yield RuleChange("Angreifer", f"Lieferstellen gemeinsam: {told}", was, now, effect)
    if old.weights != new.weights:
        yield RuleChange("Gewichte", "was eher sichtbar bleibt", _weights(old), _weights(new), Effect.OTHER)


def _weights(rules: RuleSet) -> str:
    w = rules.weights
    named = (("Summen", w.total), ("neuestes Jahr", w.current_year), ("Index", w.index_input))
    return ", ".join(f"{word} {value:g}".replace(".", ",") for word, value in named)
