"""Pages to read: methods, glossary, releases."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .. import text
from ..model import CellState
from . import frame, parts
from .site import DATA, EDITIONS, GLOSSARY, METHODS, START, TOPICS, Site, link
from .source import Edition

Pages = Iterator[tuple[str, bytes]]
_SHOWN = (
    CellState.PROTECTED, CellState.MISSING, CellState.LATER, CellState.NOT_APPLICABLE, CellState.UNRELIABLE,
    CellState.UNKNOWN, CellState.PARTIAL, CellState.ESTIMATED,
)  # fmt: skip
_TERMS = (
    "district", "municipality", "residential_area", "division", "release", "indicator", "index_definition",
    "status", "dynamics", "disclosure_control", "protected", "sector_planning", "social_report",
)  # fmt: skip
MOST_CHANGES = 12


def pages(site: Site) -> Pages:
    """Methods, glossary and releases."""
    yield METHODS, _methods(site)
    yield GLOSSARY, _glossary(site)
    yield EDITIONS, _editions(site)


def _methods(site: Site) -> bytes:
    context = site.material.table.context
    rows = [
        "<tr><th "
        f'scope="row">{escape(text.state_word(s))}</th><td>{escape(text.state_explanation(s))}</td></tr>'
        for s in _SHOWN
    ]
    main = (
        parts.head("Methoden", "Woher die Zahlen kommen und wie sie zu lesen sind.")
        + "<section><h2>Herkunft</h2><p>Alle Zahlen dieses Atlas stammen aus einem Datenstand: einem "
        "eingefrorenen Stand aller angenommenen Lieferungen mit Gebieten, Formeln und Regeln. Er ändert sich "
        "nie "
        f"mehr und kann zitiert werden: {escape(site.district)}, Sozialmonitoring, "
        f"{escape(site.release_words)}, Kennung <code>{escape(context.release_id[:16])}</code>. "
        f'<a href="{link(METHODS, EDITIONS)}">Alle Datenstände</a></p></section>'
        "<section><h2>Raten und Anteile</h2><p>Anteile und Raten werden aus den Summen von Zähler und Nenner "
        "gerechnet, nie als Mittel anderer Anteile. Fehlt ein Teilgebiet, nennt die Zahl, wie viel "
        "eingeflossen "
        f'ist. Wie jeder Indikator gerechnet wird, steht auf <a href="{link(METHODS, TOPICS)}">seiner '
        "Seite</a>."
        "</p></section>"
        "<section><h2>Unsicherheitsbereiche</h2><p>In kleinen Gebieten schwanken Zahlen auch dann, wenn sich "
        "nichts "
        "ändert. Der Unsicherheitsbereich umfasst mit 95 % den Wert, den der Vorgang hinter einer "
        "vollständigen "
        "Zählung erwarten lässt. „Über dem Kreis“ oder „unter dem Kreis“ heißt es nur, wenn der Kreiswert "
        "außerhalb "
        "dieses Bereichs liegt. Unter vielen Gebieten fällt eines von zwanzig schon durch Zufall "
        "auf.</p></section>"
        "<section><h2>Schutz kleiner Zahlen</h2><p>Zahlen, aus denen sich auf einzelne Menschen schließen "
        "ließe, "
        "stehen hier als „geschützt“. Damit sie sich auch nicht aus den übrigen Zahlen errechnen lassen, "
        "sind "
        "weitere geschützt. Dass das genügt, wird für jeden Datenstand bewiesen; außerdem wird jede Seite "
        "und jede "
        "Datei dieses Atlas vor der Ausgabe gelesen und mit dem verglichen, was öffentlich sein darf. "
        "Regeln: "
        f"{escape(context.policy)}.</p></section>"
        "<section><h2>Zeichen und Wörter an Stelle einer Zahl</h2>"
        + parts.table("Was die Wörter bedeuten", ["Wort", "Bedeutung"], rows)
        + "</section><section><h2>Karten</h2><p>Die Klassen einer Karte enthalten über alle Jahre zusammen "
        "etwa "
        "gleich viele Werte; ihre Grenzen sind in allen Jahren dieselben, so dass sich Jahre vergleichen "
        "lassen. "
        "Fehlende und geschützte Zahlen haben ein Muster und ein Wort, keine Farbe der Skala.</p></section>"
        f'<p><a href="{link(METHODS, GLOSSARY)}">Glossar</a> · <a href="{link(METHODS, DATA)}">Daten zum '
        "Herunterladen</a></p>"
    )
    about = f"Methoden des Sozialatlas {site.district}: Herkunft, Unsicherheit, Geheimhaltung, Zeichen."
    return frame.page(site, METHODS, "Methoden", main, description=about)


def glossary_terms() -> list[tuple[str, str, str]]:
    """Code, word and meaning of what readers of an atlas meet."""
    known = text.glossary()
    found = [known[c] for c in _TERMS if c in known]
    return [(t.code, t.label, t.definition) for t in sorted(found, key=lambda t: t.label.casefold())]


def _glossary(site: Site) -> bytes:
    listed = "".join(
        f'<div id="{escape(code)}"><dt>{escape(label)}</dt><dd>{escape(meaning)}</dd></div>'
        for code, label, meaning in glossary_terms()
    )
    main = parts.head("Glossar") + f'<dl class="terms">{listed}</dl>'
    about = f"Was die Wörter im Sozialatlas {site.district} bedeuten."
    return frame.page(
        site, GLOSSARY, "Glossar", main, description=about, section=METHODS,
        crumbs=[(START, "Start"), (METHODS, "Methoden")],
    )  # fmt: skip


def _editions(site: Site) -> bytes:
    main = parts.head("Datenstände", "Was sich von einem zum nächsten geändert hat.")
    main += (
        '<p class="lead">Ein Datenstand ändert sich nie mehr. Kommen Lieferungen hinzu oder wird etwas '
        "berichtigt, "
        "entsteht ein neuer; hier steht, was er an den öffentlichen Zahlen geändert hat.</p>"
    )
    main += "".join(_edition(e, newest=n == 0) for n, e in enumerate(site.source.editions))
    about = f"Datenstände des Sozialatlas {site.district} und ihre Änderungen."
    return frame.page(site, EDITIONS, "Datenstände", main, description=about, crumbs=[(START, "Start")])


def _edition(e: Edition, *, newest: bool) -> str:
    label = text.release_name(e.label)
    here = " <span class=quiet>dieser Atlas</span>" if newest else ""
    lines = f"<p>Vom {text.long_day(e.made_on)}, Kennung <code>{escape(e.identifier[:16])}</code></p>"
    if e.first:
        lines += "<p>Der erste Datenstand.</p>"
    elif not e.comparable:
        lines += "<p>Ein Vergleich mit dem vorigen Datenstand steht hier nicht.</p>"
    elif not e.changed:
        lines += "<p>Keine öffentliche Zahl hat sich geändert.</p>"
    if e.changed:
        total = sum(n for _, n in e.changed)
        lines += (
            f"<p>{text.plural(total, 'öffentliche Zahl ist', 'öffentliche Zahlen sind')} neu oder anders:</p>"
        )
        listed = [f"<li>{escape(name)}: {text.number(n)}</li>" for name, n in e.changed[:MOST_CHANGES]]
        rest = len(e.changed) - MOST_CHANGES
        if rest > 0:
            listed.append(f"<li>und {text.plural(rest, 'weiterer Indikator', 'weitere Indikatoren')}</li>")
        lines += f"<ul>{''.join(listed)}</ul>"
    if e.parts:
        lines += f"<p>Außerdem geändert: {escape(text.enumerate_words(e.parts))}.</p>"
    return f"<section><h2>{escape(label)}{here}</h2>{lines}</section>"
