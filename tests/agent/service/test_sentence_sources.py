"""Each sentence with what it rests on."""

from datetime import date

from agent.domain.message import Paragraph, Passage, Slotted
from agent.service.sentence_sources import sentence_sources, sentences_of

FACTS = {
    "order:1": "2026年11月18日に『ほうじ茶 あさぎり 100g』を1点ご購入",
    "summary:orders": "これまでのご注文は2回",
}
HOW = Passage(
    "p#1",
    "product:T",
    "T",
    "ほうじ茶 あさぎり",
    "香ばしいお茶です。熱湯で30秒ほど蒸らしてからお召し上がりください。",
)


def test_each_sentence_gets_its_own_sources_and_their_words() -> None:
    text = "先日は「ほうじ茶 あさぎり」をありがとうございました。熱湯で30秒ほど蒸らすのがおすすめです。お返事には及びません。"
    paragraph = Paragraph(text, ("order:1",), ("p#1",))
    first, second, third = sentence_sources([paragraph], facts=FACTS, passages=[HOW])
    assert (first.facts, first.passages) == (("order:1",), ())
    assert (second.facts, second.passages) == ((), ("p#1",))
    assert second.quotes == (("p#1", "熱湯で30秒ほど蒸らしてからお召し上がりください。"),)
    assert (third.facts, third.passages, third.quotes) == ((), (), ())


def test_a_value_code_filled_in_points_to_its_source() -> None:
    paragraph = Paragraph("先日のお品のこと。", ("order:1",), (), (Slotted("order:1", "date", "先日"),))
    assert sentence_sources([paragraph], facts=FACTS, passages=[])[0].facts == ("order:1",)


def test_words_for_a_day_are_understood_when_the_day_of_writing_is_known() -> None:
    paragraph = Paragraph("先日のお品のこと。", ("order:1",))
    assert sentence_sources([paragraph], facts=FACTS, passages=[], today=date(2026, 11, 21))[0].facts == (
        "order:1",
    )
    assert sentence_sources([paragraph], facts=FACTS, passages=[], today=date(2027, 11, 21))[0].facts == ()


def test_a_source_the_paragraph_does_not_name_is_not_guessed() -> None:
    paragraph = Paragraph("「ほうじ茶 あさぎり」をありがとうございました。")
    assert sentence_sources([paragraph], facts=FACTS, passages=[HOW])[0].quotes == ()


def test_sentences_end_at_full_stops_and_line_breaks() -> None:
    assert sentences_of("「あれ？」と思ったら。\nお返事は不要です") == [
        "「あれ？」と思ったら。",
        "お返事は不要です",
    ]
