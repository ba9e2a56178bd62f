"""Forms of deliveries."""

from __future__ import annotations

from django import forms

from wohnplatz.web.forms import KernForm
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


class UploadForm(KernForm):
    """One file."""

    datei = forms.FileField(
        label="Datei",
        help_text="Excel (XLSX) oder CSV, höchstens 25 MB. Nur zusammengefasste Zahlen, keine Personendaten.",
        error_messages={
            "required": "Bitte wählen Sie eine Datei.",
            "empty": "Die Datei ist leer. Bitte wählen Sie die ausgefüllte Vorlage.",
            "missing": "Bitte wählen Sie eine Datei.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.xls,.ods"}),
    )


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
