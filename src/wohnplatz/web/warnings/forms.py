"""What the early warning and the funnel show. Nonsense in an address is as if nothing had been chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms

from wohnplatz.web.forms import KernForm

DIRECTIONS = (
    ("", "ungünstige Veränderungen"),
    ("guenstig", "günstige Veränderungen"),
    ("beobachten", "nur für sich genommen auffällig"),
)
SPANS = (("1", "1 Jahr"), ("2", "2 Jahre"), ("3", "3 Jahre"), ("5", "5 Jahre"))
SPAN = 2

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the list is shown."""

    end: int
    span: int
    municipality: str
    block: str
    direction: str

    def parameters(self) -> dict[str, str]:
        """As they stand in an address."""
        return {
            "bis": str(self.end), "spanne": str(self.span), "kommune": self.municipality,
            "block": self.block, "richtung": self.direction,
        }  # fmt: skip


class WarningForm(KernForm):
    """Period, municipality, block and direction of the list."""

    bis = forms.ChoiceField(label="Jahr", required=False)
    spanne = forms.ChoiceField(label="verglichen mit dem Stand vor", choices=SPANS, required=False)
    kommune = forms.ChoiceField(label="Kommune", required=False)
    block = forms.ChoiceField(label="Themenblock", required=False)
    richtung = forms.ChoiceField(label="Gezeigt werden", choices=DIRECTIONS, required=False)

    def __init__(
        self, given: Mapping[str, str], *, years: Sequence[int], municipalities: Choices, blocks: Choices
    ) -> None:
        newest = str(years[-1]) if years else ""
        options = {
            "bis": [(str(y), str(y)) for y in reversed(years)], "spanne": list(SPANS),
            "kommune": [("", "alle"), *municipalities], "block": [("", "alle"), *blocks],
            "richtung": list(DIRECTIONS),
        }  # fmt: skip
        start = {"bis": newest, "spanne": str(SPAN)}
        valid = {
            name: given.get(name, "") if given.get(name, "") in dict(known) else start.get(name, "")
            for name, known in options.items()
        }
        super().__init__(valid)
        for name, known in options.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = known

    def chosen(self) -> Filter:
        """The part of the list that is asked for; year 0 where there is no year."""
        self.full_clean()
        d = self.cleaned_data
        return Filter(int(d["bis"] or 0), int(d["spanne"] or SPAN), d["kommune"], d["block"], d["richtung"])


class FunnelForm(KernForm):
    """Year and level of a funnel."""

    indikator = forms.ChoiceField(label="Indikator", required=False)
    jahr = forms.ChoiceField(label="Jahr", required=False)
    ebene = forms.ChoiceField(label="Ebene", required=False)

    def __init__(
        self, given: Mapping[str, str], *, indicators: Sequence[object], years: Sequence[int], levels: Choices
    ) -> None:
        super().__init__(dict(given))
        for name, known in {
            "indikator": list(indicators),
            "jahr": [(str(y), str(y)) for y in reversed(years)],
            "ebene": list(levels),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = known
