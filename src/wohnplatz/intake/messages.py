"""Everything a check of a delivered file can say: code → severity, German text, advice and reason.

The texts are filled with the words of the place (``{value}``, ``{proposal}`` …); the codes are stable.
"""

from __future__ import annotations

from dataclasses import dataclass

from wohnplatz.model import Severity


@dataclass(frozen=True, slots=True)
class Message:
    """One kind of finding; the texts may hold words in braces."""

    severity: Severity
    text: str
    advice: str
    why: str = ""


_WRONG_AREA = "Werte im falschen Gebiet verfälschen die Karte und alle Summen."
_SIGNS = (
    "- (genau null), . (unbekannt oder geheim), … (folgt später), / (nicht sicher genug), "
    "x (nicht sinnvoll), * (geschützt) oder (12) (eingeschränkt aussagekräftig)"
)
_TEMPLATE = "Bitte die Vorlage zu dieser Lieferung herunterladen und die Werte dort eintragen."
_SAVE_AS = "Bitte die Datei im Tabellenprogramm öffnen und als Excel-Arbeitsmappe (XLSX) oder CSV speichern."

_FILE = {
    "intake.wrong_type": Message(
        Severity.ERROR,
        "Die Datei ist {found}, dem Namen nach aber {expected}.",
        _SAVE_AS,
        "Nur den Namen einer Datei zu ändern, ändert ihren Inhalt nicht.",
    ),
    "intake.unsupported_type": Message(
        Severity.ERROR,
        "Dateien dieser Art werden nicht gelesen: {found}.",
        "Gelesen werden XLSX, XLS, ODS und CSV. " + _SAVE_AS,
    ),
    "intake.encrypted": Message(
        Severity.ERROR,
        "Die Datei ist mit einem Kennwort verschlüsselt.",
        "Bitte das Kennwort entfernen, die Datei speichern und neu hochladen.",
        "Die Übertragung ist bereits verschlüsselt; eine verschlüsselte Datei kann nicht geprüft werden.",
    ),
    "intake.broken_file": Message(
        Severity.ERROR,
        "Die Datei ist beschädigt und lässt sich nicht öffnen.",
        "Bitte die Datei im Tabellenprogramm öffnen, neu speichern und noch einmal hochladen.",
    ),
    "intake.broken_quote": Message(
        Severity.ERROR,
        "Ein Anführungszeichen wird geöffnet und nicht wieder geschlossen.",
        "Bitte in der genannten Zeile nach einem einzelnen Anführungszeichen suchen und es entfernen.",
        "Alles dahinter würde als eine einzige Zelle gelesen.",
    ),
    "intake.encoding": Message(
        Severity.ERROR,
        "Die Datei enthält Zeichen, die sich weder als UTF-8 noch als Windows-1252 lesen lassen.",
        "Bitte die Datei als „CSV UTF-8“ speichern.",
        "Falsch gelesene Umlaute führen zu unbekannten Merkmalen und Namen.",
    ),
    "intake.empty_file": Message(
        Severity.ERROR,
        "Die Datei ist leer.",
        "Bitte prüfen, ob die richtige Datei ausgewählt und vollständig gespeichert wurde.",
    ),
    "intake.no_header": Message(
        Severity.ERROR,
        "Es wurde weder eine Tabelle mit Überschriften gefunden noch eine Kopfzeile mit den Spalten "
        "{expected}.",
        _TEMPLATE,
        "Ohne Kopfzeile ist nicht zu erkennen, was die Zahlen bedeuten.",
    ),
    "intake.no_rows": Message(
        Severity.ERROR,
        "Unter der Kopfzeile stehen keine Werte.",
        "Bitte die Werte in die Vorlage eintragen; fehlt ein Wert, steht dort ein Zeichen: " + _SIGNS + ".",
    ),
    "intake.sheet_ignored": Message(
        Severity.NOTE,
        "Das Blatt „{value}“ wurde nicht gelesen, weil es keine Kopfzeile mit den Spalten {expected} hat.",
        "Enthält das Blatt Werte dieser Lieferung, bitte die Kopfzeile der Vorlage ergänzen.",
    ),
    "intake.too_large": Message(
        Severity.ERROR,
        "Die Datei ist zu groß: {found}, erlaubt sind {limit}.",
        "Bitte nur die angeforderten Tabellen liefern und leere formatierte Zeilen und Spalten löschen.",
        "Die Grenze schützt den Server vor Überlastung.",
    ),
}

