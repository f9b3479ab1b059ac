"""The gate's third tier: when rules and classifier found nothing that blocks, let a model read the text for facts and law.

Only criteria that named places are asked (factuality, law): they add findings a person can look at. What a judge says is
advice (`review`) until `okaeri eval calibrate` has measured that this model with this prompt agrees with people's labels
well enough; then what it is sure of blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agent.chains.judge import judge, judged_text
from agent.chains.model import ChatModel, ModelDown, ModelMisconfigured
from agent.domain.finding import FieldName, Finding, Severity
from agent.domain.judgement import INSPECTED, Criterion, JudgedProblem, Judgement
from agent.domain.message import MessageContext, WrittenMessage
from agent.ports import ModelCallMade
from agent.service.pseudonyms import PrivacyBreach, Pseudonyms

Trusted = Callable[[Judgement], bool]
"""Whether this judge, with this prompt, has been measured good enough to block."""


def advisory(_: Judgement) -> bool:
    """No judge is trusted before it has been measured."""
    return False


@dataclass(frozen=True, slots=True)
class AskJudges:
    """Reads one text on factuality and law. trusted: see `Trusted`."""

    model: ChatModel
    trusted: Trusted = advisory

    async def __call__(
        self,
        context: MessageContext,
        message: WrittenMessage,
        pseudonyms: Pseudonyms,
        *,
        journal: list[ModelCallMade],
    ) -> tuple[Finding, ...]:
        """Findings of the judges; one note when they could not be asked. Never raises for a model's bad day.

        Nothing that names the customer leaves: when it would, the judges are not asked and the note says so.
        """
        text = judged_text(context, message, mask=lambda part: pseudonyms.mask(part, people=True))
        findings: list[Finding] = []
        try:
            pseudonyms.require_clean(text.outside_texts(), data=text.outside_texts())
            for criterion in sorted(INSPECTED):
                found = await judge(self.model, criterion, text, journal=journal)
                findings += self._findings(found, message, pseudonyms)
        except (ModelDown, ModelMisconfigured, PrivacyBreach) as error:
            findings.append(_note(f"AIによる読み直しはできませんでした。{error.ja}"))
        return tuple(findings)

    def _findings(self, found: Judgement, message: WrittenMessage, pseudonyms: Pseudonyms) -> list[Finding]:
        if not found.judged:
            what = "事実" if found.criterion is Criterion.FACTUALITY else "法と表示"
            return [_note(f"AIによる読み直し（{what}）は、答えがまとまらず判定できませんでした。")]
        may_block = self.trusted(found)
        made = []
        for problem in found.problems:
            field, span = _place(message, pseudonyms.fill(problem.quote))
            made.append(
                Finding(
                    check=problem.check,
                    severity=Severity.BLOCK if may_block and problem.sure else Severity.REVIEW,
                    field=field,
                    span=span,
                    quote=_text(message, field)[span[0] : span[1]],
                    message=_why(problem, pseudonyms, found.asked),
                )
            )
        return made


def _why(problem: JudgedProblem, pseudonyms: Pseudonyms, asked: int) -> str:
    why = pseudonyms.fill(problem.why).rstrip("。")
    return f"AIの読み直しより: {why}。（{asked}回のうち{problem.votes}回）お確かめください。"


def _place(message: WrittenMessage, quote: str) -> tuple[FieldName, tuple[int, int]]:
    """Where the words stand; a quote that differs in spaces or by a token is found by its longest piece, else the body's start."""
    fields: tuple[FieldName, ...] = ("body", "subject")
    for field in fields:
        text = _text(message, field)
        for words in (quote, *sorted(quote.split(), key=len, reverse=True)):
            start = text.find(words)
            if words and start >= 0:
                return field, (start, start + len(words))
    return "body", (0, 0)


def _text(message: WrittenMessage, field: FieldName) -> str:
    return message.body if field == "body" else message.subject or ""


def _note(words: str) -> Finding:
    return Finding("judge", Severity.NOTE, "body", (0, 0), "", words)
