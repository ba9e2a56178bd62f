"""A design of areas with its versions and comments."""

from __future__ import annotations

from django.db import models


class DesignState(models.TextChoices):
    """Where the computing of the first proposals stands."""

    WAITING = "waiting", "wartet auf die Berechnung"
    COMPUTING = "computing", "wird berechnet"
    READY = "ready", "liegt vor"
    FAILED = "failed", "ohne Vorschlag"


class Design(models.Model):
    """A design (*Entwurf*) of the areas of one municipality."""

    title = models.CharField("Bezeichnung", max_length=200)
    municipality = models.CharField("Schlüssel der Kommune", max_length=20)
    municipality_name = models.CharField("Kommune", max_length=200)
    blocks = models.CharField(max_length=64)
    """SHA-256 of the blocks in the store."""
    block_count = models.PositiveIntegerField()
    unknown_count = models.PositiveIntegerField()
    """Blocks of which no number of inhabitants is known."""
    wishes = models.JSONField(default=dict)
    """Numbers of the wishes, as ``areas.design.Wishes`` names them."""
    origin = models.CharField("Quelle der Einwohnerzahlen", max_length=300, blank=True)
    borders = models.CharField("Feste Grenzen", max_length=400, blank=True)
    """Which fixed borders there are, in words; empty for none."""
    state = models.CharField(max_length=12, choices=DesignState.choices, default=DesignState.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    """Alternatives computed so far."""
    run = models.PositiveSmallIntegerField(default=0)
    """Counts how often the computing was begun: a job of an earlier run writes nothing any more."""
    progress_at = models.DateTimeField(null=True, blank=True)
    """When the computing last gave a sign."""
    reasons = models.JSONField(default=list)
    """Why alternatives were not possible: pairs of title and sentence."""
    made_by = models.CharField(max_length=200)
    """Organisation."""
    made_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        """Title."""
        return self.title


class DesignVersion(models.Model):
    """One division of the municipality; never altered, a move by hand makes a new one."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField("Bezeichnung", max_length=200)
    areas = models.JSONField()
    """Number of the area of each block, in the blocks' order."""
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    objective = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    optimal = models.BooleanField(default=False)
    condensed = models.PositiveIntegerField(default=0)
    by_hand = models.BooleanField(default=False)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    agreed_on = models.DateField("abgestimmt am", null=True, blank=True)
    agreed_by = models.CharField("abgestimmt mit", max_length=300, blank=True)
    """Organisation and function, no name."""
    taken_over = models.SlugField("übernommen als", max_length=80, blank=True)
    """Code of the division that was made of it."""

    class Meta:
        """In order of their making."""

        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("design", "number"), name="design_version_number"),)

    def __str__(self) -> str:
        """Number and title."""
        return f"Fassung {self.number}: {self.title}"


class DesignComment(models.Model):
    """A word of the municipality or the planner about a version."""

    version = models.ForeignKey(DesignVersion, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField("Anmerkung")
    organisation = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("at", "pk")

    def __str__(self) -> str:
        """Organisation and day."""
        return f"{self.organisation}, {self.at:%d.%m.%Y}"
