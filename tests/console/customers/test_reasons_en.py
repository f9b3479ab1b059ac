"""An English page says the recorded Japanese reasons in English, and marks as Japanese what it cannot."""

import pytest

from agent.domain.prediction import Gain
from console.customers.reasons_en import in_english
from console.frame.render import say_aloud
from customers.charting.explain import NO_ORDER, ONE_ORDER
from customers.charting.ranks import RankSteps, rank_of, rank_reason
from customers.groups.model import NO_GROUP
from customers.scoring import everyone, expect
from customers.worth.gain import WHY_JA, gain_text
from customers.worth.ltv import TOO_FEW

RECORDED = (
    NO_ORDER,
    ONE_ORDER,
    NO_GROUP,
    TOO_FEW,
    everyone.NO_ORDER,
    expect.NO_HOLD_OUT,
    expect.NO_PRODUCT,
    expect.NOT_NOW,
    *WHY_JA.values(),
    f"{expect.HIDDEN}実績がまだ少なく、予測が当たるかどうか確かめられません。",
    f"{expect.HIDDEN}過去の期間で試すと合計が実績の1.62倍になり、ずれが大きいため表示しません。",
    "予測には購入のあるお客様が30名ほど必要です。いまは4名で、あと26名です。",
    "お客様が459名と少ないため、購入リズムの数理モデルに寄せて見積もっています。",
    "ご注文が2回のため、割引との関係はまだ分かりません（3回から）。",
)


@pytest.mark.parametrize("text", RECORDED)
def test_what_is_recorded_as_a_reason_has_english_words(text: str) -> None:
    said = in_english(text)
    assert said is not None, text
    assert said.isascii(), said


def test_numbers_stay_what_they_are() -> None:
    assert in_english("いまは4名で、あと26名です。") == "There are 4 now, 26 more to go."
    gain = Gain(yen=1_240.0, p_without=0.2, p_with=0.3, basket_yen=9_000, source="prior")
    said = in_english(gain_text(gain))
    assert said is not None
    assert "1,240" in said
    assert "from 20% to 30%" in said


def test_a_rank_is_explained_with_everything_that_counted() -> None:
    steps = RankSteps()
    rank = rank_of(20_000, steps, reviews=2, referrals=1, expected_yen=28_000)
    text = rank_reason(rank, steps, net_yen=20_000, reviews=2, referrals=1, expected_yen=28_000)
    assert "これからの見込み28,000円の1割" in text
    said = in_english(text)
    assert said is not None
    for words in ("¥20,000 so far", "2 reviews", "1 friends brought", "28,000 expected", "¥3,200 to"):
        assert words in said, said


def test_a_sentence_nobody_translated_stays_whole_and_is_marked_as_japanese() -> None:
    assert in_english("当面は見込めません。まったく新しい理由です。") is None
    assert str(say_aloud("en", "<b>新しい理由</b>")) == '<span lang="ja">&lt;b&gt;新しい理由&lt;/b&gt;</span>'
    assert str(say_aloud("ja", "<b>理由</b>")) == "&lt;b&gt;理由&lt;/b&gt;"
    assert str(say_aloud("en", expect.NOT_NOW)) == "Not to be expected for the time being."