_SAFETY = {
    "intake.macros": Message(
        Severity.ERROR,
        "Die Datei enthält Makros oder ist für Makros eingerichtet: {found}.",
        "Bitte die Datei im Tabellenprogramm als Excel-Arbeitsmappe ohne Makros (XLSX) speichern.",
        "Makros sind Programme: Für eine Lieferung braucht es sie nicht, und sie können Schaden anrichten.",
    ),
    "intake.xml_entities": Message(
        Severity.ERROR,
        "Die Datei enthält Anweisungen (DTD), die in einer Tabelle nichts zu suchen haben.",
        _SAVE_AS,
        "Solche Anweisungen können den Server überlasten oder fremde Dateien einlesen.",
    ),
    "intake.unsafe_archive": Message(
        Severity.ERROR,
        "Der innere Aufbau der Datei ist unzulässig: {found}.",
        _SAVE_AS,
        "Tabellenprogramme schreiben so etwas nicht; die Datei könnte manipuliert sein.",
    ),
    "intake.unsafe_name": Message(
        Severity.ERROR,
        "Der Dateiname enthält einen Pfad oder unsichtbare Zeichen.",
        "Bitte die Datei umbenennen; geeignet sind Buchstaben, Ziffern, Leerzeichen, Punkt und Bindestrich.",
        "Mit solchen Namen lässt sich verschleiern, was eine Datei ist und wohin sie gehört.",
    ),
}

_COLUMNS = {
    "intake.missing_column": Message(
        Severity.ERROR,
        "Die Spalte „{expected}“ fehlt.{proposal}",
        "Bitte die Spalte ergänzen oder die Vorlage zu dieser Lieferung verwenden.",
        "Ohne diese Angabe ist ein Wert nicht eindeutig.",
    ),
    "intake.unknown_column": Message(
        Severity.WARNING,
        "Die Spalte „{value}“ ist nicht vorgesehen und wird nicht gelesen.",
        "Enthält sie nur Bemerkungen, ist nichts zu tun. Enthält sie Werte, bitte die Vorlage verwenden.",
    ),
    "intake.misspelt_column": Message(
        Severity.ERROR,
        "Die Spalte „{value}“ ist unbekannt.{proposal}",
        "Bitte die Überschrift berichtigen oder die Spalte löschen.",
        "Eine Gliederung, die nicht gelesen wird, macht aus Teilwerten falsche Gesamtwerte.",
    ),
    "intake.duplicate_column": Message(
        Severity.ERROR,
        "Die Spalte „{value}“ kommt mehrfach vor.",
        "Bitte nur eine der Spalten behalten.",
        "Es ist nicht zu erkennen, welche gilt.",
    ),
    "intake.surplus_cell": Message(
        Severity.ERROR,
        "Die Zeile hat mehr Zellen als die Kopfzeile.",
        "Bitte prüfen, ob eine Zelle das Trennzeichen „{delimiter}“ enthält; sie braucht Anführungszeichen.",
        "Die Werte können in eine falsche Spalte verrutscht sein.",
    ),
}

