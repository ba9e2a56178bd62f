"""What goes out when, and where to."""

from __future__ import annotations

from typing import Any

from django import forms

from wohnplatz.web.forms import KernForm


class DaysField(forms.CharField):
    """Whole numbers by comma: ``14, 3``."""

    def to_python(self, value: Any) -> Any:
        """The numbers; an error in words where one is none."""
        parts = [p.strip() for p in super().to_python(value).split(",") if p.strip()]
        if any(not p.isdecimal() or not 1 <= int(p) <= 365 for p in parts) or len(parts) > 10:
            raise forms.ValidationError("Bitte Tage als Zahlen von 1 bis 365 nennen, durch Komma getrennt.")
        return [int(p) for p in parts]

    def prepare_value(self, value: Any) -> Any:
        """The numbers as text."""
        return ", ".join(str(n) for n in value) if isinstance(value, list) else value


class SettingsForm(KernForm):
    """The settings of the mails, in the order of the page."""

    before = forms.BooleanField(label="Vor der Frist erinnern", required=False)
    days_before = DaysField(label="Tage vor der Frist", required=False, help_text="Zum Beispiel: 14, 3")
    on_the_day = forms.BooleanField(label="Am Tag der Frist erinnern", required=False)
    after = forms.BooleanField(label="Nach der Frist erinnern", required=False)
    days_after = DaysField(label="Tage nach der Frist", required=False, help_text="Zum Beispiel: 7, 21")
    then_every = forms.IntegerField(
        label="Danach alle so viele Tage", min_value=0, max_value=365,
        help_text="Bis zum Annahmeschluss. 0: nicht noch einmal.",
    )  # fmt: skip
    returned = forms.BooleanField(label="Zurückgegebene Dateien melden", required=False)
    unreleased = forms.BooleanField(label="An nicht freigegebene Dateien erinnern", required=False)
    thanks = forms.BooleanField(label="Für angenommene Lieferungen danken", required=False)
    catalogue = forms.BooleanField(
        label="Geänderte Berechnungen melden", required=False,
        help_text="Lieferstellen, auf deren Profil der Indikator steht, und in der Tagesübersicht.",
    )  # fmt: skip
    sender_name = forms.CharField(
        label="Name des Absenders", required=False, max_length=120,
        help_text="Zum Beispiel: Sozialplanung Kreis Muster. Eine Stelle, keine Person.",
    )  # fmt: skip
    from_hour = forms.IntegerField(label="Frühestens ab Uhr", min_value=0, max_value=23)
    planner = forms.BooleanField(label="Tagesübersicht an die Sozialplanung senden", required=False)
    planner_email = forms.EmailField(
        label="Adresse der Sozialplanung", required=False, help_text="Ein Funktionspostfach."
    )
    head = forms.BooleanField(label="Monatsübersicht an die Amtsleitung senden", required=False)
    head_email = forms.EmailField(
        label="Adresse der Amtsleitung", required=False, help_text="Ein Funktionspostfach."
    )
    head_day = forms.IntegerField(label="Tag im Monat für die Monatsübersicht", min_value=1, max_value=28)


GROUPS = (
    (
        "An die Lieferstellen",
        (
            "before", "days_before", "on_the_day", "after", "days_after", "then_every", "returned",
            "unreleased", "thanks", "catalogue",
        ),
    ),
    ("An die Sozialplanung", ("planner", "planner_email")),
    ("An die Amtsleitung", ("head", "head_email", "head_day")),
    ("Versand", ("sender_name", "from_hour")),
)  # fmt: skip
"""Headings of the page, and the fields below each."""
