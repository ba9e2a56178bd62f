"""What a map shows, read from its address. Nonsense falls back to what there is and is named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from wohnplatz.model import ClassMethod
from wohnplatz.web.forms import KernForm
from wohnplatz.web.stand import Stand, level_name

METHODS = {
    "quantile": (ClassMethod.QUANTILES, "Quantile"),
    "gleich": (ClassMethod.EQUAL, "Gleiche Abstände"),
    "natuerlich": (ClassMethod.NATURAL, "Natürliche Klassen"),
    "abweichung": (ClassMethod.DEVIATION, "Um den Kreiswert"),
    "eigene": (ClassMethod.OWN, "Eigene Grenzen"),
}
COUNTS = range(2, 10)
VALUES = (("roh", "ohne Glättung"), ("geglaettet", "geglättet"))
SPANS = (("alle", "alle Jahre"), ("jahr", "nur dieses Jahr"))
"""What class limits hold for: the same in every year, or made anew for each."""
NUMBER = re.compile(r"[-\u2212]?(\d{1,12}|\d{1,3}(\.\d{3}){1,3})(,\d{1,6})?")
"""A number as Germans write it."""


class MapForm(KernForm):
    """The choices beside a map."""

    indikator = forms.ChoiceField(label="Indikator")
    datum = forms.TypedChoiceField(label="Jahr", coerce=int)
    ebene = forms.ChoiceField(label="Gebietsebene")
    klassen = forms.ChoiceField(label="Klassen", choices=[(k, label) for k, (_, label) in METHODS.items()])
    anzahl = forms.TypedChoiceField(label="Anzahl", coerce=int, choices=[(n, n) for n in COUNTS])
    gelten = forms.ChoiceField(label="Klassen gelten für", choices=SPANS)
    werte = forms.ChoiceField(label="Werte", choices=VALUES)
    grenzen = forms.CharField(
        label="Eigene Grenzen", required=False, max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "5; 10; 15", "inputmode": "text"}),
    )  # fmt: skip
    gebiet = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Mapping[str, Any], *, choices: Choices) -> None:
        super().__init__(data)
        self.fields["indikator"].choices = choices.indicators
        self.fields["datum"].choices = [(y, y) for y in reversed(choices.years)]
        self.fields["ebene"].choices = [(x, level_name(x)) for x in choices.levels]

    def clean_grenzen(self) -> tuple[float, ...]:
        """Limits as numbers, written the German way and parted by semicolons."""
        parts = [p.strip() for p in self.cleaned_data["grenzen"].split(";") if p.strip()]
        if not all(NUMBER.fullmatch(p) for p in parts):
            raise forms.ValidationError("Bitte Zahlen, getrennt durch Semikolon: 5; 7,5; 10.")
        plain = (p.replace(".", "").replace(",", ".").replace("\u2212", "-") for p in parts)
        return tuple(float(p) for p in plain)

    def clean(self) -> dict[str, Any]:
        """Own limits must be given and ascend."""
        data: dict[str, Any] = super().clean() or {}
        limits = data.get("grenzen", ())
        if data.get("klassen") == "eigene" and "grenzen" in data:
            if not limits:
                self.add_error("grenzen", "Bitte mindestens eine Grenze angeben, zum Beispiel 5; 10; 15.")
            elif list(limits) != sorted(set(limits)):
                self.add_error("grenzen", "Bitte die Grenzen aufsteigend angeben.")
        return data


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen for an indicator in a release."""

    indicators: list[tuple[str, list[tuple[str, str]]]]
    levels: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a map shows."""

    indicator: str
    year: int
    level: str
    method: ClassMethod
    method_code: str
    count: int
    limits: tuple[float, ...]
    area: str
    smoothed: bool = False
    every_year: bool = True
    """Whether the class limits are made from all years that can be compared."""


def levels_of(stand: Stand, indicator: str) -> tuple[str, ...]:
    """Levels at which an indicator or an index measure exists in this release, finest first."""
    known = stand.catalogue.indicators.get(indicator)
    wanted = known.levels if known else [stand.catalogue.indices[indicator.partition(":")[0]].level]
    return tuple(x for x in stand.hierarchy.levels if x in wanted)


def choices_of(stand: Stand, indicator: str, level: str) -> Choices:
    """The choices for an indicator; ``level`` is the wanted one and may be unknown."""
    levels = levels_of(stand, indicator)
    at = level if level in levels else levels[0]
    return Choices(indicator_choices(stand), levels, stand.years(indicator, at))


def indicator_choices(stand: Stand) -> list[tuple[str, list[tuple[str, str]]]]:
    """All indicators under their blocks, then the measures of the indices."""
    catalogue = stand.catalogue
    groups = [
        (label, [(i.code, i.short or i.label) for i in catalogue.indicators.values() if i.block == code])
        for code, label in catalogue.blocks.items()
    ]
    groups += [
        (index.label, [(m, stand.meta[m].label) for m in index.measures() if not m.endswith(":attention")])
        for index in catalogue.indices.values()
    ]
    return [(label, inside) for label, inside in groups if inside]


def defaults(indicator: str, choices: Choices) -> dict[str, str]:
    """What is shown where the address does not say."""
    return {
        "indikator": indicator, "datum": str(choices.years[-1]) if choices.years else "",
        "ebene": choices.levels[0], "klassen": "quantile", "anzahl": "5", "grenzen": "", "gebiet": "",
        "gelten": "alle", "werte": "roh",
    }  # fmt: skip


def selection(form: MapForm, start: Mapping[str, str]) -> Selection:
    """The valid choices; each invalid one is replaced by the default (its error stays on the form)."""
    form.is_valid()
    data = form.cleaned_data
    code = data.get("klassen") or start["klassen"]
    if code == "eigene" and not data.get("grenzen"):
        code = start["klassen"]
    return Selection(
        indicator=start["indikator"], year=data.get("datum") or int(start["datum"] or 0),
        level=data.get("ebene") or start["ebene"], method=METHODS[code][0], method_code=code,
        count=data.get("anzahl") or int(start["anzahl"]), limits=tuple(data.get("grenzen") or ()),
        area=data.get("gebiet") or "", smoothed=data.get("werte") == "geglaettet",
        every_year=data.get("gelten") != "jahr",
    )  # fmt: skip


def written(limits: Sequence[float]) -> str:
    """Limits as a person writes them: ``5; 7,5; 10``."""
    return "; ".join(f"{x:.6f}".rstrip("0").rstrip(".").replace(".", ",") for x in limits)


def parameters(chosen: Selection) -> dict[str, str]:
    """The address of a selection."""
    given = {
        "datum": str(chosen.year),
        "ebene": chosen.level,
        "klassen": chosen.method_code,
        "anzahl": str(chosen.count),
    }
    if chosen.smoothed:
        given["werte"] = "geglaettet"
    if not chosen.every_year:
        given["gelten"] = "jahr"
    if chosen.limits:
        given["grenzen"] = written(chosen.limits)
    if chosen.area:
        given["gebiet"] = chosen.area
    return given
