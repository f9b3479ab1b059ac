"""Ask a model to introduce a customer to a colleague: a few sentences, each naming its facts."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from agent.chains.brief import Sheet
from agent.chains.model import ChatModel
from agent.ports import ModelCallMade
from prompts.registry import load_prompt

STEP = "summarise"


class WrittenSentence(BaseModel):
    """One sentence with the facts it rests on."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="一文。60字以内")
    fact_ids: list[str] = Field(description="この文が拠りどころにした事実の番号。一つ以上")


class SummaryAnswer(BaseModel):
    """The paragraph, sentence by sentence."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[WrittenSentence] = Field(description="2〜4文。順に読む", min_length=1)


async def summarise(
    model: ChatModel, facts: Sequence[Sheet], *, today: str, may_name: bool, journal: list[ModelCallMade]
) -> SummaryAnswer:
    """The model's paragraph, still with the sheets' ids and tokens, compared with nothing yet.

    facts: masked. Raises what `ChatModel.answer` raises.
    """
    inputs = {"today": today, "may_name": may_name, "facts": [{"id": s.id, "text": s.text} for s in facts]}
    prompt = load_prompt("summarise_customer").render(inputs)
    return await model.answer(prompt, SummaryAnswer, step=STEP, journal=journal)
