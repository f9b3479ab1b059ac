"""The difference between two texts reads back as both."""

from hypothesis import given
from hypothesis import strategies as st

from console.desk.changes import Change, changes

TEXTS = st.text(alphabet="あい。！\nab", max_size=60)


def test_a_changed_sentence_is_shown_gone_and_new() -> None:
    assert changes("こんにちは。元気です。", "こんにちは。元気ですか。") == [
        Change("same", "こんにちは。"),
        Change("gone", "元気です。"),
        Change("new", "元気ですか。"),
    ]


@given(TEXTS, TEXTS)
def test_leaving_out_the_new_gives_the_old_text_and_the_other_way_round(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(change.text for change in found if change.kind != "new") == before
    assert "".join(change.text for change in found if change.kind != "gone") == after
