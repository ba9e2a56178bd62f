"""Columns and labels of a table tied to variables and categories, with sureness and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wohnplatz.model import Variable, VariableKind

from .guide import EVERYTHING, IGNORE, SheetGuide, Target
from .guide_words import NOTHING, Meaning, Vocabulary, plain
from .layout import SEPARATOR, ColumnHead, Layout, Role, StatTable
from .proposal import SURE, ColumnProposal, LabelProposal

RATIOS = ("%", "‰", "Anteil")
COUNTS = ("", "Anzahl", "Personen", "Fälle")
FACTORS = {
    ("ha", "km²"): 0.01, ("m²", "km²"): 1e-6, ("km²", "ha"): 100.0, ("1000", ""): 1000.0,
    ("1000 EUR", "EUR"): 1000.0,
}  # fmt: skip
"""(unit of the file, unit of the variable) → factor; an empty unit stands for counts."""
KNOWN = "wie in der gemerkten Zuordnung"
NOT_HERE = "gehört zu keinem Merkmal dieser Lieferung"
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known before a column is looked at."""

    vocabulary: Vocabulary
    known: SheetGuide | None
    """The remembered guide of the sheet."""
    subject: str
    """Code of the variable that the title names, or the only one there is."""
    subject_sureness: float
    subject_reason: str
    unit: str = ""
    """The unit that the title names."""


def headings(layout: Layout, table: StatTable) -> dict[str, list[ColumnHead]]:
    """Value columns by heading without dates; several columns of one heading are several dates."""
    present = {cell.column for cell in table.cells}
    found: dict[str, list[ColumnHead]] = {}
    for head in layout.with_role(Role.VALUE):
        if head.position in present:
            found.setdefault(head.heading, []).append(head)
    return found


def propose_columns(
    groups: Mapping[str, Sequence[ColumnHead]],
    ground: Ground,
    samples: Mapping[str, tuple[str, ...]],
    labelled: bool,
) -> list[ColumnProposal]:
    """One proposal for each heading. ``labelled``: whether labels of the rows name variables too."""
    found = [_column(heading, heads, ground, samples, labelled) for heading, heads in groups.items()]
    return _without_rivals(found, ground)


def _column(
    heading: str,
    heads: Sequence[ColumnHead],
    ground: Ground,
    samples: Mapping[str, tuple[str, ...]],
    labelled: bool,
) -> ColumnProposal:
    head = heads[0]
    target, sureness, reason = _remembered(heading, ground) or _meaning(head, ground, labelled)
    days = tuple(day.isoformat() for h in heads if (day := h.day))
    letters = tuple(h.letter for h in heads)
    return ColumnProposal(
        heading, letters, head.unit, days, samples.get(heading, ()), target, sureness, reason
    )


def _remembered(heading: str, ground: Ground) -> tuple[Target, float, str] | None:
    if ground.known is None:
        return None
    wanted = plain_path(heading)
    for name, target in ground.known.columns.items():
        if name == heading or plain_path(name) == wanted:
            return target, 1.0, KNOWN
    return None


def plain_path(heading: str) -> str:
    """A joined heading in the form in which headings are compared."""
    return SEPARATOR.join(plain(part) for part in heading.split(SEPARATOR))


def _meaning(head: ColumnHead, ground: Ground, labelled: bool) -> tuple[Target, float, str]:
    target, sureness, reason = resolve(head.path, ground.vocabulary)
    if target.ignored and reason and labelled:
        return EVERYTHING, 1.0, "Werte zu den Angaben der Zeile"
    if target.ignored and sureness == 1.0 and reason and ground.subject:
        target, sureness, reason = Target(ground.subject), ground.subject_sureness, ground.subject_reason
    elif target.breakdown and not target.variable and not labelled:
        if not ground.subject:
            return target, 0.5, "Ausprägung erkannt, aber kein Merkmal dazu genannt"
        target = Target(ground.subject, target.breakdown)
        sureness, reason = min(sureness, ground.subject_sureness), f"{reason}; {ground.subject_reason}"
    return _checked(target, sureness, reason, head.unit or ground.unit, ground.vocabulary)


