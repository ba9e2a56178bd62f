"""Django's entry for this app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Designs of areas, their versions and what was said about them."""

    name = "wohnplatz.workflow.design"
    label = "design"
    verbose_name = "Gebietszuschnitt"
