"""Django's entry for this app."""

from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    """Deliveries: received, checked, accepted, returned."""

    name = "wohnplatz.workflow.deliveries"
    label = "deliveries"
    verbose_name = "Datenlieferungen"
