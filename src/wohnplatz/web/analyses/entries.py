"""What there is to look at beside map and profile: one line for each page of analysis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of analysis: route name, title, and in one sentence the question it answers."""

    route: str
    title: str
    sentence: str


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "projection",
        "Vorausschätzung",
        "Wie viele Menschen welchen Alters werden in zehn Jahren in Kreis, Kommunen und Gebieten leben?",
    ),
)
