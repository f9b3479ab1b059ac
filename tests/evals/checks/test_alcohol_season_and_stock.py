"""Is alcohol offered with its notice, a first order told in its season, and no shortage made up?"""

from datetime import date
from typing import Any

import pytest

from agent.domain.finding import Finding, Severity
from agent.domain.message import Addressee, MessageContext, Paragraph, ProductFacts, ShopIdentity
from agent.domain.occasion import Channel, Occasion
from agent.domain.product_class import ALCOHOL_NOTICE
from agent.service.assemble_message import assemble_message, notices_for
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft

BEER = {"id": "p1", "title": "明石クラフトビール 330ml", "price_yen": 600, "facts": ["酒類"]}
COFFEE = {"id": "p1", "title": "明石ブレンド 200g 豆", "stock": "在庫あり", "facts": ["深煎り"]}


def found(text: str, product: dict[str, Any], **changes: Any) -> list[Finding]:
    record = {
        "context_id": "c",
        "shop": {"name": "波止場商店", "sender_name": "波止場商店", "site_domain": "hatoba.example"},
        "customer": {"family_name": "三木", "facts": ["初回購入は2024年5月18日"]},
        "products": [product],
        "occasion": "follow_up",
        "channel": "line",
        "today": "2026-11-22",
        **changes,
    }
    body = f"三木様、いつもありがとうございます。\n{text}"
    draft = parse_draft({"draft_id": "d", "context_id": "c", "body": body})
    return list(run_checks(parse_context(record), draft).findings)


def test_alcohol_without_its_notice_is_for_a_person_to_look_at() -> None:
    told = found("明石クラフトビールのご案内です。", BEER)
    assert [(f.severity, ALCOHOL_NOTICE in f.message) for f in told] == [(Severity.REVIEW, True)]


def test_alcohol_with_its_notice_passes() -> None:
    assert found(f"明石クラフトビールのご案内です。\n{ALCOHOL_NOTICE}", BEER) == []


def test_drinking_at_one_draught_is_held() -> None:
    told = found(f"明石クラフトビールを一気にどうぞ。\n{ALCOHOL_NOTICE}", BEER)
    assert any(f.check == "yakkihou_claim" and f.severity is Severity.BLOCK for f in told)


@pytest.mark.parametrize("channel", list(Channel))
def test_a_letter_on_alcohol_carries_the_notice_and_passes(channel: Channel) -> None:
    shop = ShopIdentity(
        "波止場商店",
        "波止場商店",
        "〒674-0051 兵庫県明石市大久保町1200-3",
        "078-000-1234",
        "https://hatoba.example/u/1",
        "hatoba.example",
    )
    context = MessageContext(
        "c",
        shop,
        Addressee("c1", "三木", "遥"),
        (ProductFacts("p1", "明石クラフトビール 330ml", 600, None, ("酒類",)),),
        (),
        None,
        Occasion.FOLLOW_UP,
        channel,
        date(2026, 11, 22),
    )
    message = assemble_message(
        draft_id="c",
        channel=channel,
        shop=shop,
        customer=context.customer,
        greetable=True,
        subject="明石クラフトビールのご案内",
        paragraphs=(Paragraph("明石クラフトビールはいかがでしたでしょうか。"),),
        notices=notices_for(context),
    )
    assert ALCOHOL_NOTICE in message.body
    assert run_checks(context, message).findings == ()


@pytest.mark.parametrize(
    ("said", "blocked"),
    [
        ("2024年の秋に初めてお越しいただいてから、長いお付き合いになりました。", True),
        ("2023年の春に初めてご注文いただきました。", True),
        ("初めてご注文いただいた2024年の春から、二年半が過ぎました。", False),
        ("2024年の初夏に初めてお買い物いただきました。", False),
    ],
)
def test_the_season_of_the_first_order_is_the_records(said: str, blocked: bool) -> None:
    told = [f for f in found(said, COFFEE) if f.severity is Severity.BLOCK]
    assert bool(told) is blocked
    assert {f.check for f in told} <= {"wrong_fact_customer"}


@pytest.mark.parametrize(
    "said",
    [
        "問い合わせが殺到しており、次の入荷は未定です。",
        "人気のため次の入荷は未定です。",
        "ご好評につき、次はいつ入るかわかりません。",
    ],
)
def test_no_shortage_is_made_up_while_there_is_stock(said: str) -> None:
    assert "keihyouhou_claim" in {f.check for f in found(said, COFFEE) if f.severity is Severity.BLOCK}


def test_a_true_shortage_may_be_told() -> None:
    gone = {**COFFEE, "stock": "品切れ中（次回入荷未定）"}
    assert [f for f in found("人気のため、次の入荷は未定です。", gone) if f.check == "keihyouhou_claim"] == []


@pytest.mark.parametrize(
    "said",
    [
        "明石ブレンド、そろそろ残りわずかではありませんか。",
        "お手元の明石ブレンドが残りわずかになっているころかと思います。",
    ],
)
def test_what_runs_low_at_home_is_no_statement_on_the_shelf(said: str) -> None:
    assert found(said, COFFEE, occasion="replenishment") == []


def test_the_shops_shelf_is_still_meant_where_it_is_named() -> None:
    told = found("そろそろ在庫が残りわずかです。お早めにどうぞ。", COFFEE, occasion="replenishment")
    assert any(f.severity is Severity.BLOCK for f in told)


@pytest.mark.parametrize(
    "said",
    [
        "お届け日の指定は承っていません。",
        "お届け日の指定は承っておりません。",
        "お届け日のご指定はいただけません。",
        "代引きはご利用いただけません。",
    ],
)
def test_a_rule_told_as_it_stands_is_no_promise(said: str) -> None:
    policies = ["お届け日の指定は承っていません", "代引きは取り扱っていません"]
    assert [f for f in found(said, COFFEE, policies=policies) if f.severity is Severity.BLOCK] == []


def test_the_contrary_of_a_rule_is_still_held() -> None:
    told = found("お届け日のご指定も承ります。", COFFEE, policies=["お届け日の日時は選べません"])
    assert [f.check for f in told if f.severity is Severity.BLOCK] == ["wrong_stock_or_delivery_promise"]
