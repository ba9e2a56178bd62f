"""What is measured: dimensions, variables, indicators, indices and the catalogue that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

TOTAL = "T"
"""Code of a breakdown's total (*insgesamt*) in an observation."""


class Polarity(StrEnum):
    """How a high value is read."""

    BURDEN = "burden"
    GOOD = "good"
    NEUTRAL = "neutral"


class VariableKind(StrEnum):
    """Whether the values of areas may be added."""

    COUNT = "count"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A breakdown (*Gliederungsmerkmal*): its code, label and categories in order.

    ``aliases`` maps other spellings that partners use to category codes. For an ordered numeric dimension
    such as age ``bounds`` gives the inclusive lower and upper limit of each category (upper None = open).
    """

    code: str
    label: str
    categories: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    bounds: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable (*Merkmal*) of the base data."""

    code: str
    label: str
    unit: str
    dataset: str
    """Code of the data set that delivers it."""
    level: str
    """The level at which it is delivered."""
    kind: VariableKind = VariableKind.COUNT
    breakdowns: tuple[str, ...] = ()
    """Codes of the dimensions it is broken down by; a cell has one category of each, or ``T``."""
    reference: str = "31.12."
    """``dd.mm.`` of the reference date, or ``Jahr`` for a period (then the date is 31.12. of the year)."""
    rhythm: str = "jährlich"
    """``jährlich``, ``gerade Jahre``."""
    definition: str = ""
    non_negative: bool = True
    integer: bool = True


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set (*Datensatz*): the variables that one kind of partner delivers together."""

    code: str
    label: str
    supplier: str
    legal_basis: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """A break (*Zeitreihenbruch*) in a series: from this year on the figures mean something else."""

    year: int
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator. Either ``numerator`` (with or without ``denominator``) or ``formula`` is given.

    ``numerator`` and ``denominator`` are sums over base variables and are evaluated on *sums over areas*;
    ``formula`` is an expression over other indicators (``@code``), such as ``aenderung(@sgb2_quote, 2)``.
    """

    code: str
    version: int
    label: str
    short: str
    block: str
    polarity: Polarity
    unit: str
    decimals: int
    supplier: str
    legal_basis: str
    reference: str
    protection: str
    """Protection class: a key of the disclosure rules."""
    levels: tuple[str, ...]
    method: str
    source: str
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    factor: float = 1.0
    minimum_denominator: float | None = None
    breaks: tuple[SeriesBreak, ...] = ()
    core: bool = False
    """Whether the district has marked it as part of its own core set."""
    age_parts: tuple[str, ...] = ()
    """Indicators that count the same cases in parts of its ages: they free it of the age structure."""


class IndexFamily(StrEnum):
    """How indicators become one number (docs/methoden/sozialindex.md)."""

    Z_SUM = "z_sum"
    PERCENTILE = "percentile"
    EXPONENTIAL = "exponential"
    PCA = "pca"
    EXCEEDANCE = "exceedance"


class ClassRule(StrEnum):
    """How the classes of an index are made."""

    LIMITS = "limits"
    QUANTILES = "quantiles"
    NATURAL = "natural"


@dataclass(frozen=True, slots=True)
class IndexTheme:
    """A theme (*Themenbereich*) of an index."""

    code: str
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class IndexPart:
    """An indicator inside an index, with its weight and, where there are themes, the one it belongs to."""

    indicator: str
    weight: float = 1.0
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An area left out of an index by declaration, in the given years (all years if empty)."""

    area: str
    reason: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """A composite index as parameters: what goes in, how it becomes one number, how it is classed.

    The defaults are the Berlin method. With the class rule ``LIMITS`` ``status_limits`` are ascending limits
    on the index; a value equal to a limit belongs to the middle side (class 1 is ``< limits[0]``, the last
    ``> limits[-1]``). Other rules make as many classes as ``status_classes`` has labels, least burden first.
    Without ``dynamics`` there are no limits and classes of it (with them: most favourable first); it is a
    standardised sum in every family.
    """

    code: str
    version: int
    label: str
    level: str
    status: tuple[IndexPart, ...]
    dynamics: tuple[IndexPart, ...]
    status_limits: tuple[float, ...]
    status_classes: tuple[str, ...]
    dynamics_limits: tuple[float, ...]
    dynamics_classes: tuple[str, ...]
    minimum_population: float
    population: str
    """Indicator code that counts the inhabitants, for ``minimum_population``."""
    attention: tuple[tuple[int, int], ...]
    """Pairs (status class, dynamics class), both 1-based, that mark an attention area; without dynamics the
    second one is 0."""
    exclusions: tuple[Exclusion, ...] = ()
    method: str = ""
    source: str = ""
    family: IndexFamily = IndexFamily.Z_SUM
    themes: tuple[IndexTheme, ...] = ()
    """Where there are some, every part of the status names one."""
    class_rule: ClassRule = ClassRule.LIMITS
    quantile_type: int = 7
    """Type of Hyndman and Fan, 1 to 9, for ``QUANTILES``."""
    exceedance_sd: float = 0.0
    """Standard deviations above the mean that count as exceeded, for ``EXCEEDANCE``."""

    def measures(self) -> tuple[str, ...]:
        """Codes under which the results stand in a figure table (see docs/development/architecture)."""
        dynamics = ("dynamics", "dynamics_class", "group") if self.dynamics else ()
        themes = tuple(f"theme_{theme.code}" for theme in self.themes)
        need = ("attention",) if self.attention else ()
        return tuple(f"{self.code}:{n}" for n in ("status", "status_class", *dynamics, *need, *themes))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a district measures, in one version. Canonical JSON of it is part of a release."""

    dimensions: Mapping[str, Dimension]
    datasets: Mapping[str, DataSet]
    variables: Mapping[str, Variable]
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, IndexDefinition]
    blocks: Mapping[str, str]
    """Block code → German label, in the order of display."""
    population: str = "einwohner"
    """Code of the variable that counts inhabitants: coverage in inhabitants and the pyramid use it."""
    pyramid_ages: tuple[int, ...] = ()
    """Ages at which the groups of the pyramid begin after the first; empty for those that are delivered."""
    pyramid_without: tuple[str, ...] = ()
    """Dimensions by which the pyramid is not broken down, though it is delivered so."""
