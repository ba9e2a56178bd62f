"""What a change of areas can say: code → severity, text, advice, reason."""

from __future__ import annotations

from functools import partial

from wohnplatz.model import Severity

from . import crosswalk_messages
from .crosswalk_messages import Message

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_KEY = "Bitte einen Schlüssel vergeben, den noch kein Gebiet trägt."
_LINE = "Bitte die Linie so legen, dass sie außerhalb des Gebiets beginnt und endet und es ganz durchquert."
_PARENT = "Ein Gebiet gehört zu genau einem übergeordneten Gebiet."

MESSAGES: dict[str, Message] = {
    "areas.change_none": Message(_ERROR, "Es ist keine Änderung angegeben.", "Bitte eine Änderung wählen."),
    "areas.change_unknown": Message(
        _ERROR, "Das Gebiet „{area}“ gibt es in der Gliederung nicht.", "Bitte ein Gebiet der Liste wählen."
    ),
    "areas.change_no_key": Message(_ERROR, "Ein neues Gebiet hat keinen Schlüssel.", _KEY),
    "areas.change_no_name": Message(
        _ERROR, "Das neue Gebiet „{area}“ hat keinen Namen.", "Bitte einen Namen eintragen."
    ),
    "areas.change_key_taken": Message(
        _ERROR,
        "Den Schlüssel „{area}“ trägt schon ein anderes Gebiet.",
        _KEY,
        "Lieferungen nennen ein Gebiet bei seinem Schlüssel; er muss über alle Ebenen eindeutig sein.",
    ),
    "areas.change_one_area": Message(
        _ERROR, "Zum Zusammenlegen braucht es mindestens zwei Gebiete.", "Bitte weitere Gebiete wählen."
    ),
    "areas.change_parents": Message(
        _ERROR, "Die Gebiete gehören zu verschiedenen übergeordneten Gebieten: {value}.",
        "Bitte nur Gebiete desselben übergeordneten Gebiets wählen.", _PARENT,
    ),
    "areas.change_apart": Message(
        _WARNING,
        "Das Gebiet „{area}“ besteht danach aus {count}, die nicht aneinander grenzen.",
        "Bitte prüfen, ob das gewollt ist.",
    ),
    "areas.change_one_part": Message(
        _ERROR, "Zum Teilen braucht es mindestens zwei neue Gebiete.", "Bitte weitere neue Gebiete angeben."
    ),
    "areas.change_no_cut": Message(
        _ERROR,
        "Es fehlt die Angabe, wo das Gebiet „{area}“ geteilt wird.",
        "Bitte eine Linie angeben oder eine Datei mit Flächen hochladen.",
    ),
    "areas.change_line": Message(_ERROR, "Die Linie durchquert das Gebiet „{area}“ nicht.", _LINE),
    "areas.change_two_parts": Message(
        _ERROR,
        "Eine Linie teilt in zwei Gebiete; angegeben sind {value}.",
        "Bitte zwei neue Gebiete angeben oder Flächen verwenden.",
    ),
    "areas.change_polygons": Message(
        _ERROR,
        "Für {parts} sind {value} angegeben.",
        "Bitte für jedes neue Gebiet eine Fläche angeben; für das letzte darf sie fehlen.",
    ),
    "areas.change_part_empty": Message(
        _ERROR,
        "Für das neue Gebiet „{area}“ bleibt keine Fläche im bisherigen Gebiet.",
        "Bitte prüfen, ob die Flächen am richtigen Ort liegen.",
    ),
    "areas.change_part_overlap": Message(
        _ERROR, "Die Flächen der neuen Gebiete überlappen sich auf {value}.",
        "Bitte die Flächen berichtigen.", "Wer dort wohnt, würde doppelt gezählt.",
    ),
    "areas.change_rest": Message(
        _ERROR, "Die neuen Flächen lassen {value} des Gebiets „{area}“ frei.",
        "Bitte die Flächen ergänzen oder die letzte weglassen: Sie bekommt dann den Rest.",
        "Wer dort wohnt, würde in keinem Gebiet gezählt.",
    ),
    "areas.change_no_piece": Message(
        _ERROR,
        "Es fehlt die Angabe, welches Stück das Gebiet „{area}“ abgibt.",
        "Bitte eine Linie angeben oder eine Datei mit der Fläche hochladen.",
    ),
    "areas.change_piece_outside": Message(
        _ERROR, "Das abzugebende Stück liegt nicht im Gebiet „{area}“.",
        "Bitte prüfen, ob die Fläche am richtigen Ort liegt.",
    ),
    "areas.change_piece_partly": Message(
        _WARNING,
        "Das abzugebende Stück liegt zu {value} nicht im Gebiet „{area}“; nur sein Teil darin wechselt.",
        "Bitte die Fläche prüfen.",
    ),
    "areas.change_piece_whole": Message(
        _ERROR,
        "Vom Gebiet „{area}“ bliebe nichts übrig.",
        "Bitte ein kleineres Stück wählen oder die Gebiete zusammenlegen.",
    ),
    "areas.change_same": Message(
        _ERROR, "Abgebendes und aufnehmendes Gebiet sind dasselbe.", "Bitte zwei verschiedene Gebiete wählen."
    ),
    "areas.change_nothing": Message(
        _ERROR, "Am Gebiet „{area}“ ändert sich nichts.", "Bitte einen anderen Namen oder Schlüssel angeben."
    ),
}  # fmt: skip

say = partial(crosswalk_messages.say, messages=MESSAGES)
