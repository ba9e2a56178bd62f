"""The district that this installation serves, and the divisions of its area."""

from __future__ import annotations

from django.db import models


class District(models.Model):
    """The district (*Kreis*). There is exactly one row; ``district.queries.current()`` gives it."""

    name = models.CharField("Name des Kreises", max_length=200)
    key = models.CharField("Schlüssel (AGS)", max_length=20)
    contact = models.CharField("Ansprechstelle", max_length=300, blank=True)
    wms_url = models.URLField("Adresse des Hintergrundkartendienstes (WMS)", blank=True)
    wms_layers = models.CharField("Kartenebenen (WMS)", max_length=300, blank=True)
    wms_attribution = models.CharField("Quellenvermerk der Hintergrundkarte", max_length=300, blank=True)
    is_demo = models.BooleanField("Demo-Kreis", default=False)
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        """The unique true value holds that there is one district only."""

        constraints = (models.CheckConstraint(condition=models.Q(only_one=True), name="district_only_one"),)

    def __str__(self) -> str:
        """The district's name."""
        return self.name


class DivisionRecord(models.Model):
    """A division (*Gebietsgliederung*) that was checked and taken over; its polygons lie in the store."""

    code = models.SlugField("Kennung", max_length=80, unique=True)
    level = models.SlugField("Ebene", max_length=40)
    label = models.CharField("Bezeichnung", max_length=200)
    rank = models.PositiveSmallIntegerField("Rang")
    """0 for the finest level; coarser levels have greater numbers."""
    sha = models.CharField(max_length=64)
    area_count = models.PositiveIntegerField()
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)
    source = models.CharField("Quelle", max_length=300, blank=True)
    licence = models.CharField("Lizenz", max_length=100, blank=True)
    findings = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        """Finest level first, newest version first."""

        ordering = ("rank", "-valid_from", "-pk")

    def __str__(self) -> str:
        """Label and code."""
        return f"{self.label} ({self.code})"
