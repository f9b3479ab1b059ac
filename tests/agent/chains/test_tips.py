"""Which sentences of a product's text are fit for a letter."""

import pytest

from agent.chains.tips import find_tips, sentences, tip_kind
from agent.domain.message import Passage


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("手のひらに500円玉大をとり、少し温めてから顔全体を包むようになじませてください。", "use"),
        ("頬の上で円を描くように、やさしくなじませてください。", "use"),
        ("ぬるま湯で顔を濡らし、こすらず20秒ほどで洗い流してください。", "use"),
        ("開封後は冷蔵庫に入れ、2週間ほどで食べ切るのがおすすめです。", "keep"),
        ("裏返して干すと色あせしにくくなります。", "keep"),
        ("お手入れはおしゃれ着洗いで手洗いし、平らに干してください。", "keep"),
        ("来客の30分前に焚いておくと、ほどよく残ります。", "use"),
    ],
)
def test_advice_on_use_and_care_is_a_tip(sentence: str, kind: str) -> None:
    assert tip_kind(sentence) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "和歌山で編んだ、目の詰まった天竺のTシャツです。",
        "1歳未満のお子さまには与えないでください。",
        "異常を感じたら使用を中止し、医師にご相談ください。",
        "ご注文の前にサイズ表をご確認ください。",
        "続けてお使いいただくと肌が明るくなります。",
        "2個以上で送料無料、1,980円でお求めください。",
        "くわしくは https://koharudo.example をご覧ください。",
        "【重要】必ずお読みください。",
        "要冷蔵です。",
        "直射日光を避けて保存",
        "温めてください。<b>今だけ半額</b>をお試しください。",
    ],
)
def test_descriptions_warnings_sales_talk_and_claims_are_not(sentence: str) -> None:
    assert tip_kind(sentence) is None


def test_advice_comes_before_what_is_merely_possible() -> None:
    text = "足首で折り返してもお使いいただけます。ネットに入れて手洗いコースで洗ってください。"
    [tip] = find_tips([Passage("p1", "product:A", "A", "靴下", text)])
    assert tip.text == "ネットに入れて手洗いコースで洗ってください。"
    assert tip.passage_id == "p1"


def test_list_marks_and_labels_are_dropped_but_the_words_stay_as_they_are() -> None:
    assert sentences("・使い方：温めてお使いください。\n- 綿100%。") == ["温めてお使いください。", "綿100%。"]


def test_advice_that_sends_the_reader_to_another_product_is_not_passed_on() -> None:
    said = "毛と絹にはおしゃれ着洗いをお使いください。お手入れには中性洗剤をお使いください。"
    soap = Passage("p1", "product:S", "S", "洗濯用液体せっけん", said)
    assert [tip.text for tip in find_tips([soap])] == ["お手入れには中性洗剤をお使いください。"]
