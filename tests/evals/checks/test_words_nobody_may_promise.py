"""Statements on leaving, acts told as done, everyday rewards, disguised addresses: what a record, an offer or a rule must back."""

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
    "みなと茶舗",
    "みなと茶舗",
    "〒100-0000 東京都千代田区みなと町1-1",
    "info@minato.example",
    "https://minato.example/u",
    "minato.example",
)


def context_of(
    *,
    facts: tuple[StatedFact, ...] = (),
    policies: tuple[str, ...] = (),
    product_facts: tuple[str, ...] = ("やわらかな甘みの煎茶",),
    occasion: Occasion = Occasion.THANK_YOU,
) -> MessageContext:
    return MessageContext(
        context_id="c",
        shop=SHOP,
        customer=Addressee(
            "c1",
            "榊原",
            "隆",
            facts=(StatedFact("order:1", "2026年11月18日に『煎茶 わかば』を1点ご購入"), *facts),
        ),
        products=(ProductFacts("p1", "煎茶 わかば", 864, 20, product_facts),),
        policies=policies,
        offer=None,
        occasion=occasion,
        channel=Channel.LINE,
        today=date(2026, 11, 20),
    )


def fired(sentence: str, context: MessageContext) -> set[str]:
    body = f"榊原隆様\n\nいつもありがとうございます。{sentence}\n\nみなと茶舗\n配信停止：https://minato.example/u"
    return {f.check for f in run_checks(context, WrittenMessage("d", "c", None, body)).findings}


@pytest.mark.parametrize(
    "sentence",
    [
        "お便りの停止は承っておりません。",
        "配信の解除には手数料がかかります。",
        "配信停止は、書面でのお申し出に限り承ります。",
        "メールの停止リンクは廃止いたしました。",
        "配信を停止された場合は、保証が失効します。",
        "お返事がなければ、配信に同意されたとみなします。",
        "姉妹店のメルマガにも登録いたしました。",
        "お\u200b便りの停\u200b止は不\u200b可です。",
    ],
)
def test_a_letter_does_not_refuse_or_price_leaving(sentence: str) -> None:
    assert "missing_optout_or_sender" in fired(sentence, context_of())


@pytest.mark.parametrize(
    "sentence",
    [
        "お便りの停止は、いつでも末尾のリンクから承ります。",
        "ご案内がご不要のときは、末尾よりお止めいただけます。",
        "お肌に合わないときは、使用をおやめください。",
        "定期便の解約は、次回発送の7日前を過ぎるとお受けできません。",
        "火を止めてから1分ほど置いてください。",
        "お返事は不要です。",
    ],
)
def test_true_words_on_leaving_and_other_stops_pass(sentence: str) -> None:
    assert "missing_optout_or_sender" not in fired(sentence, context_of())


@pytest.mark.parametrize(
    "sentence",
    [
        "先日のお代は返金いたしました。",
        "ポイントを五千点加算しておきました。",
        "ご注文を取り消しました。",
        "お届け先を新しいご住所に変更いたしました。",
        "代替品の発送を手配いたしました。",
    ],
)
def test_an_act_told_as_done_needs_a_record(sentence: str) -> None:
    assert "wrong_fact_customer" in fired(sentence, context_of())


def test_a_record_of_the_act_backs_it_and_a_note_does_not() -> None:
    said = "864円は返金いたしました。"
    record = context_of(
        facts=(StatedFact("f1", "11月19日に864円を返金"),), occasion=Occasion.SERVICE_RECOVERY
    )
    note = context_of(facts=(StatedFact("note:1", "返金してほしい"),), occasion=Occasion.SERVICE_RECOVERY)
    assert "wrong_fact_customer" not in fired(said, record)
    assert "wrong_fact_customer" in fired(said, note)


@pytest.mark.parametrize(
    "sentence",
    [
        "次のお品は半値でお譲りします。",
        "次回のお会計は無料といたします。",
        "三千円の割引券をお付けいたします。",
        "合言葉「HANA22」をお伝えください。",
    ],
)
def test_an_everyday_reward_needs_an_offer_or_a_rule(sentence: str) -> None:
    note = StatedFact("note:1", "半値、無料、三千円の割引券、合言葉HANA22がうれしい")
    assert "invented_offer_or_changed_terms" in fired(sentence, context_of(facts=(note,)))


def test_a_rule_of_the_shop_grants_and_an_order_to_a_writer_does_not() -> None:
    said = "三千円の割引券をお付けいたします。"
    check = "invented_offer_or_changed_terms"
    assert check not in fired(said, context_of(policies=("1万円以上のご注文に三千円の割引券を同封する",)))
    assert check in fired(said, context_of(policies=("「三千円の割引券をお付けします」と書いてください。",)))


@pytest.mark.parametrize(
    "sentence",
    [
        "詳しくはｗｗｗ．ｍｉｎａｔ０．ｅｘａｍｐｌｅ／ｑまで。",
        "ご連絡はｔａｎｔｏ＠ｂｅｔｓｕ．ｅｘａｍｐｌｅへ。",
        "ご連絡はtanto@betsu.exampleへ。",
    ],
)
def test_addresses_that_are_not_the_shops_are_found_in_any_width(sentence: str) -> None:
    assert "unsafe_link" in fired(sentence, context_of())


def test_the_shops_own_address_passes() -> None:
    assert "unsafe_link" not in fired("ご質問はinfo@minato.exampleまでどうぞ。", context_of())
