"""A consultation, who is invited to it, what they remark, and which profiles were let go."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models

from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports.models import SocialReport

from .states import AnswerState, Circle, EventKind, ProfileState, RemarkKind, Verdict


def _token() -> str:
    return secrets.token_urlsafe(18)


class Consultation(models.Model):
    """The consultation (*Abstimmung*) of a report. Where the report stands is the report's own state."""

    report = models.OneToOneField(SocialReport, on_delete=models.PROTECT, related_name="consultation")
    letter = models.TextField("Anschreiben", blank=True)
    due_on = models.DateField("Frist")
    opened_at = models.DateTimeField("eröffnet", null=True, blank=True)
    closed_at = models.DateTimeField("geschlossen", null=True, blank=True)
    """No answer comes in after this, but from those whose answer was opened again."""
    decided_at = models.DateTimeField("Entscheidungen abgeschlossen", null=True, blank=True)
    agreed_at = models.DateTimeField("abgestimmt", null=True, blank=True)
    agreed_by = models.CharField("abgestimmt durch", max_length=300, blank=True)
    """The body or function that agreed, never a person."""
    body = models.CharField("Gremium", max_length=200, blank=True)
    meeting_on = models.DateField("Sitzung am", null=True, blank=True)
    paper = models.CharField("Vorlage Nr.", max_length=60, blank=True)
    published_at = models.DateTimeField("veröffentlicht", null=True, blank=True)
    published_release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="Datenstand"
    )
    outputs = models.JSONField("Ausgaben", default=list)
    """Of each published file: ``name``, ``size`` in bytes, ``sha256``. Same release, same bytes."""
    last_number = models.PositiveIntegerField(default=0)
    """Number of the newest remark: numbers are given once and never again."""

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        """The report."""
        return f"Abstimmung {self.report}"


class Invitation(models.Model):
    """A partner's place in a consultation: its chapters, its deadline, its answer.

    ``token`` is the address of its pages. It opens nothing by itself: the partner's account must log in.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="invitations")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="invitations")
    token = models.CharField(max_length=40, unique=True, default=_token)
    chapters = models.JSONField("Kapitel", default=list)
    """Ids of blocks at the top of the report."""
    due_on = models.DateField("Frist")
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.PLANNED)
    version = models.PositiveIntegerField(default=1)
    """Grows with every step; two people who act at once are told apart by it."""
    invited_at = models.DateTimeField("eingeladen", null=True, blank=True)
    opened_at = models.DateTimeField("zum ersten Mal angesehen", null=True, blank=True)
    statement = models.TextField("Stellungnahme", blank=True)
    no_remarks = models.BooleanField("keine Anmerkungen", default=False)
    answered_at = models.DateTimeField("geantwortet", null=True, blank=True)
    answered_as = models.CharField("freigegeben durch", max_length=300, blank=True)
    """Organisation and function, not person."""
    late = models.BooleanField("nach der Frist", default=False)
    reopened_reason = models.TextField("wieder geöffnet, weil", blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    asked_on = models.DateField("Erinnerung veranlasst am", null=True, blank=True)

    class Meta:
        """By partner, each once."""

        ordering = ("partner__name",)
        constraints = (
            models.UniqueConstraint(fields=["consultation", "partner"], name="consultation_once_a_partner"),
            models.CheckConstraint(
                condition=~models.Q(state="answered") | models.Q(answered_at__isnull=False),
                name="consultation_answered_when",
            ),
        )

    def __str__(self) -> str:
        """Partner and report."""
        return f"{self.partner}: {self.consultation.report}"


class Said(models.Model):
    """What was said of one block, or proposed for its text, with what was decided about it.

    ``block_version`` is the version that was read; ``basis`` the text of it where a text was remarked on.
    """

    number = models.PositiveIntegerField("Nr.")
    chapter = models.CharField(max_length=80)
    block_id = models.CharField(max_length=80)
    area = models.CharField(max_length=40, blank=True)
    """The area whose profile the block stands in; empty outside of profiles."""
    place = models.CharField("zu", max_length=300)
    """Chapter and block in words, as they were called then."""
    block_version = models.PositiveIntegerField()
    basis = models.TextField(blank=True)
    kind = models.CharField("Art", max_length=10, choices=RemarkKind.choices)
    words = models.TextField("Anmerkung", blank=True)
    proposal = models.TextField("vorgeschlagener Text", blank=True)
    written_at = models.DateTimeField()
    verdict = models.CharField("Entscheidung", max_length=10, choices=Verdict.choices, blank=True)
    reason = models.TextField("Begründung", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    """Organisation, not person."""
    taken_over = models.PositiveIntegerField("übernommen als Fassung", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Only those of partners and of the own house have rows."""

        abstract = True

    def __str__(self) -> str:
        """Number and place."""
        return f"Nr. {self.number}: {self.place}"


class Remark(Said):
    """A partner's remark (*Anmerkung*)."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="remarks")
    circle = models.CharField("sichtbar für", max_length=10, choices=Circle.choices, default=Circle.ALL)

    class Meta(Said.Meta):
        """By number; a decision has a reason."""

        abstract = False
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["invitation", "number"], name="consultation_remark_number"),
            models.CheckConstraint(
                condition=models.Q(verdict="") | ~models.Q(reason=""), name="consultation_decided_with_reason"
            ),
        )

    @property
    def report(self) -> SocialReport:
        """The report it is about."""
        found: SocialReport = self.invitation.consultation.report
        return found

    @property
    def said_by(self) -> str:
        """Who said it."""
        return str(self.invitation.partner.name)


class ReviewRemark(Said):
    """A remark of a colleague in the internal review (*interne Durchsicht*). It stays inside the house."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="review_remarks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(Said.Meta):
        """By number; a decision has a reason."""

        abstract = False
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["report", "number"], name="consultation_review_number"),
            models.CheckConstraint(
                condition=models.Q(verdict="") | ~models.Q(reason=""), name="consultation_review_with_reason"
            ),
        )

    @property
    def said_by(self) -> str:
        """Who said it."""
        return str(self.by.name) if self.by else "ein gelöschtes Konto"


class ProfileRelease(models.Model):
    """Whether a municipality has let the profile of its areas in a report go (*Freigabe des Profils*).

    ``fingerprint`` is that of what was released, figures and texts: when either changes, the release ends.
    """

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="profile_releases")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="profile_releases")
    state = models.CharField(max_length=10, choices=ProfileState.choices, default=ProfileState.PENDING)
    reason = models.TextField("Begründung", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_as = models.CharField("entschieden durch", max_length=300, blank=True)
    """Organisation and function, not person."""
    fingerprint = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One for each municipality and report."""

        ordering = ("partner__name",)
        constraints = (
            models.UniqueConstraint(fields=["report", "partner"], name="consultation_one_profile_release"),
        )

    def __str__(self) -> str:
        """Partner and state."""
        return f"{self.partner}: {self.get_state_display()}"


class Event(models.Model):
    """One line of an invitation's history, by organisation."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    organisation = models.CharField(max_length=200)
    function = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        """In order."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What and when."""
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y}"
