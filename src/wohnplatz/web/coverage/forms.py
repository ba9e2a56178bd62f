"""Which part of the coverage matrix to show."""

from __future__ import annotations

from django import forms

from wohnplatz.web.forms import KernForm


class CoverageForm(KernForm):
    """Data set and year. Nonsense is as if nothing had been chosen."""

    datensatz = forms.ChoiceField(label="Datensatz", required=False)
    jahr = forms.ChoiceField(label="Stichtag im Jahr", required=False)
    indikator = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(
        self, *args: object, datasets: list[tuple[str, str]], years: list[int], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datensatz"].choices = [("", "alle"), *datasets]
        self.fields["jahr"].choices = [("", "alle"), *((str(y), str(y)) for y in years)]

    def full_clean(self) -> None:
        """Every part that is not valid is empty."""
        super().full_clean()
        for name in self.fields:
            self.cleaned_data.setdefault(name, "")