def resolve(path: Sequence[str], words: Vocabulary) -> tuple[Target, float, str]:
    """What a path of headings means: its deepest variable and all its categories.

    A heading below the variable that nobody understands makes the whole a part of unknown extent: unsure.
    ``IGNORE`` with a reason and sureness 1 says that the path names the total of a subject named elsewhere.
    """
    joined = words.meaning(" ".join(path)) if len(path) > 1 else None
    if joined and joined.target and joined.target.variable and joined.sureness >= SURE:
        return joined.target, joined.sureness, joined.reason
    meanings = [words.meaning(part) for part in path]
    at = _deepest_variable(meanings)
    if at is None:
        return _without_variable(path, meanings, words)
    chosen = meanings[at] or NOTHING
    parts = [m for m in meanings if m and m.target and not m.target.variable]
    target, reasons, sureness = chosen.target or IGNORE, [chosen.reason], chosen.sureness
    for part in parts:
        target = target.joined(replace(part.target or IGNORE, variable=""))
        sureness = min(sureness, part.sureness)
    unknown = [path[i] for i in range(at + 1, len(path)) if meanings[i] is None]
    if unknown:
        return target, 0.3, f"„{unknown[0]}“ ist nicht bekannt: vielleicht nur ein Teil, bitte prüfen"
    return target, sureness, "; ".join(reasons)


def _deepest_variable(meanings: Sequence[Meaning | None]) -> int | None:
    """Position of the deepest heading that surely names a variable, else of the surest one."""
    named = [i for i, m in enumerate(meanings) if m and m.target and m.target.variable]
    sure = [i for i in named if (m := meanings[i]) and m.sureness >= SURE]
    if sure:
        return sure[-1]
    return named[-1] if named else None


def _without_variable(
    path: Sequence[str], meanings: Sequence[Meaning | None], words: Vocabulary
) -> tuple[Target, float, str]:
    parts = [m for m in meanings if m and m.target]
    unknown = [part for part, m in zip(path, meanings, strict=True) if m is None]
    if unknown:
        near = words.like(unknown[-1], words.due)
        return (near.target or IGNORE, near.sureness, near.reason) if near else (IGNORE, 1.0, "")
    breakdown = {d: c for m in parts if m.target for d, c in m.target.breakdown.items()}
    if breakdown:
        return Target("", breakdown), min(m.sureness for m in parts), parts[-1].reason
    total = any(m.total for m in parts) or all(m is NOTHING for m in meanings)
    return IGNORE, 1.0, "Überschrift nennt die Gesamtzahl" if total else ""


def _checked(
    target: Target, sureness: float, reason: str, unit: str, words: Vocabulary
) -> tuple[Target, float, str]:
    """The meaning held against the variable: its breakdowns and its unit. A ratio is never a count."""
    variable = words.due.get(target.variable)
    if variable is None:
        return target, sureness, reason or NOT_HERE
    foreign = [d for d in target.breakdown if d not in variable.breakdowns]
    if foreign:
        label = words.catalogue.dimensions[foreign[0]].label
        return IGNORE, 1.0, f"„{variable.label}“ wird nicht nach „{label}“ gegliedert geliefert"
    if unit in RATIOS and variable.kind is VariableKind.COUNT:
        return IGNORE, 1.0, f"Anteil, keine Anzahl ({unit})" if unit != "Anteil" else "Anteil, keine Anzahl"
    factor, sure = _factor(unit, variable)
    if factor != 1.0:
        reason = f"{reason}; Einheit „{unit}“ wird in „{variable.unit}“ umgerechnet"
    elif not sure:
        reason = f"{reason}; die Einheit „{unit}“ passt nicht zu „{variable.unit}“, bitte prüfen"
    return replace(target, factor=factor), sureness if sure else min(sureness, 0.5), reason


def _factor(unit: str, variable: Variable) -> tuple[float, bool]:
    """What values are multiplied by, and whether that is sure."""
    if unit in COUNTS or unit == variable.unit:
        return 1.0, True
    if (unit, variable.unit) in FACTORS:
        return FACTORS[unit, variable.unit], True
    if unit == "1000" and variable.kind is VariableKind.COUNT:
        return 1000.0, False  # values in thousands are rounded
    if variable.kind is VariableKind.RATE and unit == "Anteil":
        return 1.0, True
    return 1.0, plain(unit) == plain(variable.unit)


