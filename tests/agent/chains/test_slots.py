"""Values the model may only name: what evidence offers, and how a slot becomes words in its place."""

import pytest

from agent.chains.slots import fill_slots, named_marks, slots_of, sources_of

WORDS = {
    "F1.date": "先日",
    "F2.date": "9月の終わり",
    "F2.product": "有機ほうじ茶",
    "P1.number": "30秒",
    "P2.price": "500円",
}


def offered(text: str, **options: object) -> dict[str, str]:
    return {slot.name: slot.words for slot in slots_of("F2", text, **options)}  # type: ignore[arg-type]


def test_an_order_offers_its_product_as_spoken_and_its_day_in_words() -> None:
    found = offered("2026年9月28日に『【送料無料】有機ほうじ茶 100g』を1点ご購入", when="9月の終わり")
    assert found == {"F2.product": "有機ほうじ茶", "F2.date": "9月の終わり"}


def test_a_shop_text_offers_amounts_with_units_and_prices() -> None:
    found = offered("熱湯200mlで30秒ほど。送料は全国一律1,500円。")
    assert found == {"F2.price": "1,500円", "F2.number": "200ml", "F2.number2": "30秒"}


def test_sizes_coins_and_what_the_packer_needs_are_no_values_to_say() -> None:
    assert offered("500円玉大をとり、2分半おきます。") == {"F2.number": "500円玉", "F2.number2": "2分半"}
    assert offered("サイズ M 60 50 74 L 64") == {}
    found = offered(
        "2026年8月4日に『朝凪 200g 中挽き』を1点、『米ぬか化粧水 詰め替え』を2点ほか2品ご購入",
        when="8月のはじめ",
    )
    assert found == {"F2.product": "朝凪", "F2.product2": "米ぬか化粧水 詰め替え", "F2.date": "8月のはじめ"}


def test_somebodys_own_words_grant_no_price() -> None:
    assert offered("500円引きがうれしい。4本まとめ買い", grants=False) == {"F2.number": "4本"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("⟦F1.date⟧にお選びの⟦F2.product⟧", "先日お選びの「有機ほうじ茶」"),
        ("⟦F2.date⟧お選びの「⟦F2.product⟧」", "9月の終わりにお選びの「有機ほうじ茶」"),
        ("⟦F2.date⟧の⟦F2.product⟧は", "9月の終わりの「有機ほうじ茶」は"),
        ("⟦P1.number⟧秒ほど、⟦P2.price⟧円です", "30秒ほど、500円です"),
        ("[f2.商品名]は{{F1.日付}}の", "「有機ほうじ茶」は先日の"),
        ("⟦Ｆ２．product⟧", "「有機ほうじ茶」"),
    ],
)
def test_a_slot_is_said_as_its_place_wants_it(written: str, said: str) -> None:
    assert fill_slots(written, WORDS).text == said


def test_a_slot_nobody_offered_stays_a_slot_and_is_not_used() -> None:
    filled = fill_slots("⟦F9.date⟧と⟦F2.price⟧と⟦F1.date⟧", WORDS)
    assert filled.text == "⟦F9.date⟧と⟦F2.price⟧と先日"
    assert filled.used == ("F1.date",)


def test_what_was_filled_names_its_sources_once() -> None:
    assert sources_of(("F2.date", "F2.product", "P1.number")) == ("F2", "P1")


def test_reward_and_coupon_are_read_in_any_brackets() -> None:
    assert named_marks("[reward] と 【COUPON】") == "⟦REWARD⟧ と ⟦COUPON⟧"


def test_a_value_that_looks_like_a_slot_is_not_filled_again() -> None:
    assert (
        fill_slots("⟦F1.product⟧", {"F1.product": "⟦F2.price⟧", "F2.price": "1円"}).text == "「⟦F2.price⟧」"
    )
