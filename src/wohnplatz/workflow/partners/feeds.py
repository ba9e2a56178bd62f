"""The calendar as a file that calendar programs subscribe to (RFC 5545), under a secret address.

The address is the key: whoever has it reads the dates without logging in. So the file holds no names of
persons and no figures, and only a hash of the key is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wohnplatz.text import day, plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.consultation.deadlines import Answering, answering
from wohnplatz.workflow.district.models import District

from .deadlines import SETTLED, Deadline, DeadlineKind, calendar
from .models import CalendarFeed, RoundState

BACK, AHEAD = timedelta(days=92), timedelta(days=400)
"""How far the file reaches."""
AGAIN = timedelta(hours=12)
"""How often a program is asked to look again."""
PRODUCT = "-//Wohnplatz//Lieferkalender//DE"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: deadlines of a kind, data set, reference date and day; ``key`` stays over its life."""

    key: str
    deadlines: tuple[Deadline, ...]


def make_feed(user: User) -> str:
    """Give an account an address for its calendar; the secret part, shown now and never again.

    A former address is dead from now on.
    """
    policies.require(user, policies.Right.AGREEMENTS)
    token = secrets.token_urlsafe(32)
    kept = {"token_hash": _hash(token), "made_at": timezone.now()}
    with transaction.atomic():
        feed, _ = CalendarFeed.objects.update_or_create(account=user, defaults=kept)
        record(user, "partners.make_feed", feed)
    return token


def revoke_feed(user: User) -> None:
    """Take the address back. Nothing happens where there is none."""
    with transaction.atomic():
        feed = feed_of(user)
        if feed is not None:
            record(user, "partners.revoke_feed", feed)
            feed.delete()


def feed_of(user: User) -> CalendarFeed | None:
    """What is known of an account's address; never the address itself."""
    return CalendarFeed.objects.filter(account=user).first()


def account_of(token: str) -> User | None:
    """The account whose calendar a secret address opens; None for an unknown one or a locked account.

    Looked up by hash and compared in constant time: answers do not tell how near a guess was.
    """
    wanted = _hash(token)
    feed = CalendarFeed.objects.select_related("account").filter(token_hash=wanted).first()
    if feed is None or not hmac.compare_digest(feed.token_hash, wanted) or not feed.account.is_active:
        return None
    found: User = feed.account
    return found


def calendar_file(user: User, today: date) -> bytes:
    """The calendar of an account as a file of all-day events. The same dates give the same bytes."""
    district = District.objects.first()
    name = f"Datenlieferungen {district.name}" if district else "Datenlieferungen"
    made = icalendar.Calendar()
    for field, value in (
        ("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH"),
        ("name", name), ("x-wr-calname", name),
    ):  # fmt: skip
        made.add(field, value)
    made.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    made.add("x-published-ttl", icalendar.vDuration(AGAIN))
    found = calendar(user, today - BACK, today + AHEAD, today)
    for entry in _entries(found, alone=user.partner_id is not None):
        made.add_component(_event(entry))
    for due in answering(user, today - BACK, today + AHEAD):
        made.add_component(_answer(due, alone=user.partner_id is not None))
    written: bytes = made.to_ical()
    return written


def _entries(found: Iterable[Deadline], *, alone: bool) -> Iterator[Entry]:
    """A partner gets an event for each date of a round; others one for all partners with the same date."""
    groups: dict[str, list[Deadline]] = {}
    for d in found:
        of, reference = d.round.agreement.dataset, d.round.reference_date
        shared = f"{d.kind.value}-{of}-{reference:%Y%m%d}-{d.day:%Y%m%d}"
        groups.setdefault(f"round-{d.round.pk}-{d.kind.value}" if alone else shared, []).append(d)
    return (Entry(key, tuple(of)) for key, of in groups.items())


def _event(entry: Entry) -> icalendar.Event:
    first = entry.deadlines[0]
    address = urlsplit(settings.WOHNPLATZ_URL)
    cancelled = all(d.state is RoundState.WAIVED for d in entry.deadlines)
    changed = max(_changed(d) for d in entry.deadlines)
    event = icalendar.Event()
    for field, value in (
        ("uid", f"{entry.key}@{address.hostname or 'wohnplatz.invalid'}"), ("summary", _summary(entry)),
        ("dtstart", first.day), ("dtend", first.day + timedelta(days=1)),
        ("dtstamp", changed), ("last-modified", changed), ("url", _link(entry)),
        ("status", "CANCELLED" if cancelled else "CONFIRMED"), ("class", "PRIVATE"),
        ("transp", "TRANSPARENT"), ("categories", [first.kind.label]),
    ):  # fmt: skip
        event.add(field, value)
    return event


def _answer(due: Answering, *, alone: bool) -> icalendar.Event:
    """The deadline of a consultation; done once all that are concerned have answered."""
    address = urlsplit(settings.WOHNPLATZ_URL)
    path = f"abstimmungen/{due.token}/" if alone else f"abstimmungen/bericht/{due.report}/"
    words = f"{'' if due.still else 'Erledigt: '}Frist: Abstimmung „{due.title}“"
    words += f" ({due.still} von {len(due.places)} offen)" if due.still and not alone else ""
    event = icalendar.Event()
    for field, value in (
        ("uid", f"abstimmung-{due.report}-{due.day:%Y%m%d}@{address.hostname or 'wohnplatz.invalid'}"),
        ("summary", words), ("dtstart", due.day), ("dtend", due.day + timedelta(days=1)),
        ("dtstamp", due.changed_at), ("last-modified", due.changed_at),
        ("url", f"{settings.WOHNPLATZ_URL.rstrip('/')}/{path}"), ("status", "CONFIRMED"),
        ("class", "PRIVATE"), ("transp", "TRANSPARENT"), ("categories", ["Frist"]),
    ):  # fmt: skip
        event.add(field, value)
    return event


def _summary(entry: Entry) -> str:
    """``Frist: Bevölkerung zum 31.12.2025``; for several partners how many still owe something."""
    first = entry.deadlines[0]
    known = memory.shipped().datasets.get(first.round.agreement.dataset)
    name = known.label if known else first.round.agreement.dataset
    words = f"{first.kind.label}: {name}"
    if first.kind is not DeadlineKind.REFERENCE:
        words += f" zum {day(first.round.reference_date)}"
    owing = sum(d.state is not None and d.state not in SETTLED for d in entry.deadlines)
    if first.kind is DeadlineKind.DUE and first.state is not None and not owing:
        words = f"Erledigt: {words}"
    if len(entry.deadlines) == 1:
        return words
    many = plural(len(entry.deadlines), "Lieferstelle", "Lieferstellen")
    still = f", {owing} offen" if owing and first.kind is not DeadlineKind.REFERENCE else ""
    return f"{words} ({many}{still})"


def _link(entry: Entry) -> str:
    """The round, or the month of the calendar where there are several or the reader sees dates only."""
    first = entry.deadlines[0]
    single = len(entry.deadlines) == 1 and first.state is not None
    path = f"lieferungen/{first.round.pk}/" if single else f"kalender/?monat={first.day:%Y-%m}"
    return f"{settings.WOHNPLATZ_URL.rstrip('/')}/{path}"


def _changed(d: Deadline) -> datetime:
    """When something about the deadline changed last. Dates alone say nothing of deliveries."""
    moments = [d.round.changed_at]
    if d.state is not None:
        for delivery in d.round.deliveries.all():
            moments += [delivery.received_at, delivery.released_at, delivery.accepted_at]
    return max(m for m in moments if m is not None).replace(microsecond=0)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