def _without_rivals(found: Sequence[ColumnProposal], ground: Ground) -> list[ColumnProposal]:
    """Of several columns for the same cells only the surest keeps its target; equals are all in doubt."""
    rivals: dict[tuple[object, ...], list[ColumnProposal]] = {}
    for column in found:
        if column.target.variable:
            part = tuple(sorted(column.target.breakdown.items()))
            for day in column.days or ("",):
                rivals.setdefault((column.target.variable, part, day), []).append(column)
    losers: dict[str, ColumnProposal] = {}
    for group in rivals.values():
        best = max(c.sureness for c in group)
        winners = [c for c in group if c.sureness == best]
        for column in group if len(group) > 1 else ():
            if column not in winners:
                losers[column.heading] = replace(
                    column, target=IGNORE, sureness=1.0, reason=f"„{winners[0].heading}“ passt besser"
                )
            elif len(winners) > 1 and column.reason != KNOWN:
                reason = f"mehrere Spalten für dasselbe Merkmal: {column.reason}"
                losers[column.heading] = replace(column, sureness=0.4, reason=reason)
    return [losers.get(column.heading, column) for column in found]


def label_words(table: StatTable) -> dict[tuple[int, str], list[int]]:
    """Words in label columns (not names of areas) → rows: (position in ``labels``, word)."""
    heads = table.layout.label_columns
    wanted = [i for i, head in enumerate(heads) if head.role is Role.LABEL]
    found: dict[tuple[int, str], list[int]] = {}
    last = 0
    for cell in table.cells:
        if cell.row == last:
            continue
        last = cell.row
        for i in wanted:
            if i < len(cell.labels):
                found.setdefault((i, cell.labels[i]), []).append(cell.row)
    return found


def label_key(heading: str, word: str) -> str:
    """Key of ``SheetGuide.labels``."""
    return f"{heading}{SEPARATOR}{word}"


def propose_labels(table: StatTable, ground: Ground) -> tuple[list[LabelProposal], tuple[int, ...]]:
    """Proposals for the words of those label columns that speak of variables or categories; their places.

    A column none of whose words means anything is a column of remarks: it is left alone.
    """
    heads = table.layout.label_columns
    words = label_words(table)
    proposals: list[LabelProposal] = []
    used: list[int] = []
    for place in dict.fromkeys(i for i, _ in words):
        column = [word for i, word in words if i == place]
        found = [_label(heads[place].heading, word, ground) for word in column]
        meant = [p for p in found if p.reason == KNOWN or not (p.target.ignored or p.target == EVERYTHING)]
        if meant and len(column) <= 2000 and len(meant) >= 0.3 * len(column):
            proposals += found
            used.append(place)
    return proposals, tuple(used)


def _label(heading: str, word: str, ground: Ground) -> LabelProposal:
    key = label_key(heading, word)
    known = ground.known.labels if ground.known else {}
    wanted = plain_path(key)
    for name, target in known.items():
        if name == key or plain_path(name) == wanted:
            return LabelProposal(key, target, 1.0, KNOWN)
    meaning = ground.vocabulary.meaning(word) if word else NOTHING
    if meaning is None:
        near = ground.vocabulary.like(word, ground.vocabulary.due)
        if near:
            return LabelProposal(key, near.target or IGNORE, near.sureness, near.reason)
        return LabelProposal(key, IGNORE, 0.5, "Bedeutung nicht bekannt, bitte prüfen")
    if meaning.total or meaning is NOTHING:
        return LabelProposal(key, EVERYTHING, 1.0, "nennt die Gesamtzahl")
    reason = meaning.reason.replace("Überschrift", "Angabe")
    return LabelProposal(key, meaning.target or IGNORE, meaning.sureness, reason)


def subject_of(
    layout: Layout, words: Vocabulary, known: SheetGuide | None, labels: Sequence[LabelProposal]
) -> tuple[str, float, str]:
    """The variable all cells of a table are of, where headings leave it open; with sureness and reason."""
    if known and known.rest.variable:
        return known.rest.variable, 1.0, KNOWN
    sheet = words.meaning(layout.sheet) if layout.sheet else None
    part = bool(sheet and sheet.target and sheet.target.breakdown)
    for line in (*reversed(layout.title), layout.sheet):
        code, whole = words.named_in(line)
        if code and whole and not part:
            return code, 0.9, f"Titel nennt „{words.due[code].label}“"
        if code:
            return (
                code,
                0.6,
                f"Titel nennt „{words.due[code].label}“, vielleicht nur einen Teil, bitte prüfen",
            )
    if any(p.target.variable for p in labels):
        return "", 0.0, ""
    parts = {dimension for p in labels for dimension in p.target.breakdown if dimension}
    fitting = [code for code, v in words.due.items() if parts <= {*v.breakdowns}]
    if len(fitting) == 1:
        kind = "mit dieser Gliederung" if parts else "der Lieferung"
        reason = f"„{words.due[fitting[0]].label}“ ist das einzige Merkmal {kind}, bitte prüfen"
        return fitting[0], 0.6, reason
    return "", 0.0, ""
