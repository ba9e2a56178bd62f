"""The form of an index: family, parts with weights and themes, classes, dynamics, exclusions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from wohnplatz.indicators.wording import CLASS_RULES, FAMILIES, attention, numbers, plain
from wohnplatz.model import (
    Catalogue,
    ClassRule,
    Exclusion,
    IndexDefinition,
    IndexFamily,
    IndexPart,
    IndexTheme,
)
from wohnplatz.web.forms import KernForm
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.district import queries as district

from .fields import CHOOSE, CodeField, NumberField, lines, number_of, text_field

LISTS = ("themen", "status", "dynamik", "ausnahmen")
"""Lists of the form, each with rows ``<list>-<n>-<part>``."""
MOST_ROWS, SPARE, MORE = 40, 2, 4
FIELDS = {
    "code": "kennung", "label": "bezeichnung", "level": "ebene", "family": "verfahren",
    "exceedance_sd": "abweichung", "themes": "themen-0-name", "status": "status-0-indikator",
    "class_rule": "klassen", "quantile_type": "quantile", "status_limits": "grenzen",
    "status_classes": "namen", "dynamics": "dynamik-0-indikator", "dynamics_limits": "dynamik_grenzen",
    "dynamics_classes": "dynamik_namen", "attention": "bedarf", "minimum_population": "einwohner",
    "population": "bevoelkerung", "exclusions": "ausnahmen-0-gebiet", "method": "methode",
    "source": "quelle", "reason": "begruendung",
}  # fmt: skip
"""Key of the catalogue → field of the form."""


class IndexForm(KernForm):
    """Everything about an index, and why it is changed."""

    kennung = CodeField(
        label="Kennung", help_text="So heißt der Index in Adressen und Dateien, für immer: soziallage"
    )
    bezeichnung = text_field("Bezeichnung")
    ebene = forms.ChoiceField(label="Gebietsebene", error_messages=CHOOSE)
    verfahren = forms.ChoiceField(label="Verfahren", choices=[(f.value, w) for f, w in FAMILIES.items()])
    abweichung = NumberField(
        label="Überschritten ab Mittel plus … Standardabweichungen", required=False,
        help_text="Nur für die Zählung von Überschreitungen; 0: über dem Mittel.",
    )  # fmt: skip
    klassen = forms.ChoiceField(
        label="Klassenbildung", choices=[(r.value, w) for r, w in CLASS_RULES.items()]
    )
    grenzen = text_field(
        "Klassengrenzen", required=False, help_text="Nur für feste Grenzen, aufsteigend: −1; 1; 1,5"
    )
    namen = text_field(
        "Namen der Klassen", rows=4, help_text="Eine Zeile je Klasse, geringste Belastung zuerst."
    )
    quantile = forms.TypedChoiceField(
        label="Art der Quantile", coerce=int, initial=7, choices=[(n, f"Typ {n}") for n in range(1, 10)],
        help_text="Nach Hyndman und Fan; nur für gleich große Klassen. Üblich ist Typ 7.",
    )  # fmt: skip
    dynamik_grenzen = text_field(
        "Grenzen der Dynamik", required=False, help_text="Nur mit Dynamik, aufsteigend: −1; 1"
    )
    dynamik_namen = text_field(
        "Namen der Dynamikklassen", rows=3, required=False,
        help_text="Eine Zeile je Klasse, günstigste zuerst.",
    )  # fmt: skip
    bedarf = text_field(
        "Besonderer Unterstützungsbedarf", rows=3, required=False,
        help_text="Eine Zeile je Klasse, mit Dynamik als Paar: sehr niedrig / negativ",
    )  # fmt: skip
    einwohner = NumberField(
        label="Mindestzahl der Einwohner", help_text="Kleinere Gebiete bleiben außen vor; üblich sind 300."
    )
    bevoelkerung = forms.ChoiceField(label="Einwohnerzahl nach", error_messages=CHOOSE)
    methode = text_field("Anmerkung zur Methode", rows=4, required=False)
    quelle = text_field("Quelle", required=False)
    begruendung = text_field(
        "Was ändert sich, und warum?", rows=3,
        help_text="Steht bei der Fassung und beim Vergleich der Datenstände.",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        catalogue: Catalogue,
        code: str = "",
        sizes: Mapping[str, int] | None = None,
        **kw: Any,
    ) -> None:
        self.catalogue, self.code = catalogue, code
        self.before = catalogue.indices.get(code)
        self.marks: dict[str, Any] = {}
        super().__init__(*args, **kw)
        if code:
            del self.fields["kennung"]
        levels = dict.fromkeys(x for i in catalogue.indicators.values() for x in i.levels)
        self.fields["ebene"].choices = [(x, level_name(x)) for x in levels]
        self.fields["bevoelkerung"].choices = [(i.code, i.label) for i in catalogue.indicators.values()]
        self.sizes = {name: min((sizes or {}).get(name, SPARE), MOST_ROWS) for name in LISTS}
        for name, size in self.sizes.items():
            for n in range(size):
                for part, field in self._row(name, n):
                    self.fields[f"{name}-{n}-{part}"] = field
                    classes = "kern-form-input__select" if isinstance(field, forms.ChoiceField) else None
                    field.widget.attrs.setdefault("class", classes or "kern-form-input__input")

    def _row(self, name: str, n: int) -> Sequence[tuple[str, forms.Field]]:
        weight = NumberField(label=f"Gewicht {n + 1}", required=False)
        if name == "themen":
            field = forms.CharField(label=f"Themenbereich {n + 1}", required=False, max_length=80)
            return (("name", field), ("gewicht", weight))
        if name == "ausnahmen":
            area = forms.ChoiceField(
                label=f"Gebiet {n + 1}", required=False, choices=self._areas, error_messages=CHOOSE
            )
            why = forms.CharField(label=f"Grund {n + 1}", required=False, max_length=200)
            years = forms.CharField(label=f"Jahre {n + 1}", required=False, max_length=100)
            return (("gebiet", area), ("grund", why), ("jahre", years))
        part = forms.ChoiceField(
            label=f"Indikator {n + 1}", required=False, choices=self._indicators(), error_messages=CHOOSE
        )
        if name == "dynamik":
            return (("indikator", part), ("gewicht", weight))
        theme = forms.CharField(label=f"Thema {n + 1}", required=False, max_length=80)
        return (("indikator", part), ("gewicht", weight), ("thema", theme))

    def _indicators(self) -> list[Any]:
        blocks = [
            (
                label,
                [(i.code, i.short or i.label) for i in self.catalogue.indicators.values() if i.block == c],
            )
            for c, label in self.catalogue.blocks.items()
        ]
        return [("", "keiner"), *((label, found) for label, found in blocks if found)]

    def _areas(self) -> list[tuple[str, str]]:
        """Areas in force, and those that the index names already."""
        tree = district.hierarchy()
        found = {key: f"{a.name} ({key})" for level in tree.levels for key, a in tree.areas(level).items()}
        named = {out.area: out.area for out in (self.before.exclusions if self.before else ())}
        return [("", "keins"), *(named | found).items()]

    def rows(self, name: str) -> list[list[forms.BoundField]]:
        """The rows of a list, each with its fields, for the template."""
        return [
            [self[f"{name}-{n}-{part}"] for part, _ in self._row(name, n)] for n in range(self.sizes[name])
        ]

    @property
    def lists(self) -> dict[str, list[list[forms.BoundField]]]:
        """All lists with their rows."""
        return {name: self.rows(name) for name in LISTS}

    def clean(self) -> dict[str, Any]:
        """Read the lists; what is wrong in a row stands beside it."""
        data: dict[str, Any] = super().clean() or {}
        data["themes"] = self._themes(data)
        data["status"] = self._parts("status", data, {t.label.casefold(): t.code for t in data["themes"]})
        data["dynamics"] = self._parts("dynamik", data, {})
        data["exclusions"] = self._exclusions(data)
        if not data["status"] and "status-0-indikator" not in self.errors:
            self.add_error("status-0-indikator", "Bitte mindestens einen Indikator wählen.")
        for key, field in (("status_limits", "grenzen"), ("dynamics_limits", "dynamik_grenzen")):
            data[key] = self._limits(field, data)
        data["attention"] = self._attention(data)
        return data

    def _themes(self, data: Mapping[str, Any]) -> tuple[IndexTheme, ...]:
        known = {t.label.casefold(): t.code for t in (self.before.themes if self.before else ())}
        found: list[IndexTheme] = []
        for n in range(self.sizes["themen"]):
            name, weight = data.get(f"themen-{n}-name", ""), data.get(f"themen-{n}-gewicht")
            if name:
                code = known.get(name.casefold()) or code_of(name, n)
                found.append(IndexTheme(code, name, 1.0 if weight is None else weight))
        return tuple(found)

    def _parts(self, name: str, data: Mapping[str, Any], themes: Mapping[str, str]) -> tuple[IndexPart, ...]:
        found: list[IndexPart] = []
        for n in range(self.sizes[name]):
            code = data.get(f"{name}-{n}-indikator", "")
            if not code:
                continue
            if code in {p.indicator for p in found}:
                self.add_error(f"{name}-{n}-indikator", "Dieser Indikator steht schon in der Liste.")
            indicator = self.catalogue.indicators[code]
            if data.get("ebene") and data["ebene"] not in indicator.levels:
                words = f"„{indicator.short or code}“ gibt es nicht für {level_name(data['ebene'])}."
                self.add_error(f"{name}-{n}-indikator", words)
            theme = data.get(f"{name}-{n}-thema", "")
            if theme.casefold() not in themes and (theme or themes):
                listed = ", ".join(data[f"themen-{m}-name"] for m in range(self.sizes["themen"])
                                   if data.get(f"themen-{m}-name"))  # fmt: skip
                words = f"Bitte einen der Themenbereiche nennen: {listed}." if themes else (
                    "Diesen Themenbereich gibt es oben nicht.")  # fmt: skip
                self.add_error(f"{name}-{n}-thema", words)
            weight = data.get(f"{name}-{n}-gewicht")
            found.append(IndexPart(code, 1.0 if weight is None else weight, themes.get(theme.casefold(), "")))
        return tuple(found)

    def _exclusions(self, data: Mapping[str, Any]) -> tuple[Exclusion, ...]:
        found = []
        for n in range(self.sizes["ausnahmen"]):
            area, reason = data.get(f"ausnahmen-{n}-gebiet", ""), data.get(f"ausnahmen-{n}-grund", "")
            if not area:
                continue
            if not reason:
                self.add_error(f"ausnahmen-{n}-grund", "Bitte sagen, warum das Gebiet außen vor bleibt.")
            years = [whole(y) for y in data.get(f"ausnahmen-{n}-jahre", "").replace(",", " ").split()]
            if not all(y and 1900 <= y <= 2200 for y in years):
                self.add_error(f"ausnahmen-{n}-jahre", "Bitte Jahre angeben, zum Beispiel: 2023, 2024.")
                continue
            found.append(Exclusion(area, reason, tuple(y for y in years if y)))
        return tuple(found)

    def _limits(self, field: str, data: Mapping[str, Any]) -> tuple[float, ...]:
        parts = [p for p in data.get(field, "").split(";") if p.strip()]
        try:
            found = tuple(number_of(p) for p in parts)
        except forms.ValidationError:
            self.add_error(field, "Bitte Zahlen angeben, getrennt durch Semikolon: −1; 1; 1,5.")
            return ()
        if list(found) != sorted(set(found)):
            self.add_error(field, "Bitte die Grenzen aufsteigend angeben, jede einmal.")
        return found

    def _attention(self, data: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
        """Lines ``Statusklasse / Dynamikklasse``; without the second part every class of the dynamics."""
        status, dynamics = lines(data.get("namen", "")), lines(data.get("dynamik_namen", ""))
        found: list[tuple[int, int]] = []
        for line in lines(data.get("bedarf", "")):
            first, _, second = (part.strip() for part in line.partition("/"))
            if first not in status or (second and second not in dynamics):
                self.add_error("bedarf", f"„{line[:80]}“ nennt eine Klasse, die es oben nicht gibt.")
                continue
            chosen = [dynamics.index(second) + 1] if second else list(range(1, len(dynamics) + 1)) or [0]
            found += [(status.index(first) + 1, d) for d in chosen]
        return tuple(dict.fromkeys(found))

    def item(self) -> IndexDefinition:
        """The index that was typed; its version is given when it is kept."""
        data = self.cleaned_data
        sd = data["abweichung"]
        return IndexDefinition(
            code=self.code or data["kennung"], version=1, label=data["bezeichnung"], level=data["ebene"],
            status=data["status"], dynamics=data["dynamics"], status_limits=data["status_limits"],
            status_classes=lines(data["namen"]), dynamics_limits=data["dynamics_limits"],
            dynamics_classes=lines(data["dynamik_namen"]), minimum_population=data["einwohner"],
            population=data["bevoelkerung"], attention=data["attention"], exclusions=data["exclusions"],
            method=" ".join(data["methode"].split()), source=data["quelle"],
            family=IndexFamily(data["verfahren"]), themes=data["themes"],
            class_rule=ClassRule(data["klassen"]), quantile_type=data["quantile"],
            exceedance_sd=0.0 if sd is None else sd,
        )  # fmt: skip


def initial_of(item: IndexDefinition) -> dict[str, Any]:
    """What the form shows of an index."""
    labels = {t.code: t.label for t in item.themes}
    found: dict[str, Any] = {
        "kennung": item.code, "bezeichnung": item.label, "ebene": item.level,
        "verfahren": item.family.value, "abweichung": item.exceedance_sd, "klassen": item.class_rule.value,
        "grenzen": numbers(item.status_limits), "namen": "\n".join(item.status_classes),
        "quantile": item.quantile_type, "dynamik_grenzen": numbers(item.dynamics_limits),
        "dynamik_namen": "\n".join(item.dynamics_classes), "bedarf": "\n".join(attention(item)),
        "einwohner": item.minimum_population, "bevoelkerung": item.population, "methode": item.method,
        "quelle": item.source,
    }  # fmt: skip
    for n, theme in enumerate(item.themes):
        found |= {f"themen-{n}-name": theme.label, f"themen-{n}-gewicht": plain(theme.weight)}
    for name, parts in (("status", item.status), ("dynamik", item.dynamics)):
        for n, part in enumerate(parts):
            found |= {f"{name}-{n}-indikator": part.indicator, f"{name}-{n}-gewicht": plain(part.weight)}
            found[f"{name}-{n}-thema"] = labels.get(part.theme, "")
    for n, out in enumerate(item.exclusions):
        years = ", ".join(map(str, out.years))
        found |= {f"ausnahmen-{n}-gebiet": out.area, f"ausnahmen-{n}-grund": out.reason,
                  f"ausnahmen-{n}-jahre": years}  # fmt: skip
    return found


def sizes_of(item: IndexDefinition | None) -> dict[str, int]:
    """How many rows each list of the form has: those of the index, and some to spare."""
    if item is None:
        return {"themen": SPARE, "status": 2 * MORE, "dynamik": SPARE, "ausnahmen": SPARE}
    counts = (item.themes, item.status, item.dynamics, item.exclusions)
    return {name: len(found) + SPARE for name, found in zip(LISTS, counts, strict=True)}


def sizes_sent(posted: Mapping[str, Any], more: int = 0) -> dict[str, int]:
    """How many rows were sent, read off a hidden field for each list."""
    found = {name: whole(str(posted.get(f"zeilen-{name}", ""))) or SPARE for name in LISTS}
    return {name: min(size + more, MOST_ROWS) for name, size in found.items()}


def code_of(label: str, n: int) -> str:
    """A code for a new theme, from its label.

    >>> code_of("Kinder & Familien", 0), code_of("Übergänge", 1)
    ('kinder_familien', 'uebergaenge')
    """
    text = label.casefold()
    for sign, plain_sign in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(sign, plain_sign)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    code = "_".join("".join(c if c.isalnum() else " " for c in text).split())
    return code if code[:1].isalpha() else f"bereich_{n + 1}"
