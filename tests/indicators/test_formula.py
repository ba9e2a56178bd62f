from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.indicators import Expression, FormulaError, load_catalogue, parse, to_text
from wohnplatz.indicators.expression import (
    Category,
    Change,
    Filter,
    IndicatorRef,
    Lag,
    Negative,
    Number,
    Operation,
    Span,
    VariableRef,
)
from wohnplatz.indicators.linear import Term, lagged_references, linear, references

CATALOGUE = load_catalogue()
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda n: n not in ("vor", "aenderung"))


def error(formula: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        linear(formula, CATALOGUE)
    return caught.value


def pointed(formula: str) -> str:
    """The part of the formula that the error's carets stand under."""
    found = error(formula)
    lines = found.text().splitlines()
    caret = next(n for n, line in enumerate(lines) if line.strip() and set(line.strip()) == {"^"})
    first, last = lines[caret].index("^"), lines[caret].rindex("^")
    return lines[caret - 1][first : last + 1]


def test_multiplication_binds_more_than_addition_and_minus_is_left_associative():
    assert parse("1 - 2 - 3 * 4") == parse("(1 - 2) - (3 * 4)")
    assert parse("1 - (2 - 3)") != parse("1 - 2 - 3")


def test_a_filter_takes_spans_and_categories_and_blanks_do_not_matter():
    wanted = VariableRef(
        "einwohner", (Filter("alter", (Span(0, 64),)), Filter("geschlecht", (Category("w"), Category("m"))))
    )
    assert parse("einwohner[alter=0..64; geschlecht=w,m]") == wanted
    assert parse("  einwohner [ alter = 0 .. 64 ;geschlecht= w , m ] ") == wanted


def test_an_open_span_has_no_upper_end():
    assert parse("einwohner[alter=65..]") == VariableRef("einwohner", (Filter("alter", (Span(65, None),)),))


def test_a_span_is_the_categories_that_fill_it():
    (term, back), coefficient = next(iter(linear("einwohner[alter=0..9]", CATALOGUE).items()))
    assert term == Term("einwohner", (("alter", ("0-2", "3-5", "6-9")),))
    assert (back, coefficient) == (0, 1.0)


@pytest.mark.parametrize(
    "span",
    ["0..2", "3..5", "0..14", "0..17", "0..19", "0..20", "15..24", "15..64", "18..64", "20..64", "25..44",
     "45..64", "65..79", "65..", "80..", "0..64", "6..9", "10..17", "18..24"],
)  # fmt: skip
def test_every_denominator_of_the_field_is_made_of_whole_age_groups(span: str):
    assert linear(f"einwohner[alter={span}]", CATALOGUE)


def test_a_filter_on_everything_is_no_filter():
    assert linear("einwohner[geschlecht=m,w; alter=0..]", CATALOGUE) == {(Term("einwohner"), 0): 1.0}


def test_numbers_lags_and_changes_become_weights_of_years():
    found = linear("2 * (zuzuege - fortzuege / 4) + aenderung(vor(geburten, 2), 3)", CATALOGUE)
    assert found == {
        (Term("zuzuege"), 0): 2.0,
        (Term("fortzuege"), 0): -0.5,
        (Term("geburten"), 2): 1.0,
        (Term("geburten"), 5): -1.0,
    }


def test_a_term_that_cancels_out_stays_so_that_its_state_counts():
    assert linear("einwohner + geburten - geburten", CATALOGUE)[Term("geburten"), 0] == 0.0


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("einwonher + geburten", "einwonher"),
        ("einwohner[altr=0..64]", "altr"),
        ("geburten[alter=0..64]", "alter"),
        ("einwohner[geschlecht=x]", "x"),
        ("einwohner[alter=0..63]", "0.."),
        ("einwohner[alter=0..2, 0-2]", "0"),
        ("einwohner * geburten", "*"),
        ("einwohner / geburten", "/"),
        ("einwohner / 0", "/"),
        ("einwohner + @sgb2_quote", "@sgb2_quote"),
        ("einwohner[alter=0..64", "["),
        ("einwohner geburten", "geburten"),
        ("einwohner; drop", ";"),
        ("wurzel(einwohner)", "wurzel"),
        ("vor(einwohner, 0)", "0"),
        ("vor(einwohner, 1.5)", "1.5"),
        ("vor(einwohner)", ")"),
        ("Einwohner", "E"),
        ("bevölkerung", "ö"),
        ("einwohner[alter]", "alter"),
        ("einwohner[alter=64..0]", "64..0"),
        ("einwohner[alter=0..2; alter=3..5]", "alter=3..5"),
    ],
)
def test_an_error_points_at_the_place(formula: str, place: str):
    assert pointed(formula) == place


