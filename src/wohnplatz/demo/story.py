"""What happened in ten years of deliveries: mostly nothing special, now and then what happens everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .cast import HEALTH, JOBCENTER
from .chance import stream
from .scenario import PLANNER, Action, DemoAgreement

TODAY = date(2026, 11, 23)
"""The day on which the demo plays. Later deliveries are still to come."""

LOOKED_AT = timedelta(minutes=12)
"""How long a partner looks at the findings of its file before it releases it."""

Round = tuple[str, str, int]
"""Partner, data set, year of the reference date."""


@dataclass(frozen=True, slots=True)
class Event:
    """A step of one round before its file is written. ``flaw`` names what is wrong with the file."""

    at: datetime
    action: Action
    username: str
    round: Round
    flaw: str = ""
    text: str = ""
    attempt: int = 1
    """Number of the file within its round."""


_PUNCTUALITY = {
    "auenburg": -18, "hammerfurt": -3, "lindrath": -26, "birkenhoven": -12, "ahlscheid": 3, "wiesrath": -9,
    "eschenlohn": -2, "hohenforst": 19, JOBCENTER: -8, "wv-auenburg": -20, "sd-hammerfurt": -6,
    "nb-westkreis": 4, "sw-nordkreis": 22, "bh-suedkreis": 11, HEALTH: -15, "schulamt": -10, "sozialamt": -30,
}  # fmt: skip
"""Days after the due date on which a partner usually delivers."""

# What is not as usual: (day, action, text, flaw) for each step of the round; a flaw belongs to a file.
_Special = tuple[tuple[date, Action, str, str], ...]
_IN, _OK, _BACK, _GONE = Action.RECEIVE, Action.ACCEPT, Action.RETURN, Action.WITHDRAW
_OUT = Action.SIGN_OFF
"""Written only where nothing follows: a file the planner decided on was released by its partner."""

SPECIAL: dict[Round, _Special] = {
    # 2016 to 2024: settled long ago.
    ("hammerfurt", "bevoelkerung", 2016): (
        (date(2017, 3, 27), _IN, "", "incomplete"),
        (date(2017, 4, 3), _BACK, "Buchenhain-Mühlenfeld fehlt bei allen Merkmalen. Bitte ergänzen.", ""),
        (date(2017, 4, 12), _IN, "", ""),
        (date(2017, 4, 19), _OK, "", ""),
    ),
    ("hohenforst", "bevoelkerung", 2018): (
        (date(2019, 4, 11), _IN, "", "typical_errors"),
        (date(2019, 4, 18), _IN, "", ""),
        (date(2019, 4, 24), _OK, "", ""),
    ),
    ("wiesrath", "soziale_leistungen", 2019): (),
    ("wiesrath", "bevoelkerung", 2020): (
        (date(2021, 3, 15), _IN, "", "incomplete"),
        (date(2021, 3, 16), _GONE, "Es fehlt die Brunnenhöhe. Eine vollständige Datei folgt.", ""),
        (date(2021, 3, 22), _IN, "", ""),
        (date(2021, 3, 29), _OK, "", ""),
    ),
    ("lindrath", "wohnen", 2021): (
        (date(2022, 4, 4), _IN, "", ""),
        (date(2022, 4, 11), _OK, "", ""),
    ),
    ("ahlscheid", "soziale_leistungen", 2023): (
        (date(2024, 4, 3), _IN, "", "doubled_households"),
        (
            date(2024, 4, 15),
            _BACK,
            "Die Haushalte mit Wohngeld haben sich mehr als verdoppelt. Sind Personen gezählt worden?",
            "",
        ),
        (date(2024, 5, 6), _IN, "", ""),
        (date(2024, 5, 13), _OK, "Gezählt waren Personen; jetzt Haushalte.", ""),
    ),
    ("auenburg", "bevoelkerung", 2023): (
        (date(2024, 3, 12), _IN, "", "swapped_areas"),
        (date(2024, 3, 19), _OK, "", ""),
        (date(2025, 9, 22), _IN, "", ""),
        (date(2025, 9, 24), _OK, "Lerchenfeld und Steinkamp waren vertauscht.", ""),
    ),
    # 2025: the round of this year.
    (JOBCENTER, "arbeit_grundsicherung", 2025): (
        (date(2026, 4, 13), _IN, "", "slipped_line"),
        (date(2026, 4, 20), _OK, "", ""),
        (date(2026, 9, 14), _IN, "", ""),
        (date(2026, 9, 17), _OK, "Berichtigung der Personen in Bedarfsgemeinschaften, Neue Heide.", ""),
    ),
    ("eschenlohn", "wohnen", 2025): (),
    ("bh-suedkreis", "beratung_angebote", 2025): ((date(2026, 11, 17), _IN, "", "own_layout"),),
    ("hammerfurt", "wohnen", 2025): (
        (date(2026, 10, 5), _IN, "", "raised_evictions"),
        (
            date(2026, 10, 12),
            _BACK,
            "Die Zwangsräumungen weichen stark von der Meldung des Amtsgerichts ab. Bitte prüfen.",
            "",
        ),
        (date(2026, 11, 20), _IN, "", "typing_errors"),
    ),
    ("birkenhoven", "wohnen", 2025): (
        (date(2026, 11, 18), _IN, "", ""),
        (date(2026, 11, 18), _OUT, "", ""),
    ),
    ("sw-nordkreis", "beratung_angebote", 2025): (
        (date(2026, 11, 16), _IN, "", "last_year"),
        (date(2026, 11, 19), _IN, "", "incomplete"),
    ),
    ("ahlscheid", "soziale_leistungen", 2025): (
        (date(2026, 4, 7), _IN, "", "doubled_households"),
        (date(2026, 4, 14), _OK, "", ""),
        (date(2026, 11, 20), _IN, "", ""),
        (date(2026, 11, 20), _OUT, "Gezählt waren Personen; jetzt Haushalte.", ""),
    ),
    ("hohenforst", "wohnen", 2022): (
        (
            date(2023, 6, 12),
            Action.WAIVE,
            "Die Stelle im Bauamt war nicht besetzt; mit der Sozialplanung abgestimmt.",
            "",
        ),
    ),
}

RELEASES = (
    (
        datetime(2025, 6, 16, 10, 30),
        "Datenstand 2024",
        "Alle bis zum 13.06.2025 angenommenen Lieferungen. Grundlage des Sozialberichts 2025.",
    ),
    (
        datetime(2026, 6, 22, 9, 45),
        "Datenstand 2025",
        "Erster Datenstand mit den Zahlen zum 31.12.2025. Bevölkerung 2023 der Stadt Auenburg berichtigt.",
    ),
    (
        datetime(2026, 10, 5, 11, 15),
        "Datenstand 2025, zweite Fassung",
        "Berichtigte Lieferung des Jobcenters zum 31.12.2025.",
    ),
)
"""When, label and note; the last one is the valid one."""


def reference_date(agreement: DemoAgreement, year: int) -> date:
    """The agreement's reference date in a year."""
    day, month = (int(part) for part in agreement.reference.strip(".").split("."))
    return date(year, month, day)


