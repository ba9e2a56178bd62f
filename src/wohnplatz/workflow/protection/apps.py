"""Django's entry for this app."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """The rules of disclosure control in force."""

    name = "wohnplatz.workflow.protection"
    label = "protection"
    verbose_name = "Schutzregeln"
