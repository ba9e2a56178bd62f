"""Checks a publication of anybody from its files alone: read, join, attack, explain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.intake.published import Publication, read_publication
from wohnplatz.text import number

from .attack import Kind, Leak, Outcome, attack, broken
from .description import FILE_NAME, Description, Left, load_description, text_of
from .description import Kind as ColumnKind
from .explaining import Explainer
from .figures import Figures, figures_of
from .guessing import Proposal, propose
from .joining import join
from .source import Source
from .system import Contradiction, Link, System

MOST_EXPLAINED = 200
"""Explaining each of ten thousand leaks would help nobody; the others are named without their way."""

CORRECT = "Die Zahlen prüfen und berichtigen; wer nachrechnet, sieht den Fehler."

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """One figure that is not as hidden as it should be, in words."""

    kind: Kind
    name: str
    value: str
    steps: tuple[str, ...]
    advice: str
    hidden: bool
    """Somebody meant to hide it."""
    where: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "kind": self.kind.name.lower(), "word": self.kind.value, "figure": self.name,
            "value": self.value, "hidden": self.hidden, "where": list(self.where),
            "steps": list(self.steps), "advice": self.advice,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a publication found."""

    files: tuple[str, ...]
    tables: int
    figures: int
    hidden: int
    attacked: int
    threshold: int
    level: str
    found: tuple[Found, ...]
    revealed: int
    """How many of these break what the publication promises."""
    broken: frozenset[Kind]
    """The kinds that do."""
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    """Contradictions and what could not be read."""
    left: tuple[str, ...]
    """Columns and tables that were not attacked, and what line of the description would change that."""
    skipped: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether something was checked, and nothing is revealed or contradicts itself."""
        return bool(self.figures) and not self.revealed and not self.count(Kind.CONTRADICTION)

    @property
    def complete(self) -> bool:
        """Whether every file was read, every column of values attacked, and every count settled in time."""
        return not self.skipped and not self.left and not self.count(Kind.UNSETTLED)

    def count(self, kind: Kind) -> int:
        """How many were found of a kind."""
        return sum(f.kind is kind for f in self.found)

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "files": list(self.files), "tables": self.tables, "figures": self.figures, "hidden": self.hidden,
            "attacked": self.attacked, "threshold": self.threshold, "level": self.level,
            "revealed": self.revealed, "counts": {k.name.lower(): self.count(k) for k in Kind},
            "found": [f.as_dict() for f in self.found], "assumptions": list(self.assumptions),
            "notes": list(self.notes), "complete": self.complete, "left": list(self.left),
            "skipped": [{"file": f, "why": w} for f, w in self.skipped],
            "seconds": round(self.seconds, 2),
        }  # fmt: skip


def read_folder(folder: Path, *, progress: Progress | None = None) -> tuple[Publication, Proposal]:
    """What a folder holds, and a proposed description of it."""
    publication = read_publication(folder, leave_out=frozenset({FILE_NAME}), progress=progress)
    proposal = propose([Source(table) for table in publication.tables], progress=progress)
    unused = join(proposal.figures, proposal.description).unused
    return publication, replace(proposal, assumptions=(*proposal.assumptions, *unused))


def check_publication(
    folder: Path, description: Path | None = None, *, seconds: float = 120.0, progress: Progress | None = None
) -> Checked:
    """Attack what a folder (or a file) publishes, as somebody would who has nothing but these files.

    ``description`` is by default ``beschreibung.toml`` in the folder; without one it is guessed, and what was
    guessed stands in ``assumptions``. Raises ``WohnplatzError`` for an empty folder or a faulty description.
    """
    move = progress or (lambda *_: None)
    beside = folder / FILE_NAME
    path = description or (beside if folder.is_dir() and beside.is_file() else None)
    left_out = frozenset({path.name if path else FILE_NAME})
    publication = read_publication(folder, leave_out=left_out, progress=move)
    tables = [Source(table) for table in publication.tables]
    proposal = _described(tables, load_description(path)) if path else propose(tables, progress=move)
    figures = proposal.figures
    move("verknüpfen", 0, 3)
    system = join(figures, proposal.description)
    move("angreifen", 1, 3)
    outcome = attack(system, proposal.description, seconds=seconds)
    move("erklären", 2, 3)
    return _told(publication, proposal, figures, system, outcome)


def _described(tables: Sequence[Source], description: Description) -> Proposal:
    """What somebody wrote down needs no guess."""
    return Proposal(
        description, (), figures_of(tables, description), tuple(_unmentioned(tables, description))
    )


def _unmentioned(tables: Sequence[Source], description: Description) -> Iterator[Left]:
    """Columns of values that the description does not speak of."""
    for table in tables:
        of = [d for d in description.tables if (d.file, d.sheet) == (table.file, table.sheet)]
        for heading in table.units:
            if not any(heading in d.columns for d in of):
                why = "Sie steht nicht in der Beschreibung." if of else "Die Tabelle ist nicht beschrieben."
                line = f'{text_of(heading)} = {{ anzahl = "Merkmal" }} oder "auslassen"'
                yield Left(table.file, table.sheet, heading, why, line)


def _told(
    publication: Publication, proposal: Proposal, figures: Figures, system: System, outcome: Outcome
) -> Checked:
    description = proposal.description
    explainer = Explainer(system, figures, outcome.part, zeros_visible=description.zeros_visible)
    found = (
        *(
            _found(system, figures, leak, explainer if i < MOST_EXPLAINED else None)
            for i, leak in enumerate(outcome.leaks)
        ),
        *(_wrong(system, figures, c) for c in system.contradictions),
        *_against(system, figures, outcome),
    )
    return Checked(
        tuple(dict.fromkeys(t.file for t in publication.tables)), len(publication.tables),
        len(figures.figures), outcome.hidden, outcome.attacked, description.threshold,
        description.level.word, found, len(outcome.revealed),
        broken(outcome.level),
        _assumed(system, figures, description, proposal.assumptions),
        tuple(system.notes), tuple(dict.fromkeys([*(one.text() for one in proposal.left), *system.unused])),
        publication.skipped, outcome.seconds,
    )  # fmt: skip


def _found(system: System, figures: Figures, leak: Leak, explainer: Explainer | None) -> Found:
    count = system.counts[leak.count]
    steps = explainer.explain(leak) if explainer else ()
    name = figures.name(count.measure, count.place)
    return Found(leak.kind, name, _value(leak), steps, _advice(system, leak), leak.hidden, tuple(count.where))


def _value(leak: Leak) -> str:
    if leak.low == leak.high:
        return number(leak.low)
    if leak.high == UNBOUNDED:
        return "offen"
    return f"{number(leak.low)} bis {number(leak.high)}"


def _advice(system: System, leak: Leak) -> str:
    """What would help, by the way the figure follows."""
    if leak.kind is Kind.PRINTED:
        return "Die Zahl sperren, und in jeder ihrer Summen mindestens eine weitere."
    if leak.kind is Kind.BOTH:
        return "In allen Dateien dieselben Zahlen sperren."
    if leak.kind is Kind.UNSETTLED:
        return "Mit mehr Zeit prüfen (--seconds) oder die Tabelle teilen; bis dahin gilt sie als ungeschützt."
    rows = [row for row in system.rows if any(c == leak.count for c, _ in row.terms)]
    columns = [row.figure.column for row in rows if row.figure is not None]
    advice = []
    if any(row.link is Link.SUM for row in rows):
        advice.append("in den Summen dieser Zahl mindestens eine weitere Zahl sperren")
    if any(c.kind is ColumnKind.RATE and not c.minus for c in columns):
        advice.append("die Quote dieser Zahl sperren")
    if any(c.kind is ColumnKind.DIFFERENCE or c.minus for c in columns):
        advice.append("die Veränderung dieser Zahl sperren")
    if any(c.kind is ColumnKind.CLASS for c in columns):
        advice.append("die Klasse dieser Zahl sperren")
    sentence = " und ".join(advice) or "die Zahl mit anderen zusammenfassen"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _assumed(
    system: System, figures: Figures, description: Description, guessed: Sequence[str]
) -> tuple[str, ...]:
    """What the attack rests on: guesses, and which sums were taken for granted."""
    lines = list(guessed)
    used = {row.group for row in system.rows if row.link is Link.SUM}
    for group in sorted(used):
        one = system.sums[group]
        done, held = system.checked.get(group, (0, 0))
        whole = figures.words.get((one.dimension, one.whole), one.whole or "insgesamt")
        names = sorted(figures.words.get((one.dimension, p), p) for p in one.parts)
        listed = ", ".join(names[:3]) + (f" und {number(len(names) - 3)} weiteren" if len(names) > 3 else "")
        checked = f"an {number(held)} von {number(done)} Stellen nachgerechnet"
        remains = "jedes Mal bleibt nur so wenig übrig, wie gesperrt ist"
        proof = checked if done else "nicht nachzurechnen" if one.described or one.beside else remains
        lines.append(f"{one.dimension}: »{whole}« ist die Summe von {listed} ({proof}).")
    if description.tolerance:
        lines.append(f"Summen dürfen um {description.tolerance} abweichen.")
    return tuple(dict.fromkeys(lines))


def _wrong(system: System, figures: Figures, found: Contradiction) -> Found:
    """Printed numbers that cannot all be right."""
    count = system.counts[found.count]
    name = figures.name(count.measure, count.place)
    return Found(Kind.CONTRADICTION, name, found.value, (found.step,), CORRECT, False, tuple(count.where))


def _against(system: System, figures: Figures, outcome: Outcome) -> Iterator[Found]:
    """Rows that contradict all the others together: a rate, a change, or a sum of hidden numbers."""
    seen = set()
    for number_of_row in outcome.against:
        row = system.rows[number_of_row]
        first = system.counts[row.terms[0][0]]
        where = row.figure.where if row.figure else ""
        name = figures.name(first.measure, first.place)
        printed = f"die Zahl {row.figure.text} ({where})" if row.figure else "diese Summe"
        step = f"Zu den übrigen Zahlen passt {printed} nicht; sie bleibt außer Acht."
        if (name, step) not in seen:
            seen.add((name, step))
            yield Found(
                Kind.CONTRADICTION, name, "unmöglich", (step,), CORRECT, False, (where,) if where else ()
            )
