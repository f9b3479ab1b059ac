"""One chat model made of several: each task is done by its own."""

from collections.abc import AsyncIterator, Mapping
from typing import Self

from agent.chains.model import Answer
from agent.llm.openai_compatible import OpenAICompatible
from agent.llm.tasks import Task, task_of
from agent.ports import ForDraft, ModelCallMade
from prompts.registry import RenderedPrompt


class RoutedModel:
    """`agent.chains.model.ChatModel` that hands each step to the model of its task."""

    def __init__(self, models: Mapping[Task, OpenAICompatible], *, otherwise: OpenAICompatible) -> None:
        """otherwise: for tasks without a model of their own; drafts carry its name."""
        self._models, self._otherwise = dict(models), otherwise

    @property
    def name(self) -> str:
        """The name of the model that writes."""
        return self._otherwise.name

    def of(self, step: str) -> OpenAICompatible:
        """The model that does a step."""
        return self._models.get(task_of(step), self._otherwise)

    def for_draft(self, draft: ForDraft) -> Self:
        """All of them, bound to one draft."""
        bound = {task: model.for_draft(draft) for task, model in self._models.items()}
        return type(self)(bound, otherwise=self._otherwise.for_draft(draft))

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """See `ChatModel.answer`."""
        return await self.of(step).answer(prompt, schema, step=step, journal=journal)

    def stream(
        self, prompt: RenderedPrompt, *, step: str, journal: list[ModelCallMade]
    ) -> AsyncIterator[str]:
        """See `StreamingModel.stream`."""
        return self.of(step).stream(prompt, step=step, journal=journal)

    async def aclose(self) -> None:
        """Close this loop's connections."""
        for model in {id(m): m for m in (*self._models.values(), self._otherwise)}.values():
            await model.aclose()
