"""What judges said of labelled drafts: asked now, or recorded earlier and shipped as data."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.chains.judge import judge, judged_text
from agent.chains.model import ChatModel
from agent.domain.finding import Severity
from agent.domain.judgement import INSPECTED, Criterion, Judgement
from agent.domain.message import Addressee
from agent.ports import ModelCallMade
from evals.suite.batches import Case, rows
from evals.suite.data import FOLDER
from evals.suite.subject import Subject

RECORDED = FOLDER / "judge_verdicts"

CHECKS_OF: dict[Criterion, frozenset[str]] = {
    Criterion.FACTUALITY: frozenset(
        {
            "wrong_fact_customer",
            "wrong_price",
            "wrong_stock_or_delivery_promise",
            "invented_product_attribute",
            "invented_offer_or_changed_terms",
            "other_customer_data",
        }
    ),
    Criterion.LAW: frozenset({"yakkihou_claim", "keihyouhou_claim", "stealth_review_incentive"}),
    Criterion.RESPECT: frozenset({"keigo_error", "too_casual_or_rude", "guilt_or_sarcasm_in_winback"}),
    Criterion.CLARITY: frozenset(
        {"wrong_language_or_mixed", "placeholder_or_template_residue", "prompt_leak_or_meta"}
    ),
    Criterion.GENTLENESS: frozenset({"pushy_discount_when_vip_or_complaint", "guilt_or_sarcasm_in_winback"}),
    Criterion.WARMTH: frozenset({"tone_mismatch_service_recovery"}),
    Criterion.RELEVANCE: frozenset({"creepy_surveillance"}),
}
"""Which labels speak about which criterion. A label only says what is wrong; of degrees of good it says nothing."""
POOR = 2
"""A score of 1 to 5 up to here means: should not go out so. From the anchors of prompts/judge."""


class JudgeVerdict(BaseModel):
    """One judge's word on one draft and one criterion; a line of `data/judge_verdicts/*.jsonl`.

    bad: should not go out so; None: not judged, never a score.    repeats: each repeat's own answer, of those that could be read.
    tokens: of all requests; None when not counted.    by: who said it, in words, where no model did.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    draft_id: str
    criterion: Criterion
    judge: str
    bad: bool | None
    repeats: tuple[bool, ...] = ()
    tokens: int | None = None
    milliseconds: float | None = None
    prompt_version: str = ""
    prompt_digest: str = ""
    by: str = Field(default="")


def read_verdicts(folder: Path = RECORDED) -> list[JudgeVerdict]:
    """Every recorded verdict, file after file; none when the folder is not there. Raises pydantic's ValidationError."""
    return [JudgeVerdict.model_validate(row) for file in sorted(folder.glob("*.jsonl")) for row in rows(file)]


def write_verdicts(verdicts: Iterable[JudgeVerdict], file: Path) -> None:
    """Record verdicts, a line each."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        for verdict in verdicts:
            lines.write(json.dumps(verdict.model_dump(mode="json"), ensure_ascii=False) + "\n")


def gate_verdicts(cases: Sequence[Case], subject: Subject, *, repeats: int = 2) -> Iterator[JudgeVerdict]:
    """The gate as a judge: bad where a check of the criterion blocks. Judged anew each time."""
    for case in cases:
        said = [_blocking(case, subject) for _ in range(repeats)]
        for criterion, checks in CHECKS_OF.items():
            answers = tuple(bool(fired & checks) for fired in said)
            yield JudgeVerdict(
                draft_id=case.id,
                criterion=criterion,
                judge=subject.name,
                bad=answers[0],
                repeats=answers,
                tokens=0,
                prompt_digest=subject.digest,
            )


def _blocking(case: Case, subject: Subject) -> frozenset[str]:
    findings = subject.judge(case.context, case.message).findings
    return frozenset(f.check for f in findings if f.severity is Severity.BLOCK)


async def model_verdict(model: ChatModel, case: Case, criterion: Criterion) -> JudgeVerdict:
    """Ask a model now. Raises ModelDown and ModelMisconfigured."""
    journal: list[ModelCallMade] = []
    customer = case.context.customer
    text = judged_text(case.context, case.message, mask=lambda said: _masked(said, customer))
    found = await judge(model, criterion, text, journal=journal)
    counted = [(c.prompt_tokens, c.completion_tokens) for c in journal]
    return JudgeVerdict(
        draft_id=case.id,
        criterion=criterion,
        judge=f"model:{model.name}",
        bad=_bad(found),
        repeats=_repeats(found),
        tokens=sum((a or 0) + (b or 0) for a, b in counted) if any(a for a, _ in counted) else None,
        milliseconds=float(sum(call.duration_ms for call in journal)),
        prompt_version=found.prompt_version,
        prompt_digest=found.prompt_digest,
    )


def _bad(found: Judgement) -> bool | None:
    if not found.judged:
        return None
    if found.criterion in INSPECTED:
        return any(problem.sure for problem in found.problems)
    return None if found.score is None else found.score <= POOR


def _repeats(found: Judgement) -> tuple[bool, ...]:
    if found.criterion in INSPECTED:
        return tuple(count > 0 for count in found.scores)
    return tuple(score <= POOR for score in found.scores)


def _masked(text: str, customer: Addressee) -> str:
    """Synthetic people need no secrecy; the name is a token all the same, as judges see it in a shop."""
    return text.replace(customer.family_name, "⟦NAME⟧") if customer.family_name else text


def verdict_document(verdict: JudgeVerdict) -> dict[str, Any]:
    """As JSON."""
    return verdict.model_dump(mode="json")
