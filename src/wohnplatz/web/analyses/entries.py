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
    Entry("comparison", "Gebiete vergleichen", "Wie stehen ausgewählte Gebiete nebeneinander und zum Kreis?"),
    Entry(
        "own_area",
        "Eigenes Gebiet",
        "Welche Summe oder Quote haben ausgewählte Gebiete zusammen?",
    ),
    Entry("two_maps", "Zwei Karten", "Wie sehen zwei Kennzahlen oder zwei Jahre nebeneinander aus?"),
    Entry(
        "series", "Zeitreihen", "Wie haben sich alle Gebiete über die Jahre entwickelt, und wo liegen meine?"
    ),
    Entry("scatter", "Zwei Kennzahlen", "Treten zwei Kennzahlen in denselben Gebieten zusammen auf?"),
    Entry(
        "distribution",
        "Verteilung",
        "Wo liegt ein Gebiet unter allen Gebieten, ohne Rangliste?",
    ),
    Entry(
        "early_warning",
        "Frühwarnung",
        "Wo hat sich etwas stärker verändert, als sich mit Zufall erklären lässt?",
    ),
    Entry(
        "funnel_index",
        "Trichter",
        "Welche Gebiete weichen weiter vom Kreis ab, als es ihre Größe erwarten lässt?",
    ),
    Entry(
        "space_index",
        "Räumliches Muster",
        "Wo liegen hohe oder niedrige Werte beieinander, und ist das mehr als Zufall?",
    ),
    Entry(
        "types",
        "Typen von Gebieten",
        "Welche Gebiete haben ein ähnliches Profil, und was zeichnet sie aus?",
    ),
    Entry(
        "inequality",
        "Ungleiche Verteilung",
        "Wie ungleich verteilt sich eine Gruppe auf die Gebiete, und wird es mehr oder weniger?",
    ),
    Entry(
        "projection",
        "Vorausschätzung",
        "Wie viele Menschen welchen Alters werden in zehn Jahren in Kreis, Kommunen und Gebieten leben?",
    ),
)
