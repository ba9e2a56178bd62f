"""The login form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.accounts import attempts
from wohnplatz.workflow.accounts.models import User


class LoginForm(KernForm, AuthenticationForm):
    """User name and password; says in the same words whether the name or the password is wrong."""

    error_messages = {
        "invalid_login": "Benutzername oder Kennwort stimmen nicht. Beim Kennwort zählt Großschreibung.",
        "wait": "Zu viele Versuche unter diesem Namen. Bitte warten Sie eine Viertelstunde.",
        "inactive": "Dieses Konto ist gesperrt. Wenden Sie sich an die Administration.",
    }
    username = forms.CharField(
        label="Benutzername",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": "Bitte geben Sie Ihren Benutzernamen ein."},
    )
    password = forms.CharField(
        label="Kennwort",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Bitte geben Sie Ihr Kennwort ein."},
    )

    def clean(self) -> dict[str, Any]:
        """Check the password, unless the name has to wait; then it is not even looked at."""
        username = self.cleaned_data.get("username") or ""
        if not username or not self.cleaned_data.get("password"):
            return self.cleaned_data
        if attempts.must_wait(username):
            raise forms.ValidationError(self.error_messages["wait"], code="wait")
        try:
            data: dict[str, Any] = super().clean()
        except forms.ValidationError:
            attempts.failed(username)
            raise
        attempts.succeeded(username)
        return data


class PasswordForm(KernForm):
    """One's own password: the old one, and the new one twice."""

    old = forms.CharField(
        label="Bisheriges Kennwort", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Bitte geben Sie Ihr bisheriges Kennwort ein."},
    )  # fmt: skip
    new = forms.CharField(
        label="Neues Kennwort", strip=False, help_text="Mindestens 12 Zeichen.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Bitte geben Sie ein neues Kennwort ein."},
    )  # fmt: skip
    again = forms.CharField(
        label="Neues Kennwort, noch einmal", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Bitte wiederholen Sie das neue Kennwort."},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """The old password must be right, the new ones alike."""
        data: dict[str, Any] = super().clean() or {}
        if "old" in data and attempts.must_wait(self.user.username):
            self.add_error("old", "Zu viele Versuche. Bitte warten Sie eine Viertelstunde.")
        elif "old" in data and not self.user.check_password(data["old"]):
            attempts.failed(self.user.username)
            self.add_error("old", "Das bisherige Kennwort stimmt nicht.")
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", "Die beiden neuen Kennwörter sind verschieden.")
        return data
