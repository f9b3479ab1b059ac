"""What a draft says of a product, a policy or an invitation is held against that very product, policy or invitation."""

from typing import Any

import pytest

from agent.domain.finding import Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft

CONTEXT: dict[str, Any] = {
    "context_id": "c",
    "shop": {
        "name": "浜辺の店",
        "sender_name": "浜辺の店",
        "address": "三重県鳥羽市浜辺1-1",
        "site_domain": "hamabe.example",
    },
    "customer": {
        "customer_id": "1",
        "family_name": "森",
        "given_name": "花子",
        "honorific": "様",
        "facts": [{"fact_id": "f1", "text": "2027年4月1日に「浜の敷布」1枚を注文"}],
    },
    "occasion": "thank_you",
    "channel": "line",
    "today": "2027-04-08",
}
SHEET = {"id": "p1", "title": "浜の敷布", "price_yen": 5000, "stock": 5}
QUILT = {"id": "p2", "title": "岬の肌掛け", "price_yen": 9000, "stock": 5}
BISCUIT = {"id": "p1", "title": "浜のサブレ", "price_yen": 800, "stock": 5}


def blocked(body: str, *products: dict[str, Any], **more: Any) -> set[str]:
    context = {**CONTEXT, "products": list(products), **more}
    draft = {"draft_id": "d", "context_id": "c", "subject": None, "body": f"森さま\n{body}"}
    findings = run_checks(parse_context(context), parse_draft(draft)).findings
    return {finding.check for finding in findings if finding.severity is Severity.BLOCK}


INVENTED = {"invented_product_attribute"}


@pytest.mark.parametrize(
    ("fact", "false", "true"),
    [
        ("小麦・卵・乳を含む", "卵を使わないサブレです。", "卵と乳を使ったサブレです。"),
        ("乳は使っていない", "バターの風味が広がります。", "乳は使っていません。"),
        ("はちみつ不使用", "はちみつ入りのサブレです。", "はちみつは使っておりません。"),
    ],
)
def test_what_is_in_it_and_what_is_not(fact: str, false: str, true: str) -> None:
    assert blocked(false, {**BISCUIT, "facts": [fact]}) == INVENTED
    assert blocked(true, {**BISCUIT, "facts": [fact]}) == set()


def test_talk_about_the_readers_own_wishes_affirms_nothing() -> None:
    facts = ["小麦・乳を含む", "はちみつ不使用"]
    assert blocked("はちみつを添えて召し上がるのも楽しいものです。", {**BISCUIT, "facts": facts}) == set()
    assert blocked("乳のアレルギーがある方はお控えください。", {**BISCUIT, "facts": facts}) == set()


@pytest.mark.parametrize(
    ("fact", "false", "true"),
    [
        ("乾燥機は使えない", "乾燥機にもそのままかけていただけます。", "乾燥機はお控えください。"),
        ("家庭での洗濯はできない", "ネットに入れれば洗濯機でも洗えます。", "ご家庭では洗えません。"),
        ("洗濯機で洗える", "洗濯機では洗えませんのでご注意ください。", "洗濯機で洗えます。"),
    ],
)
def test_the_care_it_stands(fact: str, false: str, true: str) -> None:
    assert blocked(false, {**SHEET, "facts": [fact]}) == INVENTED
    assert blocked(true, {**SHEET, "facts": [fact]}) == set()


@pytest.mark.parametrize(
    ("fact", "false"),
    [
        ("天然ゴムを主体とした配合", "合成ゴムですので、へたりにくい品です。"),
        ("寒天で固めている", "ゼラチンでふるんと固めました。"),
        ("枠はアセテート、つるはチタン", "総チタンのしなやかな品です。"),
    ],
)
def test_another_value_where_a_thing_has_one(fact: str, false: str) -> None:
    assert blocked(false, {**SHEET, "facts": [fact]}) == INVENTED


def test_a_choice_between_values_says_nothing_of_the_product() -> None:
    facts = ["天然ゴムを主体とした配合"]
    assert blocked("合成ゴムと比べると、手になじむ感じです。", {**SHEET, "facts": facts}) == set()


def test_a_property_of_the_other_product_is_no_ground() -> None:
    sheet, quilt = {**SHEET, "facts": ["麻100%"]}, {**QUILT, "facts": ["側生地はシルク"]}
    assert blocked("浜の敷布はシルクでできています。", sheet, quilt) == INVENTED
    assert blocked("岬の肌掛けはシルクでできています。", sheet, quilt) == set()


def test_one_name_inside_another_word_names_nothing() -> None:
    tube = {"id": "p2", "title": "チューブ", "price_yen": 900, "stock": 5, "facts": ["ゴム製"]}
    tyre = {**SHEET, "title": "浜のタイヤ", "facts": ["チューブレスには使えない"]}
    facts = {"facts": [{"fact_id": "f", "text": "2027年4月1日に「浜のタイヤ」1本を注文"}]}
    customer = {**CONTEXT["customer"], **facts}
    assert blocked("チューブレスでもそのまま組めます。", tyre, tube, customer=customer) == INVENTED


