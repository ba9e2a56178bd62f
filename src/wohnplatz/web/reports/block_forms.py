"""One form for each kind of block: from its content to fields and back."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from wohnplatz.report.photos import trouble_with
from wohnplatz.report.tree import ChartForm, Extent, Rows
from wohnplatz.text import glossary
from wohnplatz.web.forms import KernForm

from .choices import Choices, Options, flat, with_empty

Content = Mapping[str, Any]
REQUIRED = {
    "required": "Bitte füllen Sie dieses Feld aus.",
    "invalid_choice": "Bitte etwas aus der Liste wählen.",
}
ROWS = {Rows.AREAS: "Gebiete in Zeilen", Rows.YEARS: "Jahre in Zeilen (ein Indikator)",
        Rows.INDICATORS: "Indikatoren in Zeilen"}  # fmt: skip
CHARTS = {
    ChartForm.LINE: "Verlauf (Linie)", ChartForm.BARS: "Gebiete im Vergleich (Balken)",
    ChartForm.STRIP: "Verteilung der Gebiete", ChartForm.PYRAMID: "Alter und Geschlecht (Pyramide)",
    ChartForm.MATRIX: "Status und Dynamik eines Sozialindex",
}  # fmt: skip
EXTENTS = {Extent.WHOLE: "ganzer Kreis", Extent.AROUND: "das Gebiet mit seiner Umgebung"}
METHODS = {"quantiles": "gleich viele Gebiete je Klasse", "equal": "gleiche Klassenbreiten",
           "natural": "natürliche Klassen", "deviation": "Abstand vom Mittel"}  # fmt: skip
SHARES = {"0.4": "40 %", "0.5": "50 %", "0.6": "60 %"}
INDICATORS_MOST = 4


class BlockForm(KernForm):
    """The fields of a kind. ``content`` gives back what the block holds."""

    def content(self, before: Content) -> dict[str, Any]:
        """The block's content with what was entered; what the form does not show stays."""
        return {**before, **{name: self.cleaned_data[name] for name in self.fields if name in before}}


def _choice(label: str, options: Options, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=options, error_messages=REQUIRED, **more)


def _title(required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label="Titel", max_length=200, required=required, error_messages=REQUIRED, **more)


def _place(c: Choices) -> dict[str, forms.Field]:
    """Area and year; empty for those of the surrounding."""
    return {
        "area": _choice("Gebiet", with_empty("Gebiet des Berichts oder Profils", c.areas), required=False),
        "year": _choice("Jahr", with_empty("Berichtsjahr", c.years), required=False),
    }  # fmt: skip


def _level(c: Choices, empty: str) -> forms.Field:
    return _choice("Ebene", with_empty(empty, c.levels), required=False)


def _chapter(c: Choices) -> dict[str, forms.Field]:
    return {
        "title": _title(required=True),
        "new_page": forms.BooleanField(label="Beginnt auf neuer Seite", required=False),
    }


def _figures(c: Choices) -> dict[str, forms.Field]:
    chosen = {
        f"indicator_{n}": _choice(f"Kennzahl {n}", with_empty("keine", c.indicators), required=n == 1)
        for n in range(1, INDICATORS_MOST + 1)
    }
    return {**chosen, **_place(c)}


def _table(c: Choices) -> dict[str, forms.Field]:
    return {
        "title": _title(help_text="Ohne Angabe: aus dem Inhalt."),
        "rows": _choice("Zeilen", list(ROWS.items())),
        "indicators": forms.MultipleChoiceField(
            label="Indikatoren", choices=c.indicators, widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Bitte mindestens einen Indikator wählen."},
        ),
        "level": _level(c, "feinste Ebene"), **_place(c),
    }  # fmt: skip


def _map(c: Choices) -> dict[str, forms.Field]:
    return {
        "indicator": _choice("Indikator", c.indicators),
        "title": _title(help_text="Ohne Angabe: der Name des Indikators."),
        "extent": _choice("Ausschnitt", list(EXTENTS.items())), "level": _level(c, "feinste Ebene"),
        **_place(c), "method": _choice("Klassenbildung", list(METHODS.items())),
        "classes": _choice("Zahl der Klassen", [(str(n), str(n)) for n in range(3, 8)]),
    }  # fmt: skip


