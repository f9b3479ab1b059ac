"""What a draft retells of the facts: what follows from them passes, what contradicts them is held."""

from datetime import date

import pytest

from agent.domain.message import (
    Addressee,
    MessageContext,
    ProductFacts,
    ShopIdentity,
    StatedFact,
    WrittenMessage,
)
from agent.domain.occasion import Channel, Occasion
from evals.checks.gate import run_checks

SHOP = ShopIdentity(
    "豆屋 もり", "豆屋もり", "長野県松本市", "m@mori.example", "https://mori.example/u", "mori.example"
)
FACTS = "wrong_fact_customer"
PROMISE = "wrong_stock_or_delivery_promise"


def blocked(sentence: str, *facts: str, policies: tuple[str, ...] = ()) -> set[str]:
    context = MessageContext(
        context_id="c",
        shop=SHOP,
        customer=Addressee(
            "k", "石田", "薫", facts=tuple(StatedFact(f"f{n}", text) for n, text in enumerate(facts))
        ),
        products=(
            ProductFacts("p1", "深煎りブレンド 200g", 1400, 20, ("コーヒー豆",)),
            ProductFacts("p2", "冬限定 霜", 1800, "1月中旬入荷予定", ("コーヒー豆",)),
            ProductFacts("p4", "春の缶 3缶", 2400, "2月上旬入荷予定", ("コーヒー豆", "12月27日まで販売")),
            ProductFacts("p3", "水出しバッグ 5個入り", 900, 9, ("コーヒー豆", "小袋4枚つき")),
        ),
        policies=policies,
        offer=None,
        occasion=Occasion.FOLLOW_UP,
        channel=Channel.LINE,
        today=date(2026, 12, 16),
    )
    message = WrittenMessage("d", "c", None, f"石田様、いつもありがとうございます。{sentence}")
    return {f.check for f in run_checks(context, message).findings if f.severity == "block"}


BOUGHT = "2026年12月2日に「深煎りブレンド 200g」2袋と「水出しバッグ 5個入り」1点を注文"
BY_YEAR = (
    "2024年9月10日に「深煎りブレンド 200g」2袋を注文",
    "2025年9月5日に「深煎りブレンド 200g」4袋を注文",
)
THRICE = "「深煎りブレンド 200g」を2026年9月5日、10月8日、11月10日に各1袋注文"


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("深煎りブレンド3袋を、先日お届けしました。", (BOUGHT,)),
        ("前回の深煎りブレンドから3か月ほどたちました。", (THRICE,)),
        (
            "おじいさまにお渡しになった1袋も、喜んでいただけましたでしょうか。",
            (BOUGHT, "1袋は父に渡すとLINEで連絡"),
        ),
        ("ご家族みなさまでお使いとのこと、うれしく思います。", (BOUGHT, "備考欄に「一人暮らしです」と記入")),
        ("12月9日にお届けしてから、味わいはいかがでしょうか。", (BOUGHT, "2026年12月4日に配達完了")),
        ("12月3日着のご指定に遅れ、申し訳ございません。", (BOUGHT, "12月5日着指定", "配達は12月8日")),
        ("5日遅れのお届けとなり、申し訳ございません。", (BOUGHT, "12月5日着指定", "配達は12月8日")),
        (
            "ふたが2枚入っておらず、ご迷惑をおかけしました。",
            (BOUGHT, "メールで「ふたが1枚入っていない」と連絡"),
        ),
    ],
)
def test_what_contradicts_the_facts_is_held(sentence: str, facts: tuple[str, ...]) -> None:
    assert FACTS in blocked(sentence, *facts, policies=("検品は二人で行います",))


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("深煎りブレンド2袋を、先日お届けしました。", (BOUGHT,)),
        ("前回の深煎りブレンドから5週間ほどたちました。", (THRICE,)),
        ("前回のご注文から1か月が過ぎました。", (THRICE,)),
        (
            "お父さまにお渡しになった1袋も、喜んでいただけましたでしょうか。",
            (BOUGHT, "1袋は父に渡すとLINEで連絡"),
        ),
        ("12月4日にお届けしてから、味わいはいかがでしょうか。", (BOUGHT, "2026年12月4日に配達完了")),
        ("3日遅れのお届けとなり、申し訳ございません。", (BOUGHT, "12月5日着指定", "実際の配達は12月8日")),
        (
            "苦みの控えめな豆がお好きとうかがいました。",
            (BOUGHT, "アンケートで「苦みの少ない豆が好き」と回答"),
        ),
        ("ご家族への贈りものにもどうぞ。", (BOUGHT, "備考欄に「一人暮らしです」と記入")),
    ],
)
def test_what_follows_from_the_facts_passes(sentence: str, facts: tuple[str, ...]) -> None:
    assert not blocked(sentence, *facts)


