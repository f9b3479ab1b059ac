"""What stands beside subject and body is judged too: preheader, alternative text, buttons."""

from typing import Any

import pytest

from agent.domain.finding import Finding
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft

SHOP = {
    "name": "花の店",
    "sender_name": "花の店 店長",
    "address": "東京都千代田区1-1-1",
    "contact": "info@hana.example",
    "unsubscribe_url": "https://hana.example/u/abc",
    "site_domain": "hana.example",
}
CONTEXT = {
    "context_id": "c",
    "shop": SHOP,
    "customer": {"customer_id": "1", "family_name": "佐藤", "given_name": "花子"},
    "occasion": "thank_you",
    "channel": "email",
    "today": "2026-06-01",
}
BODY = (
    "佐藤さま\n\n先日はお買い上げいただき、ありがとうございました。\n\n--------------------\n花の店 店長\n"
    "住所: 東京都千代田区1-1-1\nお問い合わせ: info@hana.example\n"
    "このようなご案内がご不要なときは、次のページからいつでも配信を停止できます。\nhttps://hana.example/u/abc\n"
)


def judged(**more: Any) -> tuple[Finding, ...]:
    draft = {"draft_id": "d", "context_id": "c", "subject": "先日のお礼", "body": BODY, **more}
    return run_checks(parse_context(CONTEXT), parse_draft(draft)).findings


def test_a_draft_without_them_is_judged_as_before() -> None:
    assert judged() == ()
    assert judged(preheader=None, alt_text=None, buttons=[]) == ()


def test_words_the_body_says_too_are_judged_once() -> None:
    assert judged(preheader="先日はお買い上げいただき、ありがとうございました。") == ()


@pytest.mark.parametrize(
    ("field", "more", "check", "quote"),
    [
        ("preheader", {"preheader": "鈴木さま、シミが消える一本です"}, "wrong_name", "鈴木"),
        (
            "preheader",
            {"preheader": "全品半額クーポンを差し上げます"},
            "invented_offer_or_changed_terms",
            "半額",
        ),
        ("preheader", {"preheader": "お礼" * 21}, "too_long_for_channel", "お礼" * 21),
        (
            "alt_text",
            {"alt_text": "全品半額クーポンを差し上げます"},
            "invented_offer_or_changed_terms",
            "半額",
        ),
        (
            "buttons",
            {"buttons": [{"label": "見る", "url": "https://evil.example/x"}]},
            "unsafe_link",
            "https://evil.example/x",
        ),
        (
            "buttons",
            {"buttons": ["ひらく", {"label": "あ" * 21, "url": "https://hana.example/"}]},
            "too_long_for_channel",
            "あ" * 21,
        ),
    ],
)
def test_a_slip_beside_the_body_is_found_where_it_stands(
    field: str, more: dict[str, Any], check: str, quote: str
) -> None:
    (found, *_) = [f for f in judged(**more) if f.check == check]
    assert found.field == field
    assert quote in found.quote
    text = more.get(field)
    if isinstance(text, str):
        assert text[found.span[0] : found.span[1]] == found.quote


@pytest.mark.parametrize(
    ("pressed", "checks"),
    [
        ("商品を見る\nhttps://hana.example/products/tea", set()),
        ("レビューを書く\nhttps://www.hana.example/reviews", set()),
        ("商品を見る\nhttps://hana-shop.example/products/tea", {"unsafe_link"}),
        ("商品を見る\nhttp://hana.example/products/tea", {"unsafe_link"}),
        ("商品を見る\nhttps://hana.example.evil.example/tea", {"unsafe_link"}),
        ("早く買って\nhttps://hana.example/products/tea", {"too_casual_or_rude"}),
        ("新しいお茶を入れたので見る。\nhttps://hana.example/products/tea", {"too_casual_or_rude"}),
        ("新しいお茶が入った。\n商品を見る\nhttps://hana.example/products/tea", {"too_casual_or_rude"}),
    ],
)
def test_what_a_button_says_is_a_label_and_where_it_leads_is_the_shops(
    pressed: str, checks: set[str]
) -> None:
    head, rule, footer = BODY.partition("-" * 20)
    found = judged(body=f"{head}{pressed}\n\n{rule}{footer}")
    assert {f.check for f in found if f.severity == "block"} == checks