_KEYS = {
    "intake.missing_key": Message(
        Severity.ERROR,
        "Die Angabe „{column}“ fehlt.",
        "Bitte die Angabe ergänzen oder die Zeile löschen.",
        "Ohne diese Angabe ist ein Wert nicht eindeutig.",
    ),
    "intake.unknown_variable": Message(
        Severity.ERROR,
        "Das Merkmal „{value}“ ist unbekannt.{proposal}",
        "Bitte die Schreibweise der Vorlage verwenden (Blatt „Merkmale“).",
    ),
    "intake.foreign_variable": Message(
        Severity.ERROR,
        "Das Merkmal „{value}“ gehört nicht zu dieser Lieferung, sondern zu „{dataset}“.",
        "Bitte die Zeile löschen oder die Werte mit der anderen Lieferung einreichen.",
        "Jedes Merkmal hat genau eine vereinbarte Quelle.",
    ),
    "intake.variable_not_due": Message(
        Severity.ERROR,
        "Das Merkmal „{value}“ wird zu diesem Stichtag oder auf dieser Ebene nicht erhoben.",
        "Bitte die Zeile löschen oder den Stichtag prüfen.",
    ),
    "intake.unknown_area": Message(
        Severity.ERROR,
        "Das Gebiet „{value}“ gehört nicht zu den Gebieten dieser Lieferung.{proposal}",
        "Bitte den Schlüssel aus der Vorlage verwenden (Blatt „Gebiete“).",
        _WRONG_AREA,
    ),
    "intake.foreign_area": Message(
        Severity.ERROR,
        "Das Gebiet „{value}“ ({name}) wird von einer anderen Lieferstelle geliefert.",
        "Bitte die Zeile löschen oder den Schlüssel berichtigen.",
        _WRONG_AREA,
    ),
    "intake.lost_zero": Message(
        Severity.WARNING,
        "Der Gebietsschlüssel „{value}“ hat seine führende Null verloren; gelesen wurde „{meant}“ ({name}).",
        "Bitte die Spalte „Gebiet“ künftig als Text formatieren, wie in der Vorlage.",
        "Schlüssel sind Text: Ein Tabellenprogramm macht daraus sonst eine Zahl.",
    ),
    "intake.area_name": Message(
        Severity.ERROR,
        "In der Spalte „Gebiet“ steht der Name „{value}“; gemeint ist vermutlich der Schlüssel „{meant}“.",
        "Bitte den Schlüssel eintragen (Blatt „Gebiete“). Der Name gehört in die Spalte „Gebietsname“.",
        "Namen sind nicht eindeutig und ändern sich.",
    ),
    "intake.unknown_category": Message(
        Severity.ERROR,
        "„{value}“ ist keine Ausprägung von „{dimension}“.{proposal}",
        "Bitte eine Ausprägung der Vorlage verwenden oder „insgesamt“.",
    ),
    "intake.category_is_date": Message(
        Severity.ERROR,
        "In der Spalte „{dimension}“ steht ein Datum.",
        "Bitte die Ausprägung in Worten eintragen, zum Beispiel „{example}“.",
        "Tabellenprogramme machen aus Angaben wie 3-5 ein Datum.",
    ),
    "intake.breakdown_not_agreed": Message(
        Severity.ERROR,
        "Das Merkmal „{variable}“ wird nicht nach „{dimension}“ gegliedert; dort steht „{value}“.",
        "Bitte die Zelle leer lassen oder „insgesamt“ eintragen.",
        "Ein Teilwert würde als Gesamtwert gelesen.",
    ),
    "intake.invalid_date": Message(
        Severity.ERROR,
        "„{value}“ ist kein gültiges Datum.",
        "Bitte den Stichtag mit Tag, Monat und vierstelligem Jahr angeben: {expected}.",
        "Ein Wert ohne Stichtag lässt sich nicht einordnen.",
    ),
    "intake.wrong_date": Message(
        Severity.ERROR,
        "Der Stichtag {value} passt nicht zu dieser Lieferung; erwartet wird {expected}.",
        "Bitte den Stichtag berichtigen oder prüfen, ob die richtige Datei ausgewählt wurde.",
        "Werte eines anderen Stichtags würden dem falschen Jahr zugeordnet.",
    ),
    "intake.duplicate_cell": Message(
        Severity.ERROR,
        "Dieselbe Zelle steht zweimal in der Datei: in {first} und in {second}.",
        "Bitte eine der beiden Zeilen löschen.",
        "Es ist nicht zu erkennen, welcher Wert gilt.",
    ),
}