def _chart(c: Choices) -> dict[str, forms.Field]:
    all_of = [*c.indicators, ("Ganzer Sozialindex (für Status und Dynamik)", c.indices)]
    return {
        "form": _choice("Art", list(CHARTS.items())),
        "indicator": _choice("Indikator", with_empty("keiner (Pyramide)", all_of), required=False),
        "title": _title(help_text="Ohne Angabe: der Name des Indikators."),
        "level": _level(c, "feinste Ebene"), **_place(c),
        "areas": forms.MultipleChoiceField(
            label="Gebiete im Verlauf", choices=c.areas, widget=forms.CheckboxSelectMultiple, required=False,
            help_text="Ohne Auswahl: das Gebiet und die, in denen es liegt.",
        ),
    }  # fmt: skip


def _picture(c: Choices) -> dict[str, forms.Field]:
    return {
        "datei": forms.FileField(
            label="Bilddatei", required=False,
            help_text="PNG oder JPEG, höchstens 8 MB. Ohne Angabe bleibt das Bild.",
            widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
            error_messages={"required": "Bitte wählen Sie ein Bild.", "empty": "Die Datei ist leer."},
        ),
        "alternative": forms.CharField(
            label="Bild in Worten", max_length=500, error_messages=REQUIRED,
            help_text="Was zu sehen ist, in einem Satz, für alle, die das Bild nicht sehen.",
        ),
        "caption": forms.CharField(label="Bildunterschrift", max_length=300, required=False,
                                   help_text="Mit Urheber und Jahr."),
    }  # fmt: skip


def _profiles(c: Choices) -> dict[str, forms.Field]:
    return {
        "level": _choice("Ebene", c.levels), "area": _place(c)["area"],
        "areas": forms.MultipleChoiceField(
            label="Nur diese Gebiete", choices=c.areas, widget=forms.CheckboxSelectMultiple, required=False,
            help_text="Ohne Auswahl: alle Gebiete der Ebene.",
        ),
    }  # fmt: skip


def _pair(c: Choices) -> dict[str, forms.Field]:
    return {"share": _choice("Breite der linken Spalte", list(SHARES.items()))}


def _glossary(c: Choices) -> dict[str, forms.Field]:
    terms = sorted(((code, t.label) for code, t in glossary().items()), key=lambda entry: entry[1].lower())
    return {
        "terms": forms.MultipleChoiceField(
            label="Begriffe", choices=terms, widget=forms.CheckboxSelectMultiple, required=False,
            help_text="Ohne Auswahl: alle Begriffe, die in den Texten des Berichts vorkommen.",
        )
    }  # fmt: skip


def _statement(c: Choices) -> dict[str, forms.Field]:
    return {
        "partner": forms.CharField(label="Partner", max_length=200, error_messages=REQUIRED),
        "received_on": forms.DateField(
            label="eingegangen am", required=False, input_formats=["%d.%m.%Y", "%Y-%m-%d"],
            error_messages={"invalid": "Bitte ein Datum angeben: TT.MM.JJJJ."},
        ),
        "markdown": forms.CharField(
            label="Wortlaut", error_messages=REQUIRED, widget=forms.Textarea(attrs={"rows": 14}),
        ),
    }  # fmt: skip


def _outcomes(c: Choices) -> dict[str, forms.Field]:
    return {
        "title": _title(required=True),
        "outcomes": forms.CharField(
            label="Empfehlungen", required=False, widget=forms.Textarea(attrs={"rows": 10}),
            help_text="Eine Zeile je Empfehlung: Empfehlung | Stand | was geschah",
        ),
    }  # fmt: skip


FIELDS: Mapping[str, Callable[[Choices], dict[str, forms.Field]]] = {
    "chapter": _chapter, "figures": _figures, "table": _table, "map": _map, "chart": _chart,
    "picture": _picture, "profiles": _profiles, "pair": _pair, "glossary": _glossary,
    "statement": _statement, "outcomes": _outcomes, "methods": lambda c: {}, "break": lambda c: {},
}  # fmt: skip


