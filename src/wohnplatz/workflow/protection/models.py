"""Rule files that were put in force here, each version a row."""

from __future__ import annotations

from django.db import models


class RulesVersion(models.Model):
    """A rule file that was put in force (*Schutzregeln*). Never changed or deleted: the newest holds."""

    sha = models.CharField("Prüfsumme", max_length=64)
    """SHA-256 of the file, which the store keeps as it came."""
    name = models.CharField("Name", max_length=80)
    version = models.PositiveIntegerField("Fassung")
    reason = models.TextField("Begründung")
    weaker = models.PositiveIntegerField("Abschwächungen")
    """In how many places it protects less than the rules before."""
    made_by = models.CharField("in Kraft gesetzt von", max_length=200)
    """Organisation, not person."""
    made_at = models.DateTimeField("in Kraft seit")

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        """Name and version."""
        return f"{self.name}, Fassung {self.version}"