_VALUES = {
    "intake.missing_value": Message(
        Severity.ERROR,
        "Der Wert fehlt.",
        "Bitte eine Zahl eintragen oder ein Zeichen, das sagt, warum keine da ist: " + _SIGNS + ".",
        "Eine leere Zelle kann null, vergessen oder geheim heißen.",
    ),
    "intake.unknown_sign": Message(
        Severity.ERROR,
        "Das Zeichen „{value}“ ist nicht vereinbart.",
        "Bitte eine Zahl eintragen oder eines dieser Zeichen: " + _SIGNS + ".",
    ),
    "intake.text_in_number": Message(
        Severity.ERROR,
        "„{value}“ ist keine Zahl.",
        "Bitte nur die Zahl eintragen, ohne Einheit und Text. Notizen gehören in die Spalte „Bemerkung“.",
    ),
    "intake.decimal_point": Message(
        Severity.ERROR,
        "„{value}“ ist keine deutsche Zahl. Gemeint ist vermutlich {meant}.",
        "Bitte Nachkommastellen mit Komma schreiben; der Punkt trennt Tausender.",
        "Ein Punkt kann Tausender oder Nachkommastellen trennen; der Unterschied beträgt das Tausendfache.",
    ),
    "intake.ambiguous_point": Message(
        Severity.WARNING,
        "„{value}“ wurde als {meant} gelesen.",
        "Wenn der Punkt Nachkommastellen trennen soll, bitte ein Komma schreiben.",
        "Ein Punkt kann Tausender oder Nachkommastellen trennen; der Unterschied beträgt das Tausendfache.",
    ),
    "intake.value_is_date": Message(
        Severity.ERROR,
        "In der Spalte „Wert“ steht ein Datum ({value}).",
        "Bitte die Zelle als Zahl formatieren und den Wert neu eintragen.",
        "Tabellenprogramme machen aus Angaben wie 1.2 ein Datum.",
    ),
    "intake.formula_error": Message(
        Severity.ERROR,
        "Die Formel in der Zelle ergibt einen Fehler ({value}).",
        "Bitte die Formel berichtigen oder den Wert als Zahl eintragen.",
    ),
    "intake.not_finite": Message(
        Severity.ERROR,
        "„{value}“ ist kein endlicher Zahlenwert.",
        "Bitte eine Zahl eintragen oder ein Zeichen, das sagt, warum keine da ist.",
    ),
    "intake.negative": Message(
        Severity.ERROR,
        "Der Wert {value} ist negativ; „{variable}“ kann nicht unter null liegen.",
        "Bitte den Wert prüfen.",
    ),
    "intake.fraction": Message(
        Severity.ERROR,
        "Der Wert {value} hat Nachkommastellen; „{variable}“ wird in ganzen Zahlen gezählt.",
        "Bitte prüfen, ob ein Durchschnitt, ein Anteil oder ein geschätzter Wert eingetragen wurde.",
    ),
}

_COMPLETENESS = {
    "intake.missing_cells": Message(
        Severity.WARNING,
        "Für „{variable}“ fehlen Angaben zu {count}: {areas}.",
        "Bitte die Zeilen ergänzen; wo kein Wert vorliegt, mit einem Zeichen, zum Beispiel … (folgt später).",
        "Ohne Zeile gelten die Werte als nicht geliefert; Summen werden unvollständig.",
    ),
    "intake.incomplete_breakdown": Message(
        Severity.WARNING,
        "Bei „{variable}“ ist die Gliederung in {count} lückenhaft; es fehlen {cells}. Betroffen: {areas}.",
        "Bitte die fehlenden Ausprägungen ergänzen; auch eine Null wird eingetragen (Zeichen -).",
        "Fehlt eine Ausprägung, ist die Summe zu klein oder wird als unvollständig ausgewiesen.",
    ),
}

_PUBLISHED = {
    "intake.other_areas": Message(
        Severity.NOTE,
        "Die Datei enthält auch {count}; gelesen wurden nur die Gebiete dieser Lieferung.",
        "Es ist nichts zu tun.",
        "Veröffentlichte Dateien enthalten oft das ganze Land.",
    ),
    "intake.provisional": Message(
        Severity.NOTE,
        "Als vorläufig gekennzeichnet: {count}.",
        "Bitte die Datei neu liefern, sobald endgültige Werte vorliegen.",
        "Vorläufige Werte werden vom statistischen Amt noch berichtigt.",
    ),
    "intake.left_out_of_index": Message(
        Severity.NOTE,
        "In {count} stehen Nullen anstelle von Werten, weil sie vom Index ausgenommen sind; "
        "sie wurden als unbekannt gelesen.",
        "Es ist nichts zu tun.",
        "Eine Null, die für „kein Wert“ steht, würde Summen und Durchschnitte verfälschen.",
    ),
    "intake.uninhabited": Message(
        Severity.WARNING,
        "„{value}“ ist eine Gemeinde, hat in der Datei aber keine Einwohnerinnen und Einwohner.",
        "Bitte den Wert mit einer anderen Ausgabe des Gemeindeverzeichnisses vergleichen.",
        "Das Verzeichnis schreibt auch dann eine Null, wenn ein Wert nicht vorlag.",
    ),
    "intake.no_places": Message(
        Severity.ERROR,
        "Die Gitterzellen lassen sich nicht zuordnen: Zu den Gebieten liegen keine Grenzen vor.",
        "Bitte die Sozialplanung ansprechen, damit die Gebietsgrenzen eingelesen werden.",
    ),
    "intake.broken_cell_id": Message(
        Severity.ERROR,
        "„{value}“ ist keine Kennung einer Gitterzelle.",
        "Bitte die Datei unverändert liefern, wie sie veröffentlicht wurde.",
        "Eine Zelle ohne Ort fehlt in der Summe ihres Gebiets.",
    ),
    "intake.no_sum": Message(
        Severity.NOTE,
        "Die Spalte „{value}“ enthält Anteile, Durchschnitte oder Klassen und wurde nicht gelesen.",
        "Es ist nichts zu tun.",
        "Solche Werte lassen sich nicht zu Gebieten zusammenzählen.",
    ),
    "intake.cells_outside": Message(
        Severity.NOTE,
        "{count} außerhalb der Gebiete dieser Lieferung; insgesamt enthält die Datei {all}.",
        "Es ist nichts zu tun. Eine Zelle zählt zu dem Gebiet, in dem ihr Mittelpunkt liegt.",
    ),
    "intake.census_altered": Message(
        Severity.NOTE,
        "Die Gitterwerte des Zensus {year} sind zum Schutz verändert; Summen weichen von den amtlichen ab.",
        "Es ist nichts zu tun. Die Werte werden nicht nachträglich angepasst.",
        "Die Geheimhaltung der statistischen Ämter darf nicht rückgängig gemacht werden.",
    ),
}

