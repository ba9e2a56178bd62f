"""Small forms of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms

from wohnplatz.web.forms import KernForm

from .fields import text_field

LARGEST_FILE = 200_000


class RetireForm(KernForm):
    """Why an item is taken out."""

    begruendung = text_field("Warum wird er nicht mehr gebraucht?", rows=3)


class ImportForm(KernForm):
    """A file, or its text."""

    datei = forms.FileField(
        label="Datei", required=False, help_text="Eine TOML-Datei mit einem Indikator oder Index.",
        widget=forms.FileInput(attrs={"accept": ".toml"}), error_messages={"empty": "Die Datei ist leer."},
    )  # fmt: skip
    text = text_field("Oder der Text", rows=10, required=False, max_length=LARGEST_FILE)

    def clean(self) -> dict[str, Any]:
        """One of the two, in UTF-8."""
        data: dict[str, Any] = super().clean() or {}
        file = data.get("datei")
        if file is None and not data.get("text") and not self.errors:
            self.add_error("datei", "Bitte eine Datei wählen oder den Text einfügen.")
        if file is not None:
            if file.size > LARGEST_FILE:
                self.add_error("datei", "Die Datei ist zu groß für einen Eintrag des Katalogs.")
                return data
            try:
                data["read"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("datei", "Die Datei ist nicht in UTF-8 geschrieben.")
        return data

    def content(self) -> str:
        """What was sent."""
        return str(self.cleaned_data.get("read") or self.cleaned_data["text"])

    def name(self) -> str:
        """What a message calls it."""
        file = self.cleaned_data["datei"]
        return str(file.name)[:80] if file else "eingefügter Text"
