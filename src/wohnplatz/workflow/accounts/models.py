"""User accounts. A person has one role; a partner's person belongs to one partner."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What an account is for; ``policies`` says what follows from it."""

    ADMINISTRATOR = "administrator", "Administration"
    PLANNER = "planner", "Sozialplanung"
    PARTNER = "partner", "Lieferstelle"
    SECTOR = "sector", "Fachplanung"


class UserManager(BaseUserManager):
    """Accounts are found by name in any spelling of capitals."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """The account with this user name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An account. Made by ``accounts.actions.create_user`` only."""

    username = models.CharField("Benutzername", max_length=150, unique=True)
    name = models.CharField("Name", max_length=200)
    email = models.EmailField("E-Mail", blank=True)
    role = models.CharField("Rolle", max_length=20, choices=Role.choices)
    partner = models.ForeignKey(
        "partners.Partner", verbose_name="Lieferstelle", null=True, blank=True, on_delete=models.PROTECT
    )
    is_active = models.BooleanField("aktiv", default=True)
    is_demo = models.BooleanField("Demo-Konto", default=False)
    """The password stands in the documentation: such an account never exists in production."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        """A partner's account has a partner, and only such an account."""

        ordering = ("username",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role="partner", partner__isnull=False)
                | (~models.Q(role="partner") & models.Q(partner__isnull=True)),
                name="accounts_partner_fits_role",
            ),
        )

    def __str__(self) -> str:
        """The person's name."""
        return self.name or self.username


class FailedLogin(models.Model):
    """A login that failed, kept for a quarter of an hour: too many in a row are made to wait."""

    username = models.CharField(max_length=150, db_index=True)
    """As typed, in small letters; there need not be such an account."""
    at = models.DateTimeField()

    def __str__(self) -> str:
        """The name that was tried."""
        return self.username
