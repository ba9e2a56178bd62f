"""What must hold before a report takes the next step of its agreement; ``reports.states`` asks."""

from __future__ import annotations

from wohnplatz.model import WohnplatzError
from wohnplatz.text import plural
from wohnplatz.workflow.reports import states
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState as S

from . import reviewing
from .deciding import undecided
from .models import Consultation
from .states import AnswerState


def consultation_of(report: SocialReport) -> Consultation:
    """The consultation of a report. WohnplatzError where none was prepared."""
    found = Consultation.objects.filter(report=report).first()
    if found is None:
        raise WohnplatzError(
            "Für diesen Bericht ist noch keine Abstimmung vorbereitet.",
            todo="Bitte auf der Seite der Abstimmung Frist, Anschreiben und Beteiligte festlegen.",
            code="consultation.none",
        )
    return found


@states.require(S.REVIEW, S.CONSULTATION)
def somebody_is_asked(report: SocialReport) -> None:
    """A consultation needs somebody to answer, and is opened on its own page."""
    found = consultation_of(report)
    if not found.invitations.exists():
        raise WohnplatzError(
            "Es ist noch niemand zur Abstimmung vorgesehen.",
            todo="Bitte mindestens eine Stelle mit ihren Kapiteln aufnehmen.", code="consultation.nobody",
        )  # fmt: skip
    if found.opened_at is None:
        raise WohnplatzError(
            "Die Abstimmung ist vorbereitet, aber nicht eröffnet.",
            todo="Bitte auf der Seite der Abstimmung eröffnen.", code="consultation.not_opened",
        )  # fmt: skip


@states.require(S.REVIEW, S.CONSULTATION)
def the_review_is_decided(report: SocialReport) -> None:
    """What colleagues said in the internal review is decided before others read the report."""
    left = reviewing.undecided(report)
    if left:
        raise WohnplatzError(
            f"{plural(left, 'Anmerkung', 'Anmerkungen')} der internen Durchsicht "
            f"{'ist' if left == 1 else 'sind'} noch nicht entschieden.",
            todo="Bitte über jede mit Begründung entscheiden.", code="consultation.review_undecided",
        )  # fmt: skip


@states.require(S.CONSULTATION, S.REVIEW)
def nobody_has_answered(report: SocialReport) -> None:
    """Answers that were released are not thrown away."""
    if consultation_of(report).invitations.filter(state=AnswerState.ANSWERED).exists():
        raise WohnplatzError(
            "Es sind schon Antworten freigegeben.",
            todo="Bitte die Abstimmung zu Ende führen; der Text lässt sich dabei weiter ändern.",
            code="consultation.answers",
        )


@states.require(S.CONSULTATION, S.DECIDED)
def everything_is_decided(report: SocialReport) -> None:
    """Closed, nobody still writing, and every remark has its decision."""
    found = consultation_of(report)
    if found.closed_at is None:
        raise WohnplatzError(
            "Die Abstimmung ist noch offen.", todo="Bitte zuerst schließen.", code="consultation.still_open"
        )
    waiting = found.invitations.filter(state=AnswerState.REOPENED)
    if waiting.exists():
        names = ", ".join(i.partner.name for i in waiting.select_related("partner"))
        raise WohnplatzError(
            f"Diese Antworten sind wieder geöffnet und noch nicht da: {names}.",
            todo="Bitte die Antworten abwarten.", code="consultation.reopened",
        )  # fmt: skip
    left = undecided(found.pk)
    if left:
        raise WohnplatzError(
            f"{plural(left, 'Anmerkung ist', 'Anmerkungen sind')} noch nicht entschieden.",
            todo="Bitte über jede Anmerkung mit Begründung entscheiden.", code="consultation.undecided",
        )  # fmt: skip


@states.require(S.DECIDED, S.AGREED)
def it_says_who_agreed(report: SocialReport) -> None:
    """Who agreed is written down with the step."""
    _require(consultation_of(report).agreed_at, "wer den Bericht abgestimmt hat", "agreed")


@states.require(S.AGREED, S.PRESENTED)
def it_says_where_it_was_presented(report: SocialReport) -> None:
    """Body, meeting and paper are written down with the step."""
    _require(consultation_of(report).meeting_on, "Gremium, Sitzung und Vorlage", "presented")


@states.require(S.PRESENTED, S.PUBLISHED)
def it_says_what_was_published(report: SocialReport) -> None:
    """Release and outputs are written down with the step."""
    _require(consultation_of(report).published_at, "was veröffentlicht wird", "published")


def _require(value: object, what: str, code: str) -> None:
    if not value:
        raise WohnplatzError(
            f"Es fehlt, {what}.", todo="Bitte den Schritt auf der Seite der Abstimmung gehen.",
            code=f"consultation.{code}",
        )  # fmt: skip
