"""What can be said of one figure: each form of printing it, and suggested sentences."""

from __future__ import annotations

from dataclasses import dataclass

from wohnplatz.report import Material, Report, Suggestion, suggest
from wohnplatz.report.blocks import Bullets, RichText
from wohnplatz.report.printing import Place, printed
from wohnplatz.report.references import Form, Reference, read, write
from wohnplatz.report.texts import write_text
from wohnplatz.report.tree import TextBlock
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.reports import queries, shown
from wohnplatz.workflow.reports.models import SocialReport

FORMS = {
    Form.VALUE: "Wert", Form.NUMBER: "Wert ohne Einheit", Form.COUNT: "Anzahl", Form.BASE: "Grundgesamtheit",
    Form.RANGE: "Unsicherheitsbereich", Form.CHANGE: "Veränderung zum Vorjahr", Form.YEAR: "Jahr des Werts",
    Form.AREA: "Name des Gebiets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to put into a text, and what it prints now."""

    label: str
    source: str
    words: str
    trouble: str = ""
    about: str = ""
    """Of a suggested sentence: what it says."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The indicator, the area and the year that an author has chosen; area empty for the place itself."""

    indicator: str
    area: str
    year: int | None


def material_for(user: User, report: SocialReport, indicator: str) -> Material:
    """Figures of one indicator on the report's release."""
    mini = Report("zahl", "", report.area, report.year, (TextBlock("t", f"{{{{ {indicator} }}}}"),))
    return shown.material_of(user, report, mini)


def figures(picked: Picked, place: Place, material: Material) -> list[Offer]:
    """Every form in which the figure can be printed; none where the release does not have the indicator."""
    if material.meta(picked.indicator) is None:
        return []
    offers = []
    for form, label in FORMS.items():
        made = Reference("", "gebiet" if form is Form.AREA else picked.indicator, picked.area,
                         None if form is Form.AREA else picked.year,
                         Form.VALUE if form is Form.AREA else form)  # fmt: skip
        source = write(made)
        reference = read(source)
        if not isinstance(reference, Reference):
            continue
        said = printed(reference, place, material)
        if said.trouble is not None and form is not Form.VALUE:
            continue
        offers.append(Offer(label, source, said.words, said.trouble.message if said.trouble else ""))
    return offers


def sentences(report: SocialReport, picked: Picked, place: Place, material: Material) -> list[Offer]:
    """Suggested sentences that nobody has thrown away; none for an area that is still open."""
    area = picked.area or place.area
    gone = queries.thrown_away(report, area, picked.indicator)
    found = suggest(material, area, picked.indicator, picked.year or place.year)
    return [_sentence(s, place, material) for s in found if s.about not in gone]


def _sentence(suggestion: Suggestion, place: Place, material: Material) -> Offer:
    return Offer("Satz", suggestion.markdown, words_of(suggestion.markdown, place, material),
                 about=suggestion.about.value)  # fmt: skip


def words_of(markdown: str, place: Place, material: Material) -> str:
    """A text as it is printed, without its marks."""
    parts = []
    for block in write_text(markdown, place, material).blocks:
        if isinstance(block, RichText):
            parts.append("".join(s.text for s in block.spans))
        elif isinstance(block, Bullets):
            parts += ["".join(s.text for s in item) for item in block.items]
    return " ".join(parts)
