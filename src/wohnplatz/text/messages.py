"""Words for states and reasons: the one place where a code becomes German."""

from __future__ import annotations

from wohnplatz.model import Altered, CellState

STATE_WORDS: dict[CellState, str] = {
    CellState.VALUE: "Wert",
    CellState.ESTIMATED: "geschätzt",
    CellState.LIMITED: "eingeschränkt aussagekräftig",
    CellState.PARTIAL: "unvollständig",
    CellState.NOT_APPLICABLE: "nicht sinnvoll",
    CellState.MISSING: "nicht geliefert",
    CellState.LATER: "folgt später",
    CellState.UNRELIABLE: "nicht sicher genug",
    CellState.UNKNOWN: "unbekannt",
    CellState.PROTECTED: "geschützt",
}

STATE_EXPLANATIONS: dict[CellState, str] = {
    CellState.VALUE: "Die Zahl liegt vor. Eine Null heißt: genau null.",
    CellState.ESTIMATED: "Die Zahl ist eine Schätzung, zum Beispiel nach einer Änderung der Gebietsgrenzen.",
    CellState.LIMITED: "Die Zahl liegt vor, ist aber nur eingeschränkt aussagekräftig.",
    CellState.PARTIAL: "Nicht alle Gebiete sind eingeflossen; der Deckungsgrad steht dabei.",
    CellState.NOT_APPLICABLE: "Eine Zahl wäre hier nicht sinnvoll.",
    CellState.MISSING: "Die Lieferstelle hat dazu nichts geliefert.",
    CellState.LATER: "Die Angabe liegt noch nicht vor und wird nachgereicht.",
    CellState.UNRELIABLE: "Die Zahl ist nicht sicher genug, um sie zu nennen.",
    CellState.UNKNOWN: "Die Zahl ist unbekannt oder von der Lieferstelle geheim gehalten.",
    CellState.PROTECTED: "Die Zahl ist durch die statistische Geheimhaltung geschützt.",
}

REASONS: dict[str, str] = {
    "zero_denominator": "die Bezugsgröße ist null",
    "rate_not_summable": "die Quote gilt nur für die gelieferte Ebene und lässt sich nicht zusammenfassen",
    "not_this_year": "das Merkmal wird für dieses Jahr nicht erhoben",
    "no_earlier_year": "für das Vergleichsjahr liegt kein Wert vor",
    "incomplete": "nicht alle erforderlichen Angaben liegen vor",
    "missing_term": "eine Angabe, die in die Berechnung eingeht, fehlt",
    "min_population": "das Gebiet hat zu wenige Einwohnerinnen und Einwohner",
    "min_denominator": "die Bezugsgröße ist zu klein",
    "min_count": "die Fallzahl ist zu klein",
    "all_constant": "alle Indikatoren haben in allen Gebieten denselben Wert",
    "too_few_areas": "es gibt weniger als zwei Gebiete mit allen Angaben",
    "excluded": "das Gebiet ist von der Berechnung ausgenommen",
    "protected": "die Zahl ist durch die statistische Geheimhaltung geschützt",
    "internal_only": "die Zahl ist nur für die interne Arbeit bestimmt und sonst geschützt",
    "not_delivered": "die Lieferstelle hat dazu nichts geliefert",
    "later": "die Angabe wird nachgereicht",
    "unreliable": "die Angabe ist nicht sicher genug",
    "unknown": "die Angabe ist unbekannt oder wird geheim gehalten",
    "not_applicable": "eine Zahl wäre hier nicht sinnvoll",
    "too_detailed": "nicht veröffentlicht, weil zu kleinteilig",
    "not_on_level": "der Indikator wird auf dieser Ebene nicht ausgewiesen",
    "series_break": "die Zeitreihe ist unterbrochen",
    "no_interval": "für diese Art von Zahl gibt es keinen Unsicherheitsbereich",
    "too_few_places": "zu wenige Gebiete haben eine Zahl",
    "too_few_years": "es liegen zu wenige Jahre vor",
    "no_common_value": "ein gemeinsamer Wert für den Vergleich fehlt",
    "no_cases": "es gibt keinen Fall",
    "missing": "eine Angabe fehlt",
    "not_finite": "eine Angabe ist keine endliche Zahl",
    "negative": "eine Angabe ist negativ",
    "more_than_all": "der Zähler ist größer als der Nenner",
    "no_neighbours": "das Gebiet hat keine Nachbarn mit einer Zahl",
    "too_few": "es gibt zu wenige Gebiete mit einer Zahl",
    "constant": "alle Gebiete haben denselben Wert",
    "empty_group": "eine der beiden Gruppen ist leer",
    "all_zero": "alle Werte sind null",
    "no_share": "der Indikator ist kein Anteil einer Gruppe an allen",
}

UNKNOWN_REASON = "es liegt keine Zahl vor"


ALTERED_WORDS: dict[Altered, str] = {
    Altered.NOT: "",
    Altered.ROUNDED: "gerundet auf 5",
    Altered.OVERLAID: "mit Zufallsüberlagerung",
}
ALTERED_EXPLANATIONS: dict[Altered, str] = {
    Altered.NOT: "",
    Altered.ROUNDED: "Zum Schutz Einzelner sind die Fallzahlen auf Vielfache von 5 gerundet. Summen gehen "
    "auf; Anteile sind aus den gerundeten Zahlen berechnet. Eine Null kann für wenige Fälle stehen.",
    Altered.OVERLAID: "Zum Schutz Einzelner liegt über der Zahl eine kleine zufällige Abweichung. Summen "
    "solcher Zahlen gehen nicht auf. Niemand ist immer 0; eine gezeigte 0 kann für wenige Fälle stehen.",
}


def altered_word(mark: Altered) -> str:
    """How a figure was changed to protect people; empty where it was not.

    >>> altered_word(Altered.ROUNDED)
    'gerundet auf 5'
    """
    return ALTERED_WORDS[mark]


def altered_explanation(mark: Altered) -> str:
    """What such a change means, for legends and notes; empty where there is none."""
    return ALTERED_EXPLANATIONS[mark]


def state_word(state: CellState) -> str:
    """One or two German words for a state.

    >>> state_word(CellState.PROTECTED)
    'geschützt'
    """
    return STATE_WORDS[state]


def state_explanation(state: CellState) -> str:
    """What a state means, as a German sentence for legends and notes."""
    return STATE_EXPLANATIONS[state]


def reason(code: str) -> str:
    """Why there is no number, as a German half sentence without full stop.

    Empty for an empty code; a neutral sentence for a code that this version does not know.

    >>> reason("zero_denominator")
    'die Bezugsgröße ist null'
    """
    return REASONS.get(code, UNKNOWN_REASON) if code else ""