_GUIDE = {
    "intake.guide_needed": Message(
        Severity.ERROR,
        "Die Datei enthält eine Tabelle, aber es ist nicht sicher, wie sie zu lesen ist: {doubts}",
        "Bitte die „Zuordnung“ öffnen und dort festlegen, was Spalten und Zeilen bedeuten. Das ist nur "
        "einmal nötig; beim nächsten Mal wird die Zuordnung vorgeschlagen.",
        "Was eine Überschrift bedeutet, wird nicht geraten: Eine falsche Zuordnung verfälscht alle Werte.",
    ),
    "intake.read_by_guide": Message(
        Severity.NOTE,
        "{table} wurde so gelesen: {columns}.",
        "Stimmt das nicht, bitte die „Zuordnung“ öffnen und berichtigen.",
        "Die Datei hat nicht die Form der Vorlage; die Überschriften wurden gedeutet.",
    ),
    "intake.columns_left": Message(
        Severity.NOTE,
        "Nicht gelesen: {count} ({names}).",
        "Gehört eine davon zu dieser Lieferung, bitte die „Zuordnung“ öffnen und ergänzen.",
    ),
    "intake.rows_left": Message(
        Severity.NOTE,
        "Nicht gelesen, weil kein Gebiet dieser Lieferung so heißt: {count} ({names}).",
        "Ist eine davon ein Gebiet dieser Lieferung, bitte die „Zuordnung“ öffnen und ergänzen.",
    ),
    "intake.totals_apart": Message(
        Severity.NOTE,
        "Als Summe oder ohne Gebiet gelesen: {count} ({names}). Sie werden mit den Gebieten verglichen, "
        "aber nicht als Gebietswerte übernommen.",
        "Es ist nichts zu tun. Weicht eine Summe ab, weil Fälle zu keinem Gebiet gehören, ist das richtig.",
    ),
    "intake.day_assumed": Message(
        Severity.WARNING,
        "Die Tabelle nennt für gelesene Werte keinen Stichtag; angenommen wurde {days}.",
        "Bitte bestätigen, dass die Werte zu diesem Stichtag gehören.",
        "Werte eines anderen Stichtags würden dem falschen Jahr zugeordnet.",
    ),
    "intake.other_days": Message(
        Severity.NOTE,
        "Die Tabelle enthält auch Werte zu {count} ({days}); gelesen werden nur Werte zu {expected}.",
        "Es ist nichts zu tun. Ältere Stichtage werden in der Lieferrunde ihres Jahres eingereicht.",
    ),
    "intake.no_due_day": Message(
        Severity.ERROR,
        "Kein Wert der Datei gehört zum Stichtag der Lieferung, {expected}.",
        "Bitte prüfen, ob die richtige Datei und die richtige Lieferrunde ausgewählt wurden.",
        "Werte eines anderen Stichtags würden dem falschen Jahr zugeordnet.",
    ),
    "intake.decimal_point_file": Message(
        Severity.NOTE,
        "In dieser Tabelle trennt der Punkt die Nachkommastellen; so wurde sie gelesen.",
        "Ist der Punkt ein Tausendertrennzeichen, bitte die „Zuordnung“ öffnen und das Dezimalkomma wählen.",
        "Der Unterschied beträgt das Tausendfache.",
    ),
}

MESSAGES: dict[str, Message] = {
    **_FILE,
    **_SAFETY,
    **_COLUMNS,
    **_KEYS,
    **_VALUES,
    **_COMPLETENESS,
    **_PUBLISHED,
    **_GUIDE,
}
