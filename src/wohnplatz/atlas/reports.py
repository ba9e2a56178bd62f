"""Reports in the atlas: pages to read, PDF and DOCX, the figures behind them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..model import WohnplatzError
from ..report import Annex, Document, Material, Report, annex, docx, file_name, html_folder, pdf, resolve
from . import frame, parts
from .site import REPORTS, Site, link
from .source import ENDINGS

Files = Iterator[tuple[str, bytes]]
LABELS = {
    "pdf": "PDF, barrierefrei", "docx": "Word (DOCX)", "xlsx": "Zahlen (XLSX)", "csv": "Zahlen (CSV)"
}  # fmt: skip


def files(site: Site) -> Files:
    """The list of reports, and each one in every form. WohnplatzError for one that is not final."""
    if not site.source.reports:
        return
    yield REPORTS, _list(site)
    for report, material in site.source.reports:
        yield from _files(site, report, material)


def base(site: Site, report: Report) -> str:
    """Folder of a report's pages and files."""
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
    kept = site.source.kept.get(report.id) or _made(report, done.document, annex(report, material))
    for name, data in kept.items():
        yield f"{folder}/{name}", data


def _made(report: Report, document: Document, data: Annex) -> dict[str, bytes]:
    made = (pdf(document), docx(document), data.xlsx, data.csv, data.metadata)
    return dict(zip(_names(report), made, strict=True))


def _names(report: Report) -> list[str]:
    return [file_name(report, ending) for ending in ENDINGS]


def _list(site: Site) -> bytes:
    main = parts.head("Berichte", "Zum Lesen, zum Drucken, zum Weiterarbeiten.")
    for report, _ in site.source.reports:
        folder = base(site, report)
        names = site.source.kept.get(report.id) or _names(report)
        taken = [
            (f"{folder}/{name}", LABELS[ending])
            for name in names
            if (ending := name.partition(".")[2]) in LABELS
        ]
        below = f"<p>{escape(report.subtitle)}</p>" if report.subtitle else ""
        main += (
            f'<section class="card"><h2>{escape(report.title)}</h2>{below}'
            f'<p><a class="button" href="{link(REPORTS, f"{folder}/index.html")}">Lesen</a></p>'
            f"{parts.downloads(REPORTS, taken)}</section>"
        )
    about = f"Berichte im Sozialatlas {site.district} zum Lesen und Herunterladen."
    return frame.page(site, REPORTS, "Berichte", main, description=about)
