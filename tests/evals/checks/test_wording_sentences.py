"""Do the language, tone, residue and channel checks tell a fault from the good sentence that looks like it?"""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.domain.finding import Severity
from evals.checks.gate import run_checks
from evals.checks.input import parse_draft, read_contexts

DATA = Path(__file__).parent / "data"
SENTENCES: tuple[dict[str, Any], ...] = tuple(
    json.loads(line) for line in (DATA / "wording_sentences.jsonl").read_text(encoding="utf-8").splitlines()
)
CHECKS = frozenset(sentence["check"] for sentence in SENTENCES)
SHOP = {
    "name": "こより堂",
    "sender_name": "こより堂 通販係",
    "address": "〒604-0000 京都市中京区紙屋町1-2",
    "contact": "help@koyori.example",
    "unsubscribe_url": "https://koyori.example/stop/k9",
    "site_domain": "koyori.example",
}
FOOTER = (
    "――――\nこより堂 通販係\n〒604-0000 京都市中京区紙屋町1-2\n"
    "お問い合わせ help@koyori.example\n配信停止 https://koyori.example/stop/k9"
)


def blocking(sentence: dict[str, Any]) -> set[str]:
    """Checks that block a message of one sentence (as its body, or as its subject)."""
    context = {
        "context_id": "x",
        "shop": SHOP,
        "customer": {
            "customer_id": "K-1",
            "family_name": "森本",
            "given_name": "香",
            "honorific": "様",
            "segment": "repeat",
            "rank": None,
            "facts": [
                {"fact_id": "f1", "text": "2026年9月28日に便箋「桜鼠」を購入。"},
                {"fact_id": "f2", "text": "割引は利用したことがない。"},
            ],
        },
        "products": [
            {"id": "p1", "title": "便箋 桜鼠", "price_yen": 880, "stock": 30, "facts": ["京都の工房で作る"]}
        ],
        "policies": ["ご注文から2営業日以内に発送します。", "不良品は返金か交換をお受けします。"],
        "offer": None,
        "occasion": sentence.get("occasion", "thank_you"),
        "channel": sentence.get("channel", "email"),
        "today": "2026-10-05",
    }
    is_subject, is_line = sentence.get("field") == "subject", sentence.get("channel") == "line"
    body = "森本様\n\n" + ("秋の便りをお届けします。" if is_subject else sentence["text"])
    footer = "" if is_line else sentence.get("footer", FOOTER)
    draft = {
        "draft_id": "x",
        "context_id": "x",
        "subject": None if is_line else sentence["text"] if is_subject else "秋のお便り",
        "body": body + (f"\n\n{footer}" if footer else ""),
    }
    read = read_contexts([json.dumps(context, ensure_ascii=False)])
    verdict = run_checks(read["x"], parse_draft(draft))
    return {finding.check for finding in verdict.findings if finding.severity is Severity.BLOCK}


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if s["defect"]], ids=lambda s: s["text"][:24])
def test_a_faulty_sentence_is_blocked_by_its_check(sentence: dict[str, Any]) -> None:
    assert sentence["check"] in blocking(sentence)


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if not s["defect"]], ids=lambda s: s["text"][:24])
def test_a_good_sentence_passes_every_one_of_these_checks(sentence: dict[str, Any]) -> None:
    assert not blocking(sentence) & CHECKS
