"""Rules as data: read from TOML or made by a planner, checked, frozen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wohnplatz.indicators import Expression, FormulaError, parse
from wohnplatz.indicators.errors import proposal
from wohnplatz.indicators.expression import IndicatorRef, VariableRef, walk
from wohnplatz.indicators.linear import linear
from wohnplatz.indicators.tables import Table
from wohnplatz.model import Catalogue, Severity, WohnplatzError

PACKAGED = Path(__file__).with_name("rules")
FORMULA = "formula"
OPERATORS: Mapping[str, str] = {
    "=": "gleich",
    "<=": "kleiner oder gleich",
    ">=": "größer oder gleich",
    "<": "kleiner",
    ">": "größer",
    "~": "ungefähr gleich",
}
"""Operator of a formula rule → how it is read."""
PLACEHOLDERS = ("links", "rechts", "abweichung", "gruppe", "jahr")
"""Words in braces that a message of a formula rule may hold."""

_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BRACES = re.compile(r"\{([^{}]*)\}")
_REFERENCE = re.compile(r"[a-z][a-z0-9_]*(?:\s*\[[^\[\]]*\])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. A formula rule says what must hold: ``left operator right`` within the tolerance.

    The tolerance is ``absolute`` plus ``relative`` times the right side. Every other ``kind`` is the name of
    a built-in check (``checks.checking.KINDS``); there ``parameters`` are its limits and formulas are empty.
    ``parameters["je"]`` of a formula rule names the dimensions it is evaluated by, category for category.
    """

    code: str
    """Unique; findings carry ``checks.<code>``."""
    dataset: str = ""
    """Code of the data set it is meant for; empty for all."""
    left: str = ""
    operator: str = "<="
    right: str = ""
    absolute: float = 0.0
    relative: float = 0.0
    severity: Severity = Severity.WARNING
    message: str = ""
    """What was found; ``{links}``, ``{rechts}``, ``{abweichung}``, ``{gruppe}``, ``{jahr}`` are filled in."""
    why: str = ""
    advice: str = ""
    kind: str = FORMULA
    parameters: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True

    def number(self, name: str, default: float) -> float:
        """A limit among the parameters."""
        return float(self.parameters.get(name, default))

    def words(self, name: str) -> tuple[str, ...]:
        """A list of codes among the parameters; empty where it is absent."""
        return tuple(self.parameters.get(name, ()))


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of a district, in order; codes are unique."""

    rules: tuple[Rule, ...]

    def with_own(self, rules: Iterable[Rule]) -> RuleBook:
        """This book with a district's own rules; one with a known code takes the place of the known one."""
        merged = {rule.code: rule for rule in self.rules}
        merged.update({rule.code: rule for rule in rules})
        return RuleBook(tuple(merged.values()))

    def for_dataset(self, dataset: str) -> tuple[Rule, ...]:
        """The active rules that are meant for a data set."""
        return tuple(r for r in self.rules if r.active and r.dataset in ("", dataset))


def load_rules(folder: Path | None = None) -> RuleBook:
    """All rules of the TOML files of a folder, by default the packaged ones.

    Raises ``WohnplatzError`` that names file and key: an unreadable file, missing or unknown keys, a code
    that stands twice, a formula that is none. Whether the variables exist is a matter of the catalogue
    (``check_rule``): a rule that names others is left out for a district that does not have them.
    """
    rules: dict[str, Rule] = {}
    for path in sorted((folder or PACKAGED).glob("*.toml")):
        for code, values in _toml(path).items():
            if code in rules:
                raise _error(f"Die Regel »{code}« steht zweimal.", path.name)
            rules[code] = _from_table(code, Table(values, f"{path.name}, [{code}]"))
    return RuleBook(tuple(rules.values()))


def parse_rule(  # noqa: PLR0913 -- the parts of a rule
    *,
    code: str,
    left: str,
    operator: str,
    right: str,
    catalogue: Catalogue,
    dataset: str = "",
    absolute: float = 0.0,
    relative: float = 0.0,
    severity: Severity | str = Severity.WARNING,
    message: str = "",
    why: str = "",
    advice: str = "",
    parameters: Mapping[str, Any] | None = None,
    active: bool = True,
) -> Rule:
    """A district's own formula rule, checked against its catalogue.

    Raises ``FormulaError`` that points at the place in the formula, ``WohnplatzError`` for everything else.
    """
    known = [s.value for s in Severity]
    if severity not in known:
        raise _error(f"Das Gewicht »{severity}« gibt es nicht.", "Gewicht", proposal(str(severity), known))
    rule = Rule(
        code.strip(), dataset.strip(), left.strip(), operator.strip(), right.strip(), float(absolute),
        float(relative), Severity(severity), message.strip(), why.strip(), advice.strip(), FORMULA,
        dict(parameters or {}), active,
    )  # fmt: skip
    check_rule(rule, catalogue)
    return rule


