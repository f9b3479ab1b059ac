"""Ask a model what a group of customers might be called, from the group's facts alone."""

from collections.abc import Collection, Sequence

from pydantic import BaseModel, ConfigDict, Field

from agent.chains.brief import Sheet
from agent.chains.model import ChatModel
from agent.ports import ModelCallMade
from prompts.registry import load_prompt

STEP = "name_group"


class GroupNameAnswer(BaseModel):
    """A name and what it rests on."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="呼び名。20字以内")
    fact_ids: list[str] = Field(description="拠りどころにした事実の番号。一つ以上")


async def name_group(
    model: ChatModel, facts: Sequence[Sheet], *, taken: Collection[str], journal: list[ModelCallMade]
) -> GroupNameAnswer:
    """A name, compared with nothing yet. taken: names of the other groups. Raises what `ChatModel.answer` raises."""
    inputs = {"facts": [{"id": s.id, "text": s.text} for s in facts], "taken": sorted(taken)}
    prompt = load_prompt("name_group").render(inputs)
    return await model.answer(prompt, GroupNameAnswer, step=STEP, journal=journal)
