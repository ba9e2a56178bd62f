"""Rules in words: what each holds back, for who decides about them and for who must trust them."""

from __future__ import annotations

from collections.abc import Sequence

from .. import text
from .rules import Demand, Level, Rule, Zeros

LEVELS: dict[Level, str] = {
    Level.NOT_COMPUTABLE: "Aus allem Veröffentlichten zusammen lässt sich die Zahl nicht errechnen: "
    "Mindestens zwei Werte bleiben möglich.",
    Level.NOT_SMALL: "Es bleibt offen, ob die Zahl überhaupt klein ist: Sie könnte auch die Mindestfallzahl "
    "erreichen.",
    Level.PRESENCE_HIDDEN: "Es bleibt auch offen, ob überhaupt jemand betroffen ist: Die Zahl könnte auch 0 "
    "sein. Dafür dürfen auch Nullen gesperrt werden.",
}
"""What each level promises."""


def sentences(rule: Rule, minimum_denominator: float | None = None) -> list[str]:
    """What the rule holds back, one sentence for each limit that is checked."""
    least = rule.minimum_denominator if minimum_denominator is None else minimum_denominator
    found = [*_counts(rule), *_amounts(rule)]
    if least:
        found.append(f"Eine Quote wird erst ab einer Bezugsgröße von {text.number(least)} genannt.")
    if rule.minimum_population:
        people = text.number(rule.minimum_population)
        found.append(f"Gebiete mit weniger als {people} Einwohnerinnen und Einwohnern erhalten keinen Wert.")
    return found or ["Die Angabe hat keinen Bezug zu Personen und wird nicht geschützt."]


def demanded(demand: Demand) -> list[str]:
    """What a supplier or a variable asks on top of the class's rule, for all classes and for single ones."""
    found = _asked(demand.rule)
    for name, rule in demand.classes.items():
        found += [f"In der Schutzklasse »{name}«: {sentence}" for sentence in _asked(rule)]
    return found or ["Nichts über die Schutzklasse hinaus."]


def together(coalitions: Sequence[Sequence[str]]) -> list[str]:
    """Each group of suppliers who are taken together: ``»a« mit »b«``."""
    return [" mit ".join(f"»{name}«" for name in names) for names in coalitions]


def _asked(rule: Rule) -> list[str]:
    found = [] if rule.checks_nothing else sentences(rule)
    if rule.level is not Level.NOT_COMPUTABLE:
        found.append(f"Schutzstufe »{rule.level.word}«.")
    return found


def span(rule: Rule) -> str:
    """The protected counts: ``1 bis 2``; empty where none is."""
    most = int(rule.minimum_count) - 1
    return "" if most < 1 else "1" if most == 1 else f"1 bis {text.number(most)}"


def _counts(rule: Rule) -> list[str]:
    found = []
    if span(rule):
        zero = (
            "eine Null bleibt sichtbar"
            if rule.zeros is Zeros.VISIBLE
            else "auch eine Null kann gesperrt sein"
        )
        found.append(f"Fallzahlen von {span(rule)} sind geschützt; {zero}.")
    if rule.complement:
        found.append("Das gilt auch für den Rest der Bezugsgröße: Er darf nicht ebenso klein sein.")
    if rule.whole_group:
        found.append("Geschützt ist auch der Fall, dass alle Personen einer Gruppe betroffen sind.")
    return found


def _amounts(rule: Rule) -> list[str]:
    """What is asked of sums of amounts of few contributors."""
    found = []
    if rule.minimum_contributors:
        least = text.number(rule.minimum_contributors)
        found.append(f"Summen von Beträgen werden erst ab {least} Beitragenden genannt.")
    if rule.dominance_share:
        many, share = int(rule.dominance_count), text.number(rule.dominance_share)
        who = "der größte Beitrag darf" if many == 1 else f"die {many} größten Beiträge dürfen zusammen"
        found.append(f"Summen von Beträgen: {who} höchstens {share} % ausmachen.")
    if rule.p_percent:
        p = text.number(rule.p_percent)
        found.append(
            f"Summen von Beträgen: Der zweitgrößte Beitragende darf den größten nicht auf {p} % genau "
            "schätzen können."
        )
    if found:
        found.append("Fehlen Angaben zu den Beitragenden, ist die Summe geschützt.")
    return found
