"""The formula language: tokens and a recursive descent parser. Nothing in a formula is ever executed.

expression = term { ("+" | "-") term }
term       = factor { ("*" | "/") factor }
factor     = "-" factor | number | "(" expression ")" | "@" code | function | code [ filters ]
function   = ("vor" | "aenderung") "(" expression "," years ")"
filters    = "[" dimension "=" choice { "," choice } { ";" dimension "=" ... } "]"
choice     = low ".." [ high ] | category
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

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
)

FUNCTIONS = ("vor", "aenderung")
MOST_TOKENS = 400
MOST_DEPTH = 40
MOST_YEARS = 50

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<filters>\[[^\[\]]*\])|(?P<sign>[-+*/(),@]))",
    re.ASCII,
)
_SPAN = re.compile(r"([0-9]{1,4})\s*\.\.\s*([0-9]{1,4})?", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(formula: str) -> Expression:
    """The tree of ``formula``.

    Raises ``FormulaError`` with the position for everything that is not a formula.

    >>> parse("a + 2 * b")
    Operation(sign='+', left=VariableRef(code='a', filters=(), at=0), right=Operation(sign='*', \
left=Number(value=2.0, at=4), right=VariableRef(code='b', filters=(), at=8), at=6), at=2)
    """
    return _Parser(formula).whole()


def _tokens(formula: str) -> list[_Token]:
    found: list[_Token] = []
    place, end = 0, len(formula.rstrip())
    while place < end:
        match = _TOKEN.match(formula, place)
        if match is None:
            raise _unreadable(formula, place)
        kind = match.lastgroup or ""
        found.append(_Token(kind, match[kind], match.start(kind)))
        place = match.end()
    if len(found) > MOST_TOKENS:
        raise FormulaError(
            "Die Formel ist zu lang.", formula=formula, position=found[MOST_TOKENS].at,
            todo="Bitte in mehrere Indikatoren aufteilen.",
        )  # fmt: skip
    return [*found, _Token("end", "", end)]


def _unreadable(formula: str, place: int) -> FormulaError:
    while formula[place].isspace():
        place += 1
    character = formula[place]
    if character == "[":
        what, todo = "Die eckige Klammer wird nicht geschlossen.", "Bitte »]« ergänzen."
    elif character.isalpha() and (character.isupper() or not character.isascii()):
        what = f"Das Zeichen »{character}« kommt in keinem Namen vor."
        todo = "Namen bestehen aus kleinen Buchstaben ohne Umlaute, Ziffern und Unterstrich."
    else:
        what, todo = f"Das Zeichen »{character}« ist hier nicht erlaubt.", ""
    return FormulaError(what, formula=formula, position=place, todo=todo)


class _Parser:
    """One pass over the tokens of a formula."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = _tokens(formula)
        self.next = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def error(self, what: str, token: _Token, todo: str = "") -> FormulaError:
        return FormulaError(what, formula=self.formula, position=token.at, length=len(token.text), todo=todo)

    def expect(self, text: str) -> None:
        if self.token.text != text:
            raise self.error(f"Hier fehlt »{text}«.", self.token)
        self.take()

    def whole(self) -> Expression:
        if self.token.kind == "end":
            raise self.error("Die Formel ist leer.", self.token)
        node = self.expression()
        if self.token.kind != "end":
            raise self.error(f"»{self.token.text}« passt hier nicht.", self.token, "Fehlt ein Rechenzeichen?")
        return node

    def expression(self) -> Expression:
        node = self.term()
        while self.token.text in ("+", "-"):
            sign = self.take()
            node = Operation(sign.text, node, self.term(), sign.at)
        return node

    def term(self) -> Expression:
        node = self.factor()
        while self.token.text in ("*", "/"):
            sign = self.take()
            node = Operation(sign.text, node, self.factor(), sign.at)
        return node

    def factor(self) -> Expression:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.error("Die Formel ist zu tief verschachtelt.", self.token)
        token = self.take()
        node = self.beginning_with(token)
        self.depth -= 1
        return node

    def beginning_with(self, token: _Token) -> Expression:
        if token.text == "-":
            return Negative(self.factor(), token.at)
        if token.text == "(":
            node = self.expression()
            self.expect(")")
            return node
        if token.text == "@":
            return IndicatorRef(self.name("Nach »@« steht der Code eines Indikators.").text, token.at)
        if token.kind == "number":
            return self.number(token)
        if token.kind == "name":
            return self.function(token) if self.token.text == "(" else self.variable(token)
        if token.kind == "end":
            raise self.error("Die Formel endet hier zu früh.", token)
        raise self.error(f"»{token.text}« passt hier nicht.", token)

    def name(self, otherwise: str) -> _Token:
        if self.token.kind != "name":
            raise self.error(otherwise, self.token)
        return self.take()

    def number(self, token: _Token) -> Number:
        value = float(token.text)
        if not math.isfinite(value):
            raise self.error("Die Zahl ist zu groß.", token)
        return Number(value, token.at)

    def function(self, token: _Token) -> Expression:
        if token.text not in FUNCTIONS:
            raise self.error(
                f"Die Funktion »{token.text}« gibt es nicht.", token, proposal(token.text, FUNCTIONS)
            )
        self.expect("(")
        operand = self.expression()
        self.expect(",")
        years = self.years()
        self.expect(")")
        return (Lag if token.text == "vor" else Change)(operand, years, token.at)

    def years(self) -> int:
        token = self.take()
        if token.kind != "number" or "." in token.text:
            raise self.error("Hier steht die Zahl der Jahre als ganze Zahl.", token)
        if not 1 <= float(token.text) <= MOST_YEARS:
            raise self.error(f"Die Zahl der Jahre liegt zwischen 1 und {MOST_YEARS}.", token)
        return int(token.text)

    def variable(self, token: _Token) -> VariableRef:
        if token.text in FUNCTIONS:
            raise self.error(
                f"»{token.text}« ist eine Funktion.", token, f"Zum Beispiel {token.text}(einwohner, 5)."
            )
        if self.token.kind != "filters":
            return VariableRef(token.text, (), token.at)
        return VariableRef(token.text, self.filters(self.take()), token.at)

    def filters(self, token: _Token) -> tuple[Filter, ...]:
        found: list[Filter] = []
        for at, text in _split(token.text[1:-1], ";", token.at + 1):
            name, equals, choices = text.partition("=")
            if not equals or not _NAME.fullmatch(name.strip()):
                raise self.error(
                    "Eine Auswahl hat die Form »gliederung=ausprägung«.", _Token("", text, at),
                    "Zum Beispiel einwohner[alter=0..64; geschlecht=w].",
                )  # fmt: skip
            if any(f.dimension == name.strip() for f in found):
                raise self.error(f"»{name.strip()}« ist schon ausgewählt.", _Token("", text, at))
            start = at + len(name) + 1
            chosen = tuple(self.choice(c, place) for place, c in _split(choices, ",", start))
            found.append(Filter(name.strip(), chosen, at))
        return tuple(found)

    def choice(self, text: str, at: int) -> Span | Category:
        if not text:
            raise self.error("Hier fehlt eine Ausprägung.", _Token("", text, at))
        span = _SPAN.fullmatch(text)
        if span is None:
            if ".." in text:
                raise self.error(
                    f"»{text}« ist keine Spanne.", _Token("", text, at), "Zum Beispiel 0..64 oder 65.."
                )
            return Category(text, at)
        low, high = int(span[1]), None if span[2] is None else int(span[2])
        if high is not None and high < low:
            raise self.error(f"Die Spanne »{text}« läuft rückwärts.", _Token("", text, at))
        return Span(low, high, at)


def _split(text: str, sign: str, at: int) -> list[tuple[int, str]]:
    """Pieces without the blanks around them, each with its place in the formula."""
    found = []
    for piece in text.split(sign):
        found.append((at + len(piece) - len(piece.lstrip()), piece.strip()))
        at += len(piece) + 1
    return found
