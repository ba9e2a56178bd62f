"""Before an output goes out: what stands in its files against what the release opens for its readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .. import text
from ..model import ReleasedFigure, ReleasedTable, WohnplatzError
from ..publication.sightings import Place, Seen, prints
from .reading_back import NUMBER, Odd, Printed, numeral, tell

MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Examined:
    """What was read from the files of an output, and what of it must not be there."""

    figures: int
    """Different places of which a number was read."""
    refused: tuple[str, ...]
    """Where what stands that the release does not open; no number is repeated."""

    @property
    def ok(self) -> bool:
        """Whether the output may go out."""
        return not self.refused


def examine(files: Mapping[str, bytes], tables: Iterable[ReleasedTable]) -> Examined:
    """Hold every figure of the files against the released ``tables``, which name the audience.

    ``tables`` come through the door afresh, so that nothing is believed that made the files.
    """
    return _Examination(tables).of(tell(files))


def require_released(files: Mapping[str, bytes], tables: Iterable[ReleasedTable]) -> Examined:
    """The same; WohnplatzError (``report.not_released``) where anything stands there that is not released."""
    found = examine(files, tables)
    if found.ok:
        return found
    more = len(found.refused) - MOST_TOLD
    places = [*found.refused[:MOST_TOLD], *([f"und {text.number(more)} weitere"] if more > 0 else [])]
    raise WohnplatzError(
        "Die Ausgabe enthält Zahlen, die der Datenstand für diesen Empfängerkreis nicht freigibt.",
        where="; ".join(places),
        why="Jede Ausgabe wird vor der Weitergabe gelesen und mit dem verglichen, was sichtbar sein darf.",
        todo="Nichts wurde ausgegeben. Bitte die genannten Stellen ändern; stehen dort nur Verweise auf "
        "Kennzahlen, bitte einen Fehler des Programms melden.",
        code="report.not_released",
    )


class _Examination:
    """Released figures by place, and the years that each series has."""

    def __init__(self, tables: Iterable[ReleasedTable]) -> None:
        self.known: dict[Place, ReleasedFigure] = {}
        self.series: dict[tuple[str, str], list[ReleasedFigure]] = {}
        self.units: dict[str, str] = {}
        for table in tables:
            self.units |= {code: meta.unit for code, meta in table.meta.items() if NUMBER.search(meta.unit)}
            for f in table:
                self.known[f.indicator, f.area, f.year, f.breakdown] = f
                if not f.breakdown and f.value is not None:
                    self.series.setdefault((f.indicator, f.area), []).append(f)

    def of(self, told: Iterable[Seen | Printed | Odd]) -> Examined:
        """Everything that was read, held against what is known."""
        places: set[Place] = set()
        refused: dict[str, None] = {}
        for one in told:
            if isinstance(one, Odd):
                if one.numbers:
                    count = text.plural(len(one.numbers), "Zahl", "Zahlen")
                    refused[f"{one.where}: {count}, die auf der Seite desselben Inhalts nicht stehen"] = None
                continue
            place = one.place
            f = self.known.get(place)
            places.add(place)
            fits = self._seen(one, f) if isinstance(one, Seen) else self._printed(one, f)
            if not fits:
                refused[_place(one.where, one.indicator, one.area, one.year, f)] = None
        return Examined(len(places), tuple(refused))

    @staticmethod
    def _seen(one: Seen, f: ReleasedFigure | None) -> bool:
        return f is not None and f.value is not None and _same(one, f)

    def _printed(self, one: Printed, f: ReleasedFigure | None) -> bool:
        words = one.words.replace(text.NBSP, " ")
        if unit := self.units.get(one.indicator):
            words = words.replace(unit, " ")  # „je 1.000“ is no figure
        if f is not None and f.altered:
            words = words.replace(text.altered_word(f.altered), " ")  # nor is „gerundet auf 5“
        return all(self._stands(numeral(n), one, f) for n in NUMBER.findall(words))

    def _stands(self, number: Decimal, one: Printed, f: ReleasedFigure | None) -> bool:
        return any(prints(number, value) for value in self._explained(one, f))

    def _explained(self, one: Printed, f: ReleasedFigure | None) -> Iterator[float]:
        """What may stand at the mark of a figure: years, the figure, what it rests on, how it changed."""
        if f is not None and f.value is not None:
            yield f.value
            sure = f.reliability
            yield from (n for n in (f.numerator, f.denominator, f.error) if n is not None)
            yield from ((sure.low, sure.high) if sure else ())
            yield from ((float(f.covered), float(f.expected), 100 * f.share) if f.share is not None else ())
        yield float(one.year)
        for other in self.series.get((one.indicator, one.area), ()):
            yield float(other.year)
            if f is not None and f.value is not None and other.value is not None:
                yield f.value - other.value
                yield abs(f.value - other.value)
                if other.value:
                    yield 100 * (f.value / other.value - 1)


def _same(one: Seen, f: ReleasedFigure) -> bool:
    if one.value is not None and (f.value is None or not prints(one.value, f.value)):
        return False
    counts = ((one.numerator, f.numerator), (one.denominator, f.denominator))
    return all(a is None or (b is not None and _close(a, b)) for a, b in counts)


def _close(printed: float, value: float) -> bool:
    """Whether a count gives this printed number: whole, or with its decimals."""
    return abs(printed - value) <= 1e-9 * abs(value) or prints(Decimal(repr(printed)), value)


def _place(where: str, indicator: str, area: str, year: int, f: ReleasedFigure | None) -> str:
    word = "unbekannt" if f is None else text.state_word(f.state) or "anders als freigegeben"
    return f"{where}: {indicator}, {area}, {year} ({word})"
