"""Published reports, for the public atlas: as they went out."""

from __future__ import annotations

from collections.abc import Iterator

from wohnplatz.atlas import ENDINGS
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.releases.atlas import ISSUED, Issued
from wohnplatz.workflow.reports.states import ReportState

from . import printing
from .finishing import published_file, published_name
from .models import Consultation


def issued(actor: Actor) -> Iterator[Issued]:
    """All published reports, newest first. WohnplatzError where a published file is lost."""
    out = Consultation.objects.filter(report__state=ReportState.PUBLISHED)
    for one in out.select_related("report__release").order_by("-published_at", "-pk"):
        tree = printing.printed(one.report)
        files = {}
        for ending in ENDINGS:
            name = published_name(one, ending)
            data = published_file(one, name)
            if data is None:
                raise WohnplatzError(
                    f"Zum Bericht „{one.report.title}“ fehlt die veröffentlichte Datei „{name or ending}“.",
                    why="In den Atlas kommt der Bericht so, wie er veröffentlicht wurde.",
                    todo="Bitte die Datenablage aus einer Sicherung wiederherstellen.",
                    code="consultation.file_lost",
                )
            files[name] = data
        material = printing.public_material(actor, one.report, tree)
        yield Issued(tree, material, one.report.release, files)


ISSUED.append(issued)
