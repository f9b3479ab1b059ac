"""Are claims told without the keywords found, and plain words about the same products let through?"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent.domain.finding import Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, parse_draft
from evals.checks.lemma_rules import load_rules
from evals.checks.lemmas import words_of

DATA = Path(__file__).parent / "data" / "law_sentences.jsonl"
LAW = frozenset({"yakkihou_claim", "keihyouhou_claim", "stealth_review_incentive"})


@cache
def sentences() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines())


def blocking(case: dict[str, Any]) -> set[str]:
    policy = (
        "レビューは評価にかかわらず投稿された方に一律でポイントを付け、特典付きと表示する"
        if case["occasion"] == "review_request"
        else "ご注文から3営業日以内に発送"
    )
    context = parse_context(
        {
            "context_id": "law",
            "shop": {"name": "木の実屋", "sender_name": "木の実屋", "site_domain": "konomi.example"},
            "customer": {"customer_id": "1", "family_name": "佐野", "honorific": "様", "facts": []},
            "products": [{"id": "p1", "title": case["title"], "price_yen": 2400, "facts": case["facts"]}],
            "policies": [policy],
            "offer": None,
            "occasion": case["occasion"],
            "channel": "line",
            "today": "2026-06-01",
        }
    )
    body = (
        f"佐野様、いつもありがとうございます。\n{case['text']}\nまたのお便りでお目にかかれましたら幸いです。"
    )
    verdict = run_checks(context, parse_draft({"draft_id": "d", "context_id": "law", "body": body}))
    return {f.check for f in verdict.findings if f.severity is Severity.BLOCK}


@pytest.mark.parametrize(
    "case", [case for case in sentences() if case["expected"]], ids=lambda case: case["id"]
)
def test_a_claim_is_blocked_by_its_check(case: dict[str, Any]) -> None:
    assert set(case["expected"]) <= blocking(case)


@pytest.mark.parametrize(
    "case", [case for case in sentences() if not case["expected"]], ids=lambda case: case["id"]
)
def test_plain_words_about_the_same_products_are_no_claim(case: dict[str, Any]) -> None:
    assert not blocking(case) & LAW


@pytest.mark.parametrize("said", ["ふさがって", "塞がりました", "ふさがるでしょう"])
def test_a_word_is_the_same_however_it_is_spelled_and_bent(said: str) -> None:
    assert words_of(f"傷が{said}")[:2] == ("傷", "塞がる")


def test_negations_are_one_word() -> None:
    assert words_of("痛まなくなりました")[-2:] == ("ない", "成る")
    assert words_of("起きません")[-1] == "ない"


@pytest.mark.parametrize("name", ["effect_claims", "superlatives"])
def test_no_entry_of_the_rules_is_emptied_to_bare_becoming(name: str) -> None:
    assert ("成る",) not in {words for found in load_rules(name).entries.values() for words, _ in found}
