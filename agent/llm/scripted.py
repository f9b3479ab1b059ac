"""A chat model that says what it was told to say: the fake we ship, for tests, demos and rehearsals."""

from collections.abc import Iterable

from pydantic import BaseModel

from agent.chains.model import Answer
from agent.domain.errors import CallerMistake
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt


class ScriptedModel:
    """`agent.chains.model.ChatModel` with prepared answers.

    script: per step (plan, write, revise …) what to answer, in order; a mapping is read as the schema asked for, an exception
    is raised. asked: every prompt it was shown.
    """

    name = "scripted"

    def __init__(self, script: dict[str, Iterable[dict[str, object] | BaseModel | Exception]]) -> None:
        self._script = {step: list(answers) for step, answers in script.items()}
        self.asked: list[RenderedPrompt] = []

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """The next prepared answer of the step. Raises CallerMistake when there is none left."""
        self.asked.append(prompt)
        if not self._script.get(step):
            raise CallerMistake(f"nothing is scripted for step {step!r}")
        said = self._script[step].pop(0)
        failed = isinstance(said, Exception)
        value = None if isinstance(said, Exception) else schema.model_validate(said)
        journal.append(
            ModelCallMade(
                step=step,
                prompt_name=prompt.name,
                prompt_version=prompt.version,
                prompt_digest=prompt.digest,
                model=self.name,
                method="scripted",
                messages=prompt.messages,
                response=value.model_dump_json() if value else None,
                error=str(said) if failed else None,
                prompt_tokens=None,
                completion_tokens=None,
                duration_ms=0,
            )
        )
        if isinstance(said, Exception):
            raise said
        assert value is not None  # noqa: S101 - the other branch raised
        return value
