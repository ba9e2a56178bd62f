import pytest

from wohnplatz.report import Bullets, Heading, Notice, PageBreak, RichText, Span
from wohnplatz.report.markdown import MOST, blocks_of
from wohnplatz.report.references import Broken, Reference


def show(reference: Reference | Broken) -> Span:
    return Span("12,3 %", figure="f")


def text_of(markdown: str) -> str:
    (block,) = blocks_of(markdown, show)
    assert isinstance(block, RichText)
    return "".join(s.text for s in block.spans)


def test_a_reference_keeps_the_emphasis_around_it() -> None:
    (block,) = blocks_of("Quote **hier {{ q }}** und *da*", show)
    assert block == RichText(
        (
            Span("Quote "), Span("hier ", strong=True), Span("12,3 %", strong=True, figure="f"),
            Span(" und "), Span("da", emphasis=True),
        )
    )  # fmt: skip


def test_the_subset_becomes_blocks() -> None:
    made = blocks_of("# Titel\n\n- a\n- b\n\n1. c\n\n> Zitat\n\n---\n\nEnde", show, level=3)
    assert made == (
        Heading("Titel", 3), Bullets(((Span("a"),), (Span("b"),))), Bullets(((Span("c"),),), ordered=True),
        Notice((RichText((Span("Zitat"),)),)), PageBreak(), RichText((Span("Ende"),)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("## A\n\n## B", (2, 2)),
        ("## A\n\n#### B\n\n##### C\n\n## D", (2, 3, 4, 2)),
        ("### A\n\n# B\n\n## C", (2, 2, 3)),
        ("# A\n\n> ### B\n\n### C", (2, 3, 3)),
    ],
)
def test_headings_begin_at_the_place_of_the_text_and_skip_no_level(
    text: str, levels: tuple[int, ...]
) -> None:
    made = blocks_of(text, show)
    inside = [b for block in made for b in (block.blocks if isinstance(block, Notice) else (block,))]
    assert tuple(b.level for b in inside if isinstance(b, Heading)) == levels


@pytest.mark.parametrize(
    "trick",
    [
        "<b>fett</b>",
        "<script>alert(1)</script>",
        "&lt;b&gt;",
        "`code`",
        "| a | b |",
        "#panic()",
        "$1/0$",
        "{=x=}",
    ],
)
def test_what_the_subset_does_not_know_stays_text(trick: str) -> None:
    assert text_of(trick) == trick


def test_what_stands_in_a_reference_cannot_become_markup() -> None:
    (block,) = blocks_of("{{ q | text=*x* **y** [z](https://a.de) }}", lambda r: Span("*x* **y**"))
    assert block == RichText((Span("*x* **y**"),))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.de"]
)
def test_only_addresses_of_the_web_and_of_mail_become_links(address: str) -> None:
    (block,) = blocks_of(f"[hier]({address})", show)
    assert isinstance(block, RichText)
    assert not any(s.link for s in block.spans)


def test_signs_that_mark_references_inside_cannot_be_smuggled_in() -> None:
    assert text_of("a\ue0000\ue001b\x00") == "a0b"


def test_lists_in_lists_come_out_flat() -> None:
    (block,) = blocks_of("- a\n  - b\n  - c\n- d", show)
    assert block == Bullets(tuple((Span(c),) for c in "abcd"))


def test_a_text_beyond_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        blocks_of("x" * (MOST + 1), show)
