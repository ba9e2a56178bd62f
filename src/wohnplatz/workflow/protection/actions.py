"""Put a rule file in force for all releases to come. Nothing that was in force is ever changed."""

from __future__ import annotations

from django.db import transaction

from wohnplatz.model import WohnplatzError
from wohnplatz.store import Kind
from wohnplatz.text import plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.district.models import District

from .judging import NAME, Judged, judge, taken
from .models import RulesVersion


def put_in_force(
    actor: Actor, data: bytes, reason: str, *, accept_weaker: bool = False, seen: str | None = None
) -> RulesVersion:
    """Put a rule file in force; the next release is made with it, earlier ones stay as they are.

    ``seen`` is the SHA-256 of the rules the change was looked at against (None:
    does not matter). Where the file protects less anywhere, it is refused without ``accept_weaker``. Raises
    Refused and WohnplatzError: a faulty file (the first error), nothing changed, a version that is taken,
    no reason, or somebody else was faster.
    """
    policies.require(actor, policies.Right.RULES)
    judged = judge(actor, data)
    if judged.rules is None:
        raise judged.problems[0]
    _require_reason(reason)
    with transaction.atomic():
        list(District.objects.select_for_update().values_list("pk"))  # one change at a time
        _require_seen(seen)
        require_new(actor, judged)
        _require_accepted(judged, accept_weaker)
        now = moment(None)
        row = RulesVersion.objects.create(
            sha=memory.store().put(Kind.RULES, data), name=judged.rules.name, version=judged.rules.version,
            reason=reason.strip(), weaker=len(judged.weaker), made_by=organisation(actor), made_at=now,
        )  # fmt: skip
        record(
            actor, "protection.put_in_force", row, now, sha=row.sha, name=row.name, version=row.version,
            weaker=row.weaker,
        )  # fmt: skip
    return row


def require_new(actor: Actor, judged: Judged) -> None:
    """WohnplatzError where the very file is in force, or name and version stand for other rules already."""
    if judged.same:
        raise WohnplatzError("Diese Regeln sind schon in Kraft.", code="protection.unchanged")
    assert judged.rules is not None
    for problem in taken(actor, judged.rules, judged.data, f"{NAME}, version"):
        raise problem


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise WohnplatzError(
            "Es fehlt die Begründung.",
            why="Wer den Nachweis der Geheimhaltung liest, muss sehen, warum andere Regeln gelten.",
            todo="Bitte in einem Satz sagen, was sich ändert und wer es beschlossen hat.",
            code="protection.reason",
        )


def _require_seen(seen: str | None) -> None:
    if seen is not None and seen != memory.rules_file().sha:
        raise WohnplatzError(
            "Inzwischen sind andere Regeln in Kraft.",
            why="Der angezeigte Vergleich gilt nicht mehr.",
            todo="Bitte die Datei noch einmal prüfen.",
            code="protection.conflict",
        )


def _require_accepted(judged: Judged, accepted: bool) -> None:
    less = judged.weaker
    if less and not accepted:
        places = "; ".join(f"{c.where}, {c.what}: {c.old} → {c.new}" for c in less[:5])
        raise WohnplatzError(
            f"Diese Regeln schützen an {plural(len(less), 'Stelle', 'Stellen')} weniger als die bisherigen.",
            where=places,
            why="Was einmal veröffentlicht ist, lässt sich nicht zurückholen.",
            todo="Bitte ausdrücklich bestätigen, dass das beabsichtigt und zulässig ist.",
            code="protection.weaker",
        )
