"""Releases."""

from __future__ import annotations

from django.conf import settings
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


class RunState(models.TextChoices):
    """Where the making of a release stands."""

    WAITING = "waiting", "wartet"
    COMPUTING = "computing", "wird gerechnet"
    DONE = "done", "gebildet"
    FAILED = "failed", "nicht gebildet"


class Run(models.Model):
    """Something long that a job does: it can be left and found again."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("beauftragt am")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    step = models.CharField(max_length=200, blank=True)
    """What is being done, in German."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    progress_at = models.DateTimeField(null=True, blank=True)
    """When the computing last gave a sign."""
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    """Why nothing came of it."""

    class Meta:
        """Only what is done has rows."""

        abstract = True
        ordering = ("-pk",)


class ReleaseRun(Run):
    """The making of a release."""

    label = models.CharField("Bezeichnung", max_length=120)
    note = models.TextField("Anmerkung", blank=True)
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Run.Meta):
        """Newest first."""

    def __str__(self) -> str:
        """Label and state."""
        return f"{self.label}: {self.get_state_display()}"


class OutputKind(models.TextChoices):
    """What goes out."""

    PDF = "pdf", "Bericht (PDF)"
    DOCX = "docx", "Bericht (DOCX)"
    HTML = "html", "Bericht (HTML)"
    ANNEX = "annex", "Zahlen zum Bericht"
    PICTURE = "picture", "Bild"
    ATLAS = "atlas", "öffentlicher Atlas"
    DOWNLOAD = "download", "Datei zum Herunterladen"


class Output(models.Model):
    """One output that went out (*Verzeichnis der Ausgaben*). Written once, never changed, never deleted.

    Each entry holds the hash of the one before it, so that none can be altered or taken away unseen.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="outputs")
    audience = models.CharField("Empfängerkreis", max_length=20)
    kind = models.CharField("Art", max_length=12, choices=OutputKind.choices)
    name = models.CharField("Name", max_length=200)
    sha = models.CharField("Prüfsumme", max_length=64, db_index=True)
    """SHA-256 of the file; of a folder that of its list of files (``report.sums``)."""
    size = models.PositiveBigIntegerField()
    """Bytes of all files."""
    figures = models.PositiveIntegerField()
    """Different figures that were read in it before it went out."""
    proof = models.CharField(max_length=64)
    """Hash of the release's proof for the audience, on which every figure in it rests."""
    ledger = models.CharField(max_length=64)
    """Head of the ledger of published facts as of the release."""
    made_at = models.DateTimeField("ausgegeben am")
    made_by = models.CharField("ausgegeben von", max_length=200)
    """Organisation, not person."""
    chain = models.CharField(max_length=64, unique=True)
    """SHA-256 over this entry and the chain of the one before it."""

    class Meta:
        """In the order of entry."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """Name and beginning of the hash."""
        return f"{self.name} {self.sha[:12]}"


class ReleasePreview(Run):
    """A release as it would be: computed, shown, not kept. What stands here are counts of figures."""

    basis = models.CharField(max_length=64)
    """SHA-256 of everything it was computed from; another one means that something changed since."""
    compared = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """The release that was the newest."""
    result = models.JSONField(null=True, blank=True)

    class Meta(Run.Meta):
        """Newest first."""

    def __str__(self) -> str:
        """What it is and its state."""
        return f"Vorschau: {self.get_state_display()}"
