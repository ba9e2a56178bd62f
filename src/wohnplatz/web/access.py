"""The first line of every view: who asks, and may this person."""

from __future__ import annotations

from django.http import HttpRequest

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right


class LoginNeeded(Exception):  # noqa: N818 (it is no error: the login page answers it)
    """Nobody is logged in."""


def user_of(request: HttpRequest, right: Right | None = None) -> User:
    """The person who asks, with the right if one is named.

    Raises ``LoginNeeded`` where nobody is logged in and ``Refused`` where the right is not held; the
    middleware answers both with a page.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise LoginNeeded
    if right is not None:
        policies.require(user, right)
    return user
