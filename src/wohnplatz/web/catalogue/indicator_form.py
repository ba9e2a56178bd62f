"""The form of an indicator."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import QueryDict

from wohnplatz.indicators import FormulaError, linear
from wohnplatz.indicators.errors import proposal
from wohnplatz.indicators.linear import references
from wohnplatz.indicators.wording import POLARITIES
from wohnplatz.model import Catalogue, Indicator, Polarity, SeriesBreak
from wohnplatz.web.forms import KernForm
from wohnplatz.web.stand import level_name
from wohnplatz.workflow import memory
from wohnplatz.workflow.catalogue.guarding import classes

from .fields import CHOOSE, CodeField, NumberField, formula_field, lines, text_field

LEVELS = ("wohnplatz", "kommune", "kreis")
_BREAK = re.compile(r"(\d{4})\s*:\s*(.+)")

FIELDS = {
    "code": "kennung", "label": "bezeichnung", "short": "kurz", "block": "block", "numerator": "zaehler",
    "denominator": "nenner", "formula": "formel", "factor": "faktor", "unit": "einheit",
    "decimals": "nachkommastellen", "minimum_denominator": "mindestnenner", "polarity": "lesart",
    "protection": "schutzklasse", "levels": "ebenen", "reference": "stichtag", "supplier": "lieferstelle",
    "legal_basis": "rechtsgrundlage", "method": "methode", "source": "quelle", "breaks": "brueche",
    "core": "kern", "age_parts": "altersgruppen", "reason": "begruendung",
}  # fmt: skip
"""Key of the catalogue → field of the form."""
FORMULAS = ("zaehler", "nenner", "formel")


class IndicatorForm(KernForm):
    """Everything about an indicator, and why it is changed."""

    groups = (
        ("Was der Indikator sagt", ("kennung", "bezeichnung", "kurz", "block", "lesart", "kern")),
        ("Berechnung", ("zaehler", "nenner", "faktor", "formel", "einheit", "nachkommastellen", "ebenen",
                        "altersgruppen")),
        ("Geheimhaltung", ("schutzklasse", "mindestnenner")),
        ("Herkunft und Methode", ("stichtag", "lieferstelle", "rechtsgrundlage", "quelle", "methode",
                                  "brueche")),
        ("Begründung", ("begruendung",)),
    )  # fmt: skip
    kennung = CodeField(
        label="Kennung", help_text="So heißt der Indikator in Formeln und Adressen, für immer: sgb2_quote"
    )
    bezeichnung = text_field("Bezeichnung", help_text="Der ganze Satz: Anteil der … an …")
    kurz = text_field("Kurzbezeichnung", max_length=80, help_text="Für Listen und Legenden.")
    block = forms.ChoiceField(label="Block", error_messages=CHOOSE)
    lesart = forms.ChoiceField(label="Lesart", choices=[(p.value, POLARITIES[p]) for p in Polarity])
    kern = forms.BooleanField(label="Gehört zum Kern der Indikatoren", required=False)
    zaehler = formula_field("Zähler", "Summe von Merkmalen, zum Beispiel sgb2_personen")
    nenner = formula_field(
        "Nenner", "Bezugsgröße, zum Beispiel einwohner[alter=0..64]. Ohne Nenner wird die Summe gezeigt."
    )
    faktor = NumberField(label="Faktor", required=False, help_text="100 für Prozent, 1.000 für je 1.000.")
    formel = formula_field(
        "Formel über Indikatoren",
        "Statt Zähler und Nenner: aus anderen Indikatoren, zum Beispiel aenderung(@sgb2_quote, 2)",
    )
    einheit = text_field("Einheit", max_length=40, help_text="%, je 1.000, Personen, Prozentpunkte …")
    nachkommastellen = forms.TypedChoiceField(
        label="Nachkommastellen", coerce=int, choices=[(n, str(n)) for n in range(7)]
    )
    ebenen = forms.MultipleChoiceField(
        label="Gebietsebenen", widget=forms.CheckboxSelectMultiple, error_messages=CHOOSE
    )
    altersgruppen = forms.MultipleChoiceField(
        label="Altersgruppen zur Bereinigung", required=False, error_messages=CHOOSE,
        widget=forms.CheckboxSelectMultiple,
        help_text="Quoten, die dieselben Fälle in einem Teil der Altersgruppen zählen. Das Profil rechnet"
        " damit, ob ein Gebiet nur wegen seines Altersaufbaus abweicht.",
    )  # fmt: skip
    schutzklasse = forms.ChoiceField(label="Schutzklasse", error_messages=CHOOSE)
    mindestnenner = NumberField(
        label="Mindestgröße des Nenners", required=False,
        help_text="Kleinere Bezugsgrößen erhalten keinen Wert. Ohne Angabe gilt die der Schutzklasse.",
    )  # fmt: skip
    stichtag = text_field("Stichtag", max_length=20, initial="31.12.", help_text="31.12. oder Jahr")
    lieferstelle = text_field("Lieferstelle")
    rechtsgrundlage = text_field("Rechtsgrundlage")
    quelle = text_field("Quelle")
    methode = text_field(
        "Anmerkung zur Methode", rows=4, help_text="Was zählt, was nicht, und was zu beachten ist."
    )
    brueche = text_field(
        "Brüche in der Zeitreihe", rows=2, required=False,
        help_text="Eine Zeile je Bruch, zum Beispiel: 2022: neue Zählweise",
    )  # fmt: skip
    begruendung = text_field(
        "Was ändert sich, und warum?", rows=3,
        help_text="Steht bei der Fassung und beim Vergleich der Datenstände.",
    )  # fmt: skip

    def __init__(self, *args: Any, catalogue: Catalogue, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.catalogue, self.code = catalogue, code
        self.marks: dict[str, FormulaError] = {}
        self.before = catalogue.indicators.get(code)
        if code:
            del self.fields["kennung"]
        self.fields["block"].choices = list(catalogue.blocks.items())
        self.fields["schutzklasse"].choices = [(c, r.label) for c, r in classes(memory.rules()).items()]
        known = {level for i in catalogue.indicators.values() for level in i.levels}
        levels = [*LEVELS, *sorted(known - set(LEVELS))]
        self.fields["ebenen"].choices = [(x, level_name(x)) for x in levels if x in known or not known]
        self.fields["altersgruppen"].choices = self._age_groups()

    def _age_groups(self) -> list[tuple[str, str]]:
        """Rates over some ages, and whatever rate is chosen already, here, in a file or by what was sent."""
        chosen = {*(self.before.age_parts if self.before else ()), *self.initial.get("altersgruppen", ())}
        if isinstance(self.data, QueryDict):
            chosen |= set(self.data.getlist("altersgruppen"))
        return [
            (i.code, i.short or i.label)
            for i in self.catalogue.indicators.values()
            if i.code != self.code and i.denominator and (i.code in chosen or "alter=" in i.denominator)
        ]

    def clean(self) -> dict[str, Any]:
        """Either a sum or a formula, each readable."""
        data: dict[str, Any] = super().clean() or {}
        if not self.fields["begruendung"].required:  # a draft: formulas may still have mistakes
            return data
        given = {name: data.get(name, "") for name in FORMULAS}
        if given["zaehler"] and given["formel"]:
            self.add_error("formel", "Bitte entweder Zähler und Nenner angeben oder eine Formel.")
        if not given["zaehler"] and not given["formel"]:
            self.add_error("zaehler", "Bitte einen Zähler angeben, oder unten eine Formel.")
        for name, text in given.items():
            error = check_formula(name, text, self.catalogue)
            if error is not None:
                self.mark(name, error)
        return data

    def mark(self, name: str, error: FormulaError) -> None:
        """Show a formula's mistake beside its field, with the place marked."""
        self.marks[name] = error
        self.add_error(name, f"{error.what} (Zeichen {error.position + 1}) {error.todo}".strip())

    def clean_brueche(self) -> tuple[SeriesBreak, ...]:
        """Lines ``Jahr: Anmerkung``."""
        found = []
        for line in lines(self.cleaned_data["brueche"]):
            match = _BREAK.fullmatch(line)
            if match is None:
                raise forms.ValidationError(f"„{line[:60]}“ hat nicht die Form 2022: Anmerkung.")
            found.append(SeriesBreak(int(match.group(1)), match.group(2)))
        return tuple(found)

    def item(self) -> Indicator:
        """The indicator that was typed; its version is given when it is kept."""
        data = self.cleaned_data
        return Indicator(
            code=self.code or data["kennung"], version=1, label=data["bezeichnung"], short=data["kurz"],
            block=data["block"], polarity=Polarity(data["lesart"]), unit=data["einheit"],
            decimals=data["nachkommastellen"], supplier=data["lieferstelle"],
            legal_basis=data["rechtsgrundlage"], reference=data["stichtag"],
            protection=data["schutzklasse"], levels=tuple(data["ebenen"]), method=_joined(data["methode"]),
            source=data["quelle"], numerator=_joined(data["zaehler"]), denominator=_joined(data["nenner"]),
            formula=_joined(data["formel"]), factor=1.0 if data["faktor"] is None else data["faktor"],
            minimum_denominator=data["mindestnenner"], breaks=data["brueche"], core=data["kern"],
            age_parts=tuple(data["altersgruppen"]),
        )  # fmt: skip


def initial_of(item: Indicator) -> dict[str, Any]:
    """What the form shows of an indicator."""
    found = {field: getattr(item, key) for key, field in FIELDS.items() if hasattr(item, key)}
    return found | {
        "lesart": item.polarity.value, "ebenen": list(item.levels),
        "altersgruppen": list(item.age_parts),
        "brueche": "\n".join(f"{b.year}: {b.note}" for b in item.breaks),
    }  # fmt: skip


def check_formula(name: str, text: str, catalogue: Catalogue) -> FormulaError | None:
    """What is wrong with a formula of a field, None where nothing is or nothing is typed."""
    if not text.strip():
        return None
    try:
        if name != "formel":
            linear(text, catalogue)
            return None
        for reference in references(text):
            if reference.code not in catalogue.indicators:
                return FormulaError(
                    f"Den Indikator »@{reference.code}« gibt es nicht.", formula=text, position=reference.at,
                    length=len(reference.code) + 1, todo=proposal(reference.code, catalogue.indicators),
                )  # fmt: skip
    except FormulaError as error:
        return error
    return None


def _joined(text: str) -> str:
    """One line: line breaks of a text box are no part of a formula or a method."""
    return " ".join(text.split())
