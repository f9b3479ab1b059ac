"""Let a model plan and write one message behind the privacy boundary, and revise it while something was found, twice at most."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from agent.chains.letter import Letter
from agent.chains.material import Material
from agent.chains.model import AnswerUnusable, ChatModel, ModelDown
from agent.chains.plan import Plan, plan_message
from agent.chains.write import Attempt, Written, write_message
from agent.domain.draft import DraftVersion
from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph, WrittenMessage
from agent.ports import ModelCallMade
from agent.service.make_brief import Key, make_brief
from agent.service.pseudonyms import Pseudonyms
from agent.service.read_letter import mask_outside, read_letter
from agent.service.tell_progress import tell
from agent.service.typed_values import placed, typed_values

ROUNDS = 2
"""Revisions at most. A third was never worth its wait: what two could not mend, a person should see."""
NOT_MENDABLE = frozenset({"missing_optout_or_sender"})
"""What code or settings write; no revision can help."""
Judged = tuple[WrittenMessage, Sequence[Finding]]
Judge = Callable[[Letter], Judged]
Advise = Callable[[WrittenMessage], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A judged text: as the model wrote it, as it would leave, and what was found in it."""

    written: Written
    letter: Letter
    message: WrittenMessage
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        return any(f.severity is Severity.BLOCK for f in self.findings)

    @property
    def weight(self) -> tuple[int, int]:
        """How much is wrong: what blocks, then what a person should look at."""
        found = [f.severity for f in self.findings]
        return found.count(Severity.BLOCK), found.count(Severity.REVIEW)

    def mendable(self) -> list[Finding]:
        """Findings that another wording could remove: not what stands in greeting, footer or settings."""
        middle = "\n".join(
            [self.letter.subject, self.letter.preheader, *(p.text for p in self.letter.paragraphs)]
        )
        return [
            f
            for f in self.findings
            if f.severity is not Severity.NOTE and f.check not in NOT_MENDABLE and f.quote in middle
        ]


async def write_with_model(
    model: ChatModel,
    material: Material,
    pseudonyms: Pseudonyms,
    *,
    may_name: bool,
    instruct: str,
    earlier: DraftVersion | None,
    judge: Judge,
    journal: list[ModelCallMade],
    advise: Advise | None = None,
    steps: list[dict[str, object]] | None = None,
) -> tuple[Letter, WrittenMessage, Sequence[Finding]]:
    """Plan, write, judge; revise with what was found and judge again, until nothing is left, nothing gets better, or ROUNDS.

    earlier: a version a reviewer wants rewritten according to `instruct`.    judge: assembles and checks a letter.
    advise: the judges, asked about a text that nothing blocks.    The best text wins, the later of equals; its `steps` tell how it
    came about. A model that fails at a revision does not cost a text that nothing blocks.    steps: is filled as they are taken, so
    that a plan which did arrive is known when the text never does. A value typed without its slot blocks, however true it is.
    Raises PrivacyBreach before anything leaves, and what `ChatModel.answer` raises. Requests made are in `journal` either way.
    """
    brief, key = make_brief(material, pseudonyms, may_name=may_name, instruct=instruct)
    pseudonyms.require_clean(brief.outside_texts(), data=brief.outside_texts())
    steps = [] if steps is None else steps

    async def look(written: Written, plan: Plan) -> _Candidate:
        letter = read_letter(written, plan, key, material, pseudonyms, author=f"model:{model.name}")
        tell("text", text="\n\n".join(filter(None, [letter.subject, *(p.text for p in letter.paragraphs)])))
        tell("check")
        message, found = judge(letter)
        typed = placed(typed_values(written.paragraphs, letter), message.body)
        findings = (*found, *(f for f in typed if not any(f.quote in other.quote for other in found)))
        if advise and not any(f.severity is Severity.BLOCK for f in findings):
            findings = (*findings, *await advise(message))
        steps.append(_findings_step(findings, key, pseudonyms))
        return _Candidate(written, letter, message, findings)

    tell("plan")
    plan = await plan_message(model, brief, journal=journal)
    steps.append({"step": "plan", **plan.model_dump()})
    attempt = _wish(earlier, instruct, key, pseudonyms) if earlier else None
    tell("write")
    written = await write_message(model, brief, plan, journal=journal, earlier=attempt)
    steps.append(_text_step("revise" if earlier else "write", written))
    best = await look(written, plan)
    for _ in range(ROUNDS):
        mendable = best.mendable()
        if not mendable:
            break
        tell("revise", found=len(mendable))
        try:
            again = _again(best.written, mendable, key, pseudonyms)
            pseudonyms.require_clean([again.subject, *again.paragraphs, *again.problems])
            revised = await write_message(model, brief, plan, journal=journal, earlier=again)
        except (ModelDown, AnswerUnusable) as error:
            if best.blocks:
                raise
            steps.append({"step": "revise", "failed": error.ja})
            break
        steps.append(_text_step("revise", revised))
        next_one = await look(revised, plan)
        before, after = _what(best.findings), _what(next_one.findings)
        if next_one.weight <= best.weight:
            best = next_one
        if before == after:  # the model has nothing better to offer
            break
    return replace(best.letter, steps=tuple(steps)), best.message, best.findings


