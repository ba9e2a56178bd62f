"""German text and KERN components for templates. Figures pass here only as released figures."""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wohnplatz import text
from wohnplatz.charts import LegendEntry, swatch_svg
from wohnplatz.model import Audience, CellState, FigureMeta, ReleasedFigure
from wohnplatz.report import Block, Photo, Picture
from wohnplatz.report.photos import kind_of

register = template.Library()

register.filter("day", text.day)
register.filter("timestamp", text.timestamp)
register.filter("enumerate_words", text.enumerate_words)


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """A number that is no figure of the statistics (a count of files, a year span); empty for None."""
    return "" if value is None else text.number(value, decimals)


@register.filter
def count(value: float | None) -> str:
    """Numerator or denominator of a figure; empty for None."""
    return "" if value is None else text.count(value)


@register.filter
def signed(value: float, decimals: int = 1) -> str:
    """A change with its sign: ``+1,2``."""
    return text.number(value, decimals, signed=True)


@register.filter
def tens(value: float) -> str:
    """A projected number, rounded to tens: single persons cannot be projected."""
    return text.number(round(value, -1))


@register.filter
def tens_signed(value: float) -> str:
    """The same for a change."""
    return text.number(round(value, -1), signed=True)


@register.filter
def percent(share: float) -> str:
    """A share as per cent: ``1,9 %`` from 0.019."""
    return text.with_unit(text.number(100 * share, 1), "%")


@register.simple_tag
def plural(n: int, one: str, many: str) -> str:
    """``1 Gebiet``, ``12 Gebiete``."""
    return text.plural(n, one, many)


@register.filter
def iso_day(value: str) -> str:
    """``31.12.2025`` from an ISO date or time stamp as text."""
    moment = datetime.fromisoformat(value)
    return text.day(moment.date())


@register.inclusion_tag("components/figure.html")
def figure(f: ReleasedFigure | None, meta: FigureMeta, unit: bool = True) -> dict[str, Any]:
    """A released figure in a cell: the number, or the state as a word with its reason."""
    if f is None:
        return {"state": "none", "text": "–", "reason": text.reason("not_on_level"), "coverage": ""}
    return {
        "text": text.figure(f, meta, unit=unit),
        "has_number": f.value is not None,
        "plain": f.state is CellState.VALUE,
        "state": f.state.name.lower().replace("_", "-"),
        "reason": text.reason(f.reason) if f.reason else "",
        "coverage": text.coverage(f) if f.value is not None else "",
    }


@register.filter
def beside(value: Any, f: ReleasedFigure | None) -> Any:
    """What stands in a column beside a figure; where the figure has no number, the word of its state."""
    return text.status(f) if f is not None and f.value is None else value


@register.filter
def state_word(state: CellState) -> str:
    """The word of a state."""
    return text.state_word(state)


@register.simple_block_tag
def alert(content: SafeString, kind: str, title: str) -> SafeString:
    """KERN's alert with ``kind`` info, success, warning or danger; the body may be empty."""
    context = {"kind": kind, "title": title, "body": mark_safe(content.strip())}  # noqa: S308 (a template's output)
    return mark_safe(render_to_string("components/alert.html", context))  # noqa: S308 (a template's output)


@register.simple_block_tag
def scroll(content: SafeString, label: str) -> SafeString:
    """A region that scrolls sideways by itself, can be focused and says what it is."""
    context = {"label": label, "body": content}
    return mark_safe(render_to_string("components/scroll.html", context))  # noqa: S308 (a template's output)


@register.inclusion_tag("components/badge.html")
def badge(kind: str, label: str) -> dict[str, str]:
    """KERN's small badge; ``kind`` is info, success, warning, danger or default."""
    return {"kind": kind, "label": label}


@register.filter
def as_date(value: date | None) -> str:
    """A date, or a dash for none."""
    return text.day(value) if value else "–"


@register.filter
def field(form: Any, name: str) -> Any:
    """The field of a form with a name."""
    return form[name]


@register.filter
def item_kind(group: str) -> str:
    """The word in addresses for a group of the catalogue."""
    return {"indices": "index"}.get(group, "indikator")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The entry of a mapping, None where there is none."""
    return mapping.get(key)


AUDIENCES = {
    Audience.PUBLIC: "Öffentlichkeit",
    Audience.PLANNING: "Planung im Kreis (intern)",
    Audience.PARTNER: "Lieferstelle (intern)",
    Audience.WORKING: "Arbeitsansicht der Sozialplanung (intern)",
}


@register.filter
def audience(value: Audience) -> str:
    """For whom a page of figures is meant."""
    return AUDIENCES[value]


@register.filter
def stand_name(label: str) -> str:
    """The label of a release behind the word “Datenstand”, which it may begin with."""
    return label.removeprefix("Datenstand ")


@register.simple_tag
def swatch(entry: LegendEntry, place: int) -> SafeString:
    """The colour or pattern of a legend's line; ``place`` is a number of its own within the page."""
    return mark_safe(swatch_svg(entry, f"legend{place}"))  # noqa: S308 (our own, decoration)


@register.simple_tag(takes_context=True)
def picture_url(context: Any, name: str, form: str) -> str:
    """Address of a picture of the profile that the page shows, as a file."""
    scene = context["scene"]
    return str(scene.stand.url("area_picture", scene.key, name, form, jahr=scene.year))


@register.filter
def alert_kind(level: str) -> str:
    """KERN's kind of alert for a level of Django's messages."""
    return {"error": "danger", "success": "success", "warning": "warning"}.get(level, "info")


@register.filter
def block_kind(block: Block) -> str:
    """The name of a document's block, by which the page chooses its form."""
    return type(block).__name__


@register.filter
def drawing(picture: Picture) -> SafeString:
    """A document's picture as it stands; its texts were escaped when it was drawn."""
    return mark_safe(picture.svg)  # noqa: S308 (our own, texts escaped)


@register.filter
def photo_address(photo: Photo) -> str:
    """A district's own picture as an address that carries it; PNG or JPEG, looked at before."""
    kind = {"png": "png", "jpg": "jpeg"}[kind_of(photo.data)]
    return f"data:image/{kind};base64,{base64.b64encode(photo.data).decode()}"
