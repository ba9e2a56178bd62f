"""Forms of designs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from wohnplatz.web.forms import TEXT_CLASS, KernForm
from wohnplatz.workflow.district.changing import NewVersion

REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus.", "invalid": "Bitte eine ganze Zahl angeben."}
DAY = {"required": "Bitte füllen Sie dieses Feld aus.", "invalid": "Bitte ein Datum angeben: TT.MM.JJJJ."}
FORMATS = ["%d.%m.%Y", "%Y-%m-%d"]


class DesignForm(KernForm):
    """What the areas should be like."""

    bezeichnung = forms.CharField(label="Bezeichnung", max_length=200, error_messages=REQUIRED)
    kommune = forms.ChoiceField(label="Kommune")
    datei = forms.FileField(
        label="Zensusgitter", help_text="CSV-Datei mit Gitterzellen von 100 m oder 1 km, unverändert.",
        error_messages={"required": "Bitte wählen Sie eine Datei.", "empty": "Die Datei ist leer."},
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )  # fmt: skip
    ziel = forms.IntegerField(
        label="Einwohner je Gebiet (Ziel)",
        min_value=1,
        max_value=10**6,
        initial=5000,
        error_messages=REQUIRED,
    )
    minimum = forms.IntegerField(
        label="Mindestzahl der Einwohner", min_value=0, max_value=10**6, initial=2000, error_messages=REQUIRED
    )
    anzahl = forms.IntegerField(
        label="Zahl der Gebiete", min_value=1, max_value=200, required=False, error_messages=REQUIRED,
        help_text="Ohne Angabe: Einwohner der Kommune geteilt durch das Ziel.",
    )  # fmt: skip
    merkmale = forms.CharField(
        label="Merkmale, in denen ein Gebiet einheitlich sein soll", required=False, max_length=300,
        help_text="Spalten der Datei, durch Komma getrennt, zum Beispiel: Auslaender_A, ab65_A",
    )  # fmt: skip
    grenzen = forms.ChoiceField(
        label="Feste Grenzen", required=False,
        help_text="Kein Gebiet reicht über die Grenzen der gewählten Gliederung.",
    )  # fmt: skip
    linien = forms.FileField(
        label="Flüsse, Bahnstrecken oder Straßen als feste Grenzen", required=False,
        help_text="Linien als GeoJSON, GeoPackage oder Shapefile im ZIP. Kein Gebiet reicht über sie hinweg.",
        error_messages={"empty": "Die Datei ist leer."},
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,.gpkg,.zip"}),
    )  # fmt: skip
    quelle = forms.CharField(label="Quelle der Einwohnerzahlen", required=False, max_length=300)
    sekunden = forms.IntegerField(
        label="Rechenzeit je Vorschlag in Sekunden", min_value=1, max_value=300, initial=30,
        error_messages=REQUIRED,
    )  # fmt: skip

    def __init__(
        self,
        *args: object,
        towns: Sequence[tuple[str, str]],
        divisions: Sequence[tuple[str, str]],
        **kw: object,
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["kommune"].choices = list(towns)
        self.fields["grenzen"].choices = [("", "keine"), *divisions]


class AgreeForm(KernForm):
    """When and with whom a version was agreed on."""

    am = forms.DateField(
        label="Abgestimmt am", input_formats=FORMATS, error_messages=DAY, help_text="TT.MM.JJJJ"
    )
    mit = forms.CharField(
        label="Abgestimmt mit", max_length=300, error_messages=DAY,
        help_text="Stelle und Funktion, kein Name: Stadt Ahausen, Leitung des Sozialamts",
    )  # fmt: skip


class TakeOverForm(KernForm):
    """What the division and its areas are called and from when it is in force."""

    code = forms.SlugField(
        label="Kennung der Gliederung", max_length=80, help_text="Mit Jahreszahl: wohnplaetze-2027",
        error_messages={**DAY, "invalid": "Nur Buchstaben ohne Umlaute, Ziffern und Bindestriche."},
    )  # fmt: skip
    label = forms.CharField(label="Bezeichnung", max_length=200, error_messages=DAY)
    gueltig_ab = forms.DateField(
        label="Gültig ab", input_formats=FORMATS, error_messages=DAY, help_text="TT.MM.JJJJ"
    )

    def __init__(self, *args: Any, numbers: Sequence[int] = (), town: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.numbers = tuple(numbers)
        for n in self.numbers:
            self.fields[f"name_{n}"] = forms.CharField(
                label=f"Name von Gebiet {n}", max_length=200, required=False, initial=f"{town} {n}",
                widget=forms.TextInput(attrs={"class": TEXT_CLASS}),
            )  # fmt: skip

    def names(self) -> dict[int, str]:
        """Number of an area → its name; empty where the usual one is to stand."""
        return {n: str(self.cleaned_data[f"name_{n}"]) for n in self.numbers}

    def version(self) -> NewVersion:
        """What the new version of the division is called."""
        data = self.cleaned_data
        return NewVersion(data["code"], data["label"], data["gueltig_ab"])
