"""Deliveries and their history."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from wohnplatz.workflow.partners.models import DeliveryRound

from .states import ALLOWS, DeliveryState, Step


class Delivery(models.Model):
    """A delivery (*Datenlieferung*): one file a partner sent for a round.

    ``original`` names the file in the store by SHA-256. A faulty file is *not* kept there: it might be
    anything. ``observations`` is empty until the delivery is accepted; the object exists before the row
    says so. ``version`` grows with every change and tells two people who decide at once apart.
    """

    round = models.ForeignKey(DeliveryRound, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField("laufende Nummer")
    """1 for the first file of the round, 2 for the next one."""
    state = models.CharField("Zustand", max_length=20, choices=DeliveryState.choices)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField("Dateiname", max_length=150)
    size = models.PositiveIntegerField("Größe in Byte")
    original = models.CharField(max_length=64)
    observations = models.CharField(max_length=64, blank=True)
    reader = models.CharField("Leseweg", max_length=60, blank=True)
    cells = models.PositiveIntegerField("Zellen", default=0)
    findings = models.JSONField("Prüfbefunde", default=list)
    received_at = models.DateTimeField("eingegangen")
    accepted_at = models.DateTimeField("angenommen", null=True, blank=True)
    decided_by = models.CharField("entschieden von", max_length=200, blank=True)
    """Organisation, not person."""
    reason = models.TextField("Begründung", blank=True)

    class Meta:
        """Newest first; at most one accepted delivery of a round."""

        ordering = ("-received_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["round", "number"], name="deliveries_numbered"),
            models.UniqueConstraint(
                fields=["round"], condition=models.Q(state="accepted"), name="deliveries_one_accepted"
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
    FAULTY = "faulty", "mit Fehlern abgewiesen"
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
    note = models.TextField(blank=True)

    class Meta:
        """In order."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """What and when."""
        return f"{self.get_kind_display()} {self.at:%d.%m.%Y}"
