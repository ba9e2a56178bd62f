"""What the tests of a consultation do again and again: remark, answer, let a profile go, finish."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.consultation import (
    answering,
    deciding,
    finishing,
    opening,
    profiles,
    queries,
)
from wohnplatz.workflow.consultation.models import Invitation, ProfileRelease, Remark
from wohnplatz.workflow.consultation.states import Verdict

TEXT = "Im Kreis ist die Lage stabil."
OWN = "In Altdorf wohnen viele Familien."
PROPOSAL = "Im Kreis ist die Lage stabil, mit großen Unterschieden."


def today() -> date:
    """Asked anew each time: a run of tests may begin before midnight and end after it."""
    return timezone.localdate()


def soon() -> date:
    return today() + timedelta(days=20)


def remark_of(case, who: str, **fields) -> Remark:
    user, place = getattr(case, f"user_{who}"), case.invitations[who]
    fields = {"block_id": "lage-text", "words": "Bitte genauer.", **fields}
    return answering.save_remark(user, place, **fields)


def answer(case, who: str, **fields) -> None:
    place = fresh(case.invitations[who])
    answering.release_answer(
        getattr(case, f"user_{who}"), place, place.version, **{"function": "Leitung", **fields}
    )


def fresh(place: Invitation) -> Invitation:
    return Invitation.objects.select_related("partner", "consultation__report__release").get(pk=place.pk)


def code_of(act) -> str:
    with pytest.raises(WohnplatzError) as told:
        act()
    return told.value.code


def release_profile(case, who: str, let_go: bool = True, **fields) -> ProfileRelease:
    place = case.invitations[who]
    seen = profiles.profile_of(case.report, place.partner).fingerprint
    return answering.decide_profile(
        getattr(case, f"user_{who}"), place, let_go=let_go,
        **{"function": "Bürgermeister", "seen_fingerprint": seen, **fields},
    )  # fmt: skip


def write(case, block_id: str, **content) -> None:
    from wohnplatz.workflow.reports import storing
    from wohnplatz.workflow.reports.models import Act

    row = case.report.blocks.get(block_id=block_id)
    storing.add_version(case.planner, row, {**row.content, **content}, Act.EDITED)


def texts_of(files: dict[str, bytes]) -> bytes:
    """All files in one, the zipped ones unpacked."""
    import io
    import zipfile

    parts = []
    for name, data in files.items():
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                parts += [packed.read(n) for n in packed.namelist()]
        elif not name.endswith(".pdf"):
            parts.append(data)
    return b"\n".join(parts)


def finish_answers(case, *but: str) -> None:
    """Everybody answers, the consultation is closed and every remark declined."""
    for who in ("ahausen", "behausen", "jobcenter"):
        if who not in but:
            answer(case, who, no_remarks=not case.invitations[who].remarks.exists())
    opening.close(case.planner, case.consultation)
    for remark in queries.released_remarks(case.planner, case.consultation).filter(verdict=""):
        deciding.decide(case.planner, remark, Verdict.DECLINED, "Es bleibt dabei.", remark.version)
    finishing.conclude(case.planner, case.consultation)
    case.report.refresh_from_db()
