"""Reports in the atlas: pages to read, PDF and DOCX, the figures behind them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..model import WohnplatzError
from ..report import Annex, Document, Material, Report, annex, docx, html_folder, pdf, resolve
from . import frame, parts
from .site import REPORTS, Site, link
from .source import KEPT

Files = Iterator[tuple[str, bytes]]


def files(site: Site) -> Files:
    """The list of reports, and each one in every form. WohnplatzError for one that is not final."""
    if not site.source.reports:
        return
    yield REPORTS, _list(site)
    for report, material in site.source.reports:
        yield from _files(site, report, material)


def base(site: Site, report: Report) -> str:
    """Folder and beginning of the names of a report's files."""
    return f"berichte/{site.slug(report.id)}"


def _files(site: Site, report: Report, material: Material) -> Files:
    done = resolve(report, material)
    wrong = next((f for f in done.findings if f.severity == "error"), None)
    if wrong is not None:
        raise WohnplatzError(
            f"Der Bericht „{report.title}“ ist nicht fertig: {wrong.message}",
            where=f"Block {wrong.block}",
            why="In den Atlas kommen nur Berichte, in denen alles stimmt und übernommen ist.",
            todo=wrong.advice or "Bitte den Bericht prüfen: wohnplatz report check.",
            code="atlas.report",
        )
    folder = base(site, report)
    back = (link(f"{folder}/x.html", REPORTS), site.title)
    for name, page in html_folder(done.document, back=back).items():
        yield f"{folder}/{name}", page
    kept = site.source.kept.get(report.id) or _made(done.document, annex(report, material))
    for name in KEPT:
        own = name.removeprefix("bericht")
        yield folder + (own if own != name else f"/{name}"), kept[name]


def _made(document: Document, data: Annex) -> dict[str, bytes]:
    made = (pdf(document), docx(document), data.xlsx, data.csv, data.metadata)
    return dict(zip(KEPT, made, strict=True))


def _list(site: Site) -> bytes:
    main = parts.head("Berichte", "Zum Lesen, zum Drucken, zum Weiterarbeiten.")
    for report, _ in site.source.reports:
        folder = base(site, report)
        taken = [
            (f"{folder}.pdf", "PDF, barrierefrei"),
            (f"{folder}.docx", "Word (DOCX)"),
            (f"{folder}/zahlen.xlsx", "Zahlen (XLSX)"),
            (f"{folder}/zahlen.csv", "Zahlen (CSV)"),
        ]
        below = f"<p>{escape(report.subtitle)}</p>" if report.subtitle else ""
        main += (
            f'<section class="card"><h2>{escape(report.title)}</h2>{below}'
            f'<p><a class="button" href="{link(REPORTS, f"{folder}/index.html")}">Lesen</a></p>'
            f"{parts.downloads(REPORTS, taken)}</section>"
        )
    about = f"Berichte im Sozialatlas {site.district} zum Lesen und Herunterladen."
    return frame.page(site, REPORTS, "Berichte", main, description=about)
