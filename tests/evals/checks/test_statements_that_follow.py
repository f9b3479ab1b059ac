"""A statement that follows from the sources passes in any words; the same words without a source are stopped."""

from typing import Any

import pytest

from agent.domain.finding import Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft

CONTEXT: dict[str, Any] = {
    "context_id": "c",
    "shop": {
        "name": "川辺の店",
        "sender_name": "川辺の店",
        "address": "岩手県盛岡市川辺1-1",
        "site_domain": "kawabe.example",
    },
    "customer": {"customer_id": "1", "family_name": "佐藤", "given_name": "花子"},
    "occasion": "thank_you",
    "channel": "line",
    "today": "2026-10-05",
}
COAT = {"id": "p", "title": "川辺コート", "price_yen": 12000, "stock": 5}
SERUM = {"id": "p", "title": "朝の薬用液", "price_yen": 4000, "stock": 5}


def blocked(body: str, facts: list[str], *, product: dict[str, Any] = COAT, **more: Any) -> set[str]:
    context = {**CONTEXT, "products": [{**product, "facts": facts}], **more}
    draft = {"draft_id": "d", "context_id": "c", "subject": None, "body": f"佐藤さま\n{body}"}
    findings = run_checks(parse_context(context), parse_draft(draft)).findings
    return {finding.check for finding in findings if finding.severity is Severity.BLOCK}


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        ("水をはじく加工をしています。", "撥水加工あり（防水ではありません）"),
        ("ご家庭で洗えるコートです。", "手洗い可"),
        ("金具は錆びにくいステンレスです。", "金具はステンレス"),
        ("信州の工房で縫っています。", "長野県の工房で縫製"),
        ("地元岩手の工房で縫っています。", "岩手の工房で縫製"),
        ("麻だけで織ったコートです。", "麻100%"),
    ],
)
def test_what_a_fact_says_in_other_words_is_no_invention(body: str, fact: str) -> None:
    assert blocked(body, [fact]) == set()
    assert "invented_product_attribute" in blocked(body, ["身幅58cm"])


def test_a_fact_that_denies_backs_nothing() -> None:
    assert "invented_product_attribute" in blocked(
        "ご家庭で洗えるコートです。", ["手洗い不可", "洗濯機は使えません"]
    )


def test_a_coat_that_no_machine_may_wash_is_not_told_to_stand_one() -> None:
    facts = ["家庭では洗えません"]
    assert "invented_product_attribute" in blocked("ご自宅の洗濯機でお洗いいただけます。", facts)


def test_another_material_than_the_facts_name_is_an_invention() -> None:
    facts = ["表地は綿100%"]
    assert "invented_product_attribute" in blocked("裏地は総キュプラですので、袖がするりと通ります。", facts)
    assert "invented_product_attribute" in blocked("綿に麻を少し混ぜているので、しわが味になります。", facts)
    assert blocked("袖に綿を使っています。", facts) == set()


def test_a_denied_effect_is_left_to_a_person() -> None:
    facts = ["医薬部外品", "メラニンの生成を抑え、しみ・そばかすを防ぐ"]
    assert blocked("できたしみを消すものではありません。", facts, product=SERUM) == set()


def test_replacing_what_arrived_faulty_is_policy_and_no_guarantee() -> None:
    body = "もし不具合がございましたら、送料は当店の負担でお取り替えいたします。"
    policy = ["返品の送料はお客様負担、当店の不備の場合は当店負担"]
    assert (
        blocked(f"誠に申し訳ございません。{body}", [], policies=policy, occasion="service_recovery") == set()
    )
    assert "invented_product_attribute" in blocked(
        "何年使っても無料でお直しいたします。", [], policies=policy
    )


def test_early_access_is_told_as_long_as_granted() -> None:
    policy = ["プラチナ会員は新商品を一般発売の3日前から購入できます"]
    right, wrong = ("新しい品を3日前からお求めいただけます。", "新しい品を一週間前からお求めいただけます。")
    assert blocked(right, [], policies=policy, occasion="vip") == set()
    assert "invented_offer_or_changed_terms" in blocked(wrong, [], policies=policy, occasion="vip")


def test_a_season_is_no_ingredient() -> None:
    assert blocked("金木犀の香る季節となりました。", ["綿100%"]) == set()
    assert "invented_product_attribute" in blocked("金木犀の香りの川辺コートです。", ["綿100%"])


