"""From tables to the nouns of the model. The same tables stand in TOML files and in canonical JSON."""

from __future__ import annotations

from wohnplatz.model import (
    ClassRule,
    DataSet,
    Dimension,
    Exclusion,
    IndexDefinition,
    IndexFamily,
    IndexPart,
    IndexTheme,
    Indicator,
    Polarity,
    SeriesBreak,
    Variable,
    VariableKind,
)

from .tables import CatalogueError, Table


def dimension(code: str, table: Table) -> Dimension:
    """A dimension from its table."""
    bounds = table.table("bounds")
    result = Dimension(
        code=code,
        label=table.text("label"),
        categories=table.table("categories").words(),
        aliases=table.table("aliases").words(),
        bounds={category: _bounds(bounds, category) for category in bounds.values},
    )
    table.done()
    return result


def _bounds(table: Table, category: str) -> tuple[int, int | None]:
    found = [n for n in table.items(category) if n is not None]
    if not 1 <= len(found) <= 2 or not all(isinstance(n, int) for n in found):
        raise CatalogueError("Grenzen haben die Form [0, 2] oder, nach oben offen, [85].", table.at(category))
    return found[0], (found[1] if len(found) == 2 else None)


def dataset(code: str, table: Table) -> DataSet:
    """A data set from its table."""
    result = DataSet(
        code=code,
        label=table.text("label"),
        supplier=table.text("supplier"),
        legal_basis=table.text("legal_basis"),
        description=table.text("description", ""),
    )
    table.done()
    return result


def variable(code: str, table: Table) -> Variable:
    """A variable from its table."""
    result = Variable(
        code=code,
        label=table.text("label"),
        unit=table.text("unit"),
        dataset=table.text("dataset"),
        level=table.text("level"),
        kind=table.choice("kind", VariableKind, VariableKind.COUNT),
        breakdowns=table.texts("breakdowns", ()),
        reference=table.text("reference", "31.12."),
        rhythm=table.text("rhythm", "jährlich"),
        definition=table.text("definition", ""),
        non_negative=table.flag("non_negative", True),
        integer=table.flag("integer", True),
    )
    table.done()
    return result


def indicator(table: Table) -> Indicator:
    """An indicator from its table."""
    result = Indicator(
        code=table.text("code"),
        version=table.whole("version"),
        label=table.text("label"),
        short=table.text("short"),
        block=table.text("block"),
        polarity=table.choice("polarity", Polarity),
        unit=table.text("unit"),
        decimals=table.whole("decimals"),
        supplier=table.text("supplier"),
        legal_basis=table.text("legal_basis"),
        reference=table.text("reference"),
        protection=table.text("protection"),
        levels=table.texts("levels"),
        method=table.text("method"),
        source=table.text("source"),
        numerator=table.text("numerator", ""),
        denominator=table.text("denominator", ""),
        formula=table.text("formula", ""),
        factor=table.number("factor", 1.0),
        minimum_denominator=table.optional_number("minimum_denominator"),
        breaks=tuple(_series_break(t) for t in table.tables("breaks")),
        core=table.flag("core", False),
        age_parts=table.texts("age_parts", ()),
    )
    table.done()
    return result


def _series_break(table: Table) -> SeriesBreak:
    result = SeriesBreak(table.whole("year"), table.text("note"))
    table.done()
    return result


def index(table: Table) -> IndexDefinition:
    """An index from its table."""
    result = IndexDefinition(
        code=table.text("code"),
        version=table.whole("version"),
        label=table.text("label"),
        level=table.text("level"),
        status=tuple(_part(t) for t in table.tables("status")),
        dynamics=tuple(_part(t) for t in table.tables("dynamics")),
        status_limits=table.numbers("status_limits", ()),
        status_classes=table.texts("status_classes"),
        dynamics_limits=table.numbers("dynamics_limits", ()),
        dynamics_classes=table.texts("dynamics_classes", ()),
        minimum_population=table.number("minimum_population"),
        population=table.text("population"),
        attention=tuple(_pair(pair, table) for pair in table.items("attention", ())),
        exclusions=tuple(_exclusion(t) for t in table.tables("exclusions")),
        method=table.text("method", ""),
        source=table.text("source", ""),
        family=table.choice("family", IndexFamily, IndexFamily.Z_SUM),
        themes=tuple(_theme(t) for t in table.tables("themes")),
        class_rule=table.choice("class_rule", ClassRule, ClassRule.LIMITS),
        quantile_type=table.whole("quantile_type", 7),
        exceedance_sd=table.number("exceedance_sd", 0.0),
    )
    table.done()
    return result


def _theme(table: Table) -> IndexTheme:
    result = IndexTheme(table.text("code"), table.text("label"), table.number("weight", 1.0))
    table.done()
    return result


def _part(table: Table) -> IndexPart:
    result = IndexPart(table.text("indicator"), table.number("weight", 1.0), table.text("theme", ""))
    table.done()
    return result


def _pair(pair: object, table: Table) -> tuple[int, int]:
    if isinstance(pair, list | tuple) and len(pair) == 2 and all(type(n) is int for n in pair):
        return int(pair[0]), int(pair[1])
    raise CatalogueError(
        "Aufmerksamkeit entsteht aus Paaren [Statusklasse, Dynamikklasse].", table.at("attention")
    )


def _exclusion(table: Table) -> Exclusion:
    years = table.items("years", ())
    if not all(type(y) is int for y in years):
        raise CatalogueError("Hier wird eine Liste von Jahren erwartet.", table.at("years"))
    result = Exclusion(table.text("area"), table.text("reason"), years)
    table.done()
    return result
