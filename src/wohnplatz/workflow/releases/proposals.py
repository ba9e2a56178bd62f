"""What could be done about what a preview hides: proposals in words, with the place where each is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from wohnplatz.disclosure.rules import Level
from wohnplatz.publication.variants import AGES
from wohnplatz.text import age_groups_in_words, enumerate_words, plural

Words = Mapping[str, Mapping[str, Any]]
MOST = 12
"""Proposals shown for an audience."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Figures and how many of them are protected."""

    figures: int
    hidden: int
    people: float

    @property
    def share(self) -> float:
        """Protected figures, 0 to 1."""
        return self.hidden / self.figures if self.figures else 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to hide less, with what it saves and where it is done."""

    what: str
    topic: str
    year: int
    now: Amount
    then: Amount
    given_up: int
    """Figures that are shown today and would be left out."""
    step: str
    """What is to be done there."""
    indicators: tuple[tuple[str, str], ...]
    """Codes and labels of the indicators to change, where the catalogue is the place."""
    retire: bool
    """The indicators are put out of force; else they get a new version."""
    dataset: str = ""
    """Data set of which less could be asked."""
    rule: str = ""
    """The change of the rules that takes it over, as an address of their check names it."""


def proposals(group: Mapping[str, Any], words: Words) -> list[Proposal]:
    """The proposals for an audience, largest gain first."""
    return [_proposal(saving, words) for saving in group["savings"][:MOST]]


def _proposal(saving: Mapping[str, Any], words: Words) -> Proposal:
    topic = saving["topic"]
    codes = [] if topic["broken"] else [c for c in saving["indicators"] if c in words["blocks"]]
    less = topic["broken"] or saving["kind"] in {"dimension", "indicator"}
    what, step, retire = _TEXTS[saving["kind"]](saving, words)
    return Proposal(
        what, _topic(topic, words), topic["year"],
        Amount(**saving["now"]), Amount(**saving["then"]), saving["given_up"], step,
        tuple((c, words["indicators"].get(c, c)) for c in codes), retire,
        words["datasets"].get(topic["variable"], "") if less else "",
        _rule(saving, words) if topic["broken"] else "",
    )  # fmt: skip


def _rule(saving: Mapping[str, Any], words: Words) -> str:
    """For broken-down figures: left out on a level or by a dimension, or in coarser groups of ages."""
    asked = {
        "level": {"ohne": words["order"]["levels"][0]}, "division": {"ohne": saving["detail"]},
        "dimension": {"gliederung": saving["detail"]}, "ages": dict[str, str](),
    }.get(saving["kind"])  # fmt: skip
    if asked is None:
        return ""
    return urlencode({"datensatz": words["datasets"].get(saving["topic"]["variable"], ""), **asked})


_NO_SWITCH = (
    "Der Altersaufbau hat im Katalog keinen Eintrag. Der Weg ist, weniger anzufordern, in den Vereinbarungen "
    "über diese Daten; oder gröbere Altersgruppen oder Ebenen in den Schutzregeln (eigene Vorschläge)."
)


def _level(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    level = words["levels"].get(saving["detail"], saving["detail"])
    if saving["topic"]["broken"]:
        step = (
            "In den Schutzregeln für diesen Datensatz eintragen; auf feineren Ebenen steht dann »nicht "
            "veröffentlicht (zu kleinteilig)«."
        )
        return f"Erst ab der Ebene {level} zeigen", step, False
    return (
        f"Erst ab der Ebene {level} zeigen",
        f"Im Katalog bei „Ebenen“ alles unterhalb von {level} abwählen.",
        False,
    )


def _division(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    level = words["levels"].get(saving["detail"], saving["detail"])
    place = (
        "In den Schutzregeln für diesen Datensatz eintragen"
        if saving["topic"]["broken"]
        else f"Im Katalog bei „Ebenen“ {level} abwählen"
    )
    return (
        f"Ohne die Ebene {level} zeigen",
        f"{place}. Das hilft nur, wo diese Summen auch sonst niemand veröffentlicht, etwa das Statistische "
        "Landesamt: Gegen bekannte Summen schützt der Nachweis dann nicht.",
        False,
    )


def _years(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    variable = saving["topic"]["variable"]
    if saving["topic"]["broken"]:
        return f"{saving['detail']} Jahre zusammenfassen", _NO_SWITCH, False
    return (
        f"{saving['detail']} Jahre zusammenfassen",
        f"Im Katalog Zähler und Nenner als Summe dreier Jahre schreiben, zum Beispiel "
        f"{variable} + vor({variable}, 1) + vor({variable}, 2).",
        False,
    )


def _ages(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    return (
        f"Drei Altersgruppen zeigen: {enumerate_words(age_groups_in_words(AGES))}",
        "In den Schutzregeln für diesen Datensatz eintragen. Der Altersaufbau hat dann auf allen Ebenen "
        "diese Gruppen; die Anteile einzelner Altersgruppen im Katalog bleiben, wie sie sind.",
        False,
    )


def _dimension(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    label = words["dimensions"].get(saving["detail"], saving["detail"])
    if saving["topic"]["broken"]:
        step = (
            "In den Schutzregeln für diesen Datensatz eintragen. Der Altersaufbau ist dann auf allen Ebenen "
            "nicht mehr so gegliedert; was der Katalog eigens zählt, bleibt, wie es ist."
        )
        return f"Ohne Gliederung nach {label} zeigen", step, False
    return f"Auf Zahlen nach {label} verzichten", "Im Katalog außer Kraft setzen.", True


def _indicator(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    label = words["indicators"].get(saving["detail"], saving["detail"])
    return f"Auf „{label}“ verzichten", "Im Katalog außer Kraft setzen.", True


def _protection(saving: Mapping[str, Any], words: Words) -> tuple[str, str, bool]:
    return (
        f"Schutzstufe „{Level.NOT_COMPUTABLE.word}“ statt „{Level(saving['detail']).word}“",
        'In der Regeldatei bei der Schutzklasse level = "not_computable" setzen, wenn Recht und '
        "Vereinbarungen es zulassen.",
        False,
    )


_TEXTS = {
    "level": _level, "division": _division, "years": _years, "ages": _ages, "dimension": _dimension,
    "indicator": _indicator, "protection": _protection,
}  # fmt: skip


def unsettled(group: Mapping[str, Any], words: Words) -> list[str]:
    """Costly topics without a comparison, for want of time."""
    return [_topic(topic, words) for topic in group["unsettled"]]


def _topic(topic: Mapping[str, Any], words: Words) -> str:
    label = words["variables"].get(topic["variable"], topic["variable"])
    return f"{label}, nach Alter und Geschlecht" if topic["broken"] else label


def impossible(group: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What the rules ask and cannot be had, in sentences with the place."""
    for item in group["infeasible"]:
        variable = words["variables"].get(item["variable"], item["variable"])
        if item["kind"] == "unavoidable":
            area = words["areas"].get(item["area"], item["area"])
            yield (
                f"{variable}, {area}, {item['year']}: Was die Schutzstufe verlangt, kann hier kein "
                "Muster offenlassen; es gilt das Erreichbare."
            )
        elif item["kind"] == "widened":
            yield (
                f"{variable} {item['year']}: Die Rechenzeit reichte für kein sparsameres Muster. Es ist mehr "
                "verdeckt, als die Regeln verlangen; der nächste Datenstand sucht von Neuem."
            )
        else:
            yield f"{variable} {item['year']}: Nichts war zu beweisen; es wird nichts veröffentlicht."


def contradicted(result: Mapping[str, Any]) -> list[str]:
    """Where deliveries contradict themselves: variable, area, year; no number."""
    words: Words = result["words"]
    return [
        ", ".join([words["variables"].get(v, v), words["areas"].get(a, a), f"{y}{f' ({c})' if c else ''}"])
        for v, a, y, c in result["contradictions"]
    ]


def saved(proposal: Proposal) -> str:
    """What a proposal saves, in a sentence."""
    fewer = plural(proposal.now.hidden - proposal.then.hidden, "Zahl weniger", "Zahlen weniger")
    lost = (
        f", dafür {plural(proposal.given_up, 'sichtbare Zahl', 'sichtbare Zahlen')} aufgegeben"
        if proposal.given_up
        else ""
    )
    return f"{fewer} verdeckt{lost}"
