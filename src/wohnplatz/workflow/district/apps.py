"""Django's entry for this app."""

from django.apps import AppConfig


class DistrictConfig(AppConfig):
    """The district and the divisions of its area."""

    name = "wohnplatz.workflow.district"
    label = "district"
    verbose_name = "Kreis"
