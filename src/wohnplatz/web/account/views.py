"""Logging in and out, and one's own password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.workflow.accounts import actions
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right

from .forms import LoginForm, PasswordForm


class Login(LoginView):
    """Login for everybody with an account."""

    template_name = "account/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to go afterwards and, in the demo only, which accounts there are."""
        demo = settings.WOHNPLATZ_MODE == "demo"
        found = User.objects.filter(is_demo=True, is_active=True).select_related("partner")
        accounts = list(found) if demo else []
        needed = bool(self.get_redirect_url())
        offices = [a for a in accounts if a.partner_id is None]
        partners = [a for a in accounts if a.partner_id is not None]
        return super().get_context_data(
            demo_offices=offices, demo_partners=partners, next_needed=needed, **kwargs
        )


class Logout(LogoutView):
    """Logout by POST."""


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions of the account end, this one goes on."""
    user = user_of(request, Right.FIGURES)
    form = PasswordForm.of(request, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(user, user, form.cleaned_data["new"])
        except WohnplatzError as error:
            form.add_error("new", error.why or error.what)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Ihr Kennwort ist geändert. Andere Anmeldungen sind beendet.")
            return redirect("start")
    return render(request, "account/password.html", {"form": form})
