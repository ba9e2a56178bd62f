"""Django's entry for this app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Indicators and indices of the district's own, in versions."""

    name = "wohnplatz.workflow.catalogue"
    label = "catalogue"
    verbose_name = "Katalog"
