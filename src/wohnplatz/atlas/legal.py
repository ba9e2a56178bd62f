"""Accessibility statement, imprint, privacy: what the district has said, and plainly what it has not."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .. import text
from . import frame, parts
from .site import ACCESS, IMPRINT, PRIVACY, START, Site

Pages = Iterator[tuple[str, bytes]]
CRUMBS = [(START, "Start")]


def pages(site: Site) -> Pages:
    """The three pages."""
    yield ACCESS, _access(site)
    yield IMPRINT, _imprint(site)
    yield PRIVACY, _privacy(site)


def _said(words: str, missing: str) -> str:
    """Paragraphs of a setting; a mark where it is empty."""
    if not words.strip():
        return f'<p class="missing"><strong>Noch nicht hinterlegt:</strong> {escape(missing)}</p>'
    return "".join(f"<p>{escape(p.strip())}</p>" for p in words.split("\n") if p.strip())


def _access(site: Site) -> bytes:
    own = site.source.particulars
    day = text.long_day(site.material.made_on)
    reports = (
        "<li>Für PDF-Berichte: Sie werden nach PDF/UA-1 und PDF/A-2a erzeugt und bei der Entwicklung des "
        "Programms "
        "selbsttätig dagegen geprüft. Eine Prüfung durch Menschen ersetzt das nicht.</li>"
        if site.source.reports
        else ""
    )
    main = (
        parts.head("Erklärung zur Barrierefreiheit")
        + f"<p>{escape(site.district)} ist bemüht, diesen Atlas im Einklang mit den Bestimmungen des "
        "Behindertengleichstellungsrechts (Behindertengleichstellungsgesetz des Bundes oder des Landes und "
        "BITV 2.0 "
        "zur Umsetzung der Richtlinie (EU) 2016/2102) barrierefrei zugänglich zu machen. Maßstab sind die EN "
        "301 549 "
        "und die WCAG 2.2 auf Stufe AA. Soweit über den Atlas Dienstleistungen nach dem "
        "Barrierefreiheitsstärkungsgesetz (BFSG) angeboten werden, gelten dieselben Anforderungen.</p>"
        "<section><h2>Stand der Vereinbarkeit</h2><p>Der Atlas ist mit den Anforderungen <strong>teilweise "
        "vereinbar</strong>: Selbsttätige Prüfungen finden keine Verstöße, eine Prüfung durch Menschen und "
        "durch eine "
        "unabhängige Stelle liegt nicht vor.</p></section>"
        "<section><h2>Was geprüft wird</h2><ul><li>Die Seitenarten des Atlas werden bei der Entwicklung des "
        "Programms "
        "mit axe gegen WCAG 2.2 AA geprüft, in breiter und in schmaler Ansicht.</li><li>Geprüft werden "
        "außerdem "
        "Sprache, Titel, Überschriften, Verweise und die Bedienung mit der Tastatur.</li>"
        f"{reports}</ul></section>"
        "<section><h2>Was nicht geprüft ist</h2><ul><li>Das Vorlesen mit verbreiteten Bildschirmlesern durch "
        "Menschen, "
        "die sie täglich benutzen.</li><li>Die Verständlichkeit der Texte; eine Fassung in Leichter Sprache "
        "und in "
        "Deutscher Gebärdensprache gibt es in diesem Atlas nicht, es sei denn, sie steht bei den "
        "Berichten.</li>"
        "</ul></section>"
        "<section><h2>Bekannte Einschränkungen</h2><ul><li>Auf Karten mit vielen Gebieten ist der Weg mit "
        "der "
        "Tabulatortaste lang. Alle Zahlen stehen deshalb auch in der Tabelle unter der Karte.</li><li>Die "
        "Suche braucht "
        "JavaScript. Ohne JavaScript führt das alphabetische Verzeichnis auf derselben Seite zu allen "
        "Gebieten und "
        "Indikatoren.</li><li>Bilder im Format PNG enthalten Schrift; dieselben Zahlen stehen auf den Seiten "
        "der Karten "
        "als Text.</li></ul></section>"
        "<section><h2>Barriere melden</h2>"
        + _said(
            own.contact,
            "die Ansprechstelle für Rückmeldungen. Die Administration trägt sie unter „Verwaltung“ ein.",
        )
        + "</section><section><h2>Durchsetzungsverfahren</h2><p>Führt eine Rückmeldung zu keiner "
        "zufriedenstellenden "
        "Antwort, hilft die Durchsetzungs- oder Schlichtungsstelle:</p>"
        + _said(own.enforcement, "die zuständige Durchsetzungs- oder Schlichtungsstelle des Landes.")
        + f'</section><p class="quiet">Diese Erklärung gilt für die Fassung vom {day} und beruht auf einer '
        "Selbstbewertung.</p>"
    )
    about = f"Erklärung zur Barrierefreiheit des Sozialatlas {site.district}."
    return frame.page(site, ACCESS, "Erklärung zur Barrierefreiheit", main, description=about, crumbs=CRUMBS)


def _imprint(site: Site) -> bytes:
    own = site.source.particulars
    main = (
        parts.head("Impressum")
        + f"<section><h2>Herausgeber</h2><p>{escape(site.district)}</p>"
        + _said(
            own.imprint,
            "Anschrift, Vertretung und weitere Pflichtangaben. Die Administration trägt sie unter "
            "„Verwaltung“ ein.",
        )
        + "</section><section><h2>Ansprechstelle</h2>"
        + _said(own.contact, "die Ansprechstelle.")
        + "</section><section><h2>Programm</h2><p>Erzeugt mit Wohnplatz, freier Software unter der EUPL-1.2. "
        "Schrift: "
        "Fira Sans (SIL Open Font License 1.1).</p></section>"
    )
    return frame.page(
        site,
        IMPRINT,
        "Impressum",
        main,
        description=f"Impressum des Sozialatlas {site.district}.",
        crumbs=CRUMBS,
    )


def _privacy(site: Site) -> bytes:
    own = site.source.particulars
    main = (
        parts.head("Datenschutz")
        + "<section><h2>Was diese Seiten tun</h2><ul><li>Sie setzen keine Cookies und speichern nichts auf "
        "Ihrem Gerät."
        "</li><li>Sie laden nichts von anderen Adressen: keine Schriften, keine Karten, keine Zählung von "
        "Aufrufen.</li>"
        "<li>Was Sie suchen, bleibt in Ihrem Browser.</li><li>Sie zeigen ausschließlich zusammengefasste "
        "Zahlen; kleine "
        "sind geschützt.</li></ul></section>"
        "<section><h2>Was der Betrieb des Servers tut</h2>"
        + _said(
            own.privacy,
            "welche Daten beim Abruf der Seiten anfallen (etwa Protokolle des Webservers), auf welcher "
            "Grundlage, wie lange, und wer verantwortlich und Datenschutzbeauftragte oder "
            "Datenschutzbeauftragter ist.",
        )
        + "</section>"
    )
    return frame.page(
        site,
        PRIVACY,
        "Datenschutz",
        main,
        description=f"Datenschutz im Sozialatlas {site.district}.",
        crumbs=CRUMBS,
    )
