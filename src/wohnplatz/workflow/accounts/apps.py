"""Django's entry for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, roles and who may do what."""

    name = "wohnplatz.workflow.accounts"
    label = "accounts"
    verbose_name = "Konten"

    def ready(self) -> None:
        """Register the check of a production start."""
        from . import safety  # noqa: F401
