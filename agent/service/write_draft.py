"""Write one draft's text: by the model, else by the embedded writer; assembled, judged, and read again by the judges."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.chains.embedded import write_embedded
from agent.chains.letter import Letter
from agent.chains.model import AnswerUnusable, ChatModel, ModelDown, ModelMisconfigured, bound_to
from agent.domain.draft import DraftVersion
from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.message import MessageContext, WrittenMessage
from agent.ports import ForDraft, ModelCallMade
from agent.service.ask_judges import AskJudges
from agent.service.assemble_message import assemble_message, greeting, notices_for
from agent.service.check_evidence import Dated, check_evidence
from agent.service.lay_out_desk import Desk
from agent.service.lead_on import answers_for, button_for
from agent.service.pseudonyms import PrivacyBreach, Pseudonyms
from agent.service.write_with_model import write_with_model

NOT_FOLLOWED = (
    "AIモデルが設定されていないため、ご希望は反映できていません。文面は定型文のままです。"
    "文面を修正（okaeri decide の edit、または画面の「修正」）していただくか、"
    "okaeri.toml の [chat] にモデルを設定してから、もう一度作成してください。"
)
"""What a wish for the text comes to without a model, and what to do."""
Gate = Callable[[MessageContext, WrittenMessage], Verdict]


@dataclass(frozen=True, slots=True)
class Composed:
    """A judged text. letter None: the model is down and we wait.    fallback: why it is not the model's, None when it is.

    read_again: the judges have read it already.
    """

    letter: Letter | None
    message: WrittenMessage | None
    findings: tuple[Finding, ...]
    fallback: str | None
    calls: tuple[ModelCallMade, ...]
    read_again: bool = False

    @property
    def blocked(self) -> bool:
        """True when something in it must not leave."""
        return any(f.severity is Severity.BLOCK for f in self.findings)


class WriteDraft:
    """Writes and judges the text on a desk; stores nothing."""

    def __init__(
        self,
        *,
        model: ChatModel | None,
        gate: Gate,
        judges: AskJudges | None,
        on_model_down: Literal["embedded", "wait"],
    ) -> None:
        """model: None for the embedded writer.    judges: the gate's third tier, when a judge model is set."""
        self._model, self._gate, self._judges = model, gate, judges
        self._wait = on_model_down == "wait"

    async def __call__(
        self,
        desk: Desk,
        call: ForDraft,
        *,
        instruct: str,
        earlier: DraftVersion | None,
        others: Sequence[str] = (),
    ) -> Composed:
        """Write and judge. instruct: a person's words, perhaps empty.    earlier: the text to rewrite, None to write anew.

        others: what other texts for the same occasion start from, to be told differently.
        """
        return await self._read_again(
            desk, call, await self._write(desk, call, instruct=instruct, earlier=earlier, others=others)
        )

    async def _write(
        self,
        desk: Desk,
        call: ForDraft,
        *,
        instruct: str,
        earlier: DraftVersion | None,
        others: Sequence[str],
    ) -> Composed:
        journal: list[ModelCallMade] = []
        fallback: str | None = None
        steps: list[dict[str, object]] = []
        if self._model is not None:
            pseudonyms = Pseudonyms(desk.chart, addressed=greeting(desk.gathered.addressee))
            material = desk.gathered.material
            try:
                letter, message, findings = await write_with_model(
                    bound_to(self._model, call),
                    replace(material, told=(*others, *material.told)) if others else material,
                    pseudonyms,
                    may_name=bool(greeting(desk.gathered.addressee)),
                    instruct=instruct,
                    earlier=earlier,
                    judge=lambda letter: self.judge(desk, letter),
                    journal=journal,
                    advise=self._adviser(desk, call, pseudonyms, journal),
                    steps=steps,
                )
                return Composed(letter, message, Verdict.of(findings).findings, None, tuple(journal), True)
            except (ModelDown, AnswerUnusable, ModelMisconfigured, PrivacyBreach) as error:
                fallback = error.ja
                wait = self._wait and not isinstance(error, PrivacyBreach)  # waiting would not mend that
            steps.append({"step": "fallback", "failed": fallback})
            if wait:
                return Composed(None, None, (), fallback, tuple(journal))
            fallback = f"{fallback}そのため定型文で作成しました。"
        elif instruct:
            fallback = NOT_FOLLOWED
        letter, message, findings = self.embedded(desk)
        letter = replace(letter, steps=tuple(steps))
        return Composed(letter, message, tuple(findings), fallback, tuple(journal))

    def _adviser(
        self, desk: Desk, call: ForDraft, pseudonyms: Pseudonyms, journal: list[ModelCallMade]
    ) -> Callable[[WrittenMessage], Awaitable[Sequence[Finding]]] | None:
        """The judges as the model writer asks them: each text that nothing cheaper blocks."""
        if self._judges is None:
            return None
        judges = replace(self._judges, model=bound_to(self._judges.model, call))

        async def advise(message: WrittenMessage) -> Sequence[Finding]:
            return await judges(desk.context, message, pseudonyms, journal=journal)

        return advise

    async def _read_again(self, desk: Desk, call: ForDraft, composed: Composed) -> Composed:
        """The judges on an embedded letter, last and only on one that nothing cheaper objects to."""
        if self._judges is None or composed.message is None or composed.blocked or composed.read_again:
            return composed
        journal: list[ModelCallMade] = []
        pseudonyms = Pseudonyms(desk.chart, addressed=greeting(desk.gathered.addressee))
        judges = replace(self._judges, model=bound_to(self._judges.model, call))
        found = await judges(desk.context, composed.message, pseudonyms, journal=journal)
        return replace(
            composed,
            findings=Verdict.of([*composed.findings, *found]).findings,
            calls=(*composed.calls, *journal),
        )

    def embedded(self, desk: Desk) -> tuple[Letter, WrittenMessage, Sequence[Finding]]:
        """The embedded letter; without the shop's own product sentences when the gate objects to what they say."""
        letter = write_embedded(desk.gathered.material)
        message, findings = self.judge(desk, letter)
        if any(f.severity is Severity.BLOCK for f in findings):
            plain = write_embedded(desk.gathered.material, plain=True)
            shown, left = self.judge(desk, plain)
            if len(left) < len(findings):
                return plain, shown, left
        return letter, message, findings

    def judge(self, desk: Desk, letter: Letter) -> tuple[WrittenMessage, Sequence[Finding]]:
        """The final text and everything found in it: the gate's checks, the evidence lock, missing sender settings."""
        message = assemble_message(
            draft_id=desk.draft_id,
            channel=desk.context.channel,
            shop=desk.context.shop,
            customer=desk.context.customer,
            greetable=desk.chart.greetable,
            subject=letter.subject,
            paragraphs=letter.paragraphs,
            preheader=letter.preheader,
            button=button_for(desk.gathered.material, desk.context.products, letter.paragraphs),
            quick_replies=answers_for(desk.gathered.material),
            notices=notices_for(desk.context),
        )
        material = desk.gathered.material
        findings = [
            *self._gate(desk.context, message).findings,
            *check_evidence(
                message.body,
                letter.paragraphs,
                facts=material.facts,
                passages={p.passage_id: p.text + p.title for p in material.passages},
                subject=letter.subject,
                dated=Dated(material.today, material.days),
            ),
        ]
        if desk.missing_sender:
            findings.append(
                Finding("missing_optout_or_sender", Severity.BLOCK, "body", (0, 0), "", desk.missing_sender)
            )
        return message, Verdict.of(findings).findings