YEAR_END = ("12月28日の午前中までのご注文は年内に発送します",)


def test_a_last_day_to_order_is_the_one_of_the_policies() -> None:
    assert PROMISE in blocked(
        "12月30日までにご注文いただければ、年内に発送します。", BOUGHT, policies=YEAR_END
    )
    assert not blocked(
        "12月28日の正午までにご注文いただければ、年内に発送します。", BOUGHT, policies=YEAR_END
    )


def test_a_product_called_by_one_sign_is_told_by_its_own_stock() -> None:
    assert not blocked("深煎りブレンドは店にあります。霜はいま品切れです。", BOUGHT)
    assert PROMISE in blocked("霜はまだ入っておりません。深煎りブレンドは品切れです。", BOUGHT)


def test_a_sum_of_several_counts_is_reckoned_with_all_of_them() -> None:
    assert not blocked("深煎りブレンドを1袋と水出しバッグを2袋なら3,200円です。", BOUGHT)
    assert "wrong_price" in blocked("深煎りブレンドを1袋と水出しバッグを2袋なら3,900円です。", BOUGHT)


def test_goods_that_are_wrapped_are_no_promise_to_keep_them() -> None:
    assert PROMISE not in blocked("ひとつずつ紙で包んであります。", BOUGHT)
    assert PROMISE in blocked("1袋、取っておきます。", BOUGHT)


def test_what_may_still_be_done_in_time_is_no_promise_of_delivery() -> None:
    assert PROMISE not in blocked("ご感想は、お正月のお雑煮のあとでも間に合います。", BOUGHT)
    assert PROMISE in blocked("お正月にはお届けします。", BOUGHT)


def test_used_goods_are_taken_back_only_where_a_policy_says_so() -> None:
    unused = ("未使用の品に限り、到着後14日以内は交換します",)
    assert PROMISE in blocked("お使いになったあとでも、2週間以内でしたら交換を承ります。", policies=unused)
    assert PROMISE in blocked("使ってからでも交換いたします。", policies=unused)
    assert PROMISE not in blocked(
        "使ってからでも交換いたします。", policies=("使用後でも14日以内は交換します", *unused)
    )
    assert PROMISE not in blocked("お使いになる前でしたら、2週間以内は交換いたします。", policies=unused)


def test_a_condition_of_every_order_is_no_count_of_orders() -> None:
    assert FACTS not in blocked(
        "1回のご注文5,000円以上で送料がかかりません。", THRICE, policies=("5,000円以上は送料無料",)
    )


def test_returns_are_open_as_long_as_the_policies_say() -> None:
    five_days = ("破損のときは到着後5日以内のご連絡で再送します",)
    assert PROMISE in blocked("お届けから2週間以内のご連絡で再送いたします。", policies=five_days)
    assert PROMISE not in blocked("お届けから5日以内のご連絡で再送いたします。", policies=five_days)


def test_goods_are_on_sale_and_come_in_when_their_records_say() -> None:
    assert PROMISE in blocked("春の缶は2月の終わりまで店に並べております。")
    assert PROMISE not in blocked("春の缶は12月27日まで店に並べております。")
    assert PROMISE in blocked("3缶の箱は来週のうちにご用意が整います。")


def test_a_promise_that_was_made_is_told_without_promising() -> None:
    told = ("12月5日着のお約束で注文", "配達は12月8日")
    assert not blocked("お届けが5日のお約束から3日も遅れ、申し訳ございません。", *told)
    assert PROMISE in blocked("お届けは5日をお約束します。", *told)


def test_a_reward_is_never_added_to_a_price() -> None:
    ticket = ("レビューを書かれた方に200円券を差し上げます",)
    text = "深煎りブレンド2袋で{}円です。レビューを書かれた方には評価を問わず200円券を差し上げます。"
    assert "wrong_price" in blocked(text.format("3,000"), policies=ticket)
    assert "wrong_price" not in blocked(text.format("2,800"), policies=ticket)


def test_what_is_baked_today_and_sent_tomorrow_tells_no_past() -> None:
    policies = ("毎週水曜に焼いて、翌日に発送します", "本州へは発送の翌日に届きます")
    sentence = "今日焼いた分は明日発送、本州でしたらあさっての金曜に届きます。"
    assert not blocked(sentence, BOUGHT, policies=policies)
