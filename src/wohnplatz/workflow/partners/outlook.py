"""What a new, changed or ended agreement would do to the rounds, before it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor

from .models import DataAgreement, DeliveryRound, Partner
from .opening import due_to_open, missing_dates, new_round, rounds_of
from .terms import agreed, require_no_overlap, terms_of

ONE_DAY = timedelta(days=1)


class Move(NamedTuple):
    """A round that goes over to the new version, with the dates it then has."""

    round: DeliveryRound
    due_on: date
    lock_on: date

    @property
    def changes_dates(self) -> bool:
        """Whether deadline or lock become others."""
        return (self.due_on, self.lock_on) != (self.round.due_on, self.round.lock_on)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens to rounds: by order of their reference date."""

    opens: tuple[date, ...] = ()
    """Reference dates of new rounds."""
    moves: tuple[Move, ...] = ()
    drops: tuple[DeliveryRound, ...] = ()
    """Rounds that nothing was delivered for and that are no longer agreed on."""
    stays: tuple[DeliveryRound, ...] = ()
    """Rounds in the time concerned that stay where they are: something was delivered or decided."""


def if_concluded(  # noqa: PLR0913 (what identifies an agreement)
    actor: Actor,
    partner: Partner,
    today: date,
    *,
    dataset: str,
    valid_from: date,
    valid_to: date | None = None,
    **terms: Any,
) -> Outcome:
    """What concluding an agreement would open. WohnplatzError where it cannot be concluded."""
    policies.require_set_up(actor)
    made = agreed(partner, dataset, valid_from, valid_to, terms)
    require_no_overlap(made)
    return Outcome(opens=tuple(due_to_open(made, today, _dates(rounds_of(made)))))


def if_renewed(
    actor: Actor, agreement: DataAgreement, valid_from: date, today: date, **changes: Any
) -> Outcome:
    """What a new version from ``valid_from`` on would do. WohnplatzError where it cannot be made."""
    policies.require_set_up(actor)
    return of_renewal(agreement, renewed(agreement, valid_from, changes), today)


def if_ended(actor: Actor, agreement: DataAgreement, valid_to: date) -> Outcome:
    """Which rounds would go if the agreement ended on ``valid_to``. WohnplatzError where it cannot end."""
    policies.require_set_up(actor)
    require_can_end(agreement, valid_to)
    return of_end(agreement, valid_to)


def renewed(agreement: DataAgreement, valid_from: date, changes: dict[str, Any]) -> DataAgreement:
    """The next version, not saved yet; what is not changed stays, also the end. WohnplatzError if wrong."""
    changes = dict(changes)
    valid_to = changes.pop("valid_to", agreement.valid_to)
    _require_newest(agreement)
    if valid_from <= agreement.valid_from:
        raise WohnplatzError(
            f"Die neue Fassung muss nach dem {day(agreement.valid_from)} beginnen.",
            why="An diesem Tag beginnt die Fassung, die sie ablöst.",
            code="partners.renewal_too_early",
        )
    made = agreed(
        agreement.partner, agreement.dataset, valid_from, valid_to, {**terms_of(agreement), **changes}
    )
    made.version, made.replaces = agreement.version + 1, agreement
    require_no_overlap(made, (agreement.pk,))
    return made


def of_renewal(old: DataAgreement, new: DataAgreement, today: date) -> Outcome:
    """What becomes of the rounds when ``new`` takes over from ``old``."""
    later = _rounds(old, new.valid_from)
    last = max((r.reference_date for r in later), default=new.valid_from)
    fitting = set(missing_dates(new, last, None, ()))
    moves, drops, stays = [], [], []
    for r in later:
        if not _is_empty(r):
            stays.append(r)
        elif r.reference_date in fitting:
            dated = new_round(new, r.reference_date)
            moves.append(Move(r, dated.due_on, dated.lock_on))
        else:
            (stays if _is_decided(r) else drops).append(r)
    opens = due_to_open(new, today, _dates(rounds_of(old)))
    return Outcome(tuple(opens), tuple(moves), tuple(drops), tuple(stays))


def require_can_end(agreement: DataAgreement, valid_to: date) -> None:
    """WohnplatzError where the agreement cannot end, or last, until ``valid_to``."""
    _require_newest(agreement)
    if valid_to < agreement.valid_from:
        raise WohnplatzError(
            f"Die Vereinbarung kann nicht vor ihrem Beginn am {day(agreement.valid_from)} enden.",
            code="partners.ends_before_begin",
        )
    longer = DataAgreement(
        pk=agreement.pk, partner=agreement.partner, dataset=agreement.dataset,
        valid_from=agreement.valid_from, valid_to=valid_to,
    )  # fmt: skip
    require_no_overlap(longer)


def of_end(agreement: DataAgreement, valid_to: date) -> Outcome:
    """What becomes of the rounds after the end."""
    later = _rounds(agreement, valid_to + ONE_DAY)
    drops = tuple(r for r in later if _is_empty(r) and not _is_decided(r))
    return Outcome(drops=drops, stays=tuple(r for r in later if r not in drops))


def _rounds(agreement: DataAgreement, since: date) -> list[DeliveryRound]:
    found = agreement.rounds.filter(reference_date__gte=since).order_by("reference_date")
    return list(found.select_related("agreement__partner"))


def _dates(rounds: Iterable[DeliveryRound]) -> list[date]:
    return [r.reference_date for r in rounds]


def _is_empty(r: DeliveryRound) -> bool:
    """Whether nobody has sent or said anything."""
    return not (r.deliveries.exists() or r.notes.exists() or r.uploads.exists())


def _is_decided(r: DeliveryRound) -> bool:
    """Whether the planner has waived it or granted an exception."""
    return bool(r.waived_reason) or r.exceptions.exists()


def _require_newest(agreement: DataAgreement) -> None:
    newer = DataAgreement.objects.filter(replaces=agreement).first()
    if newer is not None:
        raise WohnplatzError(
            f"Fassung {agreement.version} ist ab {day(newer.valid_from)} durch eine neue abgelöst.",
            todo="Bitte die neueste Fassung öffnen.",
            code="partners.replaced",
        )
