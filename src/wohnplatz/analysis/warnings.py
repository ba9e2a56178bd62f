"""Early warning: areas whose change is more than chance explains, and the sentence about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .. import text
from ..model import FigureMeta, Polarity, ReleasedFigure, ReleasedTable
from ..monitoring import false_discovery
from .changes import TESTED, AreaChange, changes
from .reliability import column

FALSE_ALARMS = 0.05
"""Share of false alarms that is accepted among all entries of the list."""

_SURE = "Das ist mehr, als sich mit zufälligen Schwankungen erklären lässt."
_ALONE = "Für sich genommen fällt das auf; unter so vielen Vergleichen kann es Zufall sein."
ALONE = 0.05
"""p-value at which a change stands out where it is looked at by itself."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry: an indicator that moved in an area by more than chance explains."""

    change: AreaChange
    favourable: bool
    p_adjusted: float
    """p-value after all tests of the list (Benjamini and Hochberg)."""
    sure: bool
    """Whether it stands out among all tests, and not by itself alone."""
    district: AreaChange | None
    """The district's change over the same years, None where it has none."""
    beyond_district: bool
    """Whether the district's change lies outside the interval of the area's."""
    series: tuple[ReleasedFigure, ...]
    """The area's figures of all years, ascending."""


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """The list with what it rests on; entries in the order of the table, not by size."""

    start: int
    end: int
    level: str
    unfavourable: tuple[Notice, ...]
    favourable: tuple[Notice, ...]
    watch: tuple[Notice, ...]
    """Unfavourable changes that stand out by themselves, but not among so many: one of forty by chance."""
    tested: int
    """Changes that were held against chance: areas × indicators."""
    indicators: tuple[str, ...]
    """Indicators with at least one tested change."""
    untested: Mapping[str, int]
    """Reason (``text.reason``) → number of pairs of area and indicator that could not be tested."""


def early_warning(  # noqa: PLR0913 (what is compared, by name)
    table: ReleasedTable,
    *,
    level: str,
    start: int,
    end: int,
    district: str | None = None,
    false_alarms: float = FALSE_ALARMS,
) -> EarlyWarning:
    """Areas of ``level`` whose indicators moved from ``start`` to ``end`` by more than chance explains.

    Only indicators whose direction has a meaning are tested (burden or good), and only shares, rates and
    counts. All tests of the list share one limit: at most ``false_alarms`` of its entries are expected to be
    chance. Figures of converted areas enter with their error band, series that break in between not at all.
    ``table`` holds the level's figures, those of ``district``, and the years to show.
    """
    wanted = {c for c, m in table.meta.items() if m.polarity is not Polarity.NEUTRAL and m.kind in TESTED}
    part = table.where(
        lambda f: f.indicator in wanted and (f.level == level or f.area == district) and not f.breakdown
    )
    found = changes(part, start=start, end=end)
    whole = {c.indicator: c for c in found if c.area == district}
    own = [c for c in found if c.level == level and c.area != district]
    tested = [c for c in own if c.p is not None]
    adjusted = false_discovery(column([c.p for c in tested])) if tested else column([])
    series = _series(part, {c.area for c in tested})
    notices = [
        _notice(c, q, q <= false_alarms, whole.get(c.indicator), table.meta[c.indicator], series)
        for c, q in zip(tested, adjusted.tolist(), strict=True)
        if c.p is not None and (q <= false_alarms or c.p <= ALONE)
    ]
    sure = [n for n in notices if n.sure]
    return EarlyWarning(
        start, end, level,
        tuple(n for n in sure if not n.favourable), tuple(n for n in sure if n.favourable),
        tuple(n for n in notices if not n.sure and not n.favourable),
        len(tested), tuple(dict.fromkeys(c.indicator for c in tested)),
        dict(Counter(c.reason or "unknown" for c in own if c.p is None)),
    )  # fmt: skip


def _series(table: ReleasedTable, areas: set[str]) -> dict[tuple[str, str], list[ReleasedFigure]]:
    series: dict[tuple[str, str], list[ReleasedFigure]] = {}
    for f in table:
        if f.area in areas:
            series.setdefault((f.indicator, f.area), []).append(f)
    return series


def _notice(  # noqa: PLR0913, PLR0917 (what one entry holds)
    c: AreaChange,
    adjusted: float,
    sure: bool,
    whole: AreaChange | None,
    meta: FigureMeta,
    series: Mapping[tuple[str, str], list[ReleasedFigure]],
) -> Notice:
    assert c.difference is not None
    assert c.low is not None
    assert c.high is not None
    rises = c.difference > 0
    common = whole if whole is not None and whole.difference is not None else None
    beyond = common is not None and not c.low <= (common.difference or 0.0) <= c.high
    shown = tuple(sorted(series.get((c.indicator, c.area), ()), key=lambda f: f.year))
    return Notice(c, rises == (meta.polarity is Polarity.GOOD), adjusted, sure, common, beyond, shown)


def change_unit(meta: FigureMeta) -> str:
    """The unit of a difference: percentage points for a share."""
    return "Prozentpunkte" if meta.unit == "%" else meta.unit


def sentence(notice: Notice, meta: FigureMeta) -> str:
    """The entry in German: from, to, by how much, how sure, and what the district did meanwhile."""
    c = notice.change
    assert c.start is not None
    assert c.end is not None
    words = (
        f"Von {text.figure(c.start, meta)} ({c.start.year}) auf {text.figure(c.end, meta)} ({c.end.year}): "
        f"{_moved(c, meta)}, Unsicherheitsbereich {interval_words(c, meta)}. "
        f"{_SURE if notice.sure else _ALONE} "
    )
    return words + _district_words(notice, meta) + _estimate_words(c)


def interval_words(c: AreaChange, meta: FigureMeta) -> str:
    """``+1,9 bis +4,8``; empty where there is no interval."""
    if c.low is None or c.high is None:
        return ""
    return " bis ".join(text.number(x, meta.decimals, signed=True) for x in (c.low, c.high))


def _moved(c: AreaChange, meta: FigureMeta) -> str:
    number = text.number(abs(c.difference or 0.0), meta.decimals)
    if number == text.number(0, meta.decimals):
        return "kaum verändert"
    size = text.with_unit(number, change_unit(meta))
    return f"{'Zunahme' if (c.difference or 0.0) > 0 else 'Abnahme'} um {size}"


def _district_words(notice: Notice, meta: FigureMeta) -> str:
    if notice.district is None:
        return "Für den Kreis liegt kein Vergleich vor."
    if notice.beyond_district:
        return f"Im Kreis verlief die Entwicklung erkennbar anders ({_moved(notice.district, meta)})."
    return f"Im Kreis verlief die Entwicklung ähnlich ({_moved(notice.district, meta)})."


def _estimate_words(c: AreaChange) -> str:
    if not c.estimated:
        return ""
    return " Die Werte sind auf heutige Gebiete umgerechnet; ihr Fehlerband ist eingerechnet."
