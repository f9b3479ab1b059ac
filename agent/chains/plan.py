"""First step: decide what one message should say, and what it should leave out."""

from pydantic import BaseModel, ConfigDict, Field

from agent.chains.brief import Brief
from agent.chains.model import ChatModel
from agent.ports import ModelCallMade
from prompts.registry import load_prompt


class Plan(BaseModel):
    """What was decided before writing. Ids are those of the brief."""

    model_config = ConfigDict(extra="forbid")

    angle: str = Field(description="なぜ今この方に書くのか。お客さまを主語にした一文")
    fact_ids: list[str] = Field(description="使う事実の番号（F1 など）。1〜3件")
    passage_ids: list[str] = Field(description="使う資料の番号（P1 など）。0〜2件")
    useful: str = Field(description="買わなくても役に立つこと。資料にあることだけ。なければ空文字")
    request: str = Field(description="お願い。多くて1つ、断りやすいもの。なければ空文字")
    avoid: list[str] = Field(description="この方に言わないほうがよいこと")


async def plan_message(model: ChatModel, brief: Brief, *, journal: list[ModelCallMade]) -> Plan:
    """Ask for a plan and keep only evidence that was offered; without any chosen fact, all facts stay usable.

    Raises what `ChatModel.answer` raises.
    """
    published = load_prompt("plan_message")
    prompt = published.render(brief.inputs(published.inputs))
    plan = await model.answer(prompt, Plan, step="plan", journal=journal)
    facts = {sheet.id for sheet in brief.facts}
    passages = {sheet.id for sheet in brief.passages}
    chosen = [i for i in plan.fact_ids if i in facts] or [sheet.id for sheet in brief.facts]
    return plan.model_copy(
        update={"fact_ids": chosen, "passage_ids": [i for i in plan.passage_ids if i in passages]}
    )