def events(agreement: DemoAgreement) -> Iterator[Event]:
    """All events of an agreement's rounds up to today, in order within a round."""
    step = 2 if agreement.rhythm == "even_years" else 1
    for year in range(agreement.valid_from.year, TODAY.year, step):
        key = (agreement.partner, agreement.dataset, year)
        if key in SPECIAL:
            yield from _special(agreement, key)
        else:
            yield from _usual(agreement, key)


def _special(agreement: DemoAgreement, key: Round) -> Iterator[Event]:
    locked = reference_date(agreement, key[2]) + timedelta(days=agreement.lock_days)
    attempt, steps = 0, SPECIAL[key]
    for number, (day, action, text, flaw) in enumerate(steps):
        attempt += action is Action.RECEIVE
        own = action not in {Action.ACCEPT, Action.RETURN, Action.WAIVE} and day <= locked
        who = agreement.partner if own else PLANNER
        moment = _at_work(day, f"{key}{number}")
        if action is Action.SIGN_OFF:
            moment = _at_work(day, f"{key}{number - 1}") + LOOKED_AT
        yield Event(moment, action, who, key, flaw, text, attempt)
        follows = steps[number + 1][1] if number + 1 < len(steps) else None
        if action is Action.RECEIVE and follows in {Action.ACCEPT, Action.RETURN}:
            yield Event(moment + LOOKED_AT, Action.SIGN_OFF, who, key)


def _usual(agreement: DemoAgreement, key: Round) -> Iterator[Event]:
    """A file near the due date, accepted some days later."""
    chance = stream(f"post {key}")
    due = reference_date(agreement, key[2]) + timedelta(days=agreement.due_days)
    arrives = _weekday(due + timedelta(days=_PUNCTUALITY[agreement.partner] + int(chance.integers(-7, 8))))
    decided = _weekday(arrives + timedelta(days=int(chance.integers(2, 9))))
    arrived = _at_work(arrives, f"in {key}")
    yield Event(arrived, Action.RECEIVE, agreement.partner, key)
    yield Event(arrived + LOOKED_AT, Action.SIGN_OFF, agreement.partner, key)
    yield Event(_at_work(decided, f"out {key}"), Action.ACCEPT, PLANNER, key)


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _at_work(day: date, name: str) -> datetime:
    minutes = int(stream(name).integers(8 * 60 + 5, 16 * 60))
    return datetime.combine(day, time(minutes // 60, minutes % 60))
