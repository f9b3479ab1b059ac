"""Typed answers from any OpenAI-compatible server: the way it understands is found out once and remembered."""

import time

from langchain_core.messages import AIMessage

from agent.chains.model import Answer, AnswerUnusable, ModelMisconfigured
from agent.llm.abilities import METHODS, Abilities, Method
from agent.llm.chat_client import ChatClient, Endpoint, Messages
from agent.llm.read_answer import NotReadable, read_answer, said
from agent.llm.translate_errors import NotSupported
from agent.llm.ways_of_asking import bind, with_form
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt


class OpenAICompatible:
    """`agent.chains.model.ChatModel` over HTTP."""

    def __init__(self, endpoint: Endpoint, abilities: Abilities) -> None:
        self._client, self._abilities = ChatClient(endpoint), abilities
        self._key = {"base_url": endpoint.base_url, "model": endpoint.model}
        self._warm = True

    @property
    def name(self) -> str:
        """The model's name."""
        return self._client.at.model

    async def aclose(self) -> None:
        """Close this loop's connections."""
        await self._client.aclose()

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """One typed answer: by the way known to work, else by trying json_schema, function calling, JSON in text.

        Raises ModelDown after the time allowed, AnswerUnusable after one repair, ModelMisconfigured.
        """
        known = self._abilities.method(**self._key)
        if known:
            try:
                return await self._with_repair(known, prompt, schema, step, journal)
            except NotSupported:
                known = None  # the server changed: find out again
        refusal: Exception | None = None
        for method in METHODS:
            ask = self._with_repair if method == METHODS[-1] else self._once
            try:
                value = await ask(method, prompt, schema, step, journal)
            except (NotSupported, NotReadable) as error:
                refusal = error
                continue
            self._abilities.remember(method, **self._key)
            return value
        raise ModelMisconfigured(
            f"the model refuses every way of asking: {refusal}",
            ja="AIモデルがどの形の依頼も受け付けませんでした。モデル名と接続先を確認してください。",
        )

    async def _with_repair(
        self,
        method: Method,
        prompt: RenderedPrompt,
        schema: type[Answer],
        step: str,
        journal: list[ModelCallMade],
    ) -> Answer:
        """Ask, and once more with the fault named when the answer cannot be read."""
        try:
            return await self._once(method, prompt, schema, step, journal)
        except NotReadable as fault:
            reply = ("assistant", journal[-1].response or "（空の返答）")
            wish = ("user", f"この返答は使えません。{fault} もう一度、正しい形だけで返してください。")
        try:
            return await self._once(method, prompt, schema, step, journal, extra=(reply, wish))
        except NotReadable as fault:
            raise AnswerUnusable(
                f"the answer cannot be read, also after a repair: {fault}",
                ja="AIモデルの返答が、求めた形になりませんでした。",
            ) from fault

    async def _once(
        self,
        method: Method,
        prompt: RenderedPrompt,
        schema: type[Answer],
        step: str,
        journal: list[ModelCallMade],
        *,
        extra: Messages = (),
    ) -> Answer:
        """Ask in one way. Raises NotReadable when the answer is not the value, NotSupported when the server refuses."""
        opening = with_form(prompt.messages, schema) if method == "json_in_text" else prompt.messages
        messages = (*opening, *extra)
        for warm in (True, False) if self._warm else (False,):
            note = _Note(self.name, prompt, step, method, messages)
            try:
                note.answer = await self._client.send(
                    bind(self._client.chat(), method, schema, prompt, warm=warm), messages
                )
                value = read_answer(note.answer, schema)
            except NotSupported as error:
                note.error = str(error)
                if not (warm and "temperature" in str(error)):
                    raise
                self._warm = False
            except Exception as error:
                note.error = str(error)
                raise
            else:
                return value
            finally:
                journal.append(note.made())
        raise AssertionError("unreachable: the loop returns or raises")  # pragma: no cover


class _Note:
    """One request for the record."""

    def __init__(
        self, model: str, prompt: RenderedPrompt, step: str, method: Method, messages: Messages
    ) -> None:
        self.model, self.prompt, self.step, self.method, self.messages = model, prompt, step, method, messages
        self.started = time.monotonic()
        self.answer: AIMessage | None = None
        self.error: str | None = None

    def made(self) -> ModelCallMade:
        """The record, as it left and as it came back."""
        usage = self.answer.usage_metadata if self.answer else None
        return ModelCallMade(
            step=self.step,
            prompt_name=self.prompt.name,
            prompt_version=self.prompt.version,
            prompt_digest=self.prompt.digest,
            model=self.model,
            method=self.method,
            messages=self.messages,
            response=said(self.answer) if self.answer else None,
            error=self.error[:300] if self.error else None,
            prompt_tokens=usage["input_tokens"] if usage else None,
            completion_tokens=usage["output_tokens"] if usage else None,
            duration_ms=round((time.monotonic() - self.started) * 1000),
        )
