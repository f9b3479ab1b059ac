"""Let a model plan and write one message behind the privacy boundary, and revise it once when something was found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.chains.brief import Brief, Sheet
from agent.chains.letter import Letter
from agent.chains.material import Material
from agent.chains.model import ChatModel
from agent.chains.plan import Plan, plan_message
from agent.chains.write import Attempt, Written, write_message
from agent.domain.calendar_words import SEASON, when_words
from agent.domain.draft import DraftVersion
from agent.domain.finding import Finding, Severity
from agent.domain.message import Paragraph, Passage, WrittenMessage
from agent.ports import ModelCallMade
from agent.service.pseudonyms import Pseudonyms

WEEKDAYS = "月火水木金土日"
Judged = tuple[WrittenMessage, Sequence[Finding]]
Judge = Callable[[Letter], Judged]


@dataclass(frozen=True, slots=True)
class _Key:
    """The brief's short ids and what they stand for."""

    facts: dict[str, str]
    passages: dict[str, str]


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
) -> tuple[Letter, WrittenMessage, Sequence[Finding]]:
    """Plan, write, judge; when a finding blocks, revise once with the findings and judge again.

    earlier: a version a reviewer wants rewritten according to `instruct`.    judge: assembles and checks a letter.
    Raises PrivacyBreach before anything leaves, and what `ChatModel.answer` raises. Requests made are in `journal` either way.
    """
    brief, key = make_brief(material, pseudonyms, may_name=may_name, instruct=instruct)
    pseudonyms.require_clean(brief.outside_texts(), data=brief.outside_texts())
    plan = await plan_message(model, brief, journal=journal)
    attempt = _wish(earlier, instruct, pseudonyms) if earlier else None
    written = await write_message(model, brief, plan, journal=journal, earlier=attempt)
    letter = _letter(model, plan, written, key, pseudonyms)
    message, findings = judge(letter)
    blocking = [f for f in findings if f.severity is Severity.BLOCK]
    if not blocking:
        return letter, message, findings
    again = Attempt(
        pseudonyms.mask(letter.subject),
        tuple(pseudonyms.mask(p.text) for p in letter.paragraphs),
        tuple(pseudonyms.mask(f"「{f.quote}」: {f.message}", people=True) for f in blocking),
    )
    pseudonyms.require_clean([again.subject, *again.paragraphs, *again.problems])
    revised = await write_message(model, brief, plan, journal=journal, earlier=again)
    letter = _letter(model, plan, revised, key, pseudonyms)
    return letter, *judge(letter)


def make_brief(
    material: Material, pseudonyms: Pseudonyms, *, may_name: bool, instruct: str
) -> tuple[Brief, _Key]:
    """The masked brief of a message and the key to its ids."""
    facts = list(material.facts.items())
    brief = Brief(
        occasion=material.occasion.value,
        channel=material.channel.value,
        today=f"{material.today.year}年{material.today.month}月{material.today.day}日"
        f"（{WEEKDAYS[material.today.weekday()]}）",
        season=SEASON[material.today.month][0],
        may_name=may_name,
        facts=tuple(
            Sheet(
                f"F{i}",
                pseudonyms.mask(_one_line(_as_shown(material, fact_id, text)), people=_spoken(fact_id)),
                always=fact_id == material.orders_fact,
            )
            for i, (fact_id, text) in enumerate(facts, start=1)
        ),
        passages=tuple(
            Sheet(f"P{i}", pseudonyms.mask(_one_line(p.text)), title=pseudonyms.mask(_titled(material, p)))
            for i, p in enumerate(material.passages, start=1)
        ),
        told=tuple(pseudonyms.mask(gist) for gist in material.told),
        instruct=pseudonyms.mask(instruct, people=True),
    )
    key = _Key(
        {f"F{i}": fact_id for i, (fact_id, _) in enumerate(facts, start=1)},
        {f"P{i}": p.passage_id for i, p in enumerate(material.passages, start=1)},
    )
    return brief, key


def _as_shown(material: Material, fact_id: str, text: str) -> str:
    """A purchase with the words one would use for its day; somebody's own words marked as such."""
    if fact_id in material.days:
        return f"{text}（{when_words(material.days[fact_id], today=material.today)}）"
    return f"覚え書き: {text}" if _spoken(fact_id) else text


def _titled(material: Material, passage: Passage) -> str:
    """A passage's title; one that may be shown but was never bought says so."""
    shown = material.suggestion
    title = _one_line(passage.title)
    return (
        f"まだお求めでない品: {title}" if shown and shown.passage.passage_id == passage.passage_id else title
    )


def _one_line(text: str) -> str:
    """A piece of evidence on one line, so that a note cannot pose as the next one (F7: …)."""
    return " ".join(text.split())


def _spoken(fact_id: str) -> bool:
    """Somebody's own words, in which other people may be named."""
    return not fact_id.startswith(("summary:", "order:", "line:"))


def _wish(earlier: DraftVersion, instruct: str, pseudonyms: Pseudonyms) -> Attempt:
    return Attempt(
        pseudonyms.mask(earlier.subject or "", people=True),
        tuple(pseudonyms.mask(p.text, people=True) for p in earlier.paragraphs),
        (pseudonyms.mask(instruct, people=True),) if instruct else ("別の言い方で書いてください。",),
    )


def _letter(model: ChatModel, plan: Plan, written: Written, key: _Key, pseudonyms: Pseudonyms) -> Letter:
    """The written middle with real ids and words. An id that was not offered stays as it is, for the evidence check to find."""
    paragraphs = tuple(
        Paragraph(
            pseudonyms.fill(p.text.strip()),
            tuple(key.facts.get(i, i) for i in p.fact_ids),
            tuple(key.passages.get(i, i) for i in p.passage_ids),
        )
        for p in written.paragraphs
    )
    return Letter(
        subject=pseudonyms.fill(written.subject),
        paragraphs=paragraphs,
        plan={
            **plan.model_dump(),
            "angle": pseudonyms.fill(plan.angle),
            "useful": pseudonyms.fill(plan.useful),
            "request": pseudonyms.fill(plan.request),
            "fact_ids": [key.facts[i] for i in plan.fact_ids],
            "passage_ids": [key.passages[i] for i in plan.passage_ids],
        },
        author=f"model:{model.name}",
        prompt=written.prompt,
    )
