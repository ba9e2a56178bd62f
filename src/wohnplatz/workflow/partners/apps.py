"""Django's entry for this app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partners, data agreements and delivery rounds."""

    name = "wohnplatz.workflow.partners"
    label = "partners"
    verbose_name = "Lieferstellen"
