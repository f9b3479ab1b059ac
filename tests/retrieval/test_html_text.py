"""Descriptions of any markup become plain lines."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.html_text import plain_lines


def test_paragraphs_breaks_and_lists_become_lines() -> None:
    html = "<p>しっとり<b>うるおう</b></p>朝に<br/>夜に<ul><li>無香料</li><li>無着色</li></ul>"
    assert plain_lines(html) == ["しっとりうるおう", "朝に", "夜に", "・無香料", "・無着色"]


def test_a_size_table_keeps_its_rows_with_their_heads() -> None:
    html = (
        "<table><tr><th>サイズ</th><th>着丈</th></tr><tr><td>M</td><td>69cm</td></tr>"
        "<tr><td>L</td><td>72<br>cm</td></tr></table>"
    )
    assert plain_lines(html) == ["サイズ M／着丈 69cm", "サイズ L／着丈 72 cm"]


def test_a_specification_table_reads_as_head_and_value() -> None:
    assert plain_lines(
        "<table><tr><th>素材</th><td>綿100%</td></tr><tr><td>産地</td><td>岡山</td></tr></table>"
    ) == [
        "素材：綿100%",
        "産地：岡山",
    ]


def test_scripts_styles_and_comments_leave_nothing() -> None:
    html = "前<script>alert('x<b>')</script><style>p{}</style><!-- 秘密 --><svg><text>絵</text></svg>後"
    assert plain_lines(html) == ["前後"]


def test_a_script_that_never_closes_swallows_only_itself_and_what_follows() -> None:
    assert plain_lines("<p>良い品です</p><script>alert(1)") == ["良い品です"]


def test_plain_text_keeps_its_line_breaks_and_its_smaller_than_signs() -> None:
    assert plain_lines("重さ < 1kg\n\n高さ &gt; 3cm") == ["重さ < 1kg", "高さ > 3cm"]


def test_an_escaped_tag_stays_text() -> None:
    assert plain_lines("<p>&lt;script&gt;は使えません</p>") == ["<script>は使えません"]


def test_a_table_that_never_closes_is_still_read() -> None:
    assert plain_lines("<table><tr><td>色<td>紺") == ["色：紺"]


@given(st.text(alphabet=st.sampled_from("<>/abtrdhp &;!-\"'=\n日本"), max_size=80))
def test_no_markup_breaks_the_reader(html: str) -> None:
    assert all(line == line.strip() and line for line in plain_lines(html))


def test_markup_nested_ten_thousand_deep_is_read() -> None:
    assert plain_lines("<div>" * 10_000 + "底" + "</div>" * 10_000) == ["底"]