def test_who_pays_for_shipping() -> None:
    theirs = ["調整は1年間無料です（お送りいただく送料はお客様のご負担）"]
    told = "調整のときは、往復の送料も当店で持ちます。"
    assert "invented_offer_or_changed_terms" in blocked(told, SHEET, policies=theirs)
    assert blocked("送料のみご負担をお願いしております。", SHEET, policies=theirs) == set()


def test_a_limit_in_pieces_is_no_limit_in_yen() -> None:
    policies = ["送料は全国一律550円、50,000円以上のご注文は無料です"]
    assert "invented_offer_or_changed_terms" in blocked(
        "3枚以上のご注文で、送料は当店が負担します。", SHEET, policies=policies
    )


def test_a_priced_service_is_not_given_away() -> None:
    priced = {**SHEET, "facts": ["縁のかがり直しは1回1,650円"]}
    told = "かがり直しを無料で承っております。"
    assert "invented_offer_or_changed_terms" in blocked(told, priced)
    assert "invented_offer_or_changed_terms" not in blocked(
        told, priced, policies=["かがり直しは1年間無料です"]
    )


def test_the_last_day_to_order_is_the_eve_of_a_shipping_day() -> None:
    policies = ["発送は毎週火曜と金曜、前日の正午までのご注文をお送りします", "発送の翌日に届きます"]
    late = "16日の夕方までにご注文いただければ、17日に届きます。"
    assert "wrong_stock_or_delivery_promise" in blocked(late, SHEET, policies=policies)
    right = "15日の正午までにご注文いただければ、16日に発送します。"
    assert blocked(right, SHEET, policies=policies) == set()


def test_the_next_day_is_tomorrow_unless_left_out() -> None:
    policies = ["正午までのご注文は翌日に発送します（日曜を除く）"]
    told = "今日の正午までのご注文は、明日10日（土）に発送します。"
    assert blocked(told, SHEET, policies=policies, today="2027-04-09") == set()
    told = "今日の正午までのご注文は、明日11日（日）に発送します。"
    assert blocked(told, SHEET, policies=policies, today="2027-04-10") == {"wrong_stock_or_delivery_promise"}


def test_how_long_reports_are_taken_and_repairs_take() -> None:
    policies = ["枯れていた場合は到着後7日以内に写真でご連絡ください", "修理には10日ほどいただきます"]
    wrong = {"wrong_stock_or_delivery_promise"}
    assert blocked("到着後1か月以内に写真をお送りください。", SHEET, policies=policies) == wrong
    assert blocked("到着後7日以内に写真をお送りください。", SHEET, policies=policies) == set()
    assert blocked("お直しは3日でお返しいたします。", SHEET, policies=policies) == wrong
    assert blocked("お直しは10日ほどでお返しいたします。", SHEET, policies=policies) == set()


OFFER = {"type": "invitation", "code": None, "value": "4月24日15時からの内覧", "expires": "2027-04-24"}


@pytest.mark.parametrize(
    ("conditions", "false", "true"),
    [
        ("本人のみ", "お連れさまとご一緒にお越しください。", "おひとりでお越しください。"),
        ("お連れ様1名まで", "何名様でもお越しください。", "お連れ様とお越しください。"),
        ("お一人2枚まで", "何枚でもお求めいただけます。", "2枚までお求めいただけます。"),
    ],
)
def test_who_may_come_and_how_many(conditions: str, false: str, true: str) -> None:
    offer = {**OFFER, "conditions": conditions}
    assert blocked(false, SHEET, offer=offer) == {"invented_offer_or_changed_terms"}
    assert blocked(true, SHEET, offer=offer) == set()


def test_the_day_from_which_one_may_choose_before_others() -> None:
    offer = {**OFFER, "type": "early_access", "value": "4月21日正午からの先行購入", "conditions": "会員のみ"}
    told = "森さまには4月{}日の正午から、先にお選びいただけます。"
    assert "invented_offer_or_changed_terms" in blocked(told.format(20), SHEET, offer=offer)
    assert blocked(told.format(21), SHEET, offer=offer) == set()


def test_sums_that_follow_from_a_fee_or_a_weight_for_each() -> None:
    yarn = {**SHEET, "title": "浜の毛糸", "facts": ["1玉80g"]}
    policies = ["タイヤの取り付け工賃は1本1,100円です"]
    assert blocked("8玉で640gになります。", yarn) == set()
    assert "invented_product_attribute" in blocked("8玉で690gになります。", yarn)
    assert blocked("2本で2,200円にてお取り付けします。", SHEET, policies=policies) == set()
    assert "wrong_price" in blocked("2本で3,300円にてお取り付けします。", SHEET, policies=policies)
