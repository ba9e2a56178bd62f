"""Forms of a report as a whole."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from django import forms

from wohnplatz.report import HouseStyle, Template
from wohnplatz.report.photos import LARGEST
from wohnplatz.web.forms import KernForm

from .choices import Options

REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus.", "invalid": "Bitte ein Jahr angeben: JJJJ."}


class BeginForm(KernForm):
    """What a new report needs beside its template."""

    titel = forms.CharField(
        label="Titel", max_length=200, required=False, help_text="Ohne Angabe: der Titel der Vorlage."
    )
    gebiet = forms.ChoiceField(label="Gebiet")
    thema = forms.ChoiceField(label="Thema", error_messages=REQUIRED)
    jahr = forms.IntegerField(
        label="Berichtsjahr", min_value=1990, max_value=2100, error_messages=REQUIRED,
        help_text="Zahlen stehen für dieses Jahr oder das letzte davor, für das es sie gibt.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, template: Template, areas: Options, themes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gebiet"].choices = areas
        self.fields["thema"].choices = themes
        if not template.themed:
            del self.fields["thema"]
        if len(areas) == 1 and len(areas[0][1]) == 1:
            del self.fields["gebiet"]


class SettingsForm(KernForm):
    """Title and look of one report."""

    titel = forms.CharField(label="Titel", max_length=200, error_messages=REQUIRED)
    untertitel = forms.CharField(label="Untertitel", max_length=200, required=False)
    jahr = forms.IntegerField(label="Berichtsjahr", min_value=1990, max_value=2100, error_messages=REQUIRED)
    titelblatt = forms.BooleanField(label="Titelblatt und Inhaltsverzeichnis", required=False)
    leicht = forms.BooleanField(
        label="Leichte Sprache", required=False, help_text="Größere Schrift, kurze Zeilen, keine Trennung."
    )


class StyleForm(KernForm):
    """The district's look."""

    stelle = forms.CharField(
        label="Name der Stelle", max_length=120, error_messages=REQUIRED,
        help_text="Steht im Impressum jedes Berichts.",
    )  # fmt: skip
    farbe = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$", label="Hausfarbe", help_text="Überschriften und Titelblatt.",
        widget=forms.TextInput(attrs={"type": "color", "class": "wp-colour"}),
        error_messages={**REQUIRED, "invalid": "Bitte eine Farbe angeben, zum Beispiel #171a4f."},
    )  # fmt: skip
    schrift = forms.CharField(
        label="Schrift", max_length=80, required=False,
        help_text="Name einer auf dem Server eingerichteten Schrift. Ohne Angabe: Fira Sans.",
    )  # fmt: skip
    logo = forms.FileField(
        label="Logo", required=False, help_text="SVG, PNG oder JPEG, höchstens 8 MB.",
        widget=forms.FileInput(attrs={"accept": ".svg,.png,.jpg,.jpeg"}),
        error_messages={"empty": "Die Datei ist leer."},
    )  # fmt: skip
    logo_worte = forms.CharField(
        label="Logo in Worten", max_length=200, required=False,
        help_text="Für alle, die es nicht sehen, zum Beispiel: Wappen des Kreises.",
    )  # fmt: skip
    ohne_logo = forms.BooleanField(label="Bisheriges Logo entfernen", required=False)

    def clean_logo(self) -> Any:
        """Not larger than a document takes."""
        file = self.cleaned_data["logo"]
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError("Das Logo ist größer als 8 MB. Bitte verkleinern.")
        return file

    def style(self, before: HouseStyle) -> HouseStyle:
        """The look that was asked for; the logo stays where none was sent."""
        data = self.cleaned_data
        logo = "" if data["ohne_logo"] else before.logo
        if data["logo"] is not None:
            logo = base64.b64encode(data["logo"].read()).decode()
        return HouseStyle(data["stelle"], data["farbe"], logo, data["logo_worte"], data["schrift"])
