"""Hidden figures that a text tells: a number beside the names of its area and of its indicator.

A hidden figure is known here, as an attacker never does: so a page or file need not mark it to be caught.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from pieces import Heading, Line, Piece, Row, pieces

from wohnplatz.indicators import lagged_variables_of
from wohnplatz.model import Catalogue, Hierarchy
from wohnplatz.publication.attack import Attack
from wohnplatz.publication.sightings import Place, Seen, prints
from wohnplatz.report.reading_back import NUMBER, numeral

WORD = re.compile(r"\w+")
YEAR = re.compile(r"(?<![\d,])(?:19|20)\d\d(?![\d,]|\.\d)")
IN_BRACKETS = re.compile(r"[^,;.()\d]{0,20}\(((?:19|20)\d\d)\)")
BESIDE_IT = re.compile(
    r"(?:Klasse|Rang|Platz|Stufe) \d+(?: bis \d+)? von \d+|[\d.,]+(?: %)? bis (?:unter )?[\d.,]+"
)
"""What is said of a figure that is shown, in numbers: its class, how sure it is."""
BESIDE = re.compile(r"Gebiete (eingeflossen|insgesamt)|Klasse|Rang|Stellen|Geglättet|Unsicherheitsbereich")
"""Heads of columns whose numbers count something else."""
_PART = re.compile(r"\w|-\w")
"""What follows a name that is only the beginning of another."""
CHOSEN = re.compile(r"\b(?:datenstand|jahr|anzahl|datum)=\d+")
"""What an address says of a page, not of a figure."""
BACK = 4
"""Lines before a line whose names it may be about."""
MOST = 400_000


class Names:
    """Which areas, or indicators, a text names: the longest name at each place."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self.by_word: dict[str, list[tuple[str, set[str]]]] = {}
        keys: dict[str, set[str]] = {}
        for name, key in known:
            keys.setdefault(name, set()).add(key)
        for name in sorted(keys, key=len, reverse=True):
            first = WORD.search(name)
            if first:
                self.by_word.setdefault(first[0], []).append((name[first.start() :], keys[name]))
        self.find = lru_cache(1 << 17)(self._find)

    def _find(self, text: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
        """Begin, end and keys of each name."""
        found, end = [], -1
        for word in WORD.finditer(text):
            at = word.start()
            if at < end:
                continue
            for name, keys in self.by_word.get(word[0], ()):
                after = at + len(name)
                if text.startswith(name, at) and not _PART.match(text, after) and text[at - 1 : at] != "-":
                    found.append((at, after, frozenset(keys)))
                    end = after
                    break
        return tuple(found)

    def __call__(self, *texts: str) -> frozenset[str]:
        """All that these texts name."""
        return frozenset().union(*(keys for text in texts for _, _, keys in self.find(text)))

    def without(self, text: str) -> str:
        """The text with the names blanked: ``unter 18 Jahre`` is no number of persons."""
        for begin, end, _ in self.find(text):
            text = text[:begin] + " " * (end - begin) + text[end:]
        return text


class Figure(NamedTuple):
    """A figure of a release as it is."""

    place: Place
    value: float
    numerator: float
    denominator: float
    former: bool
    shown: bool
    """Whether a reader was told it: then it explains a number that could be of a hidden one."""


def figures(made: Attack, shown: frozenset[Place], catalogue: Catalogue) -> list[Figure]:
    """Figures with a number; those that stand in no table a reader saw are hidden.

    What the attacker delivered himself is told him: where a figure is no sum of counts (a change, a figure
    converted to today's areas) that of which he delivered all variables in its area.
    """
    found = []
    for number, areas in enumerate(made.areas):
        table, universe = areas.system.table, areas.system.universe
        own = {
            (universe.variables[v], area)
            for v, area, mine in zip(universe.variable, universe.area, areas.own.tolist(), strict=True)
            if mine
        }
        for place, row in areas.row.items():
            top = float(table.numerator[row])
            if not np.isfinite(table.value[row]) or place[3] or not top:
                continue
            cell = int(universe.numerator[row])
            mine = bool(own) and (
                areas.knows(cell)
                if cell >= 0
                else all((v, place[1]) in own for v, _ in lagged_variables_of(catalogue, place[0]))
            )
            value, below = float(table.value[row]), float(table.denominator[row])
            found.append(Figure(place, value, top, below, number > 0, place in shown or mine))
    return found


@dataclass(eq=False)
class Listener:
    """Finds hidden figures in what files say."""

    areas: Names
    indicators: Names
    figures: Mapping[tuple[str, str], Sequence[Figure]]
    """By indicator and area, where any of them is hidden."""
    heard: dict[tuple[Place, str], str] = field(default_factory=dict)
    """Of each figure that was told, and the file, the words."""

    @classmethod
    def of(cls, tree: Hierarchy, catalogue: Catalogue, known: Iterable[Figure]) -> Listener:
        """One who knows the names of a release."""
        areas = [
            (name, key) for lv in tree.levels for key, a in tree.areas(lv).items() for name in (a.name, key)
        ]
        kinds = catalogue.indicators.items()
        named = [(name, code) for code, i in kinds for name in (i.label, i.short, code) if name]
        by: dict[tuple[str, str], list[Figure]] = {}
        for one in known:
            by.setdefault(one.place[:2], []).append(one)
        some = {key: found for key, found in by.items() if not all(one.shown for one in found)}
        return cls(Names(areas), Names(named), some)

    @classmethod
    def to(cls, made: Attack, seen: Iterable[Seen], tree: Hierarchy, catalogue: Catalogue) -> Listener:
        """One to whom is hidden what stands in no table that he read."""
        shown = frozenset(one.place for one in seen if one.tells)
        return cls.of(tree, catalogue, figures(made, shown, catalogue))

    @property
    def hidden(self) -> dict[Place, Figure]:
        """What is listened for, of today's areas."""
        return {f.place: f for some in self.figures.values() for f in some if not (f.shown or f.former)}

    def hear(self, name: str, data: bytes, where: str) -> Iterator[Seen]:
        """Hidden figures that a file tells."""
        yield from self.listen(pieces(name, data), where)

    def follow(self, address: str) -> Iterator[Seen]:
        """Hidden figures that an address or the name of a folder tells."""
        yield from self.listen([Line(CHOSEN.sub("", address))], address)

    def listen(self, said: Iterable[Piece], where: str) -> Iterator[Seen]:
        """Hidden figures that these pieces tell, one after the other."""
        above: dict[int, str] = {}
        before: deque[str] = deque(maxlen=BACK)
        for piece in said:
            match piece:
                case Heading(words, level):
                    above = {n: w for n, w in above.items() if n < level} | {level: words}
                    before.clear()
                    yield from self._line(words, tuple(above.values()), (), where)
                case Line(words):
                    if len(words) < MOST:
                        yield from self._line(words, tuple(above.values()), tuple(before), where)
                    before.append(words[:500])
                case Row():
                    yield from self._row(piece, tuple(above.values()), where)

    def _row(self, row: Row, above: Sequence[str], where: str) -> Iterator[Seen]:
        words = [c for c in row.cells if not NUMBER.fullmatch(c)]
        here = next((found for c in row.cells if len(c) > 2 and (found := self.areas(c))), frozenset())
        kinds = self.indicators(*words)
        for n, cell in enumerate(row.cells):
            numbers = self._numbers(cell)
            if not numbers:
                continue
            head = row.heads[n] if n < len(row.heads) and row.heads is not row.cells else ""
            if BESIDE.match(head):
                continue
            at = here or self.areas(head) or self.areas(row.caption) or self.areas(*above)
            of = kinds | self.indicators(head) or self.indicators(row.caption) or self.indicators(*above)
            years = _years(head, *row.cells) or _years(row.caption) or _last_years(above)
            said = f"{row.caption} | {head} | {' ; '.join(row.cells)}"
            yield from self._told(numbers, at, of, years, where, said)

    def _line(self, words: str, above: Sequence[str], before: Sequence[str], where: str) -> Iterator[Seen]:
        places = self.areas.find(words)
        around = frozenset() if places else _nearest(self.areas, before) or self.areas(*above)
        of = self.indicators(words) or _nearest(self.indicators, before) or self.indicators(*above)
        axis = before and NUMBER.fullmatch(words) and NUMBER.fullmatch(before[-1])
        if not of or axis:
            return
        for number in NUMBER.finditer(self._nameless(words)):
            earlier = [keys for _, end, keys in places if end <= number.start()]
            at = earlier[-1] if earlier else places[0][2] if places else around
            year, named = IN_BRACKETS.match(words, number.end()), _years(words[: number.start()])
            years = {int(year[1])} if year else named if len(named) == 1 else _last_years(above)
            yield from self._told([number[0]], at, of, years, where, words, loose=not places)

    def _numbers(self, cell: str) -> list[str]:
        return NUMBER.findall(self._nameless(cell))

    def _nameless(self, words: str) -> str:
        return BESIDE_IT.sub(lambda m: " " * len(m[0]), self.indicators.without(self.areas.without(words)))

    def _told(  # noqa: PLR0917 -- numbers, and everything they may be about
        self, numbers: Sequence[str], at: Iterable[str], of: Iterable[str], years: set[int], where: str,
        words: str, *, loose: bool = False,
    ) -> Iterator[Seen]:  # fmt: skip
        pairs = itertools.product(tuple(of), at)
        about = [f for pair in pairs for f in self.figures.get(pair, ()) if not years or f.place[2] in years]
        for number in numbers if about else ():
            told = [(one, seen) for one in about if (seen := _tells(number, one, where, loose))]
            if any(one.shown for one, _ in told):
                continue
            for one, seen in told:
                if (one.place, where) not in self.heard:
                    self.heard[one.place, where] = words[:300]
                    yield seen


def _nearest(names: Names, before: Sequence[str]) -> frozenset[str]:
    """What the last line that names any names."""
    return next((found for words in reversed(before) if (found := names(words))), frozenset())


def _years(*texts: str) -> set[int]:
    return {int(year) for text in texts for year in YEAR.findall(text)}


def _last_years(above: Sequence[str]) -> set[int]:
    """Of the last heading that names one."""
    return next((years for words in reversed(above) if (years := _years(words))), set())


def _tells(number: str, one: Figure, where: str, loose: bool) -> Seen | None:
    """A number as a figure: with decimals as its value, whole as one of its counts.

    Where a text names the area only around it (``loose``), a whole number is too little to go by.
    """
    meant = numeral(number)
    if "," in number:
        if prints(meant, one.value):
            return Seen(*one.place[:3], where, value=meant, former=one.former)
    elif not loose and meant == Decimal(repr(one.numerator)) and meant != one.place[2]:
        return Seen(*one.place[:3], where, numerator=one.numerator, former=one.former)
    return None
