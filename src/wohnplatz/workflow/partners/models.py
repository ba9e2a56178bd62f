"""Who delivers what until when."""

from __future__ import annotations

from datetime import date

from django.db import models


class PartnerKind(models.TextChoices):
    """Kinds of partners."""

    MUNICIPALITY = "municipality", "Kommune"
    JOBCENTER = "jobcenter", "Jobcenter"
    WELFARE = "welfare", "Wohlfahrtsverband"
    DISTRICT_OFFICE = "district_office", "Amt der Kreisverwaltung"


class Rhythm(models.TextChoices):
    """How often an agreement asks for data."""

    YEARLY = "yearly", "jährlich"
    EVEN_YEARS = "even_years", "gerade Jahre"
    HALF_YEARLY = "half_yearly", "halbjährlich"
    QUARTERLY = "quarterly", "vierteljährlich"


class RoundState(models.TextChoices):
    """Where a round stands. Derived from its deliveries and the day, never stored."""

    EXPECTED = "expected", "erwartet"
    RECEIVED = "received", "eingegangen"
    CHECKED = "checked", "geprüft"
    RELEASED = "released", "freigegeben"
    RETURNED = "returned", "zurückgegeben"
    ACCEPTED = "accepted", "angenommen"
    LATE = "late", "überfällig"
    MISSING = "missing", "nicht geliefert"
    WAIVED = "waived", "erlassen"


class Partner(models.Model):
    """A partner (*Lieferstelle*): an organisation that delivers data."""

    code = models.SlugField("Kennung", max_length=60, unique=True)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=PartnerKind.choices)
    area_keys = models.JSONField("Gebiete", default=list)
    """Keys of the areas it delivers for, with everything inside them; an empty list is the whole district."""
    contact_function = models.CharField("Ansprechfunktion", max_length=200, blank=True)
    contact_email = models.EmailField("E-Mail der Stelle", blank=True)
    is_active = models.BooleanField("aktiv", default=True)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        """The partner's name."""
        return self.name


class DataAgreement(models.Model):
    """A data agreement (*Datenvereinbarung*): which data set, at which level, until when, on what ground."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements")
    dataset = models.SlugField("Datensatz", max_length=60)
    level = models.SlugField("Ebene", max_length=40)
    rhythm = models.CharField("Rhythmus", max_length=20, choices=Rhythm.choices, default=Rhythm.YEARLY)
    reference = models.CharField("Stichtag", max_length=6, default="31.12.")
    """``dd.mm.`` of the reference date; for shorter rhythms the last one of the year."""
    due_days = models.PositiveSmallIntegerField("Frist in Tagen nach dem Stichtag", default=90)
    lock_days = models.PositiveSmallIntegerField("Annahmeschluss in Tagen nach dem Stichtag", default=365)
    legal_basis = models.CharField("Rechtsgrundlage", max_length=300)
    contact_function = models.CharField("zuständige Funktion", max_length=200, blank=True)
    releases_function = models.CharField("freigebende Funktion", max_length=200, blank=True)
    valid_from = models.DateField("gültig ab")
    valid_to = models.DateField("gültig bis", null=True, blank=True)

    class Meta:
        """One agreement for a partner, data set and begin."""

        ordering = ("partner__name", "dataset", "-valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=["partner", "dataset", "valid_from"], name="partners_one_agreement_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(lock_days__gte=models.F("due_days")), name="partners_lock_after_due"
            ),
        )

    def __str__(self) -> str:
        """Partner and data set."""
        return f"{self.partner}: {self.dataset}"


class DeliveryRound(models.Model):
    """A delivery round (*Lieferrunde*): one reference date of an agreement."""

    agreement = models.ForeignKey(DataAgreement, on_delete=models.PROTECT, related_name="rounds")
    reference_date = models.DateField("Stichtag")
    due_on = models.DateField("Frist")
    lock_on = models.DateField("Annahmeschluss")
    waived_reason = models.CharField("Grund des Erlasses", max_length=500, blank=True)

    class Meta:
        """One round for each reference date."""

        ordering = ("due_on", "agreement__partner__name", "agreement__dataset")
        constraints = (
            models.UniqueConstraint(fields=["agreement", "reference_date"], name="partners_one_round_a_date"),
        )

    def __str__(self) -> str:
        """Agreement and reference date."""
        return f"{self.agreement}, {self.reference_date:%d.%m.%Y}"

    def is_locked(self, today: date) -> bool:
        """Whether the partner can no longer deliver by itself."""
        return today > self.lock_on
