"""Deliveries and their history."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from wohnplatz.workflow.partners.models import DeliveryRound, Partner

from .states import ALLOWS, DeliveryState, Step


class Delivery(models.Model):
    """A delivery (*Datenlieferung*): one file a partner sent for a round.

    ``original`` is the file's SHA-256, ``kept`` the kind of object it is stored as: nothing at all for a file
    that could not be opened, a draft until the release, an original from then on. ``observations`` is empty
    until the delivery is accepted; the object exists before the row says so. ``version`` grows with every
    change and tells two people who decide at once apart.
    """

    round = models.ForeignKey(DeliveryRound, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField("laufende Nummer")
    """1 for the first file of the round, 2 for the next one."""
    state = models.CharField("Zustand", max_length=20, choices=DeliveryState.choices)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField("Dateiname", max_length=150)
    size = models.PositiveBigIntegerField("Größe in Byte")
    original = models.CharField(max_length=64)
    kept = models.CharField("abgelegt als", max_length=20, blank=True)
    """Value of ``store.Kind``, empty where nothing of the file is stored (any more)."""
    reading = models.CharField(max_length=64, blank=True)
    """What was read from it, as a draft: SHA-256 of observations, empty where there are none."""
    basis = models.CharField(max_length=64, blank=True)
    """SHA-256 of everything the reading depended on beside the file."""
    observations = models.CharField(max_length=64, blank=True)
    reader = models.CharField("Leseweg", max_length=60, blank=True)
    cells = models.PositiveIntegerField("Zellen", default=0)
    findings = models.JSONField("Prüfbefunde", default=list)
    """As ``Finding.as_dict`` gives them, with their ``key``."""
    guide = models.JSONField("Leseanleitung", null=True, blank=True)
    """How the file was read (``intake.Guide``), None for the template."""
    fingerprint = models.CharField(max_length=64, blank=True)
    """Of the values alone: equal to last year's file where nothing was counted anew."""
    coverage = models.JSONField("Umfang", default=dict)
    """Areas and variables that are missing."""
    changes = models.JSONField("Änderungen", null=True, blank=True)
    """What acceptance changed against the delivery accepted before; None where there was none."""
    rows_done = models.PositiveIntegerField("gelesene Zeilen", default=0)
    rows_total = models.PositiveIntegerField("Zeilen", default=0)
    progress_at = models.DateTimeField(null=True, blank=True)
    """When a job last told how far it has read."""
    received_at = models.DateTimeField("eingegangen")
    released_at = models.DateTimeField("freigegeben", null=True, blank=True)
    released_as = models.CharField("freigegeben durch", max_length=300, blank=True)
    """Organisation and function, not person."""
    accepted_at = models.DateTimeField("angenommen", null=True, blank=True)
    decided_by = models.CharField("entschieden von", max_length=200, blank=True)
    """Organisation, not person."""
    reason = models.TextField("Begründung", blank=True)

    class Meta:
        """Newest first; at most one accepted and one released delivery of a round."""

        ordering = ("-received_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["round", "number"], name="deliveries_numbered"),
            models.UniqueConstraint(
                fields=["round"], condition=models.Q(state="accepted"), name="deliveries_one_accepted"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=models.Q(state="released"), name="deliveries_one_released"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted")
                | (~models.Q(observations="") & models.Q(accepted_at__isnull=False)),
                name="deliveries_accepted_has_data",
            ),
        )

    def __str__(self) -> str:
        """Round and number."""
        return f"{self.round}, Nr. {self.number}"

    def allows(self, step: Step) -> bool:
        """Whether the state allows this step (who may take it is for the policies)."""
        return step in ALLOWS[DeliveryState(self.state)]

    def count(self, severity: str) -> int:
        """Number of findings of one severity."""
        findings: Iterable[dict[str, object]] = self.findings
        return sum(1 for f in findings if f["severity"] == severity)


class EventKind(models.TextChoices):
    """What happened to a delivery."""

    RECEIVED = "received", "eingegangen"
    UNREADABLE = "unreadable", "nicht lesbar"
    UNASSIGNED = "unassigned", "Zuordnung nötig"
    FAULTY = "faulty", "mit Fehlern"
    CHECKED = "checked", "geprüft"
    ASSIGNED = "assigned", "zugeordnet"
    NOTED = "noted", "Prüfbefund erläutert"
    RELEASED = "released", "freigegeben"
    ACCEPTED = "accepted", "angenommen"
    RETURNED = "returned", "zurückgegeben"
    WITHDRAWN = "withdrawn", "zurückgezogen"
    SUPERSEDED = "superseded", "durch eine neuere ersetzt"


