"""Is a fault told once, at a short place, with the record it disagrees with?"""

from collections.abc import Mapping
from typing import Any

from agent.domain.finding import Finding
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft
from evals.checks.told_once import LONGEST_QUOTE

SHOP = {
    "name": "波止場珈琲店",
    "sender_name": "波止場珈琲店",
    "address": "〒674-0051 兵庫県明石市大久保町大窪1200-3",
    "contact": "078-000-1234",
    "unsubscribe_url": "https://hatoba.example/u/1",
    "site_domain": "hatoba.example",
}
MUG = {"id": "p1", "title": "青磁のマグカップ", "price_yen": 3850, "facts": ["電子レンジ可", "食洗機は不可"]}
FOOTER = "\n".join(
    ("", "波止場珈琲店", SHOP["address"], SHOP["contact"], "配信の停止はこちら", SHOP["unsubscribe_url"])
)


def findings(body: str, **changes: Any) -> list[Finding]:
    record: Mapping[str, Any] = {
        "context_id": "c",
        "shop": SHOP,
        "customer": {"family_name": "三木", "facts": ["2026年11月3日に青磁のマグカップを購入"]},
        "products": [MUG],
        "occasion": "follow_up",
        "channel": "line",
        "today": "2026-11-22",
        **changes,
    }
    draft = parse_draft({"draft_id": "d", "context_id": "c", "body": body, "subject": changes.get("subject")})
    return list(run_checks(parse_context(dict(record)), draft).findings)


def test_overlapping_places_of_one_check_are_told_once() -> None:
    found = [
        f for f in findings("三木様\n食洗機にも対応しております。") if f.check == "invented_product_attribute"
    ]
    assert [f.quote for f in found] == ["食洗機にも対応"]


def test_the_record_that_comes_nearest_is_quoted() -> None:
    found = findings("三木様\n食洗機にも対応しております。")
    assert any("食洗機は不可" in f.message for f in found)


def test_no_reason_lists_every_kind_of_attribute() -> None:
    found = findings("三木様\nガラナエキス配合です。")
    assert found
    assert not any("産地・成分・製法" in f.message for f in found)
    assert any("「ガラナエキス配合」" in f.message for f in found)


def test_a_quote_is_short_even_of_a_very_long_text() -> None:
    found = findings("三木様\n" + "ありがとうございます。豆は冷暗所に置いてください。" * 20_000)
    assert found
    assert all(len(f.quote) <= LONGEST_QUOTE for f in found)


def test_a_long_run_of_one_sign_is_too_long_and_no_gap_to_fill() -> None:
    checks = {f.check for f in findings("あ" * 350_000)}
    assert "too_long_for_channel" in checks
    assert "placeholder_or_template_residue" not in checks


def test_missing_settings_are_told_as_missing_settings() -> None:
    shop = {**SHOP, "address": "", "contact": ""}
    found = findings(
        f"三木様\nお変わりありませんか。\n{FOOTER}", shop=shop, channel="email", subject="ごあいさつ"
    )
    messages = [f.message for f in found if f.check in ("missing_optout_or_sender", "other_customer_data")]
    assert messages
    assert all("設定" in message for message in messages)


def test_facts_in_another_language_are_named_as_such() -> None:
    customer = {"family_name": "三木", "facts": ["bought two cups on Nov 3, 2026"]}
    found = findings(
        "三木様\n10月3日に青磁のマグカップを5個お求めいただき、ありがとうございます。", customer=customer
    )
    told = [f.message for f in found if f.check == "wrong_fact_customer"]
    assert told
    assert all("日本語ではない" in message for message in told)


def test_signs_that_turn_the_direction_of_writing_are_called_invisible() -> None:
    found = [
        f.message for f in findings("三木様\n\u202eこんにちは。\u202c") if f.check.startswith("mojibake")
    ]
    assert found
    assert all("見えない制御文字" in message for message in found)


def test_blaming_the_carrier_is_told_as_blaming() -> None:
    body = "三木様\n割れて届きましたこと、申し訳ございません。運送会社の責任と考えております。"
    found = findings(body, occasion="service_recovery")
    assert any("責任をほかに向ける" in f.message for f in found)


def test_no_reason_shows_a_bare_stem_or_an_empty_record() -> None:
    customer = {"family_name": "三木", "facts": ["酸味の少ない豆が好き（本人談）"]}
    found = findings("三木様\n三木様のお好きな酸味のきいた味わいをどうぞ。", customer=customer)
    assert not any("該当なし" in f.message or "（きい）" in f.message for f in found)
