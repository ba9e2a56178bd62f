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
    words = models.TextField("in Worten", blank=True)
    """Of a picture: the alternative text that goes with it."""
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


class LedgerHead(models.Model):
    """Where the ledger of published facts stands: one row, moved forward by whoever saw it last."""

    sha = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        """The head."""
        return self.sha


class Inquiry(models.Model):
    """A question for the figure of an own area, with what became of it. Never changed, never deleted."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="inquiries")
    audience = models.CharField("Zielgruppe", max_length=12)
    indicator = models.CharField("Kennzahl", max_length=120)
    year = models.PositiveSmallIntegerField("Jahr")
    areas = models.TextField("Gebiete")
    """Keys of the finest areas, sorted, with commas."""
    digest = models.CharField(max_length=64)
    """SHA-256 of indicator, year and areas."""
    answered = models.BooleanField("beantwortet")
    why = models.CharField(max_length=20, blank=True)
    """Code of the refusal, see ``publication.further.Why``."""
    reason = models.CharField(max_length=64, blank=True)
    """SHA-256 of the words for people who may see protected numbers; those lie in the store."""
    records = models.JSONField(default=list)
    """SHA-256 of the proofs."""
    asked_at = models.DateTimeField("gefragt am")
    asked_by = models.CharField("gefragt von", max_length=200)
    """Organisation, not person."""

    class Meta:
        """Newest first; the same question is kept once."""

        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["release", "audience", "digest"], name="releases_asked_once"),
        )

    def __str__(self) -> str:
        """What was asked."""
        return f"{self.indicator} {self.year}: {self.areas}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the areas."""
        return tuple(self.areas.split(","))


class DivisionClearance(Run):
    """A division beside the hierarchy, judged with all that is out for one release."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="clearances")
    division = models.ForeignKey("district.DivisionRecord", on_delete=models.PROTECT, related_name="+")
    crosswalk = models.CharField(max_length=64, blank=True)
    """SHA-256 of the way from the finest areas that the figures were carried over with."""
    results = models.JSONField(default=dict)
    """Audience → SHA-256 of the outcome."""

    class Meta(Run.Meta):
        """Newest first."""

        constraints = (models.UniqueConstraint(fields=["release", "division"], name="releases_cleared_once"),)

    def __str__(self) -> str:
        """Division and release."""
        return f"{self.division} · {self.release}"

    @property
    def is_running(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.state in {RunState.WAITING, RunState.COMPUTING}


class AtlasRun(Run):
    """The making of a public atlas."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="atlas_runs")
    sha = models.CharField(max_length=64, blank=True)
    """SHA-256 of the archive."""
    size = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        """Release and state."""
        return f"{self.release}: {self.get_state_display()}"
