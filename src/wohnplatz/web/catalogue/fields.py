"""Kinds of fields that the forms of the catalogue share, and reading what was typed without judging it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest

from wohnplatz.indicators.wording import plain

REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus.", "max_length": "Bitte kürzen."}
CHOOSE = {"required": "Bitte wählen Sie aus.", "invalid_choice": "Diese Auswahl gibt es nicht."}
_NUMBER = re.compile(r"[-\u2212]?(\d{1,12}|\d{1,3}(\.\d{3}){1,3})(,\d{1,9})?")
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class NumberField(forms.CharField):
    """A number as Germans write it: ``1.000``, ``0,5``, ``−1``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 24)
        kwargs.setdefault("error_messages", REQUIRED)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The number as float, None where nothing is typed."""
        text = super().clean(value)
        return number_of(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """As Germans write it."""
        return plain(value) if isinstance(value, int | float) else value


class CodeField(forms.CharField):
    """A code that stays for good."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, error_messages=REQUIRED, **kwargs)

    def clean(self, value: Any) -> str:
        """The code; small letters without umlauts, digits and underscore."""
        text = str(super().clean(value))
        if not _CODE.fullmatch(text):
            raise forms.ValidationError(
                "Bitte nur kleine Buchstaben ohne Umlaute, Ziffern und Unterstrich, zum Beispiel sgb2_quote."
            )
        return text


def text_field(label: str, *, rows: int = 0, required: bool = True, **kwargs: Any) -> forms.CharField:
    """A line of text, or with ``rows`` several."""
    kwargs.setdefault("max_length", 3000 if rows else 300)
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, required=required, widget=widget, error_messages=REQUIRED, **kwargs)


def formula_field(label: str, help_text: str = "") -> forms.CharField:
    """A formula: nothing in it is corrected or completed by the browser."""
    attrs = {
        "rows": 2, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off",
        "class": "kern-form-input__input wp-mono wp-formula-input",
    }  # fmt: skip
    return forms.CharField(
        label=label, required=False, max_length=2000, help_text=help_text, error_messages=REQUIRED,
        widget=forms.Textarea(attrs=attrs),
    )  # fmt: skip


def number_of(text: str) -> float:
    """A German number. Raises ValidationError for anything else.

    >>> number_of("1.000"), number_of("0,5")
    (1000.0, 0.5)
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise forms.ValidationError("Bitte eine Zahl angeben, zum Beispiel 100 oder 0,5.")
    return float(text.strip().replace(".", "").replace(",", ".").replace("\u2212", "-"))


def lines(text: str) -> tuple[str, ...]:
    """The lines that hold something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def typed(form: forms.Form, request: HttpRequest) -> dict[str, Any]:
    """What was sent, for showing the form again without judging it."""
    found = {}
    for name, field in form.fields.items():
        found[name] = field.widget.value_from_datadict(request.POST, request.FILES, form.add_prefix(name))
    return found
