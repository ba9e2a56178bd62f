"""The audit log: by organisation and role, not by person (unless the district switches that on)."""

from __future__ import annotations

from django.db import models


class LogEntry(models.Model):
    """One completed action. Details carry codes and counts, never figures."""

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    """Dotted name: ``deliveries.accept``."""
    organisation = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    person = models.CharField(max_length=150, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    details = models.JSONField(default=dict)

    class Meta:
        """Newest first."""

        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["subject_type", "subject_id"]),)

    def __str__(self) -> str:
        """Action and subject."""
        return f"{self.action} {self.subject_type} {self.subject_id}"
