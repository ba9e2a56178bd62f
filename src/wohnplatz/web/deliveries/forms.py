"""Forms of deliveries."""

from __future__ import annotations

from typing import Any

from django import forms

from wohnplatz.checks import OPERATORS
from wohnplatz.model import WohnplatzError
from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.deliveries.taking import require_size
from wohnplatz.workflow.partners.models import RoundState

ANY = ("", "alle")
OPEN = ("offen", "überfällig oder zurückgegeben")


class FilterForm(KernForm):
    """Which rounds the list shows. Everything is optional; nonsense is ignored."""

    zustand = forms.ChoiceField(label="Zustand", required=False, choices=[ANY, OPEN, *RoundState.choices])
    stelle = forms.ChoiceField(label="Lieferstelle", required=False)
    jahr = forms.ChoiceField(label="Stichtag im Jahr", required=False)

    def __init__(
        self, *args: object, partners: list[tuple[str, str]], years: list[int], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stelle"].choices = [ANY, *partners]
        self.fields["jahr"].choices = [ANY, *((str(y), str(y)) for y in years)]
        if not partners:
            del self.fields["stelle"]


class FindingsForm(KernForm):
    """Which findings of a delivery to show."""

    art = forms.ChoiceField(
        label="Art", required=False,
        choices=[ANY, ("error", "Fehler"), ("warning", "Warnungen"), ("note", "Hinweise")],
    )  # fmt: skip
    gebiet = forms.ChoiceField(label="Gebiet", required=False)
    merkmal = forms.ChoiceField(label="Merkmal", required=False)
    offen = forms.BooleanField(label="nur offene", required=False)
    befund = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(
        self, *args: object, areas: list[tuple[str, str]], variables: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gebiet"].choices = [ANY, *areas]
        self.fields["merkmal"].choices = [ANY, *variables]

    def full_clean(self) -> None:
        """Nonsense is ignored: every part that is not valid is as if it had not been chosen."""
        super().full_clean()
        for name in self.fields:
            self.cleaned_data.setdefault(name, "")


class DeliveredFile(forms.FileField):
    """A file that is read while the browser waits; refused by its size before it is read."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, not empty and not too large."""
        file = super().clean(data, initial)
        try:
            require_size(file.size)
        except WohnplatzError as error:
            raise forms.ValidationError(error.text()) from error
        return file


class UploadForm(KernForm):
    """One file."""

    datei = DeliveredFile(
        label="Datei",
        help_text="Die ausgefüllte Vorlage oder Ihre eigene Tabelle: Excel (XLSX, XLS), ODS oder CSV."
        " Nur zusammengefasste Zahlen, keine Personendaten.",
        error_messages={
            "required": "Bitte wählen Sie eine Datei.",
            "empty": "Die Datei ist leer. Bitte wählen Sie die ausgefüllte Vorlage.",
            "missing": "Bitte wählen Sie eine Datei.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.xls,.ods"}),
    )


class FilesInput(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(DeliveredFile):
    """A list of files; each is cleaned like a single one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """All files, none of them empty."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class SeveralForm(KernForm):
    """Several files at once."""

    dateien = FilesField(
        label="Dateien",
        help_text="Excel (XLSX, XLS), ODS oder CSV; bis zu fünf auf einmal, je höchstens 25 MB.",
        error_messages={"required": "Bitte wählen Sie mindestens eine Datei.",
                        "missing": "Bitte wählen Sie mindestens eine Datei.",
                        "empty": "Eine der Dateien ist leer."},
        widget=FilesInput(attrs={"accept": ".xlsx,.csv,.txt,.xls,.ods", "multiple": True}),
    )  # fmt: skip


class AcceptForm(KernForm):
    """Acceptance, with a remark if there is something to say."""

    anmerkung = forms.CharField(
        label="Anmerkung", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Zum Beispiel, warum eine Warnung der Prüfung in Ordnung ist. Die Lieferstelle liest mit.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReleaseForm(KernForm):
    """The partner's release, with a remark if there is something to say."""

    anmerkung = forms.CharField(
        label="Anmerkung", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Zum Beispiel, was die Sozialplanung beim Lesen der Zahlen wissen sollte.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(KernForm):
    """A decision that needs a reason."""

    grund = forms.CharField(
        label="Begründung", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Sagen Sie, was zu ändern ist. Die Lieferstelle kann das lesen.",
        error_messages={"required": "Bitte begründen Sie die Entscheidung."},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class RuleForm(KernForm):
    """A check of the district's own."""

    kennung = forms.CharField(
        label="Kürzel", max_length=60, help_text="Kleine Buchstaben ohne Umlaute, Ziffern, Unterstrich.",
        error_messages={"required": "Bitte ein Kürzel angeben."},
    )  # fmt: skip
    datensatz = forms.ChoiceField(label="Datensatz", required=False)
    links = forms.CharField(
        label="Linke Seite", max_length=500, help_text="Zum Beispiel: haushalte_alleinerziehend",
        error_messages={"required": "Bitte die linke Seite angeben."},
    )  # fmt: skip
    vergleich = forms.ChoiceField(label="muss sein", choices=list(OPERATORS.items()))
    rechts = forms.CharField(
        label="Rechte Seite", max_length=500,
        help_text="Zum Beispiel: 0.5 * haushalte_mit_kindern (mit Dezimalpunkt)",
        error_messages={"required": "Bitte die rechte Seite angeben."},
    )  # fmt: skip
    absolut = forms.FloatField(
        label="Toleranz in Einheiten", required=False, min_value=0, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    relativ = forms.FloatField(
        label="Toleranz in Prozent der rechten Seite", required=False, min_value=0, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    gewicht = forms.ChoiceField(
        label="Gewicht",
        choices=[("warning", "Warnung: braucht ein Wort der Lieferstelle"),
                 ("error", "Fehler: verhindert die Annahme"), ("note", "Hinweis")],
    )  # fmt: skip
    befund = forms.CharField(
        label="Meldung", max_length=500,
        help_text="Erlaubt sind die Füllwörter {links}, {rechts}, {abweichung}, {gruppe} und {jahr}.",
        error_messages={"required": "Bitte sagen, was gefunden wurde."},
    )  # fmt: skip
    bedeutung = forms.CharField(label="Warum es wichtig ist", required=False, max_length=500)
    rat = forms.CharField(label="Was zu tun ist", required=False, max_length=500)

    def __init__(self, *args: object, datasets: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datensatz"].choices = [("", "alle Datensätze"), *datasets]

    def parts(self) -> dict[str, Any]:
        """The parts of a rule as ``deliveries.actions.add_rule`` takes them."""
        data = self.cleaned_data
        return {
            "code": data["kennung"], "dataset": data["datensatz"], "left": data["links"],
            "operator": data["vergleich"], "right": data["rechts"], "absolute": data["absolut"] or 0.0,
            "relative": (data["relativ"] or 0.0) / 100, "severity": data["gewicht"],
            "message": data["befund"], "why": data["bedeutung"], "advice": data["rat"],
        }  # fmt: skip