class DeliveryEvent(models.Model):
    """One line of a delivery's history, by organisation."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    organisation = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    function = models.CharField("Funktion", max_length=200, blank=True)
    person = models.CharField(max_length=150, blank=True)
    """Only where the district switched that on, and not for ever (``deliveries.actions.prune``)."""
    note = models.TextField(blank=True)

    class Meta:
        """In order."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What and when."""
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y}"


class FindingNote(models.Model):
    """A partner's word on a finding. It holds on to the finding's key and so outlives the next file."""

    round = models.ForeignKey(DeliveryRound, on_delete=models.PROTECT, related_name="notes")
    key = models.CharField(max_length=16)
    text = models.TextField("Erläuterung", blank=True)
    acknowledged = models.BooleanField("zur Kenntnis genommen", default=False)
    at = models.DateTimeField()
    organisation = models.CharField(max_length=200)
    role = models.CharField(max_length=20)

    class Meta:
        """One word on each finding of a round."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["round", "key"], name="deliveries_one_note"),)

    def __str__(self) -> str:
        """The words."""
        return self.text


class ReadingGuide(models.Model):
    """How a partner's files of a data set are read (*Leseanleitung*), once somebody has said so."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="reading_guides")
    dataset = models.SlugField("Datensatz", max_length=60)
    guide = models.JSONField("Leseanleitung")
    changed_at = models.DateTimeField("geändert")
    changed_by = models.CharField("geändert von", max_length=200)
    """Organisation, not person."""

    class Meta:
        """One guide for each partner and data set."""

        constraints = (
            models.UniqueConstraint(fields=["partner", "dataset"], name="deliveries_one_reading_guide"),
        )

    def __str__(self) -> str:
        """Partner and data set."""
        return f"{self.partner}: {self.dataset}"


class OwnRule(models.Model):
    """A check of the district's own: left side, operator, right side, tolerance, severity and words."""

    code = models.SlugField("Kennung", max_length=60, unique=True)
    dataset = models.SlugField("Datensatz", max_length=60, blank=True)
    """Empty for all data sets."""
    left = models.CharField("linke Seite", max_length=500)
    operator = models.CharField("Vergleich", max_length=2)
    right = models.CharField("rechte Seite", max_length=500)
    absolute = models.FloatField("Toleranz", default=0.0)
    relative = models.FloatField("Toleranz in Prozent", default=0.0)
    severity = models.CharField("Gewicht", max_length=10)
    message = models.CharField("Befund", max_length=500)
    why = models.CharField("Bedeutung", max_length=500, blank=True)
    advice = models.CharField("Rat", max_length=500, blank=True)
    active = models.BooleanField("in Kraft", default=True)

    class Meta:
        """By code."""

        ordering = ("code",)

    def __str__(self) -> str:
        """The comparison."""
        return f"{self.left} {self.operator} {self.right}"


class Upload(models.Model):
    """A large file that arrives in parts. Its bytes lie under ``WOHNPLATZ_HOME/uploads``, named by token."""

    token = models.CharField(max_length=64, unique=True)
    round = models.ForeignKey(DeliveryRound, on_delete=models.PROTECT, related_name="uploads")
    organisation = models.CharField(max_length=200)
    name = models.CharField("Dateiname", max_length=150)
    size = models.PositiveBigIntegerField("Größe in Byte")
    received = models.PositiveBigIntegerField("davon eingegangen", default=0)
    sha = models.CharField(max_length=64, blank=True)
    """What the sender says the whole is; empty where it did not say."""
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        """Name of the file."""
        return self.name


class ProfileState(models.TextChoices):
    """Where the page on a partner's own areas stands."""

    WAITING = "waiting", "wird berechnet"
    READY = "ready", "fertig"
    FAILED = "failed", "nicht berechenbar"


class KeptProfile(models.Model):
    """The page on a partner's own areas, kept because proving its protection takes longer than a request may.

    ``digest`` names everything it was made of: with another one it is made anew.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="kept_profile")
    digest = models.CharField(max_length=64)
    state = models.CharField("Zustand", max_length=10, choices=ProfileState.choices)
    document = models.TextField(blank=True)
    """JSON of the document; empty where there is nothing to show."""
    asked_at = models.DateTimeField("angefordert")

    class Meta:
        """Newest first."""

        ordering = ("-asked_at",)

    def __str__(self) -> str:
        """Delivery and state."""
        return f"{self.delivery}: {self.get_state_display()}"
