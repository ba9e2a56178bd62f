"""Forms of releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.releases.pictures import SIZES, Wanted


class MakeForm(KernForm):
    """Name of a new release."""

    bezeichnung = forms.CharField(
        label="Bezeichnung", max_length=120,
        help_text="Unter diesem Namen wird der Datenstand zitiert, zum Beispiel „2026-1“.",
        error_messages={"required": "Bitte geben Sie dem Datenstand eine Bezeichnung."},
    )  # fmt: skip
    anmerkung = forms.CharField(
        label="Anmerkung", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Was ist neu, was fehlt noch und warum.",
    )  # fmt: skip


class CompareForm(KernForm):
    """Two releases, a level and a year."""

    alt = forms.ModelChoiceField(
        Release.objects.none(), label="Früherer Datenstand", to_field_name="number", empty_label=None
    )
    neu = forms.ModelChoiceField(
        Release.objects.none(), label="Späterer Datenstand", to_field_name="number", empty_label=None
    )
    ebene = forms.ChoiceField(label="Gebietsebene")
    jahr = forms.TypedChoiceField(label="Jahr", coerce=int, empty_value=None, required=False)

    def __init__(
        self, *args: object, levels: Sequence[tuple[str, str]], years: Sequence[int], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("alt", "neu"):
            self.fields[name].queryset = Release.objects.all()
        self.fields["ebene"].choices = list(levels)
        self.fields["jahr"].choices = [("", "alle"), *((str(y), str(y)) for y in years)]


class PreviewForm(KernForm):
    """Which part of a preview is shown."""

    kreis = forms.ChoiceField(label="Empfängerkreis", required=False)
    ebene = forms.ChoiceField(label="Gebietsebene")
    jahr = forms.ChoiceField(label="Jahr")

    def __init__(
        self,
        *args: object,
        start: Mapping[str, str],
        audiences: Sequence[tuple[str, str]],
        levels: Sequence[tuple[str, str]],
        years: Sequence[int],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.start = dict(start)
        self.fields["kreis"].choices = list(audiences)
        self.fields["ebene"].choices = list(levels)
        self.fields["jahr"].choices = [(str(y), str(y)) for y in years]
        if len(audiences) == 1:
            del self.fields["kreis"]  # there is nothing to choose


class PictureForm(KernForm):
    """One map or one figure for a poster or for social media."""

    indikator = forms.ChoiceField(label="Kennzahl")
    motiv = forms.ChoiceField(
        label="Was das Bild zeigt",
        help_text="Eine Karte aller Gebiete oder die Zahl eines Gebiets in großen Ziffern.",
    )
    jahr = forms.TypedChoiceField(label="Jahr", coerce=int)
    groesse = forms.ChoiceField(
        label="Größe", choices=[(k, f"{words}, {w} × {h} Bildpunkte") for k, (words, (w, h)) in SIZES.items()]
    )

    def __init__(
        self,
        *args: Any,
        indicators: Sequence[Any],
        places: Sequence[Any],
        years: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("indikator", indicators),
            ("motiv", places),
            ("jahr", [(y, y) for y in years]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What is to be drawn."""
        data = self.cleaned_data
        kind, _, place = data["motiv"].partition(":")
        level, area = (place, "") if kind == "karte" else ("", place)
        return Wanted(data["indikator"], data["jahr"], level, area, data["groesse"])
