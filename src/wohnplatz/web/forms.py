"""Forms in KERN's clothes: labels, hints, errors beside the field and in a summary."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused

CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "kern-form-input__select",
    forms.CheckboxInput: "kern-form-check__checkbox",
    forms.RadioSelect: "kern-form-check__radio",
    forms.CheckboxSelectMultiple: "kern-form-check__checkbox",
}
TEXT_CLASS = "kern-form-input__input"
NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class KernForm(forms.Form):
    """A form whose widgets carry KERN's classes and tell assistive technology of hints and errors."""

    use_required_attribute = False
    """The server says what is missing in its own words, beside the field and in the summary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", CLASSES.get(type(field.widget), TEXT_CLASS))

    @classmethod
    def of(cls, request: HttpRequest, **kwargs: Any) -> Self:
        """The form of a request: with what was sent by POST, else empty."""
        if request.method == "POST":
            return cls(request.POST, request.FILES, **kwargs)
        return cls(**kwargs)

    def full_clean(self) -> None:
        """Mark the fields that have errors."""
        super().full_clean()
        for name in self.errors:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                base = attrs["class"].split()[0]
                attrs["class"] = f"{base} {base}--error"


def once(request: HttpRequest) -> str:
    """What a form that makes something is told apart by, drawn when it is shown and sent along with it.

    An action that is told it makes one thing of a form that is sent twice.
    """
    return request.POST.get("einmal", "")[:64] or secrets.token_hex(16)


@contextmanager
def told(form: forms.Form, fields: Mapping[str, str] = NO_FIELDS) -> Iterator[None]:
    """Say in the form what an action refuses and why; what was typed stays. A lacking right goes on.

    ``fields`` names the field that an error is about by its code.
    """
    try:
        yield
    except Refused:
        raise
    except WohnplatzError as error:
        form.add_error(fields.get(error.code), error.text())


@contextmanager
def warned(request: HttpRequest) -> Iterator[None]:
    """Say on the next page what an action refuses and why, where there is no form to say it in."""
    try:
        yield
    except Refused:
        raise
    except WohnplatzError as error:
        messages.warning(request, error.text())