def test_shipping_is_free_when_every_product_meant_costs_enough() -> None:
    policy = ["送料は660円、11,000円以上で無料です"]
    assert blocked("川辺コートの送料は当店で負担いたします。", [], policies=policy) == set()
    dear = {**COAT, "price_yen": 9000}
    assert blocked("川辺コートの送料は当店で負担いたします。", [], product=dear, policies=policy)


def test_a_price_after_the_granted_rate_is_no_double_price() -> None:
    offer = {
        "type": "クーポン",
        "code": "K10",
        "value": "10%引き",
        "expires": "2026-10-20",
        "conditions": "1回限り",
    }
    assert blocked("川辺コートは12,000円から10%引きで10,800円になります。", [], offer=offer) == set()
    assert "keihyouhou_claim" in blocked(
        "川辺コートは15,000円から10%引きで13,500円になります。", [], offer=offer
    )


@pytest.mark.parametrize(
    ("conditions", "right", "wrong"),
    [
        ("お一人1回", "クーポンは1回お使いいただけます。", "クーポンは何度でもお使いいただけます。"),
        ("3,000円以上で1回", "3,000円以上でクーポンを使えます。", "金額を気にせずクーポンをお使いください。"),
        ("靴が対象", "クーポンは靴にお使いください。", "クーポンはお好きなものにお使いください。"),
        ("お一人2個まで", "お一人さま2個までです。", "お一人さま3個までです。"),
        (
            "1回、併用不可",
            "ほかの割引と重ねてはお使いいただけません。",
            "ほかの割引と合わせてお使いいただけます。",
        ),
        ("1回", "お買い物1回に付きます。", "クーポンはお買い物のたびにお使いいただけます。"),
    ],
)
def test_a_condition_may_not_be_talked_away(conditions: str, right: str, wrong: str) -> None:
    offer = {
        "type": "クーポン",
        "code": None,
        "value": "500円引き",
        "expires": "2026-10-20",
        "conditions": conditions,
    }
    assert "invented_offer_or_changed_terms" not in blocked(right, [], offer=offer)
    assert "invented_offer_or_changed_terms" in blocked(wrong, [], offer=offer)


def test_spots_to_come_may_be_prevented_and_not_those_that_are_there() -> None:
    facts = ["医薬部外品", "メラニンの生成を抑え、しみ・そばかすを防ぐ"]
    assert blocked("メラニンの生成を抑えて、これからのしみを防ぎます。", facts, product=SERUM) == set()
    assert "yakkihou_claim" in blocked("いまあるしみが薄くなっていきます。", facts, product=SERUM)


@pytest.mark.parametrize(
    "body", ["赤みのある落ち着いた色です。", "陰干しすると、さらりとした肌ざわりが戻ります。"]
)
def test_colours_and_the_feel_of_cloth_are_no_effects(body: str) -> None:
    assert blocked(body, ["綿100%"]) == set()


def test_points_only_for_the_satisfied_are_stopped() -> None:
    policy = ["レビューは評価にかかわらず全員に50ポイント進呈"]
    wrong = "ご満足いただけた方に50ポイントを差し上げますので、レビューをお書きください。"
    assert "stealth_review_incentive" in blocked(wrong, [], policies=policy, occasion="review_request")


def test_points_for_each_review_add_up() -> None:
    policy = ["レビューを投稿された方に、評価の内容にかかわらず1件につき50ポイントを差し上げます"]
    said = "評価に関係なく1件ごとに50ポイント、両方なら{}ポイントをお付けします。"
    assert blocked(said.format(100), [], policies=policy, occasion="review_request") == set()
    wrong = blocked(said.format(120), [], policies=policy, occasion="review_request")
    assert "invented_offer_or_changed_terms" in wrong


def test_a_wish_that_comes_early_is_no_term_of_the_offer() -> None:
    offer = {
        "type": "クーポン",
        "code": "K1",
        "value": "500円引き",
        "expires": "2026-10-20",
        "conditions": "1回限り、金額の条件なし",
    }
    body = "5日早いのですが、お誕生日おめでとうございます。コードK1は10月20日まで1回、ご注文金額の条件はありません。"
    assert "invented_offer_or_changed_terms" not in blocked(body, [], offer=offer, occasion="birthday")
