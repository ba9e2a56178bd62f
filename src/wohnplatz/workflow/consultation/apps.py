"""Django's entry for this app."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """Consultations, their remarks and the release of profiles."""

    name = "wohnplatz.workflow.consultation"
    label = "consultation"
    verbose_name = "Abstimmung"

    def ready(self) -> None:
        """Add the conditions to the steps of a report, and published reports to the atlas."""
        from . import (
            conditions,  # noqa: F401 (importing adds them)
            issuing,  # noqa: F401 (importing adds it)
        )