def check_rule(rule: Rule, catalogue: Catalogue) -> None:
    """Raise ``WohnplatzError`` where a rule cannot be evaluated with this catalogue."""
    _check_form(rule, "")
    if rule.dataset and rule.dataset not in catalogue.datasets:
        raise _error(
            f"Den Datensatz »{rule.dataset}« gibt es nicht.", "Datensatz",
            proposal(rule.dataset, catalogue.datasets),
        )  # fmt: skip
    if rule.kind != FORMULA:
        return
    for side, formula in (("Linke Seite", rule.left), ("Rechte Seite", rule.right)):
        try:
            check_formula(formula, catalogue)
        except FormulaError as error:
            raise error.within(side) from None
    _check_groups(rule, catalogue)


def check_formula(formula: str, catalogue: Catalogue) -> Expression:
    """The tree of one side; raises ``FormulaError`` at the place of what the catalogue does not know."""
    tree = parse(formula)
    for node in walk(tree):
        if isinstance(node, IndicatorRef):
            raise FormulaError(
                f"»@{node.code}« ist ein Indikator; in Prüfregeln stehen Merkmale.", formula=formula,
                position=node.at, length=len(node.code) + 1,
                todo="Ein Verhältnis lässt sich mit / schreiben, zum Beispiel wohnflaeche / wohnungen.",
            )  # fmt: skip
        if isinstance(node, VariableRef):
            _check_reference(node, formula, catalogue)
    return tree


def _check_reference(node: VariableRef, formula: str, catalogue: Catalogue) -> None:
    match = _REFERENCE.match(formula, node.at)
    text = match[0] if match else node.code
    try:
        linear(text, catalogue)
    except FormulaError as error:
        raise FormulaError(
            error.what, formula=formula, position=node.at + error.position, length=error.length,
            todo=error.todo,
        ) from None  # fmt: skip


def _check_groups(rule: Rule, catalogue: Catalogue) -> None:
    sides = [parse(rule.left), parse(rule.right)]
    variables = {n.code for side in sides for n in walk(side) if isinstance(n, VariableRef)}
    if not variables:
        raise _error("Die Regel nennt kein Merkmal.", "Formeln")
    for dimension in rule.words("je"):
        if dimension not in catalogue.dimensions:
            raise _error(
                f"Die Gliederung »{dimension}« gibt es nicht.", "je",
                proposal(dimension, catalogue.dimensions),
            )  # fmt: skip
        for code in variables:
            if dimension not in catalogue.variables[code].breakdowns:
                raise _error(
                    f"»{code}« ist nicht nach »{dimension}« gegliedert.", "je",
                    "Je Ausprägung vergleichen lassen sich nur Merkmale, die beide so gegliedert sind.",
                )  # fmt: skip


def _check_form(rule: Rule, where: str) -> None:
    if not _CODE.fullmatch(rule.code):
        raise _error(
            f"»{rule.code}« ist als Kürzel nicht möglich.", where or "Kürzel",
            "Kürzel bestehen aus kleinen Buchstaben ohne Umlaute, Ziffern und Unterstrich.",
        )  # fmt: skip
    if rule.absolute < 0 or rule.relative < 0 or not rule.absolute < 1e15 or not rule.relative < 1e6:
        raise _error("Eine Toleranz ist null oder größer.", where or "Toleranz")
    if rule.kind != FORMULA:
        return
    if rule.operator not in OPERATORS:
        raise _error(
            f"Das Vergleichszeichen »{rule.operator}« gibt es nicht.", where or "Vergleich",
            "Möglich sind: " + ", ".join(OPERATORS) + ".",
        )  # fmt: skip
    for word in _BRACES.findall(rule.message):
        if word not in PLACEHOLDERS:
            raise _error(
                f"Das Füllwort »{{{word}}}« gibt es nicht.", where or "Meldung", proposal(word, PLACEHOLDERS)
            )


def _from_table(code: str, table: Table) -> Rule:
    kind = table.text("kind", FORMULA)
    formula = kind == FORMULA
    rule = Rule(
        code=code,
        dataset=table.text("dataset", ""),
        left=table.text("left") if formula else "",
        operator=table.text("operator", "<="),
        right=table.text("right") if formula else "",
        absolute=table.number("absolute", 0.0),
        relative=table.number("relative", 0.0),
        severity=table.choice("severity", Severity, Severity.WARNING),
        message=table.text("message", ""),
        why=table.text("why", ""),
        advice=table.text("advice", ""),
        kind=kind,
        parameters=dict(table.table("parameters").values),
        active=table.flag("active", True),
    )
    table.done()
    _check_form(rule, table.where)
    for side in (rule.left, rule.right) if formula else ():
        try:
            parse(side)
        except FormulaError as error:
            raise error.within(table.where) from None
    return rule


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _error(f"Die Regeldatei ist nicht lesbar: {error}", path.name) from error


def _error(what: str, where: str, todo: str = "") -> WohnplatzError:
    return WohnplatzError(what, where=where, todo=todo, code="checks.rule")
