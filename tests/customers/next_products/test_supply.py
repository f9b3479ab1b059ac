"""Days of supply are read where the catalogue states them, and never guessed."""

import pytest

from customers.next_products.supply import days_of_supply, supply_of


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("うるおい化粧水（約30日分）", 30),
        ("サプリメント 1か月分", 30),
        ("ビタミンC 60粒（1日2粒）", 30),
        ("米ぬか酵素 約2ヶ月分", 60),
        ("青汁 2週間分", 14),
        ("乳酸菌 半月分", 15),
        ("鉄 90錠 1日3錠を目安に", 30),
        ("青汁 3g×30包(1日1包)", 30),
        ("コラーゲン 30日分×3袋", 90),
        ("葉酸 30日分 2個セット", 60),
        ("DHA 60粒入 1日1〜2粒", 40),
        ("葛根湯 十日分", 10),
    ],
)
def test_a_stated_supply_is_read(text: str, days: float) -> None:
    assert days_of_supply(text) == days


@pytest.mark.parametrize(
    "text",
    ["リネンシャツ", "保証3年分", "プロテイン 30回分", "シャンプー 200ml", "1日3回", "コーヒー豆 200g", ""],
)
def test_what_is_not_stated_is_not_guessed(text: str) -> None:
    assert days_of_supply(text) is None


def test_the_description_is_read_when_the_title_is_silent() -> None:
    catalogue = [("A", ("ビタミン", "60粒入。1日2粒が目安です。")), ("B", ("マグカップ", None))]
    assert supply_of(catalogue) == {"A": 30}
