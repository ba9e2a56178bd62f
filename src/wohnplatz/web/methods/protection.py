"""The protection rule of an indicator in words."""

from __future__ import annotations

from wohnplatz import text
from wohnplatz.disclosure import Rule, Zeros


def sentences(rule: Rule, minimum_denominator: float | None = None) -> list[str]:
    """What the rule holds back, one sentence for each limit that is checked."""
    least = rule.minimum_denominator if minimum_denominator is None else minimum_denominator
    found = []
    if rule.minimum_count > 1:
        whole = int(rule.minimum_count) - 1
        span = "1" if whole == 1 else f"1 bis {text.number(whole)}"
        zero = (
            "eine Null bleibt sichtbar"
            if rule.zeros is Zeros.VISIBLE
            else "auch eine Null kann gesperrt sein"
        )
        found.append(f"Fallzahlen von {span} sind geschützt; {zero}.")
    if rule.complement:
        found.append("Das gilt auch für den Rest der Bezugsgröße: Er darf nicht ebenso klein sein.")
    if rule.whole_group:
        found.append("Geschützt ist auch der Fall, dass alle Personen einer Gruppe betroffen sind.")
    if rule.needs_contributors:
        found.append("Summen aus den Beträgen weniger Beitragender sind geschützt.")
    if least:
        found.append(f"Eine Quote wird erst ab einer Bezugsgröße von {text.number(least)} genannt.")
    if rule.minimum_population:
        people = text.number(rule.minimum_population)
        found.append(f"Gebiete mit weniger als {people} Einwohnerinnen und Einwohnern erhalten keinen Wert.")
    return found or ["Die Angabe hat keinen Bezug zu Personen und wird nicht geschützt."]
