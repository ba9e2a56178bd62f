"""Logging in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView

from wohnplatz.workflow.accounts.models import User

from .forms import LoginForm


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
