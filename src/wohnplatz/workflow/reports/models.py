"""A report, its blocks one row each, and every version of a block."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from wohnplatz.workflow.releases.models import Release, RunState

from .states import ReportState


class SocialReport(models.Model):
    """A social report (*Sozialbericht*), bound to one release. ``queries.tree`` makes the tree of it."""

    title = models.CharField("Titel", max_length=200)
    subtitle = models.CharField("Untertitel", max_length=200, blank=True)
    template = models.CharField("Vorlage", max_length=40)
    """Code of the template it began with."""
    area = models.CharField("Gebiet", max_length=40)
    """Key of the district or of the area the whole report is about."""
    year = models.PositiveSmallIntegerField("Berichtsjahr")
    contents = models.BooleanField("Titelblatt und Inhaltsverzeichnis", default=True)
    easy = models.BooleanField("Leichte Sprache", default=False)
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="+", verbose_name="Datenstand"
    )
    state = models.CharField(max_length=14, choices=ReportState.choices, default=ReportState.DRAFT)
    style = models.JSONField(default=dict)
    """House style held fast when the report was agreed; empty while it follows the district's settings."""
    created_at = models.DateTimeField("angelegt am")
    created_by = models.CharField("angelegt von", max_length=200)
    """Organisation."""
    changed_at = models.DateTimeField("geändert am")
    form_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    """Of the form it began with (``storing.once_key``): sent twice, it makes one report."""

    class Meta:
        """Last changed first."""

        ordering = ("-changed_at", "-pk")

    def __str__(self) -> str:
        """The title."""
        return self.title


class ReportBlock(models.Model):
    """One block. Rows are never removed: what was deleted can be brought back."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="blocks")
    block_id = models.CharField(max_length=80)
    """Unique in its report; stays when the block moves. Comments and findings are tied to it."""
    kind = models.CharField(max_length=20)
    """As ``report.tree_json.KINDS`` names it."""
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    slot = models.CharField(max_length=8, default="blocks")
    """Which list of the parent it stands in: ``blocks``, or ``left`` and ``right`` of a pair."""
    position = models.PositiveIntegerField(default=0)
    content = models.JSONField()
    """``report.block_dict`` without the blocks that stand inside."""
    version = models.PositiveIntegerField(default=1)
    """Number of the newest version; whoever changes the content says which one was seen."""
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="chapters"
    )
    """Who looks after this chapter."""
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    """Taken out of the report, with all that stands inside."""

    class Meta:
        """In the order of reading within one parent."""

        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("report", "block_id"), name="reports_block_id")
        ]

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self.kind} {self.block_id}"


class Act(models.TextChoices):
    """What made a version of a block."""

    CREATED = "created", "angelegt"
    EDITED = "edited", "geändert"
    MERGED = "merged", "zusammengeführt"
    TAKEN = "taken", "Vorschlag übernommen"
    ADOPTED = "adopted", "Änderung aus der Abstimmung übernommen"
    DELETED = "deleted", "entfernt"
    RESTORED = "restored", "wiederhergestellt"


class BlockVersion(models.Model):
    """One version of a block; never altered."""

    block = models.ForeignKey(ReportBlock, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    act = models.CharField(max_length=10, choices=Act.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Empty for the command line."""
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("block", "number"), name="reports_version_number")
        ]

    def __str__(self) -> str:
        """Block and number."""
        return f"{self.block_id}: Fassung {self.number}"


class Binding(models.Model):
    """That a report was bound to a release: the first when it began, the last is in force."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="bindings")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """The release."""
        return str(self.release)


class Drift(models.Model):
    """A sentence that another release changed; kept until a person has settled it. Released figures only."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="drift")
    block_id = models.CharField(max_length=80)
    area = models.CharField(max_length=40, blank=True)
    """The area whose profile it stands in."""
    kept = models.JSONField(default=dict)
    """The sentence with its references as it stood (``report.drift.KeptSentence``)."""
    then = models.TextField()
    now = models.TextField()
    broken = models.BooleanField()
    """Whether it claims what no longer holds."""
    figures = models.JSONField()
    """Of each figure: ``figure``, ``then``, ``now``, ``why``."""
    before = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        """What is no longer true first."""

        ordering = ("-broken", "pk")

    def __str__(self) -> str:
        """The sentence as it was."""
        return self.then[:80]


class ThrownAway(models.Model):
    """A suggested sentence that the authors do not want to see again in this report."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="thrown_away")
    area = models.CharField(max_length=40)
    indicator = models.CharField(max_length=80)
    about = models.CharField(max_length=20)
    """As ``report.suggesting.About`` names it."""

    class Meta:
        """Once each."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("report", "area", "indicator", "about"), name="reports_thrown_away"
            )
        ]

    def __str__(self) -> str:
        """What it was about."""
        return f"{self.indicator} {self.area} {self.about}"


class HouseStyleSettings(models.Model):
    """The district's look for all reports (one row): ``report.HouseStyle`` in columns."""

    office = models.CharField("Name der Stelle", max_length=120, default="Sozialplanung")
    colour = models.CharField("Hausfarbe", max_length=7, default="#171a4f")
    font = models.CharField("Schrift", max_length=80, blank=True)
    logo = models.TextField(blank=True)
    """SVG, PNG or JPEG as base64."""
    logo_alternative = models.CharField("Logo in Worten", max_length=200, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        """The office."""
        return self.office


class ReportFile(models.Model):
    """A large output that a job makes: PDF or Word. The same content is made once."""

    report = models.ForeignKey(SocialReport, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=5)
    key = models.CharField(max_length=64)
    """SHA-256 of what it is made of; the file lies under this name in ``WOHNPLATZ_HOME/berichte``."""
    final = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    reason = models.TextField(blank=True)
    """Why no file came of it."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("report", "kind", "key"), name="reports_file_once")
        ]

    def __str__(self) -> str:
        """Kind and state."""
        return f"{self.kind}: {self.get_state_display()}"
