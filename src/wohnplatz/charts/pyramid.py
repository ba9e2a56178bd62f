"""The age pyramid: unequal age classes drawn as persons per year of age."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import text
from ..model import CellState, ReleasedFigure, ReleasedTable
from . import palette, patterns
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, tag, text_width, tooltip, wrap
from .words import select, source_line

AGE, SEX = "alter", "geschlecht"
SIDES = (("m", "Männer", palette.MALE), ("w", "Frauen", palette.FEMALE), ("", "Personen", palette.MALE))
"""Left, right, and the only side where figures are not told apart by sex, to the right as well."""
PAIR, ALONE = (0, 1), (2,)
OLDEST = 100
"""The open class at the top is drawn up to this age."""
_TOP, _PLOT, _GUTTER = 40.0, 340.0, 40.0
_FLAT = 60.0
"""Height of the plot where figures are not told apart by age."""
_APART = 10.0
"""px between two numbers of an axis."""
_MARK = 26.0
"""Length in px of the mark of a class without a number: the same for every state, size and scale."""
_AGE = re.compile(r"(\d+)(?:-(\d+)|(\+))?")

Bounds = Mapping[str, tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class _Bar:
    """One class of one sex: from age ``low`` up to, not including, ``high``.

    ``whole`` where figures are not told apart by age.
    """

    side: int
    low: int
    high: int
    open: bool
    whole: bool
    figure: ReleasedFigure

    @property
    def density(self) -> float | None:
        """Persons per year of age; all persons where no age is told."""
        years = 1 if self.whole else self.high - self.low
        return None if self.figure.value is None else self.figure.value / years

    @property
    def ages(self) -> str:
        if self.open:
            return f"{self.low} Jahre und älter"
        return f"unter {self.high} Jahre" if self.low == 0 else f"{self.low} bis unter {self.high} Jahre"


@dataclass(frozen=True, slots=True)
class _Plot:
    bars: tuple[_Bar, ...]
    outline: tuple[tuple[_Bar, float], ...]
    """Classes of the area of comparison with their density at the same total."""
    x: Axis
    """Distance from the middle."""
    width: float
    prefix: str

    @property
    def sides(self) -> tuple[int, ...]:
        return _sides(self.bars)

    @property
    def middle(self) -> float:
        return self.width / 2 if len(self.sides) > 1 else 16 + _GUTTER / 2

    @property
    def by_age(self) -> bool:
        return not any(b.whole for b in self.bars)

    @property
    def height(self) -> float:
        return _PLOT if self.by_age else _FLAT

    def edge(self, side: int, distance: float) -> float:
        return self.middle - _GUTTER / 2 - distance if side == 0 else self.middle + _GUTTER / 2 + distance

    def y(self, age: float) -> float:
        return _TOP + self.height * (1 - age / OLDEST)


def pyramid_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    *,
    area: str,
    year: int,
    names: Mapping[str, str],
    compare: str | None,
    title: str,
    subtitle: str,
    ages: Bounds | None = None,
    width: float = 560,
    standalone: bool = False,
    prefix: str = "",
) -> str:
    """The age pyramid of ``area`` from rows broken down as ``alter=…;geschlecht=…`` (m, w), or by one only.

    The height of a bar is the years of its age class, its length the persons per year of age, so its surface
    is the number of persons. ``compare`` is drawn as an outline, scaled so that it holds as many persons as
    the area in the classes that have a number in both. A class without a number gets a mark of fixed length
    with the pattern of its state. ``ages`` maps category codes to inclusive bounds; by default the codes are
    read (``0-2``, ``20``, ``85+``).
    """
    prefix = prefix or f"pyramid-{area}"
    own = _bars(table, area, year, ages)
    other = _bars(table, compare, year, ages) if compare and compare != area else ()
    outline = _scaled(own, other)
    densities = [b.density for b in own if b.density is not None] + [d for _, d in outline]
    half = (width - _GUTTER) / len(_sides(own)) - 16 * (2 if _sides(own) == ALONE else 1)
    x = axis([0.0, *densities], 0, half, count=5)
    plot = _Plot(own, outline, x, width, prefix)
    key, height = _key(plot, names.get(area, area), names.get(compare or "", compare or ""))
    body = _defs(plot) + _grid(plot) + "".join(_bar(plot, b) for b in own) + _outline(plot) + key
    picture = Picture(
        kind="pyramid",
        body=body,
        width=width,
        height=height,
        title=title,
        subtitle=subtitle,
        description=_description(plot, names.get(area, area)),
        source=source_line(table.context, next(iter(table.meta.values()), None)),
        context=table.context,
    )
    return picture.render(standalone=standalone, prefix=prefix)


def _bars(table: ReleasedTable, area: str, year: int, ages: Bounds | None) -> tuple[_Bar, ...]:
    """Classes of the area, youngest first; rows of other breakdowns are passed over."""
    sides = {code: i for i, (code, _, _) in enumerate(SIDES)}
    found = []
    for indicator in dict.fromkeys(f.indicator for f in table if f.breakdown):
        for f in select(table, indicator, year=year, breakdown=True):
            parts = dict(part.split("=", 1) for part in f.breakdown.split(";"))
            whole, sex = AGE not in parts, parts.get(SEX, "")
            bounds = (0, OLDEST - 1) if whole else _bounds(parts[AGE], ages)
            if f.area == area and set(parts) <= {AGE, SEX} and bounds and sex in sides:
                low, high = bounds
                top = OLDEST if high is None else high + 1
                found.append(_Bar(sides[sex], low, max(top, low + 1), high is None, whole, f))
        if found:
            break
    return tuple(sorted(found, key=lambda b: (b.low, b.side)))


def _sides(bars: tuple[_Bar, ...]) -> tuple[int, ...]:
    return ALONE if any(b.side in ALONE for b in bars) else PAIR


def _bounds(code: str, ages: Bounds | None) -> tuple[int, int | None] | None:
    if ages is not None:
        return ages.get(code)
    match = _AGE.fullmatch(code)
    if match is None:
        return None
    low = int(match[1])
    return low, None if match[3] else int(match[2] or low)


def _scaled(own: tuple[_Bar, ...], other: tuple[_Bar, ...]) -> tuple[tuple[_Bar, float], ...]:
    """Densities of the area of comparison at the total of the area, over classes with a number in both."""
    theirs = {(b.side, b.low): b for b in other if b.figure.value is not None}
    pairs = [
        (b.figure.value or 0.0, theirs[b.side, b.low].figure.value or 0.0)
        for b in own
        if b.figure.value is not None and (b.side, b.low) in theirs
    ]
    whole = sum(n for _, n in pairs)
    if not whole:
        return ()
    factor = sum(n for n, _ in pairs) / whole
    return tuple((b, (b.density or 0.0) * factor) for b in theirs.values())


def _defs(p: _Plot) -> str:
    used = {_pattern(b) for b in p.bars} | {(name, palette.PAPER) for name, _ in map(_pattern, p.bars)}
    content = "".join(patterns.define(p.prefix, name, colour) for name, colour in sorted(used) if name)
    return tag("defs", content) if content else ""


def _grid(p: _Plot) -> str:
    """Ages in the middle, persons per year of age below, both sides named above."""
    parts = []
    for side in p.sides:
        x = p.edge(side, 0)
        anchor = "end" if side == 0 else None
        parts.append(label(x, _TOP - 20, SIDES[side][1], size=14, anchor=anchor, bold=True))
        every = _every(p.x)
        for n, tick in enumerate(p.x.ticks):
            at = p.edge(side, p.x.at(tick))
            stroke = palette.AXIS if tick == 0 else palette.GRID
            parts.append(line(at, _TOP - 6, at, _TOP + p.height, stroke=stroke))
            if n % every:
                continue
            words, y = p.x.words(tick), _TOP + p.height + 17
            parts.append(label(at, y, words, size=SMALL, anchor="middle", fill=palette.MUTED))
    small: dict[str, Any] = {"size": SMALL, "anchor": "middle", "fill": palette.MUTED}
    if p.by_age:
        parts += [
            label(p.middle, p.y(age) + (0 if age == 0 else 4), str(age), **small)
            for age in range(0, OLDEST, 10)
        ]
        parts.append(label(p.middle, _TOP - 6, "Alter", **small))
    caption = "Personen je Altersjahr" if p.by_age else "Personen"
    parts.append(label(p.width / 2, _TOP + p.height + 36, caption, **small))
    return "".join(parts)


def _every(x: Axis) -> int:
    """Every how many ticks are named, so that the numbers below a narrow pyramid do not touch."""
    if len(x.ticks) < 2:
        return 1
    step = abs(x.at(x.ticks[1]) - x.at(x.ticks[0]))
    widest = max(text_width(x.words(tick), SMALL) for tick in x.ticks)
    return max(1, math.ceil((widest + _APART) / step))


def _bar(p: _Plot, b: _Bar) -> str:
    top, height = p.y(b.high), p.y(b.low) - p.y(b.high)
    density = b.density
    length = _MARK if density is None else p.x.at(density)
    name, colour = _pattern(b)
    fill = patterns.reference(p.prefix, name, colour) if name else colour
    stroke = palette.AXIS if density is None else palette.PAPER
    box = patterns.swatch(min(p.edge(b.side, 0), p.edge(b.side, length)), top, (length, height), fill, stroke)
    return tag("g", tooltip(_words(b)) + box)


def _pattern(b: _Bar) -> tuple[str, str]:
    """Name of the pattern (empty for a plain number) and the colour under it."""
    return patterns.pattern_of(b.figure), palette.PAPER if b.density is None else SIDES[b.side][2]


def _words(b: _Bar) -> str:
    who = SIDES[b.side][1] if b.whole else f"{SIDES[b.side][1]}, {b.ages}"
    f = b.figure
    count = text.figure_state(f) if f.value is None else text.number(f.value)
    words = text.figure_status(f)
    mark = f" ({words})" if f.value is not None and words else ""
    return f"{who}: {count}{mark}"


def _outline(p: _Plot) -> str:
    """The area of comparison as a stepped line on each side."""
    parts = []
    for side in p.sides:
        d, last = "", None
        for b, density in p.outline:
            if b.side != side:
                continue
            x = num(p.edge(side, p.x.at(density)))
            joined = last == b.low
            start = f"H{x}" if joined else f"M{num(p.edge(side, 0))} {num(p.y(b.low))}H{x}"
            d += f"{start}V{num(p.y(b.high))}"
            last = b.high
        if d:
            parts.append(
                tag(
                    "path", d=f"{d}H{num(p.edge(side, 0))}", fill="none", stroke=palette.INK, stroke_width=1.7
                )
            )
    return "".join(parts)


def _key(p: _Plot, name: str, compared: str) -> tuple[str, float]:
    """What bars, outline and patterns mean; and the height of the picture."""
    y = _TOP + p.height + 50
    items: list[tuple[str, str]] = [("bars", name)]
    if p.outline:
        items.append(("outline", f"{compared}, auf dieselbe Gesamtzahl umgerechnet"))
    marked = [b.figure for b in p.bars if b.figure.state is not CellState.VALUE]
    states = sorted({(f.state, text.figure_state(f)) for f in marked})
    items += [(patterns.NAMES[state], word) for state, word in states]
    parts = []
    for kind, words in items:
        parts.append(_key_swatch(p, kind, y))
        for part in wrap(words, p.width - 60):
            parts.append(label(52, y + 11, part, size=13))
            y += 19
    if any(b.open for b in p.bars):
        lowest = min(b.low for b in p.bars if b.open)
        note = f"Ab {lowest} Jahren: auf {OLDEST - lowest} Altersjahre verteilt."
        parts.append(label(16, y + 12, note, size=SMALL, fill=palette.MUTED))
        y += 18
    return "".join(parts), y + 8


def _key_swatch(p: _Plot, kind: str, y: float) -> str:
    if kind == "bars":
        wide = 28 / len(p.sides)
        return "".join(
            tag("rect", x=16 + n * wide, y=y, width=wide, height=13, fill=SIDES[side][2])
            for n, side in enumerate(p.sides)
        )
    if kind == "outline":
        d = f"M16 {num(y + 11)}v-8h14v5h14"
        return tag("path", d=d, fill="none", stroke=palette.INK, stroke_width=1.7)
    fill = patterns.reference(p.prefix, kind)
    return patterns.swatch(16, y, (27, 12), fill, palette.AXIS)


def _description(p: _Plot, name: str) -> str:
    """Alternative text: persons of the classes that have a number, by wide age groups, and the others."""
    known = [b for b in p.bars if b.figure.value is not None]
    total = sum(b.figure.value or 0.0 for b in known)
    missing = [b.figure for b in p.bars if b.figure.value is None]
    what, one, many = (
        ("Altersaufbau", "Altersklasse", "Altersklassen")
        if p.by_age
        else ("Männer und Frauen", "Gruppe", "Gruppen")
    )
    parts = [f"{what}: {name}."]
    if known:
        parts.append(f"{text.number(total)} Personen in den {many} mit Zahl.")
    if known and p.by_age:
        top = max(known, key=lambda b: (b.density or 0.0, -b.low))
        parts.append(f"Am stärksten besetzt: {SIDES[top.side][1]}, {top.ages}.")
    if missing:
        words = text.enumerate_words(sorted({text.figure_state(f) for f in missing}))
        parts.append(f"{text.plural(len(missing), one, many)} ohne Zahl: {words}.")
    return " ".join(parts)