def test_an_unknown_name_comes_with_the_nearest_known_ones():
    assert "»einwohner«" in error("einwonher").todo
    assert "»geschlecht«" in error("einwohner[geschlect=w]").todo


def test_a_number_alone_is_no_sum_over_areas():
    for formula in ("3", "einwohner + 1"):
        assert "factor" in error(formula).todo


def test_a_formula_over_indicators_names_no_variables():
    assert [r.code for r in references("@a / @b")] == ["a", "b"]
    with pytest.raises(FormulaError, match="Merkmal"):
        references("@a / einwohner")
    with pytest.raises(FormulaError, match="keinen Indikator"):
        references("1 + 2")


def test_a_reference_knows_how_many_years_it_lies_back():
    assert lagged_references(parse("aenderung(vor(@a, 1), 2) / @b + @a")) == (
        ("a", 1),
        ("a", 3),
        ("b", 0),
        ("a", 0),
    )


@pytest.mark.parametrize(
    "formula", ["", "   ", "(" * 5000, "-" * 5000 + "a", "a" + "+a" * 5000, "9" * 400, "+", "\n\t"]
)
def test_the_worst_texts_are_refused_and_break_nothing(formula: str):
    with pytest.raises(FormulaError) as caught:
        parse(formula)
    assert 0 <= caught.value.position <= len(formula)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("abvor(@[]=;,.+-*/0192 )")), max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_formula_or_an_error_with_a_place(text: str):
    try:
        tree = parse(text)
    except FormulaError as caught:
        place, shown = caught.position, caught.text()
    else:
        assert parse(to_text(tree)) == tree
        return
    assert 0 <= place <= len(text)
    assert "^" in shown


def choices() -> st.SearchStrategy[Span | Category]:
    spans = st.tuples(st.integers(0, 99), st.one_of(st.none(), st.integers(0, 99)))
    return st.one_of(
        spans.map(lambda s: Span(s[0], None if s[1] is None else s[0] + s[1])),
        st.sampled_from(["w", "0-2", "85+", "20"]).map(Category),
    )


def filters() -> st.SearchStrategy[tuple[Filter, ...]]:
    one = st.builds(Filter, NAMES, st.lists(choices(), min_size=1, max_size=3).map(tuple))
    return st.lists(one, max_size=2, unique_by=lambda f: f.dimension).map(tuple)


def numbers() -> st.SearchStrategy[Number]:
    return st.builds(Number, st.floats(0, 1e12).map(abs))


def trees(leaves: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        return st.one_of(
            st.builds(Operation, st.sampled_from("+-*/"), inner, inner),
            st.builds(Negative, inner),
            st.builds(Lag, inner, st.integers(1, 9)),
            st.builds(Change, inner, st.integers(1, 9)),
        )

    return st.recursive(leaves, grown, max_leaves=8)


@given(trees(st.one_of(numbers(), st.builds(VariableRef, NAMES, filters()), st.builds(IndicatorRef, NAMES))))
@settings(max_examples=300, deadline=None)
def test_every_tree_comes_back_from_its_text(tree: Expression):
    assert parse(to_text(tree)) == tree


VALUES = {"geburten": 7.0, "zuzuege": -3.0, "fortzuege": 11.0}


def reference(node: Expression, back: int = 0) -> float:
    """Plain evaluation: a variable is worth its value times 1.5 for every year back."""
    match node:
        case Number():
            return node.value
        case VariableRef():
            return VALUES[node.code] * 1.5**back
        case Negative():
            return -reference(node.operand, back)
        case Lag():
            return reference(node.operand, back + node.years)
        case Change():
            return reference(node.operand, back) - reference(node.operand, back + node.years)
        case Operation():
            left, right = reference(node.left, back), reference(node.right, back)
            return {
                "+": left + right,
                "-": left - right,
                "*": left * right,
                "/": left / right if right else math.nan,
            }[node.sign]
    raise AssertionError(node)


@given(
    trees(
        st.one_of(
            st.integers(0, 20).map(lambda n: Number(n / 4)), st.sampled_from(sorted(VALUES)).map(VariableRef)
        )
    )
)
@settings(max_examples=300, deadline=None)
def test_a_linear_formula_is_worth_what_plain_evaluation_gives(tree: Expression):
    try:
        found = linear(to_text(tree), CATALOGUE)
    except FormulaError:
        return
    worth = sum(c * VALUES[term.variable] * 1.5**back for (term, back), c in found.items())
    scale = sum(abs(c * VALUES[term.variable] * 1.5**back) for (term, back), c in found.items())
    assert worth == pytest.approx(reference(tree), rel=1e-9, abs=1e-9 * (1 + scale))
