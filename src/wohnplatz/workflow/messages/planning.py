"""What would go out on a day, given what is there. Reads, and changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.consultation.models import Invitation
from wohnplatz.workflow.deliveries import queries as deliveries
from wohnplatz.workflow.deliveries.models import Delivery, DeliveryEvent, EventKind
from wohnplatz.workflow.deliveries.queries import RoundView
from wohnplatz.workflow.district.models import District
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, Partner, RoundState
from wohnplatz.workflow.partners.punctuality import punctuality

from . import consultations, texts
from .models import Mail, MailKind, MailReason, MailSettings
from .news import News, catalogue_news, touching
from .reasons import THANKS_WITHIN, Reason, reasons

LOOK_BACK = 7
"""Days at most that a planner's summary reaches back."""

OPEN_FOR = timedelta(days=3 * 366)
"""How long after its deadline anything may be said about a round."""

_LATE = frozenset({RoundState.LATE, RoundState.RETURNED})
_LOST_LATELY = timedelta(days=62)
"""How long the head of the office reads of a round that nothing came for until its lock."""

_NEWS = frozenset({EventKind.RELEASED, EventKind.RECEIVED, EventKind.CHECKED})


@dataclass(frozen=True, slots=True)
class Planned:
    """One mail that would go out. ``address`` is empty where none is known: it then cannot be sent."""

    kind: MailKind
    key: str
    recipient: str
    """The function, never a person."""
    address: str
    subject: str
    body: str
    planned_for: date
    reasons: tuple[str, ...] = ()
    partner: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What planning looks at, read once."""

    settings: MailSettings
    sender: texts.Sender
    rounds: tuple[DeliveryRound, ...]
    invitations: tuple[Invitation, ...]
    told: frozenset[str]
    keys: frozenset[str]
    """Keys of mails that exist: one for each partner and day."""
    failed: tuple[str, ...]
    """Mails that could not be sent, as lines."""
    without: tuple[str, ...]
    """Partners that no mail can reach."""
    news: tuple[News, ...] = ()
    """Changes of the catalogue lately."""


def mail_settings() -> MailSettings:
    """What the district has set, or the defaults."""
    return MailSettings.objects.first() or MailSettings()


def plan(today: date, state: State | None = None) -> list[Planned]:
    """Every mail of a day that has not been made yet: partners by name, then planner and head."""
    known = state or read_state(today)
    made = [*_to_partners(known, today), *_to_planner(known, today), *_to_head(known, today)]
    return [p for p in made if p.key not in known.keys]


def outlook(today: date, days: int = 31) -> list[Planned]:
    """The partners' mails of the coming days, if nothing were delivered until then."""
    state = read_state(today)
    told = state.told | {r for p in plan(today, state) for r in p.reasons}
    found: list[Planned] = []
    for ahead in range(1, days + 1):
        on = today + timedelta(days=ahead)
        later = replace(state, told=told, failed=(), without=())
        coming = [*_to_partners(later, on), *_to_head(later, on)]
        told |= {r for p in coming for r in p.reasons}
        found += coming
    return found


def read_state(today: date) -> State:
    """Settings, the rounds that anything may be said about, and what was said before."""
    district, settings = District.objects.first(), mail_settings()
    sender = texts.Sender(district.name if district else "", district.contact if district else "")
    fresh = timezone.make_aware(datetime.combine(today - THANKS_WITHIN, time.min))
    open_or_new = Q(due_on__gte=today - OPEN_FOR) | Q(deliveries__accepted_at__gte=fresh)
    rounds = DeliveryRound.objects.filter(open_or_new, reference_date__lte=today + timedelta(days=31))
    files = Delivery.objects.defer("findings", "changes", "guide", "coverage").order_by("-number")
    found = rounds.select_related("agreement__partner").prefetch_related(
        Prefetch("deliveries", files), "exceptions"
    )
    failed = Mail.objects.filter(sent_at=None, dropped_at=None, attempts__gt=0)
    without = Partner.objects.filter(is_active=True, contact_email="", agreements__isnull=False).distinct()
    recent = Mail.objects.filter(planned_for__gte=today - timedelta(days=62))
    return State(
        settings, sender, tuple(found.distinct()), consultations.open_invitations(today),
        frozenset(MailReason.objects.values_list("key", flat=True)),
        frozenset(recent.values_list("key", flat=True)),
        tuple(f"- {m.recipient}: {m.error}" for m in failed),
        tuple(f"- {p.name}: Es ist keine Adresse hinterlegt." for p in without),
        catalogue_news(today) if settings.catalogue else (),
    )  # fmt: skip


