"""Second step: write the middle of the message from the plan and its evidence; and again when the gate found something."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.chains.brief import Brief, Sheet
from agent.chains.model import AnswerUnusable, ChatModel
from agent.chains.plan import Plan
from agent.chains.slots import fill_slots
from agent.domain.draft import PromptUsed
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt, load_prompt

ECHO = 24
"""A run of this many characters of our own instructions in an answer is no coincidence."""
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
    """What came back, still with the brief's ids, slots and tokens."""

    subject: str
    preheader: str
    paragraphs: tuple[WrittenParagraph, ...]
    prompt: PromptUsed


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
    )


def evidence_shown(brief: Brief, plan: Plan) -> tuple[list[Sheet], list[Sheet]]:
    """The facts and the passages a writer sees: the plan's, the facts that every letter must respect, and no idle slot."""
    facts = [s for s in brief.facts if s.id in plan.fact_ids or s.always]
    return facts, [_needed(s, facts) for s in brief.passages if s.id in plan.passage_ids]


def _needed(passage: Sheet, facts: Sequence[Sheet]) -> Sheet:
    """A passage with every value a letter may state of it, but no second slot for a product that a fact names."""
    named = {slot.words for sheet in facts for slot in sheet.slots if ".product" in slot.name}
    return replace(passage, slots=tuple(slot for slot in passage.slots if slot.words not in named))


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
