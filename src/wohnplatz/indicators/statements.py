"""The SQL steps from cells to figures. Portable: no dialect beyond window functions.

State and reason travel as one whole number ``why`` = 100 × state + reason, so that ``max`` combines both:
below 1000 a number stands there. ``value`` is NULL from 1000 on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wohnplatz.store import Step

from .expression import (
    Change,
    Expression,
    IndicatorRef,
    Lag,
    Negative,
    Number,
    Operation,
    to_text,
)
from .linear import lagged_references
from .parser import parse
from .terms import Figure

NO_NUMBER = 1000
ZERO_DENOMINATOR, NOT_THIS_YEAR, NO_EARLIER_YEAR, RATE_NOT_SUMMABLE = 1001, 1002, 1003, 1004
NOT_DELIVERED, MISSING_TERM = 1100, 1101
REASONS = {
    1000: "not_applicable",
    ZERO_DENOMINATOR: "zero_denominator",
    NOT_THIS_YEAR: "not_this_year",
    NO_EARLIER_YEAR: "no_earlier_year",
    RATE_NOT_SUMMABLE: "rate_not_summable",
    NOT_DELIVERED: "not_delivered",
    MISSING_TERM: "missing_term",
    1200: "later",
    1300: "unreliable",
    1400: "unknown",
    1500: "protected",
}
COLUMNS = "figure, level, area, year, value, numerator, denominator, why, covered, expected, share"


def cells_step(dimensions: Sequence[str]) -> Step:
    """All delivered cells; a dimension that a file does not know is its total."""
    categories = "".join(f", coalesce(o.{d}, 'T') AS d{n}" for n, d in enumerate(dimensions))
    sql = (
        "SELECT o.variable, o.area, cast(extract(year FROM o.reference_date) AS integer) AS year"  # noqa: S608
        f"{categories}, cast(o.value AS double) AS value, cast(o.state AS integer) AS state"
        " FROM observations o"
    )
    return Step("cells", sql, "Alle gelieferten Zellen", keep=True)


def check_steps(dimensions: int) -> list[Step]:
    """Years with observations, cells that stand twice, and cells of areas the hierarchy does not have."""
    categories = "".join(f", d{n}" for n in range(dimensions))
    shown = " || ';' || ".join(f"d{n}" for n in range(dimensions)) or "''"
    sql = f"""
        SELECT 'year' AS kind, '' AS variable, '' AS area, year, '' AS breakdown, count(*) AS times
        FROM cells GROUP BY year
        UNION ALL
        SELECT 'double', variable, area, year, {shown}, count(*)
        FROM cells GROUP BY variable, area, year{categories} HAVING count(*) > 1
        UNION ALL
        SELECT 'area', c.variable, c.area, c.year, '', count(*)
        FROM cells c JOIN variables v ON v.variable = c.variable
        LEFT JOIN areas a ON a.area = c.area AND a.level = v.level
        WHERE a.area IS NULL GROUP BY c.variable, c.area, c.year"""  # noqa: S608
    return [Step("checks", sql, "Jahre, doppelte Zellen und fremde Gebiete")]


def sum_steps(dimensions: int) -> list[Step]:
    """From cells to the table ``direct``: all figures that are sums or ratios of sums, on all levels."""
    return [
        *_term_steps(dimensions),
        Step("raised", _RAISED, "Merkmale auf der Ebene, ab der ein Indikator summiert wird", keep=True),
        Step("known", _KNOWN, "Letztes Jahr mit bekannter Einwohnerzahl", keep=True),
        Step("inhabitants", _INHABITANTS, "Einwohnerzahl für den Deckungsgrad", keep=True),
        Step("based", _BASED, "Zähler und Nenner je Ausgangsgebiet", keep=True),
        Step("rolled", _ROLLED, "Summen über die Gebiete, in denen alle Teile Zahlen sind"),
        Step("judged", _JUDGED, "Status und Deckungsgrad der Summen"),
        Step("direct", _DIRECT, "Werte aus Zähler und Nenner", keep=True),
    ]


def _term_steps(dimensions: int) -> list[Step]:
    joins = "".join(
        f"\n JOIN allowed_{n} a{n} ON a{n}.term = t.term AND a{n}.category = c.d{n}"
        for n in range(dimensions)
    )
    # Without dimensions there is one shape only; a bare 0 after GROUP BY would name a column position.
    shape = " + ".join(f"a{n}.bit" for n in range(dimensions)) or "0 * c.year"
    grouped = f"""
        SELECT t.term, c.area, c.year, {shape} AS shape,
               count(*) AS cells, sum(c.value) AS value, max(c.state) AS state
        FROM cells c JOIN terms t ON t.variable = c.variable{joins}
        GROUP BY t.term, c.area, c.year, {shape}"""  # noqa: S608
    return [
        Step("grouped", grouped, "Zellen je Auswahl, getrennt nach mitgelieferten Summen", keep=True),
        Step("chosen", _CHOSEN, "Vollständige Auswahl mit den meisten mitgelieferten Summen", keep=True),
        Step("touched", _TOUCHED, "Auswahlen, zu denen überhaupt etwas geliefert ist", keep=True),
        Step("term_values", _TERM_VALUES, "Wert oder Status je Auswahl, Gebiet und Jahr", keep=True),
    ]


_CHOSEN = """
    SELECT term, area, year, value, state FROM (
        SELECT g.term, g.area, g.year, g.value, g.state, row_number() OVER (
               PARTITION BY g.term, g.area, g.year ORDER BY s.totals DESC, g.shape) AS place
        FROM grouped g JOIN shapes s ON s.term = g.term AND s.shape = g.shape AND s.expected = g.cells
    ) ranked WHERE place = 1"""

_TOUCHED = "SELECT term, area, year, max(state) AS state FROM grouped GROUP BY term, area, year"

_TERM_VALUES = f"""
    SELECT t.term, a.area, y.year,
           CASE WHEN c.state < 10 THEN c.value END AS value,
           CASE WHEN c.state IS NOT NULL THEN c.state * 100
                WHEN u.state IS NOT NULL THEN greatest({MISSING_TERM}, u.state * 100)
                WHEN t.even = 1 AND y.year % 2 <> 0 THEN {NOT_THIS_YEAR}
                ELSE {NOT_DELIVERED} END AS why
    FROM terms t JOIN areas a ON a.level = t.level CROSS JOIN years y
    LEFT JOIN chosen c ON c.term = t.term AND c.area = a.area AND c.year = y.year
    LEFT JOIN touched u ON u.term = t.term AND u.area = a.area AND u.year = y.year"""  # noqa: S608

# A term of finer areas is a number on the base level only where it is one in all of them: a partial sum here
# would meet a whole one in the same ratio. Areas to which it does not apply have nothing to add.
_RAISED = f"""
    SELECT term, level, area, year, coalesce(worst, why) AS why,
           CASE WHEN coalesce(worst, why) < {NO_NUMBER} THEN total END AS value
    FROM (
        SELECT w.term, w.level, n.ancestor AS area, v.year, max(v.why) AS why, sum(v.value) AS total,
               max(CASE WHEN v.why < {NO_NUMBER} OR v.why >= {NOT_DELIVERED} THEN v.why END) AS worst
        FROM wanted w JOIN term_values v ON v.term = w.term
        JOIN ancestors n ON n.area = v.area AND n.level = w.level
        GROUP BY w.term, w.level, n.ancestor, v.year
    ) sums"""  # noqa: S608

_KNOWN = f"""
    SELECT r.level, r.area, y.year, max(r.year) AS known
    FROM raised r JOIN years y ON r.year <= y.year
    WHERE r.term = 0 AND r.why < {NO_NUMBER} GROUP BY r.level, r.area, y.year"""  # noqa: S608

_INHABITANTS = """
    SELECT k.level, k.area, k.year, r.value AS people
    FROM known k JOIN raised r ON r.term = 0 AND r.level = k.level AND r.area = k.area AND r.year = k.known"""

_BASED = f"""
    SELECT f.figure, f.level, a.area, y.year, max(coalesce(r.why, {NO_EARLIER_YEAR})) AS why,
           sum(CASE WHEN s.role = 0 THEN s.coefficient * r.value END) AS numerator,
           sum(CASE WHEN s.role = 1 THEN s.coefficient * r.value END) AS denominator
    FROM figures f JOIN sums s ON s.figure = f.figure JOIN areas a ON a.level = f.level CROSS JOIN years y
    LEFT JOIN raised r ON r.term = s.term AND r.level = f.level AND r.area = a.area
         AND r.year = y.year - s.back
    GROUP BY f.figure, f.level, a.area, y.year"""  # noqa: S608

_ROLLED = f"""
    SELECT b.figure, b.level AS base, n.level, n.ancestor AS area, b.year,
           sum(CASE WHEN b.why < {NO_NUMBER} THEN 1 ELSE 0 END) AS covered,
           sum(CASE WHEN b.why < {NO_NUMBER} OR b.why >= {NOT_DELIVERED} THEN 1 ELSE 0 END) AS expected,
           sum(CASE WHEN b.why < {NO_NUMBER} THEN b.numerator END) AS numerator,
           sum(CASE WHEN b.why < {NO_NUMBER} THEN b.denominator END) AS denominator,
           max(CASE WHEN b.why < {NO_NUMBER} THEN b.why END) AS worst_number, max(b.why) AS worst,
           sum(CASE WHEN b.why < {NO_NUMBER} THEN p.people END) AS people_in,
           sum(CASE WHEN b.why < {NO_NUMBER} OR b.why >= {NOT_DELIVERED} THEN p.people END) AS people,
           sum(CASE WHEN p.people IS NULL AND (b.why < {NO_NUMBER} OR b.why >= {NOT_DELIVERED})
               THEN 1 ELSE 0 END) AS strangers
    FROM based b JOIN ancestors n ON n.area = b.area
    LEFT JOIN inhabitants p ON p.level = b.level AND p.area = b.area AND p.year = b.year
    GROUP BY b.figure, b.level, n.level, n.ancestor, b.year"""  # noqa: S608

_JUDGED = f"""
    SELECT r.figure, r.level, r.area, r.year, r.numerator, r.denominator,
           CASE WHEN f.rate = 1 AND r.level <> r.base THEN 0 ELSE r.covered END AS covered, r.expected,
           CASE WHEN f.rate = 1 AND r.level <> r.base THEN {RATE_NOT_SUMMABLE}
                WHEN r.covered = 0 THEN r.worst
                WHEN r.covered < r.expected THEN greatest(300, r.worst_number)
                ELSE r.worst_number END AS why,
           CASE WHEN r.expected = 0 OR (f.rate = 1 AND r.level <> r.base) THEN NULL
                WHEN r.covered = r.expected THEN 1.0
                WHEN r.covered = 0 THEN 0.0
                WHEN r.strangers > 0 OR r.people = 0 THEN NULL
                ELSE coalesce(r.people_in, 0) / r.people END AS share,
           f.factor, f.divided
    FROM rolled r JOIN figures f ON f.figure = r.figure"""  # noqa: S608

_DIRECT = f"""
    SELECT figure, level, area, year,
           CASE WHEN why >= {NO_NUMBER} THEN NULL
                WHEN divided = 1 THEN factor * numerator / nullif(denominator, 0)
                ELSE factor * numerator END AS value,
           CASE WHEN why < {NO_NUMBER} THEN numerator END AS numerator,
           CASE WHEN why < {NO_NUMBER} THEN denominator END AS denominator,
           CASE WHEN why < {NO_NUMBER} AND divided = 1 AND denominator = 0 THEN {ZERO_DENOMINATOR}
                ELSE why END AS why,
           covered, expected, share
    FROM judged"""  # noqa: S608


def formula_step(figure: Figure, number: int, places: Mapping[str, tuple[str, int]]) -> Step:
    """The table ``formula_<number>``: a figure over other figures.

    ``places`` gives for each indicator the table it stands in and its number there.
    """
    tree = parse(figure.formula)
    found = lagged_references(tree)
    alias = {pair: f"r{n}" for n, pair in enumerate(found)}
    joins = "".join(
        f"\n LEFT JOIN {places[code][0]} {name} ON {name}.figure = {places[code][1]}"
        f" AND {name}.area = a.area AND {name}.year = y.year - {back}"
        for (code, back), name in alias.items()
    )
    names = list(alias.values())
    known = " AND ".join(f"{n}.share IS NOT NULL" for n in names)
    sql = f"""
        SELECT {number} AS figure, level, area, year, CASE WHEN why < {NO_NUMBER} THEN value END AS value,
               cast(NULL AS double) AS numerator, cast(NULL AS double) AS denominator,
               CASE WHEN why < {NO_NUMBER} AND value IS NULL THEN {ZERO_DENOMINATOR} ELSE why END AS why,
               covered, expected, share
        FROM (SELECT a.level, a.area, y.year, {_sql(tree, 0, alias)} AS value,
                     {_most("greatest", [f"coalesce({n}.why, {NO_EARLIER_YEAR})" for n in names])} AS why,
                     {_most("least", [f"coalesce({n}.covered, 0)" for n in names])} AS covered,
                     {_most("greatest", [f"coalesce({n}.expected, 0)" for n in names])} AS expected,
                     CASE WHEN {known} THEN {_most("least", [f"{n}.share" for n in names])} END AS share
              FROM areas a CROSS JOIN years y{joins}
              WHERE a.level >= {figure.base}) parts"""  # noqa: S608
    return Step(f"formula_{number}", sql, f"Indikator {figure.code}: {to_text(tree)}", keep=True)


def all_figures_step(formulas: Sequence[int]) -> Step:
    """The table ``all_figures`` from sums and formulas."""
    tables = ["direct", *(f"formula_{n}" for n in formulas)]
    sql = " UNION ALL ".join(f"SELECT {COLUMNS} FROM {table}" for table in tables)  # noqa: S608
    return Step("all_figures", sql, "Alle Indikatoren")


def _most(function: str, items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{function}({', '.join(items)})"


def _sql(node: Expression, back: int, alias: Mapping[tuple[str, int], str]) -> str:
    """A formula over indicators as SQL; a division by zero gives NULL."""
    if isinstance(node, Number):
        return f"cast({to_text(node)} AS double)"
    if isinstance(node, IndicatorRef):
        return f"{alias[node.code, back]}.value"
    if isinstance(node, Negative):
        return f"(-{_sql(node.operand, back, alias)})"
    if isinstance(node, Lag):
        return _sql(node.operand, back + node.years, alias)
    if isinstance(node, Change):
        return f"({_sql(node.operand, back, alias)} - {_sql(node.operand, back + node.years, alias)})"
    if isinstance(node, Operation):
        left, right = _sql(node.left, back, alias), _sql(node.right, back, alias)
        return f"({left} / nullif({right}, 0))" if node.sign == "/" else f"({left} {node.sign} {right})"
    raise TypeError(f"no SQL for {type(node).__name__}")
