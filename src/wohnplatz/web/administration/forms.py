"""Forms of the administration."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.accounts.models import Role
from wohnplatz.workflow.partners.models import Partner

OVERLAYS = {
    "schulbezirk": "Schulbezirke", "pfarrei": "Pfarreien", "jugendhilfe": "Bezirke der Jugendhilfe",
    "planungsraum": "Eigene Planungsräume",
}  # fmt: skip
"""Levels beside the hierarchy: their areas are not summed to municipalities."""
LEVELS = [
    ("wohnplatz", "Wohnplatz"), ("kommune", "Kommune"), ("kreis", "Kreis"),
    ("Neben der Hierarchie", list(OVERLAYS.items())),
]  # fmt: skip
REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus."}


class DistrictForm(KernForm):
    """The district's particulars and the background map."""

    name = forms.CharField(label="Name des Kreises", max_length=200, error_messages=REQUIRED)
    key = forms.CharField(
        label="Schlüssel (AGS)", max_length=20, error_messages=REQUIRED,
        help_text="Fünf Ziffern mit führender Null, zum Beispiel 05382.",
    )  # fmt: skip
    contact = forms.CharField(
        label="Ansprechstelle",
        max_length=300,
        required=False,
        help_text="Erscheint im Impressum und auf Fehlerseiten.",
    )
    imprint = forms.CharField(
        label="Öffentlicher Atlas: Impressum", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Anschrift, Vertretung und weitere Pflichtangaben, so wie sie auf der Seite stehen sollen.",
    )  # fmt: skip
    privacy = forms.CharField(
        label="Öffentlicher Atlas: Datenschutz", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Was beim Abruf der Seiten auf Ihrem Webserver anfällt, Grundlage, Dauer, Verantwortliche.",
    )  # fmt: skip
    enforcement = forms.CharField(
        label="Öffentlicher Atlas: Durchsetzungsstelle", required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Durchsetzungs- oder Schlichtungsstelle, für die Erklärung zur Barrierefreiheit.",
    )  # fmt: skip
    wms_url = forms.URLField(
        label="Hintergrundkarte: Adresse des WMS", required=False, assume_scheme="https",
        help_text="Ohne Angabe haben Karten keinen Hintergrund; kein fremder Dienst erfährt von Aufrufen.",
        error_messages={"invalid": "Bitte eine vollständige Adresse angeben, die mit https:// beginnt."},
    )  # fmt: skip
    wms_layers = forms.CharField(label="Hintergrundkarte: Ebenen", max_length=300, required=False)
    wms_attribution = forms.CharField(
        label="Hintergrundkarte: Quellenvermerk", max_length=300, required=False
    )


class AccountForm(KernForm):
    """A new account."""

    username = forms.CharField(label="Benutzername", max_length=150, error_messages=REQUIRED)
    name = forms.CharField(label="Name", max_length=200, error_messages=REQUIRED)
    email = forms.EmailField(label="E-Mail", required=False)
    role = forms.ChoiceField(label="Rolle", choices=Role.choices)
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="Lieferstelle", required=False, empty_label="keine",
        help_text="Nur für Konten der Rolle „Lieferstelle“.",
    )  # fmt: skip
    password = forms.CharField(
        label="Kennwort", strip=False, error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Mindestens 12 Zeichen. Geben Sie es der Person auf sicherem Weg.",
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.filter(is_active=True)


class GeodataForm(KernForm):
    """A file of areas."""

    datei = forms.FileField(
        label="Geodatei",
        help_text="GeoPackage (.gpkg), GeoJSON (.geojson) oder Shapefile als ZIP (.zip).",
        error_messages={"required": "Bitte wählen Sie eine Datei.", "empty": "Die Datei ist leer."},
        widget=forms.FileInput(attrs={"accept": ".gpkg,.geojson,.json,.gz,.zip"}),
    )


class ColumnsForm(KernForm):
    """Which column holds what, and what the division is called."""

    layer = forms.ChoiceField(label="Ebene der Datei")
    key = forms.ChoiceField(label="Spalte mit dem Gebietsschlüssel")
    name_column = forms.ChoiceField(label="Spalte mit dem Namen", required=False)
    parent = forms.ChoiceField(
        label="Spalte mit dem Schlüssel des übergeordneten Gebiets", required=False,
        help_text="Die Gliederung der Kommunen braucht es nicht, wenn es nur einen Kreis gibt.",
    )  # fmt: skip
    level = forms.ChoiceField(label="Gebietsebene", choices=LEVELS)
    code = forms.SlugField(
        label="Kennung der Gliederung", max_length=80,
        help_text="Mit Jahreszahl, zum Beispiel wohnplaetze-2026.",
        error_messages={**REQUIRED, "invalid": "Nur Buchstaben ohne Umlaute, Ziffern und Bindestriche."},
    )  # fmt: skip
    label = forms.CharField(label="Bezeichnung", max_length=200, error_messages=REQUIRED)
    valid_from = forms.DateField(
        label="Gültig ab", error_messages={**REQUIRED, "invalid": "Bitte ein Datum angeben: TT.MM.JJJJ."},
        help_text="TT.MM.JJJJ", input_formats=["%d.%m.%Y", "%Y-%m-%d"],
    )  # fmt: skip
    origin = forms.CharField(label="Quelle", max_length=300, required=False)
    licence = forms.CharField(label="Lizenz", max_length=100, required=False)

    def __init__(
        self, *args: object, layers: Sequence[str], columns: Sequence[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layer"].choices = [(x, x) for x in layers]
        self.fields["key"].choices = list(columns)
        for name in ("name_column", "parent"):
            self.fields[name].choices = [("", "keine"), *columns]
