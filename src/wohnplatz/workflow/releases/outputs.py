"""The register of outputs: what went out of a release, to whom, with the hash of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from wohnplatz.analysis import with_reliability
from wohnplatz.model import Audience, ReleasedTable, WohnplatzError
from wohnplatz.publication.names import LEDGER, proof_name
from wohnplatz.publication.surroundings import AUDIENCES
from wohnplatz.report.outgoing import Examined, require_released
from wohnplatz.report.sums import sha_of
from wohnplatz.store import Manifest
from wohnplatz.text import plural
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment

from . import content, queries
from .models import Output, Release

_CHAINED = ("audience", "kind", "name", "sha", "size", "figures", "proof", "ledger", "made_by")


@dataclass(frozen=True, slots=True)
class Made:
    """An output that wants to go out: one file, or a folder of files by their names in it."""

    kind: str
    """A value of ``OutputKind``."""
    name: str
    files: Mapping[str, bytes]


def examined(actor: Actor, release: Release, audience: Audience, files: Mapping[str, bytes]) -> Examined:
    """Read the files as a stranger does; WohnplatzError where a number stands there that is not released."""
    return require_released(files, opened(actor, release, audience))


def opened(actor: Actor, release: Release, audience: Audience) -> tuple[ReleasedTable, ReleasedTable]:
    """Everything a release opens for an audience: the totals with their intervals, and the breakdowns."""
    codes = set(content.knowledge(queries.manifest(release).catalogue).meta)
    tree = queries.hierarchy(release)
    top = next(iter(tree.areas(tree.levels[-1])))
    totals = queries.figures(actor, release, indicators=codes, audience=audience)
    broken = queries.figures(actor, release, indicators=codes, breakdown=True, audience=audience)
    return with_reliability(totals, district=top), broken


def let_out(  # noqa: PLR0913 (who lets what out, to whom)
    actor: Actor,
    release: Release,
    outputs: Sequence[Made],
    *,
    audience: Audience = Audience.PUBLIC,
    read: Examined | None = None,
    at: datetime | None = None,
) -> list[Output]:
    """Enter outputs into the register, after they were read and held against the release.

    Outputs made of one document are handed over together: a PDF is held against the page beside it.
    ``read`` is the outcome where the caller has had all of them ``examined`` already. The same bytes of the
    same release and kind keep the entry they have.

    Raises Refused; WohnplatzError (``report.not_released``) where a number is not released, and
    (``releases.no_output``) for an audience to which nothing may be given out.
    """
    policies.require_release(actor)
    made = queries.manifest(release)
    if audience not in AUDIENCES or proof_name(audience) not in made.results:
        raise not_for(audience)
    if read is None:
        together = {f"{o.kind}/{name}": data for o in outputs for name, data in o.files.items()}
        read = examined(actor, release, audience, together)
    now = moment(at)
    with transaction.atomic():
        entries = [_entered(actor, release, made, audience, one, read.figures, now) for one in outputs]
        new = [entry for entry, is_new in entries if is_new]
        if new:
            record(actor, "releases.let_out", release, now, audience=audience.value, outputs=len(new),
                   kinds=sorted({str(e.kind) for e in new}))  # fmt: skip
    return [entry for entry, _ in entries]


def _entered(  # noqa: PLR0913, PLR0917 (what an entry says)
    actor: Actor, release: Release, made: Manifest, audience: Audience, one: Made, figures: int, now: datetime
) -> tuple[Output, bool]:
    sha = sha_of(one.files)
    known = release.outputs.filter(audience=audience.value, kind=one.kind, name=one.name, sha=sha).first()
    if known is not None:
        return known, False
    entry = Output(
        release=release, audience=audience.value, kind=one.kind, name=one.name, sha=sha,
        size=sum(map(len, one.files.values())), figures=figures, made_at=now, made_by=organisation(actor),
        proof=made.results[proof_name(audience)], ledger=made.results.get(LEDGER, ""),
    )  # fmt: skip
    last = Output.objects.select_for_update().last()
    entry.chain = _link(entry, last.chain if last else "")
    entry.save(force_insert=True)
    return entry, True


def _link(entry: Output, before: str) -> str:
    parts = [before, entry.release.manifest, entry.made_at.astimezone(UTC).isoformat()]
    parts += [str(getattr(entry, name)) for name in _CHAINED]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def of_release(actor: Actor, release: Release) -> list[Output]:
    """What went out of a release, oldest first."""
    policies.require(actor, policies.Right.PROOF)
    return list(release.outputs.all())


def find(actor: Actor, sha: str) -> Output | None:
    """The newest entry with this hash; None where no such bytes went out."""
    policies.require(actor, policies.Right.PROOF)
    return Output.objects.select_related("release").filter(sha=sha).last()


@dataclass(frozen=True, slots=True)
class Register:
    """Outcome of checking the register: how many entries, and the first that does not hold (0 for none)."""

    entries: int
    broken: int

    @property
    def ok(self) -> bool:
        """Whether no entry was altered or taken away from the middle."""
        return not self.broken

    @property
    def words(self) -> str:
        """The outcome as a sentence."""
        many = plural(self.entries, "Eintrag", "Einträgen")
        if self.ok:
            return f"Das Verzeichnis der Ausgaben mit {many} ist unversehrt."
        return (
            f"Das Verzeichnis der Ausgaben ist ab Eintrag {self.broken} verändert worden. "
            "Bitte die Datenbank aus einer Sicherung wiederherstellen."
        )


def check_register(actor: Actor) -> Register:
    """Follow the chain through all entries."""
    policies.require(actor, policies.Right.PROOF)
    return _followed(Output.objects.select_related("release"))


def _followed(entries: Iterable[Output]) -> Register:
    before, count, broken = "", 0, 0
    for count, entry in enumerate(entries, 1):
        if not broken and entry.chain != _link(entry, before):
            broken = count
        before = entry.chain
    return Register(count, broken)


def not_for(audience: Audience) -> WohnplatzError:
    """What to say where nothing may be given out to an audience."""
    return WohnplatzError(
        "Für diesen Empfängerkreis wird nichts ausgegeben.",
        where=audience.value,
        why="Es gibt im Datenstand keinen Nachweis der Geheimhaltung für ihn.",
        todo="Bitte die öffentliche Fassung wählen oder einen neuen Datenstand bilden.",
        code="releases.no_output",
    )
