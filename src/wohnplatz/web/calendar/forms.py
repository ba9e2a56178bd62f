"""Which part of the calendar to show."""

from __future__ import annotations

from django import forms

from wohnplatz.web.forms import KernForm

Choices = list[tuple[str, str]]


class CalendarForm(KernForm):
    """View, partner and data set. Nonsense is as if nothing had been chosen."""

    ansicht = forms.ChoiceField(
        label="Ansicht", required=False, choices=[("monat", "Monat"), ("liste", "Liste, zwölf Monate")]
    )
    stelle = forms.ChoiceField(label="Lieferstelle", required=False)
    datensatz = forms.ChoiceField(label="Datensatz", required=False)
    monat = forms.CharField(required=False, widget=forms.HiddenInput, max_length=7)

    def __init__(
        self,
        *args: object,
        partners: list[tuple[str, str]],
        datasets: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
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
