"""Forms of agreements."""

from __future__ import annotations

from typing import Any

from django import forms

from wohnplatz.model import Catalogue
from wohnplatz.web.forms import KernForm
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.partners.models import DataAgreement, Partner, Rhythm

from .fields import REQUIRED, DayField, DaysField

Choices = list[tuple[str, str]]


class FilterForm(KernForm):
    """Which agreements the list shows. Nonsense is as if nothing had been chosen."""

    stelle = forms.ChoiceField(label="Lieferstelle", required=False)
    datensatz = forms.ChoiceField(label="Datensatz", required=False)
    gilt = forms.ChoiceField(
        label="Gültigkeit", required=False,
        choices=[("", "in Kraft oder künftig"), ("beendet", "beendet oder abgelöst"), ("alle", "alle")],
    )  # fmt: skip

    def __init__(self, *args: object, partners: Choices, datasets: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stelle"].choices = [("", "alle"), *partners]
        self.fields["datensatz"].choices = [("", "alle"), *datasets]
        if len(partners) < 2:
            del self.fields["stelle"]

    def full_clean(self) -> None:
        """Every part that is not valid is empty."""
        super().full_clean()
        for name in self.fields:
            self.cleaned_data.setdefault(name, "")


class SubjectForm(KernForm):
    """Between whom, and about which data set: the first step of a new agreement."""

    stelle = forms.ModelChoiceField(
        Partner.objects.none(), label="Lieferstelle", to_field_name="code", empty_label="bitte wählen",
        error_messages=REQUIRED,
    )  # fmt: skip
    datensatz = forms.ChoiceField(label="Datensatz", error_messages=REQUIRED)

    def __init__(self, *args: object, catalogue: Catalogue, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stelle"].queryset = Partner.objects.filter(is_active=True)
        labels = [(code, d.label) for code, d in catalogue.datasets.items()]
        self.fields["datensatz"].choices = [("", "bitte wählen"), *labels]


class TermsForm(KernForm):
    """What is agreed on: the terms of one version and how long they hold."""

    merkmale = forms.MultipleChoiceField(
        label="Merkmale", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte mindestens ein Merkmal wählen."},
        help_text="Sind alle gewählt, gilt die Vereinbarung für den ganzen Datensatz, auch wenn er wächst.",
    )  # fmt: skip
    ohne = forms.MultipleChoiceField(
        label="Gliederungen, die entfallen", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Danach muss die Lieferstelle nicht aufgliedern.",
    )  # fmt: skip
    ebene = forms.ChoiceField(label="Gebietsebene", required=False)
    gliederung = forms.ChoiceField(label="Gebietsgliederung", required=False)
    rhythmus = forms.ChoiceField(label="Rhythmus", choices=Rhythm.choices, initial=Rhythm.YEARLY)
    stichtag = forms.CharField(
        label="Stichtag", max_length=6, initial="31.12.", error_messages=REQUIRED,
        help_text="Tag und Monat, zum Beispiel 31.12.; bei kürzeren Rhythmen der letzte im Jahr,"
        " beim Schuljahr meist 01.08.",
    )  # fmt: skip
    frist = DaysField(label="Frist: Tage nach dem Stichtag", initial=90)
    schluss = DaysField(
        label="Annahmeschluss: Tage nach dem Stichtag", initial=365,
        help_text="Danach kann die Lieferstelle nur noch mit einer Ausnahme liefern.",
    )  # fmt: skip
    rechtsgrundlage = forms.CharField(label="Rechtsgrundlage", max_length=300, error_messages=REQUIRED)
    zustaendig = forms.CharField(
        label="Zuständige Funktion bei der Lieferstelle", max_length=200, required=False,
        help_text="Eine Funktion, keine Person: zum Beispiel „Statistik, Einwohnermeldeamt“.",
    )  # fmt: skip
    freigabe = forms.CharField(
        label="Freigabe durch", max_length=200, required=False,
        help_text="Wer bei der Lieferstelle die Daten freigibt, zum Beispiel „Amtsleitung Soziales“.",
    )  # fmt: skip
    aktenzeichen = forms.CharField(label="Aktenzeichen", max_length=100, required=False)
    vermerk = forms.CharField(
        label="Vermerk", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    ab = DayField(label="Gültig ab")
    bis = DayField(label="Gültig bis", required=False, help_text="TT.MM.JJJJ. Ohne Angabe gilt sie weiter.")

    def __init__(self, *args: object, dataset: str, catalogue: Catalogue, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.variables = {c: v for c, v in catalogue.variables.items() if v.dataset == dataset}
        levels = dict.fromkeys(v.level for v in self.variables.values())
        used = dict.fromkeys(d for v in self.variables.values() for d in v.breakdowns)
        self.fields["merkmale"].choices = [(c, v.label) for c, v in self.variables.items()]
        self.fields["merkmale"].initial = list(self.variables)
        self.fields["ohne"].choices = [(d, catalogue.dimensions[d].label) for d in used]
        self.fields["ebene"].choices = [(code, level_name(code)) for code in levels]
        divisions = DivisionRecord.objects.filter(level__in=list(levels)).values_list("code", "label")
        self.fields["gliederung"].choices = [("", "die am Stichtag gültige"), *divisions]
        for name, needed in (("ohne", used), ("ebene", len(levels) > 1)):
            if not needed:
                del self.fields[name]

    def terms(self) -> dict[str, Any]:
        """What is agreed on, by the names of the actions."""
        given = self.cleaned_data
        chosen = [c for c in self.variables if c in given["merkmale"]]
        return {
            "variables": [] if len(chosen) == len(self.variables) else chosen,
            "without_breakdowns": given.get("ohne", []), "level": given.get("ebene", ""),
            "division": given["gliederung"], "rhythm": given["rhythmus"], "reference": given["stichtag"],
            "due_days": given["frist"], "lock_days": given["schluss"],
            "legal_basis": given["rechtsgrundlage"], "contact_function": given["zustaendig"],
            "releases_function": given["freigabe"], "file_number": given["aktenzeichen"],
            "note": given["vermerk"], "valid_to": given["bis"],
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The lock comes after the deadline, the end after the begin."""
        given = super().clean() or self.cleaned_data
        due, lock = given.get("frist"), given.get("schluss")
        if due is not None and lock is not None and lock < due:
            self.add_error("schluss", "Der Annahmeschluss darf nicht vor der Frist liegen.")
        begin, end = given.get("ab"), given.get("bis")
        if begin and end and end < begin:
            self.add_error("bis", "Das Ende darf nicht vor dem Beginn liegen.")
        return given


GROUPS = (
    ("Was geliefert wird", ("merkmale", "ohne", "ebene", "gliederung")),
    ("Wann", ("rhythmus", "stichtag", "frist", "schluss")),
    ("Grundlage und Zuständigkeit", ("rechtsgrundlage", "zustaendig", "freigabe", "aktenzeichen", "vermerk")),
    ("Gültigkeit", ("ab", "bis")),
)
"""Headings of the page, and the fields below each."""


def start_of(agreement: DataAgreement) -> dict[str, Any]:
    """What the form of a new version begins with: the terms of the old one, without its begin."""
    start = {
        "ohne": agreement.without_breakdowns, "ebene": agreement.level,
        "gliederung": agreement.division, "rhythmus": agreement.rhythm, "stichtag": agreement.reference,
        "frist": agreement.due_days, "schluss": agreement.lock_days,
        "rechtsgrundlage": agreement.legal_basis, "zustaendig": agreement.contact_function,
        "freigabe": agreement.releases_function, "aktenzeichen": agreement.file_number,
        "vermerk": agreement.note, "bis": agreement.valid_to,
    }  # fmt: skip
    return start | ({"merkmale": agreement.variables} if agreement.variables else {})


class EndForm(KernForm):
    """The last day of an agreement."""

    bis = DayField(label="Letzter Tag der Vereinbarung")
