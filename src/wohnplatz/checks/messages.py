"""Everything the built-in checks can say: kind of check → German text, reason and advice.

Formula rules bring their own words (``rules/*.toml``); what they leave out is taken from ``formula`` here.
The texts are filled with the words of the place (``{variable}``, ``{value}`` …).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of finding; the text may hold words in braces."""

    text: str
    advice: str
    why: str


_PLAUSIBLE = (
    "Bitte die genannten Zellen mit der Quelle vergleichen und berichtigen oder den Grund dazuschreiben."
)
_SERIES = "Ein Sprung in der Reihe sieht in der Karte wie eine Veränderung der sozialen Lage aus."

MESSAGES: dict[str, Message] = {
    "formula": Message(
        "{text}",
        _PLAUSIBLE,
        "Die Angaben widersprechen einander; Anteile daraus wären falsch.",
    ),
    "division": Message(
        "Das Gebiet {where} gehört nicht zur Gebietsgliederung dieser Lieferung; es gilt {validity}.",
        "Bitte die Werte nach der Gliederung der Vorlage auszählen (Blatt „Gebiete“). "
        "Ist nur die alte Auszählung möglich, bitte die Sozialplanung ansprechen: Sie rechnet um.",
        "Ein Schlüssel einer anderen Fassung kann eine andere Fläche meinen; Reihen bekämen einen Bruch.",
    ),
    "parts": Message(
        "{where}: „{variable}“{group} ist {value}, die Ausprägungen von „{dimension}“ ergeben {sum}.",
        "Bitte prüfen, ob eine Ausprägung fehlt, doppelt gezählt oder verrutscht ist.",
        "Anteile der Ausprägungen und der Gesamtwert würden einander widersprechen.",
    ),
    "totals_exceeded": Message(
        "„{variable}“{group}: Die Summe der Gebiete ist {sum}, als Summe für {where} steht {value}.",
        "Bitte prüfen, ob ein Gebiet doppelt gezählt ist oder die Summenzeile einen anderen Stand hat.",
        "Die Gebiete können zusammen nicht mehr sein als ihre Summe.",
    ),
    "totals_rest": Message(
        "„{variable}“{group}: Die Summe für {where} ist {value}, "
        "Gebiete und nicht Zuordenbares ergeben {sum}; {rest} sind nirgends zugeordnet.",
        "Ist das richtig (Anschriften ohne Zuordnung), genügt ein Wort dazu oder eine Zeile "
        "„nicht zuordenbar“. Sonst bitte die Gebiete prüfen.",
        "Die Summe der Gebiete liegt unter dem amtlichen Wert; das gehört in die Quellenangabe.",
    ),
    "jump": Message(
        "{where}: „{variable}“{group} ist {value}. "
        "Nach den Vorjahren ({series}) war {low} bis {high} zu erwarten.",
        _PLAUSIBLE,
        _SERIES,
    ),
    "jump_sum": Message(
        "„{variable}“: Die Summe aller gelieferten Gebiete ist {value}. "
        "Nach den Vorjahren ({series}) war {low} bis {high} zu erwarten.",
        "Bitte prüfen, ob die Zählweise (Personen, Haushalte, Fälle) und die Auswahl der des Vorjahres "
        "entsprechen. Gibt es einen Grund, etwa eine Gesetzesänderung, genügt ein Wort dazu.",
        _SERIES,
    ),
    "outlier": Message(
        "{where}: „{variable}“ ist {value}, das sind {rate} je 1.000 Einwohner. "
        "In {count} vergleichbaren Gebieten sind es in der Mitte {middle}.",
        "Bitte prüfen, ob der Wert zum richtigen Gebiet gehört. Ist er richtig, genügt ein Wort dazu.",
        "Ein einzelner falscher Wert verschiebt Klassen und Index aller Gebiete.",
    ),
    "same_file": Message(
        "Alle Werte der Datei sind schon einmal geliefert worden: {former}.",
        "Bitte prüfen, ob die richtige Datei hochgeladen und die Auszählung neu gestartet wurde.",
        "Zwei Jahre mit lauter gleichen Werten kommen kaum vor; vermutlich ist es die alte Datei.",
    ),
    "same_values": Message(
        "„{variable}“: Alle {count} Werte sind genau die von {year}.",
        "Bitte prüfen, ob für dieses Merkmal die Werte des Vorjahres übernommen wurden.",
        "Eine übernommene Zahl täuscht Stillstand vor.",
    ),
    "constant_values": Message(
        "„{variable}“: In allen {count} Gebieten steht derselbe Wert ({value}).",
        "Bitte prüfen, ob der Gesamtwert versehentlich in jede Zeile kopiert wurde.",
        "Gleiche Werte in allen Gebieten sind fast immer ein Versehen beim Ausfüllen.",
    ),
    "disclosed": Message(
        "{where}: Der geschützte Wert „{variable}“{group} lässt sich zurückrechnen: {how}",
        "Bitte in derselben Reihe einen zweiten Wert schützen (*), am besten den nächstkleineren, "
        "oder den Gesamtwert weglassen.",
        "Ein Stern schützt nur, wenn der Wert nicht aus den anderen folgt (§ 16 BStatG, § 35 SGB I).",
    ),
}  # fmt: skip