def form_of(kind: str, choices: Choices, content: Content, data: Any = None, files: Any = None) -> BlockForm:
    """The form of a block, filled with its content or with what was sent."""
    form = BlockForm(data, files, initial=_initial(content))
    fields = FIELDS[kind](choices)
    if kind == "picture" and not content["data"]:
        fields["datei"].required, fields["datei"].help_text = True, "PNG oder JPEG, höchstens 8 MB."
    for name, field in fields.items():
        form.fields[name] = _known(field, form.initial.get(name))
        kind_of = type(field.widget)
        classes = {forms.Select: "kern-form-input__select", forms.CheckboxInput: "kern-form-check__checkbox",
                   forms.CheckboxSelectMultiple: "kern-form-check__checkbox"}  # fmt: skip
        form.fields[name].widget.attrs.setdefault("class", classes.get(kind_of, "kern-form-input__input"))
    return form


def _known(field: forms.Field, value: Any) -> forms.Field:
    """The field with the value among its options even where the release does not know it any more."""
    if isinstance(field, forms.ChoiceField):
        wanted = value if isinstance(value, list) else [value] if value else []
        gone = [str(v) for v in wanted if str(v) not in flat(list(field.choices))]
        if gone:
            field.choices = [*field.choices, *((v, f"{v} (nicht im Datenstand)") for v in gone)]
    return field


def _initial(content: Content) -> dict[str, Any]:
    made = dict(content)
    for n, code in enumerate(content.get("indicators", ()), 1):
        made[f"indicator_{n}"] = code
    for name in ("year", "share", "classes"):
        if made.get(name) is not None:
            made[name] = f"{made[name]:g}"
    if content["kind"] == "outcomes":
        rows = ([o["recommendation"], o["state"], o["words"]] for o in content["outcomes"])
        made["outcomes"] = "\n".join(" | ".join(row).rstrip(" |") for row in rows)
    return made


def content_of(form: BlockForm, kind: str, before: Content) -> dict[str, Any]:
    """The block's content after a valid form. An error goes to the field it belongs to; then look again."""
    made, data = form.content(before), form.cleaned_data
    if "year" in data:
        made["year"] = int(data["year"]) if data["year"] else None
    if kind == "figures":
        chosen = [data[f"indicator_{n}"] for n in range(1, INDICATORS_MOST + 1)]
        made["indicators"] = list(dict.fromkeys(c for c in chosen if c))
    if kind == "table":
        kept = [c for c in before["indicators"] if c in data["indicators"]]
        made["indicators"] = kept + [c for c in data["indicators"] if c not in kept]
    if kind == "map":
        made["classes"] = int(data["classes"])
    if kind == "pair":
        made["share"] = float(data["share"])
    if kind == "statement":
        made["received_on"] = data["received_on"].isoformat() if data["received_on"] else None
    if kind == "outcomes":
        made["outcomes"] = [_outcome(line) for line in data["outcomes"].splitlines() if line.strip()]
    if kind == "picture":
        _upload(form, made)
    return made


def _outcome(line: str) -> dict[str, str]:
    first, state, words = ([p.strip() for p in line.split("|", 2)] + ["", ""])[:3]
    return {"recommendation": first, "state": state, "words": words}


def _upload(form: BlockForm, made: dict[str, Any]) -> None:
    file = form.cleaned_data["datei"]
    if file is not None:
        data = file.read()
        trouble = trouble_with(data, made["alternative"])
        if trouble is not None:
            form.add_error("datei", f"{trouble.message} {trouble.advice}")
        made["data"] = base64.b64encode(data).decode()


EMPTY: Mapping[str, dict[str, Any]] = {
    "chapter": {"title": "", "new_page": False}, "text": {"markdown": "", "state": "written"},
    "areatexts": {"texts": []}, "figures": {"indicators": [], "area": "", "year": None},
    "table": {"title": "", "indicators": [], "rows": "areas", "level": "", "area": "", "year": None},
    "map": {"indicator": "", "title": "", "level": "", "area": "", "year": None, "extent": "whole",
            "method": "quantiles", "classes": 5, "height": 0.0},
    "chart": {"form": "line", "indicator": "", "title": "", "areas": [], "level": "", "area": "",
              "year": None, "height": 0.0},
    "picture": {"data": "", "alternative": "", "caption": ""}, "pair": {"share": 0.5},
    "profiles": {"level": "", "area": "", "areas": []}, "glossary": {"terms": []}, "methods": {},
    "statement": {"partner": "", "markdown": "", "received_on": None},
    "outcomes": {"title": "Was daraus wurde", "outcomes": []}, "break": {},
}  # fmt: skip
"""What a new block of each kind holds before anything is entered."""
