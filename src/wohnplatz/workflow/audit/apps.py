"""Django's entry for this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """What was done by which organisation."""

    name = "wohnplatz.workflow.audit"
    label = "audit"
    verbose_name = "Protokoll"
