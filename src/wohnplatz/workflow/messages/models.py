"""The outbox, and what a district has set for it."""

from __future__ import annotations

from django.db import models

from wohnplatz.workflow.partners.models import Partner


class MailKind(models.TextChoices):
    """To whom a mail goes."""

    PARTNER = "partner", "Sammelnachricht an eine Lieferstelle"
    PLANNER = "planner", "Tagesübersicht für die Sozialplanung"
    HEAD = "head", "Monatsübersicht für die Amtsleitung"


def _before() -> list[int]:
    return [14, 3]


def _after() -> list[int]:
    return [7, 21]


class MailSettings(models.Model):
    """What goes out when. There is at most one row; ``queries.mail_settings()`` gives it or the defaults."""

    days_before = models.JSONField("Tage vor der Frist", default=_before)
    days_after = models.JSONField("Tage nach der Frist", default=_after)
    then_every = models.PositiveSmallIntegerField("danach alle … Tage", default=30)
    """0: not again."""
    before = models.BooleanField("vor der Frist erinnern", default=True)
    on_the_day = models.BooleanField("am Tag der Frist erinnern", default=True)
    after = models.BooleanField("nach der Frist erinnern", default=True)
    returned = models.BooleanField("zurückgegebene Dateien melden", default=True)
    unreleased = models.BooleanField("an nicht freigegebene Dateien erinnern", default=True)
    thanks = models.BooleanField("für angenommene Lieferungen danken", default=True)
    catalogue = models.BooleanField("geänderte Berechnungen melden", default=True)
    planner = models.BooleanField("Tagesübersicht senden", default=True)
    head = models.BooleanField("Monatsübersicht senden", default=True)
    head_day = models.PositiveSmallIntegerField("Tag im Monat", default=1)
    from_hour = models.PositiveSmallIntegerField("frühestens ab Uhr", default=7)
    sender_name = models.CharField("Name des Absenders", max_length=120, blank=True)
    planner_email = models.EmailField("Adresse der Sozialplanung", blank=True)
    head_email = models.EmailField("Adresse der Amtsleitung", blank=True)
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        """The unique true value holds that there is one row only."""

        constraints = (models.CheckConstraint(condition=models.Q(only_one=True), name="mails_only_one"),)

    def __str__(self) -> str:
        """What it is."""
        return "Einstellungen der Nachrichten"


class Mail(models.Model):
    """One mail of the outbox, to a function and never to a person.

    ``key`` is unique: one collective mail for each partner and day. ``claimed_until`` keeps two processes
    from sending the same one; ``dropped_at`` is set where it was never sent and is out of date.
    """

    kind = models.CharField("Art", max_length=20, choices=MailKind.choices)
    key = models.CharField(max_length=120, unique=True)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="mails")
    recipient = models.CharField("an die Funktion", max_length=300)
    address = models.EmailField("Adresse")
    subject = models.CharField("Betreff", max_length=200)
    body = models.TextField("Text")
    planned_for = models.DateField("geplant für")
    attempts = models.PositiveSmallIntegerField("Versuche", default=0)
    claimed_until = models.DateTimeField(null=True)
    try_after = models.DateTimeField(null=True)
    sent_at = models.DateTimeField("gesendet", null=True)
    dropped_at = models.DateTimeField("verworfen", null=True)
    error = models.CharField("Fehler", max_length=500, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-planned_for", "-pk")

    def __str__(self) -> str:
        """Subject and function."""
        return f"{self.subject} ({self.recipient})"


class MailReason(models.Model):
    """Why a mail goes out: ``before-14:round-7``. Unique, so that nothing is said twice."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="reasons")
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        """In order of their making."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """The reason."""
        return self.key
