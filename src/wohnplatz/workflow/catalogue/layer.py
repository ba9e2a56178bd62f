"""The layer of own items over a catalogue of files. Every process sees a change with its next question."""

from __future__ import annotations

from wohnplatz.indicators import Item, overlaid, read_item
from wohnplatz.model import Catalogue, IndexDefinition, Indicator

from .models import CatalogueItem, ItemState

Signature = tuple[tuple[str, str, int, str, str], ...]
"""Group, code, version, state and SHA-256 of what decides for each own item: equal ones, equal layer."""


def signature() -> Signature:
    """What stands over the files now, in one question to the database."""
    deciding: dict[str, tuple[str, str, int, str, str]] = {}
    rows = CatalogueItem.objects.exclude(state=ItemState.DRAFT).order_by("code", "version")
    for row in rows.values_list("group", "code", "version", "state", "sha"):
        deciding[row[1]] = row
    return tuple(sorted(deciding.values()))


def laid_over(base: Catalogue, marks: Signature) -> Catalogue:
    """``base`` with the own items that ``marks`` names in force, and without those it names retired.

    Raises ``CatalogueError`` where the files no longer fit an own item, naming it.
    """
    if not marks:
        return base
    gone = [(group, code) for group, code, _, state, _ in marks if state == ItemState.RETIRED]
    in_force = [(code, version) for _, code, version, state, _ in marks if state == ItemState.IN_FORCE]
    texts = {
        (code, version): text
        for code, version, text in CatalogueItem.objects.exclude(state=ItemState.DRAFT).values_list(
            "code", "version", "text"
        )
    }
    items = [read_item(texts[place], own_place(*place)) for place in in_force]
    return overlaid(base, items, gone)


def item_of(row: CatalogueItem) -> Item:
    """The indicator or index of a row."""
    return read_item(row.text, own_place(row.code, row.version))


def own_place(code: str, version: int) -> str:
    """Where a text of an own item stands, for messages."""
    return f"Katalog des Kreises, {code}, Fassung {version}"


def item_in(catalogue: Catalogue, group: str, code: str) -> Indicator | IndexDefinition | None:
    """The item of a catalogue, None where it has none."""
    found: Indicator | IndexDefinition | None = getattr(catalogue, group).get(code)
    return found
