"""Formula rules: both sides evaluated for every area at once, with what is known and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from wohnplatz.indicators import Expression, FormulaError, parse
from wohnplatz.indicators.expression import (
    Change,
    Lag,
    Negative,
    Number,
    Operation,
    VariableRef,
    to_text,
    walk,
)
from wohnplatz.indicators.linear import linear
from wohnplatz.model import Catalogue, Finding

from .case import Case
from .findings import Hits, shown
from .intervals import Interval
from .rules import OPERATORS, Rule, check_formula

Chosen = Mapping[str, Sequence[str]]

ABOUT = 0.1
"""Relative tolerance of ``~`` where the rule names none."""
_ROUNDING = 1e-9
"""Sums of decimals miss each other by the last bits; that is no finding."""
_OPERATIONS: Mapping[str, Callable[[Interval, Interval], Interval]] = {
    "+": Interval.__add__, "-": Interval.__sub__, "*": Interval.__mul__, "/": Interval.__truediv__,
}  # fmt: skip


@lru_cache(maxsize=2048)
def _tree(formula: str) -> Expression:
    return parse(formula)


def references(rule: Rule) -> tuple[VariableRef, ...]:
    """The variables that a rule names, left side first."""
    nodes = [*walk(_tree(rule.left)), *walk(_tree(rule.right))]
    return tuple(n for n in nodes if isinstance(n, VariableRef))


def usable(rule: Rule, catalogue: Catalogue) -> bool:
    """Whether the district's catalogue has everything the rule names."""
    try:
        for formula in (rule.left, rule.right):
            check_formula(formula, catalogue)
    except FormulaError:
        return False
    return all(
        d in catalogue.variables[r.code].breakdowns for r in references(rule) for d in rule.words("je")
    )


def formula_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """What a formula rule finds. Silent where the delivery holds none of its variables."""
    if not usable(rule, case.catalogue):
        return
    if not any(case.own.cube(r.code) is not None for r in references(rule)):
        return
    groups = [case.catalogue.dimensions[d].categories for d in rule.words("je")]
    for categories in product(*groups):
        fixed = dict(zip(rule.words("je"), categories, strict=True))
        yield _evaluated(case, rule, fixed)


def _evaluated(case: Case, rule: Rule, fixed: Mapping[str, str]) -> Hits:
    left = value_of(_tree(rule.left), case, fixed)
    right = value_of(_tree(rule.right), case, fixed)
    excess, allowed = _distance(rule, left, right)
    with np.errstate(invalid="ignore"):
        broken = excess >= allowed if rule.operator in ("<", ">") else excess > allowed
    rows = _rows(case, rule, fixed)
    # A rule about other people's figures alone is not this partner's business.
    places = np.flatnonzero(broken & (rows >= 0))
    strength = excess[places] / np.maximum(1.0, allowed[places])

    def describe(hit: int) -> Finding:
        at = int(places[hit])
        words = {
            "links": _bounded(left, at),
            "rechts": _bounded(right, at),
            "abweichung": shown(float(excess[at])),
            "gruppe": ", ".join(case.catalogue.dimensions[d].categories[c] for d, c in fixed.items()),
            "jahr": str(case.year),
        }
        text = _message(case, rule, at, words)
        return case.finding(rule, case.at(int(rows[at])), area=case.keys[at], text=text)

    return Hits(strength, describe)


def _distance(
    rule: Rule, left: Interval, right: Interval
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """By how much the rule is broken at the least, and how much is allowed (n each)."""
    with np.errstate(invalid="ignore"):
        above, below = left.low - right.high, right.low - left.high
    above = np.where(np.isnan(above), -np.inf, above)
    below = np.where(np.isnan(below), -np.inf, below)
    excess = {"<": above, "<=": above, ">": below, ">=": below}.get(rule.operator, np.maximum(above, below))
    relative = rule.relative or (ABOUT if rule.operator == "~" and not rule.absolute else 0.0)
    bound = np.where(above >= below, right.high, right.low)
    scale = np.where(np.isfinite(bound), np.abs(bound), 0.0)
    slack = 0.0 if rule.operator in ("<", ">") else _ROUNDING
    return excess, rule.absolute + (relative + slack) * scale + slack


def value_of(node: Expression, case: Case, fixed: Mapping[str, str], back: int = 0) -> Interval:
    """What is known of an expression for every area of the case."""
    if isinstance(node, Number):
        return Interval.of(node.value, len(case.keys))
    if isinstance(node, VariableRef):
        return case.bounds(node.code, _chosen(node, case.catalogue, fixed), back)
    if isinstance(node, Negative):
        return -value_of(node.operand, case, fixed, back)
    if isinstance(node, Lag):
        return value_of(node.operand, case, fixed, back + node.years)
    if isinstance(node, Change):
        now = value_of(node.operand, case, fixed, back)
        return now - value_of(node.operand, case, fixed, back + node.years)
    if isinstance(node, Operation):
        left = value_of(node.left, case, fixed, back)
        return _OPERATIONS[node.sign](left, value_of(node.right, case, fixed, back))
    raise TypeError(f"{type(node).__name__} does not occur in a rule")


def _chosen(node: VariableRef, catalogue: Catalogue, fixed: Mapping[str, str]) -> Chosen:
    """Categories by dimension: what the filters name, and the group that is looked at."""
    ((term, _),) = linear(to_text(node), catalogue)
    chosen = dict(term.where)
    for dimension, category in fixed.items():
        if dimension in catalogue.variables[node.code].breakdowns and dimension not in chosen:
            chosen[dimension] = (category,)
    return chosen


def _rows(case: Case, rule: Rule, fixed: Mapping[str, str]) -> npt.NDArray[np.int32]:
    """For each area the first row of the delivery that the rule speaks of, or -1."""
    rows = np.full(len(case.keys), -1, dtype=np.int32)
    for node in references(rule):
        if case.own.cube(node.code) is not None:
            found = case.row_of(node.code, _chosen(node, case.catalogue, fixed))
            rows = np.where(rows >= 0, rows, found)
    return rows


def _bounded(value: Interval, at: int) -> str:
    low, high = float(value.low[at]), float(value.high[at])
    if low == high:
        return shown(low)
    if np.isfinite(low) and np.isfinite(high):
        return f"zwischen {shown(low)} und {shown(high)}"
    return f"mindestens {shown(low)}" if np.isfinite(low) else f"höchstens {shown(high)}"


def _message(case: Case, rule: Rule, at: int, words: Mapping[str, str]) -> str:
    text = rule.message or _standard_message(case, rule)
    filled = re.sub(r"\{(\w+)\}", lambda m: words.get(m[1], m[0]), text)
    group = f", {words['gruppe']}" if words["gruppe"] and "{gruppe}" not in text else ""
    return f"{case.area_words(case.keys[at])}{group}: {filled}"


def _standard_message(case: Case, rule: Rule) -> str:
    left, right = (_label(formula, case.catalogue) for formula in (rule.left, rule.right))
    must = OPERATORS[rule.operator]
    return f"„{left}“ ist {{links}}, „{right}“ ist {{rechts}}. Erwartet wird: {must}."


def _label(formula: str, catalogue: Catalogue) -> str:
    """The variable's label where the side is nothing but one variable, else the formula."""
    node = _tree(formula)
    plain = isinstance(node, VariableRef) and not node.filters
    return catalogue.variables[node.code].label if isinstance(node, VariableRef) and plain else formula
