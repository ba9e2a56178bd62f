"""Forms of divisions."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.district.models import DivisionRecord, PointsRecord

REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus."}
CHOOSE = {"required": "Bitte treffen Sie eine Auswahl.", "invalid_choice": "Bitte wählen Sie aus der Liste."}
DAY = {**REQUIRED, "invalid": "Bitte ein Datum angeben: TT.MM.JJJJ."}
SLUG = {**REQUIRED, "invalid": "Nur Buchstaben ohne Umlaute, Ziffern und Bindestriche."}
TABLE = forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"})
FILE = {"required": "Bitte wählen Sie eine Datei.", "empty": "Die Datei ist leer."}
Choices = Sequence[tuple[str, str]]


def key_field(label: str = "Schlüssel des neuen Gebiets", required: bool = True) -> forms.CharField:
    """A new area's key."""
    hint = "Ein Schlüssel, den es noch nicht gibt; führende Nullen gehören dazu."
    if not required:
        hint = "Leer lassen, wenn der Schlüssel bleibt."
    return forms.CharField(
        label=label, max_length=40, required=required, help_text=hint, error_messages=REQUIRED
    )


def name_field(label: str = "Name des neuen Gebiets", required: bool = True) -> forms.CharField:
    """A new area's name."""
    return forms.CharField(label=label, max_length=200, required=required, error_messages=REQUIRED)


class ChangeForm(KernForm):
    """What every change asks: what the new version is called, since when, and why."""

    ab = forms.DateField(
        label="Gültig ab", error_messages=DAY, input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        help_text="TT.MM.JJJJ, meist ein 1. Januar. Die bisherige Fassung endet am Tag davor.",
    )  # fmt: skip
    kennung = forms.SlugField(
        label="Kennung der neuen Fassung", max_length=80, error_messages=SLUG,
        help_text="Mit Jahreszahl, zum Beispiel wohnplaetze-2027.",
    )  # fmt: skip
    bezeichnung = forms.CharField(label="Bezeichnung", max_length=200, error_messages=REQUIRED)
    anlass = forms.CharField(
        label="Anlass", max_length=500, required=False,
        help_text="Warum die Gebiete geändert werden; steht später bei der Zeitreihe.",
    )  # fmt: skip
    own: tuple[str, ...] = ()
    """Fields of the act itself, before those of the version."""

    def __init__(self, *args: object, areas: Choices, weights: Choices = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("gebiete", "gebiet", "ziel"):
            if name in self.fields:
                empty = [] if name == "gebiete" else [("", "bitte wählen")]
                self.fields[name].choices = [*empty, *areas]
        if "gewichte" in self.fields:
            self.fields["gewichte"].choices = list(weights)
        self.order_fields([*self.own, "ab", "kennung", "bezeichnung", "anlass"])


class MergeForm(ChangeForm):
    """Several areas become one."""

    gebiete = forms.MultipleChoiceField(
        label="Gebiete, die zusammengelegt werden", widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )
    schluessel = key_field()
    name = name_field()
    own = ("gebiete", "schluessel", "name")


class CutForm(ChangeForm):
    """What a cut through an area asks: where, and what weighs the parts."""

    linie = forms.CharField(
        label="Schnittlinie", required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "kern-form-input__input", "data-line": ""}),
        help_text="Je Zeile ein Punkt: Ostwert und Nordwert in Metern. Ein Klick auf den Plan ergänzt einen."
        " Beide Enden werden um 50 m verlängert.",
    )  # fmt: skip
    datei = forms.FileField(
        label="oder Fläche als Geodatei", required=False,
        help_text="GeoPackage, GeoJSON oder Shapefile als ZIP mit der Fläche des Stücks.",
        widget=forms.FileInput(attrs={"accept": ".gpkg,.geojson,.json,.gz,.zip"}),
    )  # fmt: skip
    flaechen = forms.CharField(required=False, widget=forms.HiddenInput)
    gewichte = forms.ChoiceField(
        label="Aufteilen nach", error_messages=CHOOSE,
        help_text="Wonach Werte früherer Jahre auf die Teile verteilt werden.",
    )  # fmt: skip


