"""The login form."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from wohnplatz.web.forms import KernForm


class LoginForm(KernForm, AuthenticationForm):
    """User name and password; says in the same words whether the name or the password is wrong."""

    error_messages = {
        "invalid_login": "Benutzername oder Kennwort stimmen nicht. Beim Kennwort zählt Großschreibung.",
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
