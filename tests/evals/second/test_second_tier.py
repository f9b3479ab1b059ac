"""Does the second tier speak beside the rules, about the right sentence, and only where it applies?"""

from dataclasses import replace

import numpy as np
import pytest

from agent.domain.finding import Finding, Severity
from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.occasion import Occasion
from evals.checks.gate import Gate, run_checks
from evals.checks.reading import read
from evals.checks.second.classifier import SecondTier
from evals.checks.second.criteria import NAMES
from evals.checks.second.weights import Weights, shipped
from evals.suite.second_tier_examples import shipped_messages
from retrieval.embed import HashedEncoder


class CountingEncoder(HashedEncoder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked += texts
        return super().embed_documents(texts)


def deaf(**columns: float) -> Weights:
    """Weights that say the same of every sentence: the logit given for a check, and never anything else."""
    k, own = len(NAMES), shipped()
    bias = np.full(k, -9.0, dtype=np.float32)
    for name, logit in columns.items():
        bias[NAMES.index(name)] = logit
    return replace(
        own,
        first=np.zeros_like(own.first),
        first_bias=bias,
        meaning=np.zeros((HashedEncoder.size, k), dtype=np.float32),
        meaning_bias=bias,
        doubt=np.zeros(k, dtype=np.float32),
        review=np.ones(k, dtype=np.float32),
        block=np.full(k, 2.0, dtype=np.float32),
    )


@pytest.fixture
def context() -> MessageContext:
    return next(m.context for m in shipped_messages() if m.context.context_id == "tea-thanks-mail")


MESSAGE = WrittenMessage(
    "d", "c", "お礼", "中村様\n\n  ありがとうございました。お茶の時間を、\nどうぞごゆっくり。"
)


def found(
    context: MessageContext, weights: Weights, *, told: tuple[Finding, ...] = ()
) -> tuple[list[Finding], CountingEncoder]:
    encoder = CountingEncoder()
    return list(SecondTier(encoder, weights).find(read(context, MESSAGE), told)), encoder


def test_a_finding_marks_the_whole_sentence_and_nothing_else(context: MessageContext) -> None:
    findings, _ = found(context, deaf(keigo_error=3.0))
    assert [f.quote for f in findings] == ["ありがとうございました。", "お茶の時間を、", "どうぞごゆっくり。"]
    for finding in findings:
        assert MESSAGE.body[slice(*finding.span)] == finding.quote
        assert finding.severity is Severity.BLOCK


def test_an_unsure_score_asks_for_a_look(context: MessageContext) -> None:
    findings, _ = found(context, deaf(keigo_error=1.5))
    assert {f.severity for f in findings} == {Severity.REVIEW}


def test_a_sentence_without_doubt_is_not_encoded(context: MessageContext) -> None:
    findings, encoder = found(context, deaf())
    assert findings == []
    assert encoder.asked == []


def test_a_check_is_mute_where_it_does_not_apply(context: MessageContext) -> None:
    weights = deaf(guilt_or_sarcasm_in_winback=5.0)
    assert found(context, weights)[0] == []
    assert found(replace(context, occasion=Occasion.WIN_BACK), weights)[0] != []


def test_what_a_rule_blocked_is_not_told_again(context: MessageContext) -> None:
    weights = deaf(keigo_error=3.0)
    first = found(context, weights)[0][0]
    rule = replace(first, span=(first.span[0], first.span[0] + 3), message="規則")
    assert first not in found(context, weights, told=(rule,))[0]
    asked = replace(rule, severity=Severity.REVIEW)
    assert first in found(context, weights, told=(asked,))[0]


def test_the_gate_without_a_second_tier_says_what_the_rules_say(context: MessageContext) -> None:
    bad = replace(MESSAGE, body="中村様 シミが消えます。")
    assert Gate()(context, bad) == run_checks(context, bad)
    both = Gate(SecondTier(CountingEncoder(), deaf(keigo_error=3.0)))(context, bad)
    assert set(run_checks(context, bad).findings) < set(both.findings)


@pytest.mark.parametrize(
    "body", ["", "🎉" * 3000, "あ" * 900, "\u202e逆\u200b。" * 50, "\x00", "お茶。\n" * 600]
)
def test_no_text_makes_it_fail(context: MessageContext, body: str) -> None:
    weights = deaf(keigo_error=0.5)
    Gate(SecondTier(CountingEncoder(), weights))(context, replace(MESSAGE, body=body))
