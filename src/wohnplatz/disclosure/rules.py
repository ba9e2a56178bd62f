"""Rules of disclosure control as data: frozen, and combined so that the strictest holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..model import Audience, FigureTable, WohnplatzError

Bools = npt.NDArray[np.bool_]


class Zeros(StrEnum):
    """What happens to a true zero."""

    VISIBLE = "visible"
    """Zeros are shown; whoever reads them knows that every hidden figure is at least 1."""
    CANDIDATE = "candidate"
    """A zero may be hidden to protect others, so a hidden figure may be a zero."""


class Level(StrEnum):
    """What must stay open about a sensitive figure; each level asks more than the one before."""

    NOT_COMPUTABLE = "not_computable"
    """At least two values remain possible."""
    NOT_SMALL = "not_small"
    """The figure may be as large as the smallest one that is shown."""
    PRESENCE_HIDDEN = "presence_hidden"
    """It may also be zero; needs zeros that may be hidden."""

    @property
    def word(self) -> str:
        """The level's German name."""
        return _LEVEL_WORDS[self]

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return list(Level).index(self)


_LEVEL_WORDS = {
    Level.NOT_COMPUTABLE: "nicht errechenbar",
    Level.NOT_SMALL: "nicht als klein erkennbar",
    Level.PRESENCE_HIDDEN: "Anwesenheit verborgen",
}


