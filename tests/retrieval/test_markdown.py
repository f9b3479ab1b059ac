"""A policy's Markdown becomes sections under their headings."""

from retrieval.markdown import Section, first_heading, sections


def test_each_section_knows_the_headings_above_it() -> None:
    text = "# 返品\n前文\n## 期限\n8日以内\n### 例外\n食品\n## 送料\nお客さま負担"
    assert sections(text) == [
        Section(("返品",), ("前文",)),
        Section(("返品", "期限"), ("8日以内",)),
        Section(("返品", "期限", "例外"), ("食品",)),
        Section(("返品", "送料"), ("お客さま負担",)),
    ]


def test_marks_and_links_are_removed_and_lists_kept() -> None:
    text = "**重要**：[こちら](https://shop.example/a)から\n- 一つ\n1. 二つ\n> 引用\n***\n"
    assert sections(text)[0].lines == ("重要：こちらから", "・一つ", "・二つ", "引用")


def test_a_table_keeps_its_rows_with_their_heads() -> None:
    text = "| 地域 | 送料 |\n| --- | ---: |\n| 本州 | 660円 |\n| 沖縄 | 1,320円 |\n以上です"
    assert sections(text)[0].lines == ("地域 本州／送料 660円", "地域 沖縄／送料 1,320円", "以上です")


def test_a_heading_inside_a_code_fence_is_text() -> None:
    assert sections("# 題\n```\n# 例\n```\n本文")[0].lines == ("# 例", "本文")


def test_underlined_headings_count() -> None:
    found = sections("返品について\n====\n期限\n----\n8日以内です。")
    assert found == [Section(("返品について", "期限"), ("8日以内です。",))]


def test_html_in_markdown_is_inert() -> None:
    assert sections("# 題\n本文<script>alert(1)</script>です")[0].lines == ("本文です",)


def test_text_without_headings_is_one_section() -> None:
    assert sections("一行目\n二行目") == [Section((), ("一行目", "二行目"))]
    assert first_heading("一行目") is None
    assert sections("# 見出しだけ") == []