def _again(written: Written, problems: Sequence[Finding], key: Key, pseudonyms: Pseudonyms) -> Attempt:
    return Attempt(
        mask_outside(written.subject, pseudonyms),
        tuple(mask_outside(p.text, pseudonyms) for p in written.paragraphs),
        tuple(dict.fromkeys(_said(f, key, pseudonyms) for f in problems)),
    )


def _said(finding: Finding, key: Key, pseudonyms: Pseudonyms) -> str:
    """A finding as the model may read it."""
    words = f"「{finding.quote}」: {finding.message}" if finding.quote else finding.message
    return pseudonyms.mask(key.without_code(words), people=True)


def _what(findings: Sequence[Finding]) -> set[tuple[str, str]]:
    return {(f.check, f.quote) for f in findings if f.severity is not Severity.NOTE}


def _wish(earlier: DraftVersion, instruct: str, key: Key, pseudonyms: Pseudonyms) -> Attempt:
    """A reviewer's wish: the text as it stands, without the granted reward's sentences, which have a slot."""
    return Attempt(
        pseudonyms.mask(earlier.subject or "", people=True),
        tuple(mask_outside(key.without_reward(_marked(p, key)), pseudonyms) for p in earlier.paragraphs),
        (pseudonyms.mask(instruct, people=True),) if instruct else ("別の言い方で書いてください。",),
    )


def _marked(paragraph: Paragraph, key: Key) -> str:
    """A paragraph with the slots its values came from, so that a rewrite can keep them as slots."""
    text = paragraph.text
    for slot in sorted(paragraph.slots, key=lambda s: -len(s.words)):
        same = (n for n, words in key.words.items() if words == slot.words)
        name = next((n for n in same if key.record(n.split(".")[0]) == slot.source), None)
        if name and ".product" not in name and len(slot.words) > 1:
            text = text.replace(slot.words, f"⟦{name}⟧", 1)
    return text


def _text_step(step: str, written: Written) -> dict[str, object]:
    """A text as the model wrote it, with its slots."""
    return {
        "step": step,
        "prompt": {
            "name": written.prompt.name,
            "version": written.prompt.version,
            "digest": written.prompt.digest,
        },
        "subject": written.subject,
        "preheader": written.preheader,
        "paragraphs": [
            {"text": p.text, "facts": p.fact_ids, "passages": p.passage_ids} for p in written.paragraphs
        ],
    }


def _findings_step(findings: Sequence[Finding], key: Key, pseudonyms: Pseudonyms) -> dict[str, object]:
    return {
        "step": "findings",
        "findings": [
            {"check": f.check, "severity": f.severity.value, "said": _said(f, key, pseudonyms)}
            for f in findings
        ],
    }
