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
    imprint = models.TextField("Impressum des Atlas", blank=True)
    privacy = models.TextField("Datenschutz des Atlas", blank=True)
    enforcement = models.TextField("Durchsetzungsstelle", blank=True)
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
    overlay = models.BooleanField("neben der Hierarchie", default=False)
    """Districts of schools, parishes, youth help: a division of its own beside the levels that are summed."""
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    reason = models.CharField("Anlass", max_length=500, blank=True)
    """Why the areas were changed, for those who read the series later."""

    class Meta:
        """Finest level first, newest version first."""

        ordering = ("rank", "-valid_from", "-pk")

    def __str__(self) -> str:
        """Label and code."""
        return f"{self.label} ({self.code})"


class CrosswalkRecord(models.Model):
    """A crosswalk (*Umsteigeschlüssel*) between two divisions; its weights lie in the store."""

    source = models.ForeignKey(DivisionRecord, on_delete=models.PROTECT, related_name="crosswalks_from")
    target = models.ForeignKey(DivisionRecord, on_delete=models.PROTECT, related_name="crosswalks_to")
    sha = models.CharField(max_length=64)
    pair_count = models.PositiveIntegerField()
    split_count = models.PositiveIntegerField()
    """Areas of the source whose inhabitants go to several areas."""
    origin = models.CharField("Herkunft", max_length=500, blank=True)
    findings = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        """One way from a division to another; the newest first."""

        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["source", "target"], name="district_one_crosswalk_each_way"),
        )

    def __str__(self) -> str:
        """From and to."""
        return f"{self.source.label} → {self.target.label}"


class StreetListRecord(models.Model):
    """A street or address list (*Straßenverzeichnis*) of a division; the newest counts."""

    division = models.ForeignKey(DivisionRecord, on_delete=models.PROTECT, related_name="street_lists")
    sha = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    placed_count = models.PositiveIntegerField()
    """Rows with coordinates: they can weigh a crosswalk."""
    source = models.CharField("Quelle", max_length=300, blank=True)
    findings = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-imported_at", "-pk")

    def __str__(self) -> str:
        """The division's label."""
        return f"Straßenverzeichnis {self.division.label}"


class PointsRecord(models.Model):
    """Places with inhabitants (census grid cells, addresses) that weigh the crosswalks of this district."""

    label = models.CharField("Bezeichnung", max_length=200)
    sha = models.CharField(max_length=64)
    place_count = models.PositiveIntegerField()
    inhabitants = models.PositiveBigIntegerField()
    source = models.CharField("Quelle", max_length=300, blank=True)
    findings = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        """The newest first."""

        ordering = ("-imported_at", "-pk")

    def __str__(self) -> str:
        """The label."""
        return self.label
