"""Changes to accounts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.partners.models import Partner

from . import policies
from .actors import Actor
from .models import Role, User


def create_user(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    partner: Partner | None = None,
    email: str = "",
    is_demo: bool = False,
) -> User:
    """Make an account. A demo account may have a simple password, and exists in demo mode only."""
    policies.require_accounts(actor)
    if is_demo and settings.WOHNPLATZ_MODE != "demo":
        raise WohnplatzError("Demo-Konten gibt es nur im Demo-Betrieb.", code="accounts.demo_in_production")
    if (role == Role.PARTNER) != (partner is not None):
        raise WohnplatzError(
            "Ein Konto einer Lieferstelle braucht die Lieferstelle, jedes andere keine.",
            code="accounts.partner_fits_role",
        )
    if role not in Role.values:
        raise WohnplatzError(
            f"Die Rolle „{role}“ gibt es nicht.",
            todo=f"Erlaubt: {', '.join(Role.values)}.",
            code="accounts.role",
        )
    user = User(
        username=username.strip().lower(), name=name, role=role, partner=partner, email=email, is_demo=is_demo
    )
    if not is_demo:
        _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            record(actor, "accounts.create", user, role=role, partner=partner.code if partner else "")
    except IntegrityError as error:
        raise WohnplatzError(
            f"Das Konto „{user.username}“ gibt es schon.", code="accounts.username_taken"
        ) from error
    return user


def set_password(actor: Actor, user: User, password: str) -> None:
    """Set a new password: one's own, or anybody's with the right to manage accounts."""
    if actor != user:
        policies.require_accounts(actor)
    _check_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.is_demo = False
        user.save(update_fields=["password", "is_demo"])
        record(actor, "accounts.set_password", user)


def deactivate(actor: Actor, user: User) -> None:
    """Lock an account; its history stays."""
    policies.require_accounts(actor)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        record(actor, "accounts.deactivate", user)
    user.is_active = False


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WohnplatzError(
            "Das Kennwort ist nicht geeignet.", why=" ".join(error.messages), code="accounts.password"
        ) from error