class SplitForm(CutForm):
    """One area becomes two."""

    gebiet = forms.ChoiceField(label="Gebiet, das geteilt wird", error_messages=CHOOSE)
    schluessel_1 = key_field("Schlüssel des ersten neuen Gebiets")
    name_1 = name_field("Name des ersten neuen Gebiets")
    schluessel_2 = key_field("Schlüssel des zweiten neuen Gebiets")
    name_2 = name_field("Name des zweiten neuen Gebiets")
    own = (
        "gebiet", "linie", "datei", "flaechen", "schluessel_1", "name_1", "schluessel_2", "name_2",
        "gewichte",
    )  # fmt: skip


class ShiftForm(CutForm):
    """A piece of one area goes to another."""

    gebiet = forms.ChoiceField(label="Gebiet, das ein Stück abgibt", error_messages=CHOOSE)
    ziel = forms.ChoiceField(label="Gebiet, das es aufnimmt", error_messages=CHOOSE)
    own = ("gebiet", "ziel", "linie", "datei", "flaechen", "gewichte")


class RenameForm(ChangeForm):
    """Another name or key."""

    gebiet = forms.ChoiceField(label="Gebiet", error_messages=CHOOSE)
    name = name_field("Neuer Name")
    schluessel = key_field("Neuer Schlüssel", required=False)
    own = ("gebiet", "name", "schluessel")


class CrosswalkForm(KernForm):
    """From which division to which, and by what."""

    von = forms.ModelChoiceField(
        DivisionRecord.objects.none(), label="Von", to_field_name="code", empty_label="bitte wählen",
        error_messages=CHOOSE,
    )  # fmt: skip
    nach = forms.ModelChoiceField(
        DivisionRecord.objects.none(), label="Nach", to_field_name="code", empty_label="bitte wählen",
        error_messages=CHOOSE,
    )  # fmt: skip
    gewichte = forms.ChoiceField(label="Aufteilen nach", error_messages=CHOOSE)
    datei = forms.FileField(
        label="oder fertige Tabelle", required=False,
        help_text="CSV mit den Spalten von, nach, gewicht. Die Gewichte eines Gebiets ergeben zusammen 1.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )  # fmt: skip
    herkunft = forms.CharField(
        label="Herkunft der Tabelle",
        max_length=300,
        required=False,
        help_text="Nur für eine fertige Tabelle.",
    )

    def __init__(self, *args: object, weights: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("von", "nach"):
            self.fields[name].queryset = DivisionRecord.objects.all()
        self.fields["gewichte"].choices = list(weights)

    def clean(self) -> None:
        """A way leads somewhere else."""
        data = super().clean() or self.cleaned_data
        if data.get("von") and data.get("von") == data.get("nach"):
            self.add_error("nach", "Bitte zwei verschiedene Gliederungen wählen.")


class StreetsForm(KernForm):
    """A street list."""

    datei = forms.FileField(
        label="Straßenverzeichnis", error_messages=FILE, widget=TABLE,
        help_text="CSV oder XLSX mit den Spalten Straße und Gebiet;"
        " dazu, soweit vorhanden, von, bis, Seite, Ort, Ost, Nord, Einwohner.",
    )  # fmt: skip
    quelle = forms.CharField(label="Quelle", max_length=300, required=False)


class PointsForm(KernForm):
    """Places with inhabitants."""

    bezeichnung = forms.CharField(
        label="Bezeichnung",
        max_length=200,
        error_messages=REQUIRED,
        help_text="Zum Beispiel Zensus 2022, 100 m.",
    )
    datei = forms.FileField(
        label="Tabelle", error_messages=FILE, widget=TABLE,
        help_text="CSV oder XLSX mit Gitterzellen (x_mp, y_mp, Einwohner) oder Orten (Ost, Nord, Einwohner).",
    )  # fmt: skip
    quelle = forms.CharField(label="Quelle", max_length=300, required=False)


class AddressForm(KernForm):
    """An address to look up."""

    anschrift = forms.CharField(
        label="Anschrift", max_length=200,
        help_text="Zum Beispiel Hauptstraße 12a oder Hauptstraße 12a, Burscheid.",
        error_messages=REQUIRED,
    )  # fmt: skip


def weight_choices(record: DivisionRecord | None) -> list[tuple[str, str]]:
    """What may weigh the parts of an area; the surest first."""
    streets = record.street_lists.first() if record else None
    found = (
        [("anschriften", "Anschriften des Straßenverzeichnisses")] if streets and streets.placed_count else []
    )
    found += [(str(p.pk), f"Einwohner: {p.label}") for p in PointsRecord.objects.all()]
    return [*found, ("flaeche", "Fläche (ungenau: als wohnten alle gleichmäßig verteilt)")]
