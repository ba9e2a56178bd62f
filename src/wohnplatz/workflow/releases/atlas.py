"""The public atlas of a release: what it is made of, and letting it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wohnplatz.atlas import Edition, Particulars, Source, archive, build
from wohnplatz.atlas.building import DATA_KINDS, Progress
from wohnplatz.atlas.typeface import faces
from wohnplatz.model import Audience, ReleasedTable
from wohnplatz.publication.names import proof_name
from wohnplatz.report import Material, Report
from wohnplatz.report.tree import ChartBlock, ChartForm, TableBlock
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district

from . import content, outputs, queries
from .models import Output, OutputKind, Release
from .report_material import material

PUBLIC = Audience.PUBLIC
ARCHIVE = "atlas.zip"
MOST_COMPARED = 5
"""Releases that are compared with the one before: the older ones are listed."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A report that is out, with the release it is bound to and its files as they were published."""

    report: Report
    material: Material
    release: Release
    files: Mapping[str, bytes]
    """By name, one for each of ``wohnplatz.atlas.ENDINGS``."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A final report from a file, with the areas whose profile their municipality has not let go."""

    report: Report
    withheld: frozenset[str]


ISSUED: list[Callable[[Actor], Iterable[Issued]]] = []
"""Who knows of published reports adds itself; all of them come into every atlas, newest first."""


def publish(
    actor: Actor,
    release: Release,
    reports: Sequence[Brought] = (),
    *,
    progress: Progress | None = None,
    packed: bool = False,
) -> dict[str, bytes]:
    """The atlas's files, read back, held against the release and entered into the register of outputs.

    ``packed`` gives them as one archive, which is entered beside the folder.

    Raises Refused; WohnplatzError for a release without a proof for the public (``releases.no_output``), for
    a report that is not final (``atlas.report``) and for a number that is not released
    (``report.not_released``).
    """
    policies.require_release(actor)
    if not is_public(release):
        raise outputs.not_for(PUBLIC)
    issued = [one for ask in ISSUED for one in ask(actor)]
    files = build(source(actor, release, reports, issued), progress)
    if progress:
        progress("Prüfung aller Seiten und Dateien", 0, 1)
    done = {ARCHIVE: archive(files)} if packed else files
    enter(actor, release, files, done if packed else {}, issued)
    return done


def is_public(release: Release) -> bool:
    """Whether a release has a proof for the public."""
    return proof_name(PUBLIC) in queries.manifest(release).results


def enter(
    actor: Actor,
    release: Release,
    files: Mapping[str, bytes],
    packed: Mapping[str, bytes],
    issued: Sequence[Issued] = (),
) -> list[Output]:
    """The atlas as a whole, and each file that people take out of it, into the register.

    A report of an earlier release is held against that one: its figures are those of its time.
    """
    rest = dict(files)
    for one in issued:
        if one.release.pk != release.pk:
            own = {name: rest.pop(name) for name in list(rest) if _belongs(name, one.report)}
            outputs.examined(actor, one.release, PUBLIC, own)
    read = outputs.examined(actor, release, PUBLIC, rest)
    single = [
        outputs.Made(DATA_KINDS[ending], f"atlas/{name}", {name: data})
        for name, data in files.items()
        if (ending := name.rpartition(".")[2]) in DATA_KINDS
    ]
    whole = [outputs.Made(OutputKind.ATLAS, "atlas", files)]
    whole += [outputs.Made(OutputKind.ATLAS, ARCHIVE, packed)] if packed else []
    return outputs.let_out(actor, release, [*whole, *single], audience=PUBLIC, read=read)


def _belongs(name: str, report: Report) -> bool:
    """Whether a file of the atlas is one of a report: ``berichte/<id>/…``."""
    return name.startswith(f"berichte/{report.id}/")


def source(
    actor: Actor, release: Release, reports: Sequence[Brought] = (), issued: Sequence[Issued] = ()
) -> Source:
    """Everything of an atlas: figures through the door for the public, and what stands beside them."""
    mine = district.current()
    refs = queries.division_refs(release)
    return Source(
        material=whole_material(actor, release),
        layers={ref.level: district.division(ref.sha)[1] for ref in refs},
        particulars=Particulars(mine.contact, mine.imprint, mine.privacy, mine.enforcement),
        editions=tuple(editions(actor, release)),
        reports=(
            *((one.report, one.material) for one in issued),
            *((r.report, material(actor, release, r.report, withheld=r.withheld)) for r in reports),
        ),
        kept={one.report.id: one.files for one in issued},
        is_demo=mine.is_demo,
        fonts=faces(),
    )


def whole_material(actor: Actor, release: Release) -> Material:
    """All indicators and measures of a release for the public, ages of the newest year included."""
    known = content.knowledge(queries.manifest(release).catalogue)
    tree = queries.hierarchy(release)
    top = next(iter(tree.areas(tree.levels[-1])))
    population = known.catalogue.population
    ages = queries.figures(
        actor, release, indicators=[population], areas=[top], breakdown=True, audience=PUBLIC
    )
    year = max((f.year for f in ages if f.value is not None), default=queries.manifest(release).made_at.year)
    everything = Report(
        "atlas", "Atlas", top, year,
        (TableBlock("alles", "", tuple(known.meta)), ChartBlock("alter", ChartForm.PYRAMID, population)),
    )  # fmt: skip
    return material(actor, release, everything, audience=PUBLIC)


def editions(actor: Actor, release: Release) -> list[Edition]:
    """A release and those before it, newest first, each with what it changed for the public.

    Remarks of those who made them stay inside.
    """
    known = list(Release.objects.filter(number__lte=release.number))
    tables = {one.pk: _public_figures(actor, one) for one in known[: MOST_COMPARED + 1]}
    pairs = zip(known, [*known[1:], None], strict=True)
    return [_edition(one, before, tables) for one, before in pairs]


def _public_figures(actor: Actor, release: Release) -> ReleasedTable | None:
    """All figures of a release for the public; None where it has no proof for them."""
    if not is_public(release):
        return None
    codes = set(content.knowledge(queries.manifest(release).catalogue).meta)
    return queries.figures(actor, release, indicators=codes, audience=PUBLIC)


def _edition(one: Release, before: Release | None, tables: Mapping[int, ReleasedTable | None]) -> Edition:
    day = one.made_at.date()
    if before is None:
        return Edition(one.label, day, one.manifest, first=True)
    new, old = tables.get(one.pk), tables.get(before.pk)
    if new is None or old is None:
        return Edition(one.label, day, one.manifest, comparable=False)
    found = queries.compared(before, one, old, new)
    counts: dict[str, int] = {}
    for change in found.changes:
        label = found.meta_of(change.key[0])[1].label
        counts[label] = counts.get(label, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Edition(one.label, day, one.manifest, tuple(ordered), found.parts)
