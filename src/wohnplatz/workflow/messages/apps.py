"""Django's entry for this app."""

from django.apps import AppConfig


class MailsConfig(AppConfig):
    """Mails: what goes out, when, to which function. ``messages`` as a label belongs to Django itself."""

    name = "wohnplatz.workflow.messages"
    label = "mails"
    verbose_name = "Nachrichten"
