"""Are the lines of `okaeri check` read as the contract says, and refused clearly when they are none?"""

import json
from datetime import date
from typing import Any

import pytest

from agent.domain.occasion import Channel, Occasion
from evals.checks.input import read_contexts, read_drafts
from evals.checks.unreadable import UnreadableLine

LINE: dict[str, Any] = {
    "context_id": "c1",
    "shop": {"name": "みどり茶房", "site_domain": "midori.example", "since": 1999},
    "customer": {
        "customer_id": 7,
        "family_name": "中村",
        "facts": [{"fact_id": "f1", "text": "初回"}, "お茶が好き"],
    },
    "products": [{"id": "p", "title": "煎茶", "price_yen": "1,620円", "stock": "残り3点", "facts": None}],
    "policies": None,
    "offer": {"type": "coupon", "code": "A1", "value": "10%", "expires": "2026/06/30", "conditions": None},
    "occasion": "thank_you",
    "channel": "line",
    "today": "2026-06-01",
}


def context_of(**changed: Any) -> Any:
    return read_contexts([json.dumps({**LINE, **changed}, ensure_ascii=False)])["c1"]


def test_a_context_is_read_with_unknown_fields_passed_over() -> None:
    context = context_of()
    assert (context.occasion, context.channel) == (Occasion.THANK_YOU, Channel.LINE)
    assert context.customer.customer_id == "7"
    assert [fact.text for fact in context.customer.facts] == ["初回", "お茶が好き"]
    assert context.products[0].price_yen == 1620
    assert context.offer.expires == date(2026, 6, 30)


def test_missing_optional_parts_are_empty() -> None:
    context = read_contexts(['{"context_id":"c","occasion":"vip","channel":"email","today":"2026-06-01"}'])[
        "c"
    ]
    assert (context.customer.honorific, context.products, context.offer) == ("様", (), None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "1行目: JSONとして読めません"),
        (json.dumps({**LINE, "occasion": "easter"}), "occasion の値が決まりにありません"),
        (json.dumps({k: v for k, v in LINE.items() if k != "context_id"}), "context_id がありません"),
        (json.dumps({**LINE, "today": "あした"}), "today"),
        ("[1]", "1行目"),
    ],
)
def test_a_line_that_is_no_context_is_named(line: str, words: str) -> None:
    with pytest.raises(UnreadableLine) as refused:
        read_contexts([line], source="contexts.jsonl")
    assert words in refused.value.ja
    assert "contexts.jsonl" in refused.value.ja


def test_a_repeated_context_is_refused() -> None:
    with pytest.raises(UnreadableLine, match="line 2"):
        read_contexts([json.dumps(LINE), json.dumps(LINE)])


def test_drafts_keep_their_order_and_their_missing_subject() -> None:
    lines = [
        '{"draft_id":"d1","context_id":"c1","body":"あ"}',
        "",
        '{"draft_id":2,"context_id":"c1","subject":"い","body":"う"}',
    ]
    assert [(d.draft_id, d.subject) for d in read_drafts(lines)] == [("d1", None), ("2", "い")]
