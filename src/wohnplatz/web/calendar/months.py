"""The calendar as months of weeks and as a list of days: deadlines of a kind and data set stand together."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from wohnplatz import text
from wohnplatz.web.deliveries.views import ROUND_KINDS
from wohnplatz.workflow.partners.deadlines import Deadline, DeadlineKind
from wohnplatz.workflow.partners.models import RoundState

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
WORST_FIRST = (
    RoundState.MISSING, RoundState.LATE, RoundState.RETURNED, RoundState.RECEIVED, RoundState.CHECKED,
    RoundState.RELEASED, RoundState.EXPECTED, RoundState.WAIVED, RoundState.ACCEPTED,
)  # fmt: skip
ROOM = 3
"""Groups that a cell of the month shows one by one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Deadlines of one day, kind, data set and reference date, each of another partner."""

    kind: DeadlineKind
    dataset: str
    deadlines: tuple[Deadline, ...]

    @property
    def words(self) -> str:
        """How many in which state: ``9 angenommen, 2 überfällig``; empty for readers of dates only."""
        counts = Counter(d.state for d in self.deadlines if d.state is not None)
        return ", ".join(f"{counts[s]}{text.NBSP}{s.label}" for s in WORST_FIRST if counts[s])

    @property
    def partners(self) -> str:
        """Name of the partner, or how many there are."""
        names = {d.round.agreement.partner.name for d in self.deadlines}
        return names.pop() if len(names) == 1 else text.plural(len(names), "Lieferstelle", "Lieferstellen")

    @property
    def badge(self) -> tuple[str, str] | None:
        """Kind and word of the badge: the state that needs attention most."""
        states = {d.state for d in self.deadlines}
        worst = next((s for s in WORST_FIRST if s in states), None)
        return (ROUND_KINDS[worst], worst.label) if worst else None

    @property
    def lines(self) -> list[tuple[Deadline, str]]:
        """Each deadline with the kind of its badge, empty for readers of dates only."""
        return [(d, ROUND_KINDS[d.state] if d.state else "") for d in self.deadlines]

    @property
    def single(self) -> Deadline | None:
        """The one deadline, where there is only one."""
        return self.deadlines[0] if len(self.deadlines) == 1 else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with what falls on it."""

    date: date
    groups: tuple[Group, ...]
    inside: bool
    """Whether the day belongs to the month that is shown."""
    today: bool

    @property
    def crowd(self) -> list[tuple[str, str, str]]:
        """Title, state words and badge of each kind on a day with more than a cell holds; else empty."""
        if len(self.groups) <= ROOM:
            return []
        kinds = dict.fromkeys(g.kind for g in self.groups)
        united = {k: [g for g in self.groups if g.kind is k] for k in kinds}
        whole = {k: Group(k, "", tuple(d for g in of for d in g.deadlines)) for k, of in united.items()}
        return [(_count(k, len(united[k])), g.words, g.badge[0] if g.badge else "") for k, g in whole.items()]

    @property
    def weekday(self) -> str:
        """Its German name."""
        return WEEKDAYS[self.date.weekday()]


def first_of(year: int, month: int) -> date:
    """First day of a month; months beyond December and before January are counted on."""
    years, months = divmod(month - 1, 12)
    return date(year + years, months + 1, 1)


def span(month: date) -> tuple[date, date]:
    """First and last day of the weeks that a month is shown with."""
    days = list(Calendar().itermonthdates(month.year, month.month))
    return days[0], days[-1]


def last_of(month: date) -> date:
    """Last day of a month."""
    return first_of(month.year, month.month + 1) - timedelta(days=1)


def weeks(month: date, deadlines: Sequence[Deadline], names: dict[str, str], today: date) -> list[list[Day]]:
    """The month in weeks from Monday to Sunday."""
    days = {d.date: d for d in days_of(deadlines, names, today)}
    return [
        [
            Day(day, days[day].groups if day in days else (), day.month == month.month, day == today)
            for day in week
        ]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]


def days_of(deadlines: Sequence[Deadline], names: dict[str, str], today: date) -> list[Day]:
    """The days on which something falls, in order. ``names``: code → label of the data sets."""
    ordered = sorted(deadlines, key=lambda d: d.day)
    return [
        Day(day, _groups(list(of_day), names), True, day == today)
        for day, of_day in groupby(ordered, key=lambda d: d.day)
    ]


def _count(kind: DeadlineKind, datasets: int) -> str:
    return f"{kind.label}: {text.plural(datasets, 'Datensatz', 'Datensätze')}"


def _groups(deadlines: Sequence[Deadline], names: dict[str, str]) -> tuple[Group, ...]:
    kinds = list(DeadlineKind)
    found: dict[tuple[int, str, date], list[Deadline]] = {}
    for d in deadlines:
        label = names.get(d.round.agreement.dataset, d.round.agreement.dataset)
        found.setdefault((kinds.index(d.kind), label, d.round.reference_date), []).append(d)
    return tuple(Group(kinds[k], label, tuple(of)) for (k, label, _), of in sorted(found.items()))
