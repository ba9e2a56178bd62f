"""Items of the catalogue that the district made itself, each version a row."""

from __future__ import annotations

from django.db import models


class ItemGroup(models.TextChoices):
    """What an item is; the value is the group of the catalogue."""

    INDICATORS = "indicators", "Indikator"
    INDICES = "indices", "Index"


class ItemState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", "Entwurf"
    IN_FORCE = "in_force", "in Kraft"
    FORMER = "former", "abgelöst"
    RETIRED = "retired", "außer Kraft"


class CatalogueItem(models.Model):
    """One version of an indicator or index. Once in force its content is never changed and never deleted.

    Of an item the row with the highest version that is no draft decides: in force, it stands in the place of
    the item of the files; retired, the catalogue has no such item.
    """

    group = models.CharField("Art", max_length=12, choices=ItemGroup.choices)
    code = models.CharField("Kennung", max_length=80)
    version = models.PositiveIntegerField("Fassung")
    """Of a draft: the one it would get today."""
    state = models.CharField("Zustand", max_length=10, choices=ItemState.choices)
    text = models.TextField()
    """The item as TOML, the same as a file of the catalogue's folder."""
    sha = models.CharField(max_length=64)
    """SHA-256 of the text."""
    reason = models.TextField("Begründung", blank=True)
    made_by = models.CharField("gefasst von", max_length=200)
    """Organisation, not person."""
    made_at = models.DateTimeField("gefasst am")
    ended_at = models.DateTimeField("abgelöst oder außer Kraft seit", null=True, blank=True)
    end_reason = models.TextField("Begründung des Endes", blank=True)

    class Meta:
        """By group and code, newest first."""

        ordering = ("group", "code", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "version"),
                condition=~models.Q(state="draft"),
                name="catalogue_one_version",
            ),
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(state="draft"), name="catalogue_one_draft"
            ),
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(state="in_force"), name="catalogue_one_in_force"
            ),
        )

    def __str__(self) -> str:
        """Code and version."""
        return f"{self.code}, Fassung {self.version}"
