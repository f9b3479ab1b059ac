"""Does every rewrite the gate offers fit the sentence, the record and the law?"""

import re
from typing import Any

import pytest

from agent.domain.finding import Finding, Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft
from evals.checks.ng_lexicon import lexicon

HAND_CREAM = {"id": "p1", "title": "ハンドクリーム 40g", "price_yen": 1650, "facts": ["化粧品", "シア脂配合"]}
COFFEE = {"id": "p1", "title": "明石ブレンド 200g 豆", "price_yen": 1480, "stock": 4, "facts": ["深煎り"]}
OFFER = {
    "type": "coupon",
    "code": "HATO-300",
    "value": "300円引き",
    "expires": "2026-12-15",
    "conditions": "税込3,000円以上",
}
GREETING = "三木様、いつもありがとうございます。\n"
ENDINGS = (
    "ます。",
    "ました。",
    "ますので、どうぞ。",
    "る{noun}です。",
    "た{noun}です。",
    "て、毎日が楽しみです。",
    "まして、うれしく思います。",
    "ります。",
    "るので人気です。",
    "します。",
    "しました。",
    "できます。",
    "に役立ちます。",
    "におすすめの{noun}です。",
    "ていきます。",
    "、毎日が楽しみです。",
    "が期待できます。",
    "ませんか。",
)


def found(text: str, product: dict[str, Any], **changes: Any) -> list[Finding]:
    record = {
        "context_id": "c",
        "shop": {"name": "波止場珈琲店", "sender_name": "波止場珈琲店", "site_domain": "hatoba.example"},
        "customer": {"family_name": "三木", "honorific": "様"},
        "products": [product],
        "occasion": "follow_up",
        "channel": "line",
        "today": "2026-11-22",
        **changes,
    }
    draft = parse_draft({"draft_id": "d", "context_id": "c", "body": text})
    return list(run_checks(parse_context(record), draft).findings)


CLAIMS = sorted(
    {
        row.anchor
        for row in lexicon()
        if row.check == "yakkihou_claim" and row.pattern is None and set("CFA") & set(row.severities)
    }
)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(("product", "noun"), [(HAND_CREAM, "クリーム"), (COFFEE, "コーヒー")])
def test_a_claim_is_rewritten_lawfully_and_in_its_own_form_or_not_at_all(
    claim: str, product: dict[str, Any], noun: str
) -> None:
    for ending in ENDINGS:
        text = f"{GREETING}この{noun}は{claim}{ending.format(noun=noun)}"
        for finding in found(text, product):
            if finding.suggestion is None:
                continue
            start, end = finding.span
            assert text[start:end] == finding.quote
            changed = text[:start] + finding.suggestion + text[end:]
            stop = start + len(finding.suggestion)
            after = [f for f in found(changed, product) if f.severity is Severity.BLOCK]
            assert not [f for f in after if f.span[0] < stop and start < f.span[1]], changed
            assert re.match(
                r"(?:お肌にうるおいを与え|毎日お楽しみいただけ)"
                r"(?:(?:ます|ました)(?=[。、の])|まして、|て、|る(?=[ァ-ヴ]|ので)|た(?=[ァ-ヴ]|ので)|、)",
                changed[start:],
            ), changed
            assert changed[start - 1] in "は、\n。", changed


def test_claims_are_rewritten_often_enough_to_be_of_use() -> None:
    told = [
        finding
        for claim in ("シミが消え", "毛穴が消え", "シワが消え")
        for finding in found(f"{GREETING}このクリームは{claim}ます。", HAND_CREAM)
    ]
    assert [finding.suggestion for finding in told] == ["お肌にうるおいを与えます"] * 3


@pytest.mark.parametrize(
    ("said", "check", "suggestion"),
    [
        ("明石ブレンドは1,380円です。", "wrong_price", "1,480円"),
        ("明石ブレンドは残り2点となりました。", "wrong_stock_or_delivery_promise", "4点"),
        ("三木さん、またどうぞ。", "missing_honorific", "三木様"),
        ("三本様、またどうぞ。", "wrong_name", "三木様"),
        ("https://hatoba.example.login.net/mug をご覧ください。", "unsafe_link", "https://hatoba.example/"),
        ("http://hatoba.example/mug をご覧ください。", "unsafe_link", "https://hatoba.example/mug"),
        ("免疫力を高めるコーヒーです。", "yakkihou_claim", "毎日お楽しみいただける"),
        ("デトックスにおすすめのコーヒーです。", "yakkihou_claim", None),
        ("明石ブレンド2袋で、合計2,500円です。", "wrong_price", None),
    ],
)
def test_only_what_is_certain_is_offered(said: str, check: str, suggestion: str | None) -> None:
    offered = [finding.suggestion for finding in found(GREETING + said, COFFEE) if finding.check == check]
    assert offered == [suggestion]


@pytest.mark.parametrize(
    ("until", "value", "code", "suggestion"),
    [
        ("12月20日", "300円引き", "HATO-300", "12月15日"),
        ("12月15日", "500円引き", "HATO-300", "300円"),
        ("12月15日", "300円引き", "HATO-500", "HATO-300"),
    ],
)
def test_the_terms_of_the_offer_are_put_right(until: str, value: str, code: str, suggestion: str) -> None:
    text = (
        f"{GREETING}{until}まで、{value}のクーポン「{code}」を税込3,000円以上のご注文でお使いいただけます。"
    )
    assert suggestion in {finding.suggestion for finding in found(text, COFFEE, offer=OFFER)}
