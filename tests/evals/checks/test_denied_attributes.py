"""May a draft say what a product has not, and name a product by a part of its title?"""

from collections.abc import Sequence

import pytest

from agent.domain.finding import Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft


def severities(title: str, facts: Sequence[str], text: str) -> set[Severity]:
    context = parse_context(
        {
            "context_id": "c",
            "shop": {"name": "木の実屋", "sender_name": "木の実屋", "site_domain": "konomi.example"},
            "customer": {"family_name": "三木", "facts": [f"2026年11月3日に{title}を購入"]},
            "products": [{"id": "p1", "title": title, "price_yen": 2400, "facts": facts}],
            "occasion": "follow_up",
            "channel": "line",
            "today": "2026-11-22",
        }
    )
    body = f"三木様、いつもありがとうございます。\n{text}"
    found = run_checks(context, parse_draft({"draft_id": "d", "context_id": "c", "body": body})).findings
    return {finding.severity for finding in found if finding.check == "invented_product_attribute"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("明石ブレンド 200g 豆", "11月3日にお求めいただいた明石ブレンドは、もうお試しいただけましたか。"),
        ("京都ブレンド 中挽き", "先日お届けした京都ブレンドは、いかがでしたか。"),
        ("明石ブレンド 200g 豆", "例えば明石ブレンドを朝の一杯にどうぞ。"),
    ],
)
def test_a_product_may_be_called_by_a_part_of_its_title(title: str, text: str) -> None:
    assert severities(title, [], text) == set()


def test_a_blend_the_shop_does_not_sell_is_still_held() -> None:
    assert Severity.BLOCK in severities(
        "明石ブレンド 200g 豆", [], "先日お届けした神戸ブレンドは、いかがでしたか。"
    )


@pytest.mark.parametrize(
    ("title", "facts", "text"),
    [
        ("青磁のマグカップ", ["食洗機は不可"], "食洗機には対応しておりません。手洗いでお願いいたします。"),
        ("土鍋 8号", ["直火専用", "IH不可"], "この鍋はIHには対応しておりません。"),
        ("煎茶", ["有機JAS認証なし"], "オーガニック認証は取得しておりません。"),
    ],
)
def test_what_the_facts_deny_may_be_denied(title: str, facts: list[str], text: str) -> None:
    assert severities(title, facts, text) == set()


@pytest.mark.parametrize(
    ("title", "facts", "text"),
    [
        ("青磁のマグカップ", ["食洗機は不可"], "食洗機にも対応しております。"),
        ("青磁のマグカップ", ["食洗機対応"], "食洗機には対応しておりません。"),
        ("煎茶", ["有機JAS認証なし"], "オーガニック認証を取得した茶葉です。"),
    ],
)
def test_the_contrary_of_the_facts_is_held(title: str, facts: list[str], text: str) -> None:
    assert Severity.BLOCK in severities(title, facts, text)


def test_a_denial_the_facts_are_silent_about_is_for_a_person() -> None:
    assert severities("青磁のマグカップ", ["磁器"], "食洗機には対応しておりません。") == {Severity.REVIEW}
