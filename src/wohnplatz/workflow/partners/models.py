"""Who delivers what until when."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone


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
    ODD_YEARS = "odd_years", "ungerade Jahre"
    SCHOOL_YEAR = "school_year", "je Schuljahr"
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
    """A data agreement (*Datenvereinbarung*): which data set, at which level, until when, on what ground.

    A row is one version of it. A changed agreement is a new row that ``replaces`` the old one, which ends the
    day before: what was delivered stays under the terms it was delivered under.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField("Fassung", default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    dataset = models.SlugField("Datensatz", max_length=60)
    variables = models.JSONField("Merkmale", default=list)
    """Codes of the variables agreed on; an empty list is all of the data set."""
    without_breakdowns = models.JSONField("entfallende Gliederungen", default=list)
    """Codes of dimensions that this partner does not break its figures down by."""
    level = models.SlugField("Ebene", max_length=40)
    division = models.SlugField("Gebietsgliederung", max_length=80, blank=True)
    """Code of a division that is agreed on; empty for the one valid on the reference date."""
    rhythm = models.CharField("Rhythmus", max_length=20, choices=Rhythm.choices, default=Rhythm.YEARLY)
    reference = models.CharField("Stichtag", max_length=6, default="31.12.")
    """``dd.mm.`` of the reference date; for shorter rhythms the last one of the year."""
    due_days = models.PositiveSmallIntegerField("Frist in Tagen nach dem Stichtag", default=90)
    lock_days = models.PositiveSmallIntegerField("Annahmeschluss in Tagen nach dem Stichtag", default=365)
    legal_basis = models.CharField("Rechtsgrundlage", max_length=300)
    contact_function = models.CharField("zuständige Funktion", max_length=200, blank=True)
    releases_function = models.CharField("freigebende Funktion", max_length=200, blank=True)
    file_number = models.CharField("Aktenzeichen", max_length=100, blank=True)
    note = models.CharField("Vermerk", max_length=1000, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="partners_end_after_begin",
            ),
        )

    def __str__(self) -> str:
        """Partner and data set."""
        return f"{self.partner}: {self.dataset}"

    def in_force(self, day: date) -> bool:
        """Whether the agreement is valid on ``day`` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class DeliveryRound(models.Model):
    """A delivery round (*Lieferrunde*): one reference date of an agreement."""

    agreement = models.ForeignKey(DataAgreement, on_delete=models.PROTECT, related_name="rounds")
    reference_date = models.DateField("Stichtag")
    due_on = models.DateField("Frist")
    lock_on = models.DateField("Annahmeschluss")
    waived_reason = models.CharField("Grund des Erlasses", max_length=500, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    """When dates, exceptions or waiver changed last, for calendars that subscribe."""

    class Meta:
        """One round for each reference date."""

        ordering = ("due_on", "agreement__partner__name", "agreement__dataset")
        constraints = (
            models.UniqueConstraint(fields=["agreement", "reference_date"], name="partners_one_round_a_date"),
        )

    def __str__(self) -> str:
        """Agreement and reference date."""
        return f"{self.agreement}, {self.reference_date:%d.%m.%Y}"

    @property
    def accepts_until(self) -> date:
        """The last day on which the partner can deliver by itself, with the exceptions granted."""
        return max([self.lock_on, *(e.until for e in self.exceptions.all())])

    def is_locked(self, today: date) -> bool:
        """Whether the partner can no longer deliver by itself; asks for exceptions only after the lock."""
        return today > self.lock_on and today > self.accepts_until


class LockException(models.Model):
    """An exception (*Ausnahme*): a partner may still deliver for a round after its lock."""

    round = models.ForeignKey(DeliveryRound, on_delete=models.PROTECT, related_name="exceptions")
    until = models.DateField("Ausnahme bis")
    reason = models.CharField("Begründung", max_length=500)
    granted_by = models.CharField("erteilt durch", max_length=200)
    """The organisation, never a person."""
    granted_at = models.DateTimeField("erteilt am", default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-granted_at", "-pk")

    def __str__(self) -> str:
        """Round and last day."""
        return f"{self.round}: Ausnahme bis {self.until:%d.%m.%Y}"


class CalendarFeed(models.Model):
    """The secret address (*Kalenderabo*) under which an account's calendar can be subscribed to.

    Only the SHA-256 of the address's secret part is kept: nobody can read the address out of the database.
    """

    account = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="calendar_feed", verbose_name="Konto"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("eingerichtet am", default=timezone.now)

    def __str__(self) -> str:
        """Whose it is."""
        return f"Kalenderabo {self.account_id}"
