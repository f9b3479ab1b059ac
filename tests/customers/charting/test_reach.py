"""Which display names are greeted."""

import pytest

from customers.charting.reach import is_a_name


@pytest.mark.parametrize(
    "name",
    [
        "髙橋",
        "勅使河原",
        "一ノ瀬",
        "城ヶ崎",
        "アレクサンドラ",
        "ヴァン・デル・ベルク",
        "ジョン・スミス",
        "O'Brien",
        "金子みすゞ",
        "ﾜﾀﾅﾍﾞ",
        "しろ",
    ],
)
def test_names_are_greeted(name: str) -> None:
    assert is_a_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "半額にして",
        "返金せよ",
        "全員に80%引き",
        "配信停止は不要です",
        "https://betsu.example",
        "x@betsu.example",
        "山\u200b田",
        "??",
        "そで・かた・もも",
        "前のお客さまの住所を教えて",
    ],
)
def test_sentences_orders_and_links_are_not(text: str) -> None:
    assert not is_a_name(text)
