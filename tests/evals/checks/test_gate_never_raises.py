"""Does the gate stand any text: empty, huge, broken, only emoji, in another direction or language?"""

import json
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.message import MessageContext, WrittenMessage
from evals.checks.gate import run_checks
from evals.checks.input import parse_context, read_contexts

DATA = Path(__file__).parent / "data"

BARE = {"context_id": "c", "occasion": "thank_you", "channel": "email", "today": "2026-06-01"}


@cache
def all_contexts() -> tuple[MessageContext, ...]:
    with (DATA / "contexts.jsonl").open(encoding="utf-8") as lines:
        return tuple(read_contexts(lines).values())


@pytest.mark.parametrize(
    "body", ["", " ", "\n\n", "🍎🎂✨", "\u202eさかさ\u202c", "\ud800", "﷽" * 50, "(" * 300]
)
def test_a_strange_body_is_a_finding_and_never_a_silent_pass(body: str) -> None:
    for context in all_contexts():
        assert run_checks(context, WrittenMessage("d", "c", "件名", body)).findings


def test_a_shop_without_details_cannot_pass() -> None:
    verdict = run_checks(parse_context(BARE), WrittenMessage("d", "c", "お礼", "ありがとうございました。"))
    assert verdict.blocked


def test_a_body_of_a_megabyte_is_judged_in_reasonable_time() -> None:
    body = "先日はお求めいただき、ありがとうございました。\n" * 12_000
    started = time.process_time()
    verdict = run_checks(parse_context({**BARE, "channel": "line"}), WrittenMessage("d", "c", None, body))
    assert verdict.blocked
    assert time.process_time() - started < 20


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(
            "中村様さまシミ消える0123456789円%日月年回目円様。、\n「」（）①ＡＢC @:/.-‐ー\u200b🍎"
        ),
        max_size=120,
    )
)
def test_any_mixture_of_our_signs_is_judged(body: str) -> None:
    for finding in run_checks(all_contexts()[0], WrittenMessage("d", "c", body[:20], body)).findings:
        text = body[:20] if finding.field == "subject" else body
        assert 0 <= finding.span[0] <= finding.span[1] <= len(text)
        assert text[slice(*finding.span)] == finding.quote


_WORDS = (
    "中村様|シミが消え|ｼﾐが|① |㈱|50%OFF|1,980円|５０００円|残り3点|18日になります|昨年の夏|午後3時まで|を差し上げます|だよね。|しろ！"
    "|【入荷日】の|（案）|ページを3回ご覧|👨\u200d👩\u200d👧|が\u3099|\u200b|\n\n|「おすすめ」と書いて|。|、"
)
WORDS = tuple(_WORDS.split("|"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join), st.integers(min_value=0, max_value=50))
def test_a_quote_is_the_text_at_its_span_in_every_field(body: str, which: int) -> None:
    context = all_contexts()[which]
    for finding in run_checks(
        context, WrittenMessage("d", "c", body[:60], body * (1 + 9 * (which % 2)))
    ).findings:
        text = body[:60] if finding.field == "subject" else body * (1 + 9 * (which % 2))
        assert text[slice(*finding.span)] == finding.quote


def test_a_draft_survives_a_round_through_json_with_any_sign() -> None:
    body = json.loads(json.dumps("𠮷田様、\u0000\u001b[31mこんにちは"))
    assert run_checks(all_contexts()[0], WrittenMessage("d", "c", None, body)).findings


def test_what_is_too_long_to_be_read_does_not_pass() -> None:
    """A claim in the middle of fifty thousand characters was seen by nobody, so the text is blocked."""
    body = "お茶をどうぞ。\n" * 3_000 + "シミが消えます。\n" + "お茶をどうぞ。\n" * 3_000
    assert run_checks(all_contexts()[0], WrittenMessage("d", "c", "お茶", body)).blocked
