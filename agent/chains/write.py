"""Second step: write the middle of the message from the plan and its evidence; and again when the gate found something."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.chains.brief import Brief, Sheet
from agent.chains.model import AnswerUnusable, ChatModel
from agent.chains.plan import Plan
from agent.chains.slots import Slot, fill_slots
from agent.domain.draft import PromptUsed
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt, load_prompt

ECHO = 24
"""A run of this many characters of our own instructions in an answer is no coincidence."""
MOST_AMOUNTS = 3
"""Amounts of a text that are offered when the plan names none of them."""
_AMOUNT = ".number"
_OWN_GREETING = re.compile(r"^⟦NAME⟧\s*(?:さま|様|さん)?\s*(?:[、,，]\s*|\n+|　+)")


class WrittenParagraph(BaseModel):
    """One paragraph with the evidence it rests on."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="段落の文章")
    fact_ids: list[str] = Field(description="この段落が拠りどころにした事実の番号。なければ空")
    passage_ids: list[str] = Field(description="この段落が拠りどころにした資料の番号。なければ空")


class LineAnswer(BaseModel):
    """The middle of a LINE message."""

    model_config = ConfigDict(extra="forbid")

    paragraphs: list[WrittenParagraph] = Field(description="段落。2〜3個")

    @field_validator("paragraphs")
    @classmethod
    def _something_is_written(cls, given: list[WrittenParagraph]) -> list[WrittenParagraph]:
        kept = [p for p in given if p.text.strip()]
        if not kept:
            raise ValueError("段落が空です。少なくとも1つの段落に文章を書いてください")
        return kept


class MailAnswer(LineAnswer):
    """The subject, the line after it and the middle of an e-mail."""

    subject: str = Field(description="件名。30字以内")
    preheader: str = Field(description="件名の次に見える一言。40字以内")

    @model_validator(mode="before")
    @classmethod
    def _preheader_may_be_missing(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("preheader") is None:
            return {**given, "preheader": ""}
        return given

    @field_validator("subject")
    @classmethod
    def _one_line(cls, given: str) -> str:
        line = " ".join(given.split())
        if not line:
            raise ValueError("件名が空です")
        return line


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier text and what was found wrong with it: the gate's findings or a reviewer's wish."""

    subject: str
    paragraphs: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What came back, still with the brief's ids, slots and tokens.

    amounts: the slots for amounts as they were shown, P1.number for the brief's P1.number5; no other amount was offered.
    """

    subject: str
    preheader: str
    paragraphs: tuple[WrittenParagraph, ...]
    prompt: PromptUsed
    amounts: Mapping[str, str] = field(default_factory=dict)


async def write_message(
    model: ChatModel,
    brief: Brief,
    plan: Plan,
    *,
    journal: list[ModelCallMade],
    earlier: Attempt | None = None,
) -> Written:
    """Write, or rewrite `earlier` so that its problems are gone.

    Only the plan's evidence is shown, and the facts that every letter must respect.
    Raises what `ChatModel.answer` raises; AnswerUnusable too when the answer repeats our instructions.
    """
    shown, told = evidence_shown(brief, plan)
    published = load_prompt("write_message")
    inputs: dict[str, object] = {
        **brief.inputs(published.inputs),
        "facts": [sheet.as_input() for sheet in shown],
        "passages": [sheet.as_input() for sheet in told],
        "plan": plan.model_dump(),
        "earlier": asdict(earlier) if earlier else None,
        "example": slot_example([*shown, *told]),
    }
    prompt = published.render(inputs)
    schema = MailAnswer if brief.channel == "email" else LineAnswer
    answer = await model.answer(prompt, schema, step="revise" if earlier else "write", journal=journal)
    _refuse_echo(prompt, [p.text for p in answer.paragraphs])
    first, *rest = answer.paragraphs
    paragraphs = (first.model_copy(update={"text": _OWN_GREETING.sub("", first.text)}), *rest)
    return Written(
        answer.subject if isinstance(answer, MailAnswer) else "",
        " ".join(answer.preheader.split()) if isinstance(answer, MailAnswer) else "",
        tuple(p for p in paragraphs if p.text.strip()) or tuple(answer.paragraphs),
        PromptUsed(prompt.name, prompt.version, prompt.digest),
        _amounts(told, brief),
    )


def evidence_shown(brief: Brief, plan: Plan) -> tuple[list[Sheet], list[Sheet]]:
    """The facts and the passages a writer sees: the plan's, the facts that every letter must respect, and no idle slot."""
    facts = [s for s in brief.facts if s.id in plan.fact_ids or s.always]
    return facts, [_needed(s, facts, plan) for s in brief.passages if s.id in plan.passage_ids]


def _needed(passage: Sheet, facts: Sequence[Sheet], plan: Plan) -> Sheet:
    """A passage with the slots this letter may need: no second slot for a product that a fact names, few of its amounts."""
    named = {slot.words for sheet in facts for slot in sheet.slots if ".product" in slot.name}
    amounts = [slot for slot in passage.slots if _AMOUNT in slot.name]
    planned = [slot for slot in amounts if slot.words in plan.useful + plan.request]
    others = [slot for slot in passage.slots if slot not in amounts and slot.words not in named]
    shown = [
        Slot(f"{passage.id}{_AMOUNT}{n if n > 1 else ''}", slot.words)
        for n, slot in enumerate(planned or amounts[:MOST_AMOUNTS], start=1)
    ]
    return replace(passage, slots=(*others, *shown))


def _amounts(shown: Sequence[Sheet], brief: Brief) -> dict[str, str]:
    """The brief's name for every amount shown."""
    return {
        slot.name: next(s.name for s in p.slots if s.words == slot.words and _AMOUNT in s.name)
        for sheet in shown
        for p in brief.passages
        if p.id == sheet.id
        for slot in sheet.slots
        if _AMOUNT in slot.name
    }


def slot_example(sheets: Sequence[Sheet]) -> dict[str, str] | None:
    """One slot in use, from the newest evidence that names a product on a day if any does. None without any value."""
    best = max(reversed(sheets), key=_worth, default=None)
    if best is None or not best.slots:
        return None
    values = {slot.name.split(".")[1]: slot for slot in best.slots}
    chosen = [values[kind] for kind in ("date", "product") if kind in values] or [best.slots[0]]
    written = "の".join(slot.mark for slot in chosen)
    said = fill_slots(written, {slot.name: slot.words for slot in chosen}).text
    return {"written": written, "said": said}


def _worth(sheet: Sheet) -> tuple[bool, bool, bool]:
    kinds = {slot.name.split(".")[1] for slot in sheet.slots}
    return {"date", "product"} <= kinds, "product" in kinds, bool(kinds)


def _refuse_echo(prompt: RenderedPrompt, texts: Sequence[str]) -> None:
    """A text that recites our instructions is not a letter, whoever talked the model into it."""
    said = re.sub(r"\s+", "", "".join(texts))
    rules = re.sub(r"\s+", "", "".join(text for role, text in prompt.messages if role == "system"))
    if any(rules[i : i + ECHO] in said for i in range(max(len(rules) - ECHO, 0) + 1)):
        raise AnswerUnusable(
            "the answer repeats the instructions", ja="AIの返答に、こちらの指示文がそのまま混ざっていました。"
        )
