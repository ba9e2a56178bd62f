"""Indicators and indices: what differs between their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from wohnplatz.indicators import Item
from wohnplatz.model import Catalogue, IndexDefinition, Indicator

from . import index_form, indicator_form
from .index_form import IndexForm
from .indicator_form import IndicatorForm

Form = IndicatorForm | IndexForm


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two kinds of items."""

    slug: str
    """In addresses: ``indikator``, ``index``."""
    group: str
    word: str
    fields: Mapping[str, str]
    """Key of the catalogue → field of the form."""
    template: str

    def sent(self, request: HttpRequest, catalogue: Catalogue, code: str) -> Form:
        """The form with what was sent."""
        if self.group == "indicators":
            return IndicatorForm(request.POST, catalogue=catalogue, code=code)
        sizes = index_form.sizes_sent(request.POST)
        return IndexForm(request.POST, catalogue=catalogue, code=code, sizes=sizes)

    def filled(self, item: Item | None, catalogue: Catalogue, code: str) -> Form:
        """The form with what an item says, empty without one."""
        if self.group == "indicators":
            known = item if isinstance(item, Indicator) else None
            initial = indicator_form.initial_of(known) if known else {}
            return IndicatorForm(initial=initial, catalogue=catalogue, code=code)
        index = item if isinstance(item, IndexDefinition) else None
        initial = index_form.initial_of(index) if index else {}
        return IndexForm(initial=initial, catalogue=catalogue, code=code, sizes=index_form.sizes_of(index))

    def again(
        self, typed: Mapping[str, Any], request: HttpRequest, catalogue: Catalogue, code: str, more: int = 0
    ) -> Form:
        """The form with what was typed, not judged, and ``more`` rows in its lists."""
        if self.group == "indicators":
            return IndicatorForm(initial=dict(typed), catalogue=catalogue, code=code)
        sizes = index_form.sizes_sent(request.POST, more)
        return IndexForm(initial=dict(typed), catalogue=catalogue, code=code, sizes=sizes)


KINDS = {
    "indikator": Kind(
        "indikator", "indicators", "Indikator", indicator_form.FIELDS, "catalogue/indicator_form.html"
    ),
    "index": Kind("index", "indices", "Index", index_form.FIELDS, "catalogue/index_form.html"),
}
OF_GROUP = {kind.group: kind for kind in KINDS.values()}


def kind_of(slug: str) -> Kind:
    """The kind of an address. ``Http404`` for anything else."""
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]