class Mode(StrEnum):
    """How the figures of one data set are protected. Two modes on the same counts reveal each other."""

    SUPPRESSION = "suppression"
    ROUNDING = "rounding"
    """Controlled rounding to multiples of 5: adds up everywhere."""
    CELL_KEY = "cell_key"
    """Noise that belongs to the figure; for answers to single questions, never for tables that are shown."""
    SOURCE = "source"
    """Protected where it comes from, such as census tables overlaid with chance: marked, nothing on top."""

    @property
    def word(self) -> str:
        """The mode's German name."""
        return {
            "suppression": "Sperrung", "rounding": "Rundung auf 5", "cell_key": "Zellschlüssel",
            "source": "Überlagerung an der Quelle",
        }[self]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Primary rule of one protection class. A limit of 0 checks nothing."""

    label: str
    minimum_count: float = 0
    """Counts c with 0 < |c| < ``minimum_count`` are protected; exactly 0 is visible."""
    complement: bool = False
    """The numerator is part of the denominator: what remains is a count under the same rule."""
    whole_group: bool = False
    """Numerator = denominator is protected: it tells the state of everybody in the group."""
    minimum_denominator: float = 0
    """Smallest denominator of a rate, where the indicator has no own one."""
    minimum_population: float = 0
    """Smallest number of inhabitants, which must be known (it stands in the figure's denominator)."""
    minimum_contributors: float = 0
    """Smallest number of those whose amounts are summed; from 1 to fewer than this many is protected."""
    dominance_count: float = 0
    """With ``dominance_share``: the n largest contributors together must not exceed the share (n, k rule)."""
    dominance_share: float = 0
    """In per cent of the sum."""
    p_percent: float = 0
    """The second largest contributor must not learn the largest one's amount to within p per cent of it."""
    zeros: Zeros = Zeros.VISIBLE
    level: Level = Level.NOT_COMPUTABLE

    @property
    def checks_nothing(self) -> bool:
        """No limit at all: figures without reference to persons."""
        return not any(getattr(self, name) for name in _LIMITS)

    @property
    def needs_contributors(self) -> bool:
        """The rule asks who contributes how much, which a plain count does not say."""
        return bool(self.minimum_contributors or self.dominance_share or self.p_percent)


_LIMITS = frozenset(f.name for f in fields(Rule)) - {"label", "zeros", "level"}


def stricter(base: Rule, demand: Rule) -> Rule:
    """``base`` with every limit at least as strict as in ``demand``; a demand never loosens.

    It asks nothing of a class that checks nothing, and no minimum count where the class counts nothing (an
    index or a balance).
    """
    if base.checks_nothing:
        return base
    asked = {
        f.name: max(getattr(base, f.name), getattr(demand, f.name)) for f in fields(Rule) if f.name in _LIMITS
    }
    if not base.minimum_count:
        asked |= {"minimum_count": 0, "complement": base.complement}
    # A smaller share is stricter; with the larger n of the two the pair is stricter than either.
    shares = [r.dominance_share for r in (base, demand) if r.dominance_share]
    asked["dominance_share"] = min(shares, default=0)
    level = max(base.level, demand.level, key=lambda level: level.rank)
    # Whether zeros may be hidden is said by the class; only hiding a presence cannot do without.
    zeros = Zeros.CANDIDATE if level is Level.PRESENCE_HIDDEN else base.zeros
    return replace(base, **asked, level=level, zeros=zeros)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a supplier or a variable asks beyond the class's rule."""

    label: str
    rule: Rule
    """For every class; limits of 0 ask nothing."""
    classes: Mapping[str, Rule]
    """For single classes, on top of that."""
    audiences: frozenset[Audience]
    """For whom it holds."""

    def applied(self, rule: Rule, protection_class: str, audience: Audience) -> Rule:
        """``rule`` tightened by this demand."""
        if audience not in self.audiences:
            return rule
        result = stricter(rule, self.rule)
        own = self.classes.get(protection_class)
        return stricter(result, own) if own is not None else result


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """The rules for one audience."""

    label: str
    policy: str
    """Name that every released table carries."""
    classes: Mapping[str, Rule]
    primary: bool = True
    """False only for internal working views: small figures come out, marked."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a figure comes from: what decides beside its class."""

    variables: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    """Codes of the partners that delivered."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Cost of hiding a figure beside another: what should stay visible weighs more (factors, at least 1)."""

    total: float = 8
    """A sum over all categories of a breakdown, or a figure of a coarser level, for each step upwards."""
    current_year: float = 2
    """A figure of the newest year."""
    index_input: float = 4
    """A figure that an index is made of: hiding it hides the index."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A named rule set in one version."""

    name: str
    label: str
    version: int
    valid_from: date
    valid_to: date | None
    sources: tuple[str, ...]
    audiences: Mapping[Audience, AudienceRules]
    suppliers: Mapping[str, Demand] = field(default_factory=dict)
    """By partner code."""
    variables: Mapping[str, Demand] = field(default_factory=dict)
    modes: Mapping[str, Mode] = field(default_factory=dict)
    """By data set; what is not named is suppressed."""
    since: Mapping[str, int] = field(default_factory=dict)
    """By data set the first year its mode holds for; years before are suppressed."""
    weights: Weights = field(default_factory=Weights)
    insiders: bool = False
    """Whether the intruder may be a supplier who knows the own figures."""
    coalitions: tuple[tuple[str, ...], ...] = ()
    """Suppliers (codes, at least two) who may put together what they know, beside each for itself."""
    undetailed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By data set the levels on which its broken-down figures (by age, sex) are not published."""
    ages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By data set the ages at which the only groups of ages that are published begin, after the first one."""
    undivided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By data set the dimensions by which it is not published broken down, on any level."""

    def policy(self, audience: Audience) -> str:
        """What a table says of the rules it was released under."""
        return f"{self.audiences[audience].policy} ({self.label}, Fassung {self.version})"

    def valid_on(self, day: date) -> bool:
        """Whether the rule set is in force on ``day`` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def rule(self, audience: Audience, protection_class: str, sources: Sources | None = None) -> Rule:
        """The rule of a figure: that of its class, tightened by its suppliers' and variables' demands.

        Raises ``KeyError`` for a class the rules do not know.
        """
        result = self.audiences[audience].classes[protection_class]
        if sources is not None:
            named = [self.suppliers.get(s) for s in sources.suppliers]
            named += [self.variables.get(v) for v in sources.variables]
            for demand in named:
                if demand is not None:
                    result = demand.applied(result, protection_class, audience)
        return result

    def mode(self, dataset: str, year: int | None = None) -> Mode:
        """How the figures of a data set are protected, those of a year where one is given."""
        if year is not None and year < self.since.get(dataset, year):
            return Mode.SUPPRESSION
        return self.modes.get(dataset, Mode.SUPPRESSION)

    def too_detailed(self, figures: FigureTable, sources: Mapping[str, Sources]) -> Bools:
        """Rows (n,) that are not published because their data set is not broken down on their level."""
        result = np.zeros(len(figures), dtype=np.bool_)
        for dataset, levels in self.undetailed.items():
            codes = [code for code, of in sources.items() if dataset in of.datasets]
            result |= np.isin(figures.indicator, np.array(codes, dtype=np.str_)) & np.isin(
                figures.level, np.array(sorted(levels), dtype=np.str_)
            )
        broken: Bools = figures.breakdown != ""
        return result & broken


def one_mode(dataset: str, planned: Mode, published: Iterable[Mode], years: Iterable[int] = ()) -> Mode:
    """``planned``, where all that is out already was protected in the same way; ``years`` are those of it.

    Exact figures beside rounded or noisy ones of the same counts tell what the noise was.

    Raises ``WohnplatzError`` (``disclosure.mixed_modes``).
    """
    others = sorted({m.word for m in published if m is not planned})
    named = sorted(set(years))
    if others:
        later = (
            f" Für spätere Jahre geht beides: mode mit »since = {named[-1] + 1}«."
            if named and planned is not Mode.SUPPRESSION
            else ""
        )
        raise WohnplatzError(
            f"Der Datensatz »{dataset}« kann nicht mit »{planned.word}« veröffentlicht werden.",
            where=f"Regeldatei, datasets.{dataset}, mode",
            why=f"Seine Zahlen{_of_years(named)} sind bereits mit »{others[0]}« veröffentlicht. Beides "
            "nebeneinander verrät, was jedes für sich schützt.",
            todo=f"Bitte bei »{others[0]}« bleiben.{later}",
            code="disclosure.mixed_modes",
        )
    return planned


def _of_years(years: list[int]) -> str:
    if not years:
        return ""
    return f" des Jahres {years[0]}" if len(years) == 1 else f" der Jahre {years[0]} bis {years[-1]}"
