"""What a chain asks of a chat model, and the three ways it can fail."""

from typing import Protocol, TypeVar

from pydantic import BaseModel

from agent.domain.errors import MachineRetries, OperatorMustFix
from agent.ports import ModelCallMade
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
