"""What speaks against an item that passed the catalogue's checks: lost protection, changed meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wohnplatz.disclosure import Rule, RuleSet
from wohnplatz.indicators import linear
from wohnplatz.indicators.linear import Term
from wohnplatz.indicators.wording import plain
from wohnplatz.model import Audience, Catalogue, Finding, IndexDefinition, Indicator, Severity
from wohnplatz.text import enumerate_words

REFERENCE = Audience.PLANNING
"""The audience whose classes are compared; the others differ from it in limits, not in kind."""


def classes(rules: RuleSet) -> Mapping[str, Rule]:
    """The protection classes by code."""
    return rules.audiences[REFERENCE].classes


def findings(
    item: Indicator | IndexDefinition,
    before: Indicator | IndexDefinition | None,
    catalogue: Catalogue,
    rules: RuleSet,
) -> tuple[Finding, ...]:
    """Findings about an item that passed the catalogue's checks; ``column`` names the field.

    ``before`` is the version it would replace, ``catalogue`` the one in force.
    """
    if not isinstance(item, Indicator):
        return ()
    known = classes(rules)
    rule = known.get(item.protection)
    if rule is None:
        return (
            Finding(
                "catalogue.no_class", Severity.ERROR, f"Die Schutzklasse »{item.protection}« gibt es nicht.",
                f"Möglich sind: {', '.join(known)}.", column="protection",
            ),
        )  # fmt: skip
    found = [*_multiplied(item, catalogue, rule), *_weaker(item, catalogue, known)]
    least = item.minimum_denominator
    if least is not None and item.numerator and least < rule.minimum_denominator:
        found.append(
            Finding(
                "catalogue.small_denominator", Severity.WARNING,
                f"Der Mindestnenner {plain(least)} ist kleiner als der der Schutzklasse"
                f" ({plain(rule.minimum_denominator)}).",
                "Bitte nur bei Größen ohne Personenbezug verwenden.", column="minimum_denominator",
                why="Quoten sehr kleiner Gruppen schwanken stark und lassen auf Einzelne schließen.",
            )
        )  # fmt: skip
    if isinstance(before, Indicator):
        found += _another_meaning(item, before, catalogue)
    return tuple(found)


def _multiplied(item: Indicator, catalogue: Catalogue, rule: Rule) -> Iterable[Finding]:
    """The door reads the numerator as a count: a multiple of persons would slip through its limit."""
    if not item.numerator or rule.minimum_count <= 1:
        return
    for (term, _), times in linear(item.numerator, catalogue).items():
        if abs(times) > 1:
            yield Finding(
                "catalogue.multiplied", Severity.ERROR,
                f"Der Zähler nimmt »{term.variable}« {plain(abs(times))}-fach.",
                "Ein fester Faktor gehört in das Feld „Faktor“.", column="numerator",
                why="Die Geheimhaltung prüft den Zähler als Fallzahl; vervielfacht erkennt sie kleine Zahlen"
                " nicht mehr.",
            )  # fmt: skip


def _weaker(item: Indicator, catalogue: Catalogue, known: Mapping[str, Rule]) -> Iterable[Finding]:
    """A class that protects less than all those under which a variable has been counted so far."""
    rule = known[item.protection]
    for variable in sorted({t.variable for t in _terms(item, catalogue)}):
        others = _counted(variable, catalogue, known) or _of_dataset(variable, catalogue, known)
        if not others:
            continue
        least = min(others.values(), key=lambda r: r.minimum_count)
        if rule.minimum_count < least.minimum_count:
            labels = enumerate_words([f"„{r.label}“" for r in dict.fromkeys(others.values())], "oder")
            yield Finding(
                "catalogue.weaker_class", Severity.ERROR,
                f"Die Schutzklasse „{rule.label}“ schützt »{variable}« weniger als bisher.",
                f"Bitte eine dieser Schutzklassen wählen: {labels}.", column="protection",
                why="Kleine Fallzahlen, die sonst überall geschützt sind, würden hier sichtbar.",
            )  # fmt: skip


def _counted(variable: str, catalogue: Catalogue, known: Mapping[str, Rule]) -> dict[str, Rule]:
    """Classes of the indicators in force that count a variable."""
    return {
        i.protection: known[i.protection]
        for i in catalogue.indicators.values()
        if i.numerator and i.protection in known
        and variable in {t.variable for t, _ in linear(i.numerator, catalogue)}
    }  # fmt: skip


def _of_dataset(variable: str, catalogue: Catalogue, known: Mapping[str, Rule]) -> dict[str, Rule]:
    """The same for all variables that are delivered with one that nobody counts yet."""
    dataset = catalogue.variables[variable].dataset
    found: dict[str, Rule] = {}
    for code, other in catalogue.variables.items():
        if other.dataset == dataset and other.unit == catalogue.variables[variable].unit:
            found |= _counted(code, catalogue, known)
    return found


def _another_meaning(item: Indicator, before: Indicator, catalogue: Catalogue) -> Iterable[Finding]:
    if not (item.numerator and before.numerator):
        return
    was = {t.variable for t, _ in linear(before.numerator, catalogue)}
    now = {t.variable for t, _ in linear(item.numerator, catalogue)}
    if not was & now:
        yield Finding(
            "catalogue.another_meaning", Severity.WARNING,
            "Der Zähler verwendet kein Merkmal der früheren Fassung mehr.",
            "Zählt der Indikator etwas anderes als bisher, gehört dazu eine neue Kennung.",
            column="numerator",
            why="Unter einer Kennung steht über alle Jahre und Datenstände dieselbe Sache.",
        )  # fmt: skip


def _terms(item: Indicator, catalogue: Catalogue) -> set[Term]:
    texts = (item.numerator, item.denominator)
    return {term for text in texts if text for term, _ in linear(text, catalogue)}
