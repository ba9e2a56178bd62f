"""Django's entry for this app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Releases: frozen states of the data, and the only way to their figures."""

    name = "wohnplatz.workflow.releases"
    label = "releases"
    verbose_name = "Datenstände"
