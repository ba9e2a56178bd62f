"""What a formula means: a sum of weighted cells of base variables, or an expression over indicators."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from wohnplatz.model import Catalogue, Dimension, Variable

from .errors import FormulaError, proposal
from .expression import (
    Category,
    Change,
    Expression,
    Filter,
    IndicatorRef,
    Lag,
    Negative,
    Number,
    Operation,
    Span,
    VariableRef,
    walk,
)
from .parser import parse


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """Cells of a variable: for each filtered dimension the categories, in the dimension's order.

    A dimension that is not named is taken as a whole. ``where`` is sorted by dimension.
    """

    variable: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Sum:
    parts: Mapping[tuple[Term, int], float]
    constant: float = 0.0


def linear(formula: str, catalogue: Catalogue) -> dict[tuple[Term, int], float]:
    """``formula`` as a linear sum: (term, years back) → coefficient.

    Numerators and denominators are evaluated on sums over areas; only a linear formula gives the same on the
    sum as the sum of what it gives on the parts. Raises ``FormulaError`` for everything else, for unknown
    variables, dimensions and categories, and for spans that cut through a category.
    """
    whole = _Reader(formula, catalogue).read(parse(formula))
    if whole.constant or not whole.parts:
        raise FormulaError(
            "Ein Zähler oder Nenner ist eine Summe von Merkmalen, ohne eine Zahl, die allein steht.",
            formula=formula, position=0, length=len(formula),
            todo="Eine feste Zahl gehört in den Schlüssel »factor«.",
        )  # fmt: skip
    return dict(whole.parts)


def references(formula: str) -> tuple[IndicatorRef, ...]:
    """The indicators that ``formula`` names, in order.

    Raises ``FormulaError`` if it names a variable or nothing.
    """
    nodes = list(walk(parse(formula)))
    for node in nodes:
        if isinstance(node, VariableRef):
            raise FormulaError(
                f"»{node.code}« ist ein Merkmal; in »formula« stehen nur Indikatoren.", formula=formula,
                position=node.at, length=len(node.code),
                todo="Indikatoren beginnen mit @. Merkmale gehören in »numerator« und »denominator«.",
            )  # fmt: skip
    found = tuple(n for n in nodes if isinstance(n, IndicatorRef))
    if not found:
        raise FormulaError(
            "Die Formel nennt keinen Indikator.", formula=formula, position=0, length=len(formula)
        )
    return found


def lagged_references(node: Expression, back: int = 0) -> tuple[tuple[str, int], ...]:
    """The indicators below ``node`` with the years they lie back, each pair once, in order of appearance."""
    if isinstance(node, IndicatorRef):
        return ((node.code, back),)
    if isinstance(node, Lag):
        return lagged_references(node.operand, back + node.years)
    if isinstance(node, Change):
        both = lagged_references(node.operand, back) + lagged_references(node.operand, back + node.years)
        return tuple(dict.fromkeys(both))
    if isinstance(node, Negative):
        return lagged_references(node.operand, back)
    if isinstance(node, Operation):
        both = lagged_references(node.left, back) + lagged_references(node.right, back)
        return tuple(dict.fromkeys(both))
    return ()


class _Reader:
    """Turns the tree of one formula into a linear sum."""

    def __init__(self, formula: str, catalogue: Catalogue) -> None:
        self.formula, self.catalogue = formula, catalogue

    def error(self, what: str, at: int, length: int = 1, todo: str = "") -> FormulaError:
        return FormulaError(what, formula=self.formula, position=at, length=length, todo=todo)

    def read(self, node: Expression) -> _Sum:
        if isinstance(node, Number):
            return _Sum({}, node.value)
        if isinstance(node, VariableRef):
            return _Sum({(self.term(node), 0): 1.0})
        if isinstance(node, IndicatorRef):
            raise self.error(
                f"»@{node.code}« ist ein Indikator; in Zähler und Nenner stehen Merkmale.", node.at,
                len(node.code) + 1, "Ein Indikator aus Indikatoren gehört in den Schlüssel »formula«.",
            )  # fmt: skip
        if isinstance(node, Negative):
            return self.scaled(self.read(node.operand), -1.0, node.at)
        if isinstance(node, Operation):
            return self.operation(node)
        earlier = _earlier(self.read(node.operand), node.years)
        if isinstance(node, Lag):
            return earlier
        return self.added(self.read(node.operand), self.scaled(earlier, -1.0, node.at), node.at)

    def operation(self, node: Operation) -> _Sum:
        left, right = self.read(node.left), self.read(node.right)
        if node.sign in "+-":
            return self.added(left, right if node.sign == "+" else self.scaled(right, -1.0, node.at), node.at)
        if node.sign == "*":
            if left.parts and right.parts:
                raise self.error(
                    "Zwei Merkmale lassen sich nicht multiplizieren.", node.at, 1,
                    "Zähler und Nenner werden über Gebiete summiert; malgenommen wird nur mit Zahlen.",
                )  # fmt: skip
            return (
                self.scaled(left, right.constant, node.at)
                if left.parts
                else self.scaled(right, left.constant, node.at)
            )
        if right.parts:
            raise self.error(
                "Durch ein Merkmal lässt sich hier nicht teilen.", node.at, 1,
                "Der Teiler gehört in den Schlüssel »denominator«.",
            )  # fmt: skip
        if right.constant == 0:
            raise self.error("Durch null lässt sich nicht teilen.", node.at)
        return self.scaled(left, 1.0 / right.constant, node.at)

    def scaled(self, value: _Sum, by: float, at: int) -> _Sum:
        return self.finite(_Sum({key: c * by for key, c in value.parts.items()}, value.constant * by), at)

    def added(self, left: _Sum, right: _Sum, at: int) -> _Sum:
        keys = dict.fromkeys([*left.parts, *right.parts])
        parts = {key: left.parts.get(key, 0.0) + right.parts.get(key, 0.0) for key in keys}
        return self.finite(_Sum(parts, left.constant + right.constant), at)

    def finite(self, value: _Sum, at: int) -> _Sum:
        if not all(math.isfinite(x) for x in (value.constant, *value.parts.values())):
            raise self.error("Das Ergebnis ist zu groß.", at)
        return value

    def term(self, node: VariableRef) -> Term:
        variable = self.catalogue.variables.get(node.code)
        if variable is None:
            raise self.error(
                f"Das Merkmal »{node.code}« gibt es nicht.", node.at, len(node.code),
                proposal(node.code, self.catalogue.variables),
            )  # fmt: skip
        chosen = {f.dimension: self.chosen(f, variable) for f in node.filters}
        # A filter that names every category says the same as none; without it a delivered total can be used.
        everything = {d: tuple(self.catalogue.dimensions[d].categories) for d in chosen}
        return Term(node.code, tuple(sorted((d, c) for d, c in chosen.items() if c != everything[d])))

    def chosen(self, wanted: Filter, variable: Variable) -> tuple[str, ...]:
        if wanted.dimension not in variable.breakdowns:
            known = variable.breakdowns
            todo = (
                proposal(wanted.dimension, known)
                if known
                else "Dieses Merkmal wird ohne Gliederung geliefert."
            )
            raise self.error(
                f"»{variable.code}« ist nicht nach »{wanted.dimension}« gegliedert.", wanted.at,
                len(wanted.dimension), todo,
            )  # fmt: skip
        dimension = self.catalogue.dimensions[wanted.dimension]
        found: set[str] = set()
        for choice in wanted.choices:
            codes = self.codes(choice, dimension)
            if found & set(codes):
                raise self.error("Eine Ausprägung ist zweimal ausgewählt.", choice.at)
            found |= set(codes)
        return tuple(c for c in dimension.categories if c in found)

    def codes(self, choice: Span | Category, dimension: Dimension) -> tuple[str, ...]:
        if isinstance(choice, Span):
            return self.spanned(choice, dimension)
        if choice.code not in dimension.categories:
            raise self.error(
                f"»{dimension.code}« hat keine Ausprägung »{choice.code}«.", choice.at, len(choice.code),
                proposal(choice.code, dimension.categories),
            )  # fmt: skip
        return (choice.code,)

    def spanned(self, span: Span, dimension: Dimension) -> tuple[str, ...]:
        """Categories that lie in the span; they must fill it exactly."""
        if not dimension.bounds:
            raise self.error(f"»{dimension.code}« ist nicht nach Zahlen geordnet.", span.at)
        high = math.inf if span.high is None else span.high
        ends = {c: (low, math.inf if up is None else up) for c, (low, up) in dimension.bounds.items()}
        inside = tuple(c for c, (low, up) in ends.items() if span.low <= low and up <= high)
        lows = {low for low, _ in ends.values()}
        ups = {up for _, up in ends.values()}
        if not inside or span.low not in lows or high not in ups:
            raise self.error(
                "Die Spanne geht mitten durch eine Gruppe.", span.at, len(str(span.low)) + 2,
                f"Die Gruppen von »{dimension.code}« sind: {', '.join(dimension.categories)}.",
            )  # fmt: skip
        return inside


def _earlier(value: _Sum, years: int) -> _Sum:
    return _Sum({(term, back + years): c for (term, back), c in value.parts.items()}, value.constant)