def _to_partners(state: State, today: date) -> Iterator[Planned]:
    own: dict[Partner, list[Reason]] = defaultdict(list)
    for r in state.rounds:
        if r.agreement.partner.is_active:
            view = deliveries.view(r, today)
            own[r.agreement.partner] += reasons(view, today, state.settings, state.told)
    asked: dict[Partner, list[consultations.Note]] = defaultdict(list)
    for note in consultations.notes(state.invitations, today, state.settings, state.told):
        asked[note.invitation.partner].append(note)
    news = _news_for_partners(state, today)
    for partner in sorted({*(p for p in own if own[p]), *asked, *news}, key=lambda p: p.name):
        changed = news.get(partner, [])
        said = texts.collective(state.sender, _one_each(own[partner]), asked[partner], changed)
        keys = (
            *(r.key for r in own[partner]), *(n.key for n in asked[partner]),
            *(_news_key(n, partner) for n in changed),
        )  # fmt: skip
        function = ", ".join(p for p in (partner.name, partner.contact_function) if p)
        yield Planned(
            MailKind.PARTNER, f"partner:{partner.code}:{today}", function, partner.contact_email,
            said.subject, said.body, today, keys, partner.pk,
        )  # fmt: skip


def _news_for_partners(state: State, today: date) -> dict[Partner, list[News]]:
    """Changes of the catalogue that a partner's profile shows and that it has not been told of."""
    if not state.news:
        return {}
    catalogue = memory.catalogue()
    agreed: dict[Partner, list[DataAgreement]] = defaultdict(list)
    for agreement in DataAgreement.objects.filter(partner__is_active=True).select_related("partner"):
        if agreement.in_force(today):
            agreed[agreement.partner].append(agreement)
    found = {
        partner: [n for n in touching(state.news, own, catalogue) if _news_key(n, partner) not in state.told]
        for partner, own in agreed.items()
    }
    return {partner: news for partner, news in found.items() if news}


def _news_key(news: News, partner: Partner) -> str:
    return f"{news.key}:{partner.pk}"


def _one_each(found: Iterable[Reason]) -> list[Reason]:
    """Each round once: what became of the file counts before the calendar."""
    chosen: dict[int, Reason] = {}
    for reason in found:
        known = chosen.get(reason.view.round.pk)
        if known is None or (known.delivery is None and reason.delivery is not None):
            chosen[reason.view.round.pk] = reason
    return list(chosen.values())


def _to_planner(state: State, today: date) -> Iterator[Planned]:
    """On working days, where there is something to say."""
    if not state.settings.planner or today.weekday() > 4:
        return
    views = [deliveries.view(r, today) for r in state.rounds]
    since = _since(today)
    came_in = _came_since(since)
    answers = consultations.answered_since(since)
    came = [v for v in views if v.round.pk in came_in]
    waiting = [v for v in views if v.state is RoundState.RELEASED]
    late = _late(views)
    news = [n for n in state.news if n.on >= _since(today)]
    if not (came or waiting or late or answers or state.failed or news):
        return
    said = texts.daily(
        today, came, waiting, late, [*state.failed, *state.without], answers=answers, news=news
    )
    yield Planned(
        MailKind.PLANNER, f"planner:{today}", "Sozialplanung", state.settings.planner_email, said.subject,
        said.body, today,
    )  # fmt: skip


def _to_head(state: State, today: date) -> Iterator[Planned]:
    """Once a month, on the day set or as soon after it as anything is sent."""
    key = f"head:{today:%Y-%m}"
    if not state.settings.head or today.day < state.settings.head_day or key in state.told:
        return
    report = punctuality(OPERATOR, today)
    views = [deliveries.view(r, today) for r in state.rounds]
    lost = [
        v for v in views if v.state is RoundState.MISSING and v.round.accepts_until >= today - _LOST_LATELY
    ]
    risks = [*lost, *_late(views)]
    said = texts.monthly(state.sender, today, (report.since, report.until), report.district, risks)
    yield Planned(
        MailKind.HEAD, key, "Amtsleitung", state.settings.head_email, said.subject, said.body, today, (key,)
    )


def _late(views: Iterable[RoundView]) -> list[RoundView]:
    found = [v for v in views if v.state in _LATE and v.days_left < 0]
    return sorted(found, key=lambda v: (v.round.due_on, v.round.agreement.partner.name))


def _since(today: date) -> date:
    """The day of the planner's last summary, at most a week ago; before the first, the working day before."""
    last = Mail.objects.filter(kind=MailKind.PLANNER, sent_at__isnull=False, planned_for__lt=today).first()
    if last is None:
        return today - timedelta(days=3 if today.weekday() == 0 else 1)
    return max(last.planned_for, today - timedelta(days=LOOK_BACK))


def _came_since(since: date) -> Collection[int]:
    """Rounds that something came in for since a day."""
    begin = timezone.make_aware(datetime.combine(since, time.min))
    events = DeliveryEvent.objects.filter(at__gte=begin, kind__in=_NEWS)
    return set(events.values_list("delivery__round_id", flat=True))
