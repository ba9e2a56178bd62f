"""The tree of a formula: frozen nodes, and the formula's text again.

Every node knows in ``at`` where it begins in the text (0-based), for messages; comparison leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """A range of whole numbers, both ends included; ``high`` None is open: ``0..64``, ``65..``."""

    low: int
    high: int | None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """A category by its code: ``w``, ``85+``."""

    code: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """Categories of one dimension: ``alter=0..64`` or ``geschlecht=w``."""

    dimension: str
    choices: tuple[Span | Category, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, not negative."""

    value: float
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class VariableRef:
    """A variable of the base data, with or without filters."""

    code: str
    filters: tuple[Filter, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class IndicatorRef:
    """Another indicator: ``@sgb2_quote``."""

    code: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """A leading minus."""

    operand: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """``left sign right`` with one of ``+ - * /``; ``at`` is the place of the sign."""

    sign: str
    left: Expression
    right: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Lag:
    """``vor(operand, years)``: the value of so many years earlier."""

    operand: Expression
    years: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """``aenderung(operand, years)``: now minus so many years earlier."""

    operand: Expression
    years: int
    at: int = field(default=0, compare=False)


Expression: TypeAlias = Number | VariableRef | IndicatorRef | Negative | Operation | Lag | Change

_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


def parts(node: Expression) -> tuple[Expression, ...]:
    """The direct operands of a node."""
    if isinstance(node, Operation):
        return node.left, node.right
    if isinstance(node, Negative | Lag | Change):
        return (node.operand,)
    return ()


def walk(node: Expression) -> Iterator[Expression]:
    """The node and everything below it, from left to right."""
    yield node
    for part in parts(node):
        yield from walk(part)


def to_text(node: Expression) -> str:  # noqa: PLR0911 -- one per kind of node
    """The formula as text; parsing it gives an equal tree.

    >>> to_text(Operation("*", Number(0.5), Operation("+", VariableRef("a"), VariableRef("b"))))
    '0.5 * (a + b)'
    """
    if isinstance(node, Number):
        return format(Decimal(repr(node.value)), "f")
    if isinstance(node, VariableRef):
        inside = "; ".join(_filter_text(f) for f in node.filters)
        return f"{node.code}[{inside}]" if inside else node.code
    if isinstance(node, IndicatorRef):
        return f"@{node.code}"
    if isinstance(node, Negative):
        inner = to_text(node.operand)
        return f"-({inner})" if isinstance(node.operand, Operation) else f"-{inner}"
    if isinstance(node, Lag):
        return f"vor({to_text(node.operand)}, {node.years})"
    if isinstance(node, Change):
        return f"aenderung({to_text(node.operand)}, {node.years})"
    return _operation_text(node)


def _operation_text(node: Operation) -> str:
    left, right = to_text(node.left), to_text(node.right)
    binding = _BINDING[node.sign]
    if isinstance(node.left, Operation) and _BINDING[node.left.sign] < binding:
        left = f"({left})"
    # The language is left-associative: an operation of equal binding on the right needs its brackets.
    if isinstance(node.right, Operation) and _BINDING[node.right.sign] <= binding:
        right = f"({right})"
    return f"{left} {node.sign} {right}"


def _filter_text(chosen: Filter) -> str:
    choices = ", ".join(_choice_text(c) for c in chosen.choices)
    return f"{chosen.dimension}={choices}"


def _choice_text(choice: Span | Category) -> str:
    if isinstance(choice, Category):
        return choice.code
    return f"{choice.low}..{'' if choice.high is None else choice.high}"
