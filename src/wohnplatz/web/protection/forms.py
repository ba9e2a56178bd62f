"""A rule file to check, and what is needed to put it in force."""

from __future__ import annotations

from typing import Any

from django import forms

from wohnplatz.web.forms import KernForm
from wohnplatz.workflow.protection.judging import MOST_BYTES


class FileForm(KernForm):
    """A file, or its text."""

    datei = forms.FileField(
        label="Regeldatei", required=False, widget=forms.FileInput(attrs={"accept": ".toml"}),
        help_text="Eine TOML-Datei. Am einfachsten: die geltende herunterladen, ändern, die Fassung erhöhen.",
        error_messages={"empty": "Die Datei ist leer."},
    )  # fmt: skip
    text = forms.CharField(
        label="Oder der Text", required=False, max_length=MOST_BYTES, strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "kern-form-input__input wp-mono"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        file = data.get("datei")
        if file is None and not data.get("text") and not self.errors:
            self.add_error("datei", "Bitte eine Datei wählen oder den Text einfügen.")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("datei", "Die Datei ist zu groß für eine Regeldatei.")
        return data

    @property
    def content(self) -> bytes:
        """What was sent, as a file holds it: a browser sends line ends of its own."""
        file = self.cleaned_data.get("datei")
        sent: bytes = file.read() if file else self.cleaned_data["text"].replace("\r\n", "\n").encode()
        return sent

    @property
    def name(self) -> str:
        """Name of the file, for places of errors."""
        file = self.cleaned_data.get("datei")
        return file.name if file else "Regeldatei"


class ForceForm(KernForm):
    """Why other rules hold, and that weaker ones are meant."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=MOST_BYTES)
    gesehen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    begruendung = forms.CharField(
        label="Begründung", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Was ändert sich, wer hat es beschlossen? Der Satz steht bei den Schutzregeln.",
        error_messages={"required": "Bitte in einem Satz sagen, was sich ändert und wer es beschlossen hat."},
    )  # fmt: skip
    schwaecher = forms.BooleanField(
        required=False,
        label=(
            "Ich habe die Stellen gesehen, an denen weniger geschützt wird. "
            "Das ist beabsichtigt und zulässig."
        ),
    )

    def __init__(self, *args: Any, weaker: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if weaker:
            self.fields["schwaecher"].required = True
            self.fields["schwaecher"].error_messages["required"] = (
                "Bitte bestätigen oder die Datei ändern. Veröffentlichtes lässt sich nicht zurückholen."
            )
        else:
            del self.fields["schwaecher"]
