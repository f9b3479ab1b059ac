"""Marks fall on the words the findings mean."""

from hypothesis import given
from hypothesis import strategies as st

from agent.domain.finding import Finding, Severity
from console.desk.marking import mark


def finding(start: int, stop: int, severity: Severity = Severity.REVIEW) -> Finding:
    return Finding("check", severity, "body", (start, stop), "", "")


def test_the_marked_words_are_the_quoted_ones() -> None:
    pieces = mark("さっぱり化粧水🍎です", [finding(4, 8)], field="body")
    assert [(piece.text, piece.numbers) for piece in pieces] == [
        ("さっぱり", ()),
        ("化粧水🍎", (1,)),
        ("です", ()),
    ]


def test_where_findings_overlap_the_worse_one_colours_the_words() -> None:
    pieces = mark("abcdef", [finding(0, 4, Severity.NOTE), finding(2, 6, Severity.BLOCK)], field="body")
    assert [(p.text, p.severity) for p in pieces] == [
        ("ab", Severity.NOTE),
        ("cd", Severity.BLOCK),
        ("ef", Severity.BLOCK),
    ]


def test_a_finding_about_the_subject_does_not_mark_the_body() -> None:
    other = Finding("check", Severity.BLOCK, "subject", (0, 2), "", "")
    assert [piece.severity for piece in mark("abc", [other], field="body")] == [None]


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6),
)
def test_the_pieces_joined_are_the_text_again(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = mark(text, [finding(*span) for span in spans], field="body")
    assert "".join(piece.text for piece in pieces) == text
