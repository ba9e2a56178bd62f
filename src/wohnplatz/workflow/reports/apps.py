"""Django's entry for this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Social reports, their blocks and what became of each."""

    name = "wohnplatz.workflow.reports"
    label = "reports"
    verbose_name = "Sozialberichte"
