"""Releases."""

from __future__ import annotations

from django.db import models


class Release(models.Model):
    """A release (*Datenstand*): a frozen, citable state of the data. Never changed, never deleted."""

    number = models.PositiveIntegerField(unique=True)
    label = models.CharField("Bezeichnung", max_length=120, unique=True)
    note = models.TextField("Anmerkung", blank=True)
    manifest = models.CharField(max_length=64)
    """SHA-256 of the manifest; the object exists before the row."""
    made_at = models.DateTimeField("gebildet am")
    made_by = models.CharField("gebildet von", max_length=200)
    """Organisation, not person."""

    class Meta:
        """Newest first."""

        ordering = ("-number",)

    def __str__(self) -> str:
        """The release's label."""
        return self.label
