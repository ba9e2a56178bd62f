"""Forms of the consultation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.consultation.states import Circle

DAY = {"invalid": "Bitte ein Datum angeben: TT.MM.JJJJ.", "required": "Bitte ein Datum angeben."}


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, error_messages=DAY,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )  # fmt: skip


def _words(label: str, rows: int, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "Bitte füllen Sie dieses Feld aus."},
    )  # fmt: skip


class PrepareForm(KernForm):
    """Deadline, covering letter, and who is asked."""

    frist = _day("Frist für die Antworten", "Gilt für alle, die keine eigene bekommen.")
    anschreiben = _words(
        "Anschreiben", 8, "Steht in der Einladung und auf der Seite jeder Stelle. Kennzahlen bitte nicht.",
        required=False,
    )  # fmt: skip
    stellen = forms.MultipleChoiceField(
        label="Wer wird gefragt", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte mindestens eine Stelle wählen."},
        help_text="Kapitel und Frist lassen sich danach für jede Stelle ändern.",
    )  # fmt: skip

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stellen"].choices = partners  # type: ignore[attr-defined]


class PlaceForm(KernForm):
    """Chapters and deadline of one partner."""

    kapitel = forms.MultipleChoiceField(
        label="Kapitel", help_text="Was diese Stelle liest und anmerken kann.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte mindestens ein Kapitel wählen."},
    )  # fmt: skip
    frist = _day("Frist")

    def __init__(self, *args: Any, chapters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kapitel"].choices = chapters  # type: ignore[attr-defined]


class ReopenForm(KernForm):
    """Why an answer is opened again, and until when."""

    grund = _words("Begründung", 3, "Die Stelle liest sie auf ihrer Seite.")
    frist = _day("Neue Frist")
    version = forms.IntegerField(widget=forms.HiddenInput)


class RemarkForm(KernForm):
    """A remark on a block; ``vorschlag`` where the block is a text."""

    block = forms.CharField(widget=forms.HiddenInput)
    gebiet = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    anmerkung = _words("Anmerkung", 3, required=False)
    vorschlag = _words(
        "Ihr Vorschlag für den Text", 7,
        "Ändern Sie den Text, wie er lauten soll. Stellen in {{ }} sind Zahlen aus dem Datenstand und bleiben"
        " bitte stehen.",
        required=False,
    )  # fmt: skip
    sichtbar = forms.ChoiceField(label="Wer liest das", choices=Circle.choices, required=False)

    def __init__(self, *args: Any, is_text: bool, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_text:
            del self.fields["vorschlag"]
        if area:
            del self.fields["sichtbar"]

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of ``answering.save_remark``."""
        data = self.cleaned_data
        return {
            "block_id": data["block"], "area": data["gebiet"], "words": data["anmerkung"],
            "proposal": data.get("vorschlag", ""), "circle": data.get("sichtbar") or Circle.ALL,
        }  # fmt: skip


class ReviewForm(RemarkForm):
    """A colleague's remark in the internal review."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("version", "sichtbar"):
            self.fields.pop(name, None)

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of ``reviewing.say``."""
        return {name: value for name, value in super().values.items() if name != "circle"}


class StatementForm(KernForm):
    """The official statement."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    stellungnahme = _words(
        "Stellungnahme", 14,
        "Wird unverändert im Bericht abgedruckt. Eine Leerzeile trennt Absätze.",
        required=False,
    )  # fmt: skip


class AnswerForm(KernForm):
    """The release of the answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    keine = forms.BooleanField(label="Keine Anmerkungen", required=False)
    funktion = forms.CharField(
        label="Freigegeben durch (Funktion)", max_length=200,
        help_text="Wer die Antwort Ihrer Stelle verantwortet, zum Beispiel: Bürgermeister. Kein Name.",
        error_messages={"required": "Bitte die Funktion nennen."},
    )  # fmt: skip


class ProfileForm(KernForm):
    """The release of a profile, or why there is none."""

    abdruck = forms.CharField(widget=forms.HiddenInput)
    funktion = forms.CharField(
        label="Entschieden durch (Funktion)", max_length=200, help_text="Kein Name.",
        error_messages={"required": "Bitte die Funktion nennen."},
    )  # fmt: skip
    grund = _words(
        "Begründung", 3, "Nötig, wenn das Profil nicht freigegeben wird.", required=False,
    )  # fmt: skip


class DecideForm(KernForm):
    """A decision on a remark, with the text where it is taken over by hand."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    grund = _words("Begründung", 3, "Die Stelle liest sie; sie steht im Anhang des Berichts.")
    gesehen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    text = _words("Neuer Text des Blocks", 9, required=False)


class AgreedForm(KernForm):
    """Who agreed."""

    durch = forms.CharField(
        label="Abgestimmt durch", max_length=300, help_text="Zum Beispiel: Steuerungsgruppe Sozialplanung.",
        error_messages={"required": "Bitte Gremium oder Funktion nennen."},
    )  # fmt: skip


class PresentedForm(KernForm):
    """Where the report was presented."""

    gremium = forms.CharField(label="Gremium", max_length=200, help_text="Zum Beispiel: Sozialausschuss.")
    sitzung = _day("Sitzung am")
    vorlage = forms.CharField(label="Nummer der Vorlage", max_length=60, help_text="Zum Beispiel: 61/2026.")

    def clean_sitzung(self) -> date:
        """A meeting of this century."""
        day: date = self.cleaned_data["sitzung"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError("Bitte ein Datum dieses Jahrhunderts angeben.")
        return day


class EmptyForm(KernForm):
    """A step that asks nothing but whether it is meant."""
