"""What somebody tries in the workshop, read from the address. Nonsense falls back to what is in force."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from wohnplatz.model import ClassRule, IndexDefinition, IndexFamily, IndexPart, IndexTheme

Kind = TypeVar("Kind", IndexFamily, ClassRule)
LARGEST_WEIGHT = 1000.0
MOST_PARTS = 30
COUNTS = range(2, 11)
RULES = {
    ClassRule.LIMITS: "feste Grenzen",
    ClassRule.QUANTILES: "gleich große Klassen (Quantile)",
    ClassRule.NATURAL: "natürliche Klassen",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, and what of the address could not be read."""

    definition: IndexDefinition
    problems: tuple[str, ...]

    @property
    def limits(self) -> str:
        """The limits as Germans write them."""
        return "; ".join(f"{x:g}".replace(".", ",") for x in self.definition.status_limits)


def read(query: Mapping[str, str], index: IndexDefinition, known: Mapping[str, object]) -> Trial:
    """The trial an address describes; ``known`` holds the indicators that may take part."""
    problems: list[str] = []
    family = _one_of(IndexFamily, query.get("verfahren", ""), index.family)
    parts = _parts(query, index, known, problems)
    rule, limits, count = _classes(query, index, family, problems)
    labels = index.status_classes if len(index.status_classes) == count else _labels(count)
    used = {part.theme for part in parts}
    themes = tuple(t for t in index.themes if t.code in used)
    sd = _number(query.get("abweichung", ""))
    return Trial(
        replace(
            index,
            code=f"{index.code}_versuch",
            label=f"{index.label} (Versuch)",
            family=family,
            status=parts,
            themes=themes,
            class_rule=rule,
            status_limits=limits,
            status_classes=labels,
            dynamics=(),
            dynamics_limits=(),
            dynamics_classes=(),
            attention=(),
            exceedance_sd=index.exceedance_sd if sd is None else sd,
        ),
        tuple(problems),
    )


def taken_over(tried: IndexDefinition, index: IndexDefinition) -> IndexDefinition:
    """The tried index with what a trial leaves alone: the dynamics of ``index`` and, where the classes of the
    status are still the same, what counts as special need.
    """
    same = tried.status_classes == index.status_classes
    return replace(
        tried,
        dynamics=index.dynamics,
        dynamics_limits=index.dynamics_limits,
        dynamics_classes=index.dynamics_classes,
        attention=index.attention if same else (),
    )


def _parts(
    query: Mapping[str, str], index: IndexDefinition, known: Mapping[str, object], problems: list[str]
) -> tuple[IndexPart, ...]:
    """Parts with their weights (``g-<code>``); weight 0 takes one out, ``neu`` adds one."""
    theme = index.themes[0].code if index.themes else ""
    own = {part.indicator: part for part in index.status}
    named = [key[2:] for key in query if key.startswith("g-") and key[2:] in known][:MOST_PARTS]
    codes = list(dict.fromkeys(named)) if named else list(own)
    added = query.get("neu", "")
    if added in known and added not in codes:
        codes.append(added)
    parts = []
    for code in codes:
        base = own.get(code, IndexPart(code, 1.0, theme))
        written = query.get(f"g-{code}", "")
        weight = _number(written) if written else base.weight
        if weight is None or not 0 <= weight <= LARGEST_WEIGHT:
            problems.append(
                f"Das Gewicht „{written[:20]}“ ist keine Zahl von 0 bis 1.000; es gilt {base.weight:g}."
            )
            weight = base.weight
        if weight > 0:
            parts.append(replace(base, weight=weight))
    if not parts:
        problems.append(
            "Ein Index braucht mindestens ein Gewicht über 0; es gelten die Gewichte des Index in Kraft."
        )
        return index.status
    return tuple(parts)


def _classes(
    query: Mapping[str, str], index: IndexDefinition, family: IndexFamily, problems: list[str]
) -> tuple[ClassRule, tuple[float, ...], int]:
    # Limits of one family mean nothing in another: a new family begins with quantiles.
    start = index.class_rule if family is index.family else ClassRule.QUANTILES
    rule = _one_of(ClassRule, query.get("klassen", ""), start)
    if rule is not ClassRule.LIMITS:
        asked = _number(query.get("anzahl", ""))
        count = int(asked) if asked in COUNTS else len(index.status_classes)
        return rule, (), count
    written = [part for part in query.get("grenzen", "").split(";") if part.strip()]
    limits = tuple(x for part in written if (x := _number(part)) is not None)
    if len(limits) != len(written) or list(limits) != sorted(set(limits)) or len(limits) >= COUNTS[-1]:
        problems.append("Die Grenzen sind nicht lesbar oder steigen nicht an, zum Beispiel: -1; 1; 1,5.")
        limits = ()
    if not limits:
        limits = index.status_limits
    if not limits:
        problems.append("Für feste Grenzen fehlen die Grenzen; gezeigt werden gleich große Klassen.")
        return ClassRule.QUANTILES, (), len(index.status_classes)
    return rule, limits, len(limits) + 1


def _labels(count: int) -> tuple[str, ...]:
    return tuple(f"Klasse {n} von {count}" for n in range(1, count + 1))


def _one_of(kind: type[Kind], written: str, default: Kind) -> Kind:
    return next((k for k in kind if k.value == written), default)


def _number(written: str) -> float | None:
    """A number as Germans write it; None for anything else."""
    plain = written.strip().replace("\u2212", "-").replace(",", ".")
    try:
        value = float(plain) if len(plain) <= 20 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def theme_of(themes: tuple[IndexTheme, ...], code: str) -> str:
    """Label of a theme, empty where there is none."""
    return next((t.label for t in themes if t.code == code), "")
