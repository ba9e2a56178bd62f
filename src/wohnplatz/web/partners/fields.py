"""Kinds of fields that the forms of this folder share."""

from __future__ import annotations

from typing import Any

from django import forms

REQUIRED = {"required": "Bitte füllen Sie dieses Feld aus."}


class DayField(forms.DateField):
    """A date as people here write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "TT.MM.JJJJ")
        kwargs.setdefault("input_formats", ["%d.%m.%Y", "%Y-%m-%d"])
        kwargs.setdefault("widget", forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}))
        kwargs["error_messages"] = {**REQUIRED, "invalid": "Bitte ein Datum angeben: TT.MM.JJJJ."}
        super().__init__(**kwargs)


class DaysField(forms.IntegerField):
    """A number of days after the reference date."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {
            **REQUIRED,
            "invalid": "Bitte eine ganze Zahl von Tagen angeben.",
            "min_value": "Bitte eine Zahl ab %(limit_value)s angeben.",
            "max_value": "Bitte eine Zahl bis %(limit_value)s angeben.",
        }
        super().__init__(min_value=0, max_value=32_000, **kwargs)


class ReasonField(forms.CharField):
    """A reason that others will read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
        kwargs["error_messages"] = {"required": "Bitte begründen Sie kurz.", "max_length": "Bitte kürzen."}
        super().__init__(**kwargs)
