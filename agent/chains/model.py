"""What a chain asks of a chat model, and the three ways it can fail."""

from collections.abc import AsyncIterator
from typing import Protocol, Self, TypeVar, runtime_checkable

from pydantic import BaseModel

from agent.domain.errors import MachineRetries, OperatorMustFix
from agent.ports import ForDraft, ModelCallMade
from prompts.registry import RenderedPrompt

Answer = TypeVar("Answer", bound=BaseModel)


class ModelDown(MachineRetries):
    """The model could not be reached or was too busy or too slow; retries within the time allowed did not help."""


class AnswerUnusable(MachineRetries):
    """The model answered, but not with what was asked for, also after one repair."""


class ModelMisconfigured(OperatorMustFix):
    """The model refuses us whatever we ask: key, address, model name, or the request is too long for it."""


class ChatModel(Protocol):
    """Answers a prompt with a typed value."""

    @property
    def name(self) -> str:
        """The model's name as the settings give it."""
        ...

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """One typed answer. Every request made on the way is appended to `journal`, also when this raises.

        Raises ModelDown, AnswerUnusable or ModelMisconfigured, each with a Japanese reason in `ja`.
        """
        ...


@runtime_checkable
class KeepsAnswers(Protocol):
    """A model whose answers are written into a draft's record before they are used, and found there after a crash."""

    def for_draft(self, draft: ForDraft) -> Self:
        """The same model for one draft's calls."""
        ...


@runtime_checkable
class StreamingModel(Protocol):
    """A model that says a plain-text answer piece by piece, where a person waits."""

    def stream(
        self, prompt: RenderedPrompt, *, step: str, journal: list[ModelCallMade]
    ) -> AsyncIterator[str]:
        """Pieces in order; together they are the answer. Raises ModelDown or ModelMisconfigured, also half-way."""
        ...


Asked = TypeVar("Asked", bound=ChatModel)


def bound_to(model: Asked, draft: ForDraft) -> Asked:
    """The model keeping its answers for this draft, where it can; others are asked afresh."""
    return model.for_draft(draft) if isinstance(model, KeepsAnswers) else model


class AwaitingBatch(MachineRetries):
    """The request waits for a provider's batch; the draft is composed again under its id when the answer has come."""
