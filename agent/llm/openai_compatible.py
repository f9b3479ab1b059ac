"""Typed answers from any OpenAI-compatible server: the way it understands is found out once and remembered."""

import copy
from collections.abc import AsyncIterator
from typing import Self

from langchain_core.messages import AIMessageChunk

from agent.chains.model import Answer, AnswerUnusable, ModelMisconfigured
from agent.llm.abilities import METHODS, Abilities, Method
from agent.llm.answers_kept import AnswersKept, request_digest
from agent.llm.call_book import CallBook
from agent.llm.call_note import CallNote
from agent.llm.chat_client import ChatClient, Endpoint, Messages
from agent.llm.read_answer import NotReadable, read_answer
from agent.llm.tasks import task_of
from agent.llm.translate_errors import NotSupported
from agent.llm.ways_of_asking import asking, with_form
from agent.ports import ForDraft, ModelCallMade
from prompts.registry import RenderedPrompt


class OpenAICompatible:
    """`agent.chains.model.ChatModel` over HTTP."""

    def __init__(
        self,
        endpoint: Endpoint,
        abilities: Abilities,
        book: CallBook | None = None,
        *,
        task: str | None = None,
    ) -> None:
        """book: where calls are counted and kept; None to leave both to the caller's journal.    task: for calls whose step has none."""
        self.client, self._abilities, self._book, self._task = ChatClient(endpoint), abilities, book, task
        self._key = {"base_url": endpoint.base_url, "model": endpoint.model}
        self._cold: set[str] = set()
        self._draft: ForDraft | None = None
        self._kept: AnswersKept | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.client.at.model

    @property
    def book(self) -> CallBook | None:
        """Where calls are counted."""
        return self._book

    def for_draft(self, draft: ForDraft) -> Self:
        """The same model, writing each answer into the draft's record before it is used, and using those that stand there."""
        if self._book is None:
            return self
        bound = copy.copy(self)
        bound._draft = draft
        bound._kept = AnswersKept(self._book.answers(draft)) if draft.resumed else None
        return bound

    async def aclose(self) -> None:
        """Close this loop's connections."""
        await self.client.aclose()

    @property
    def warm(self) -> bool:
        """False when the model refuses a temperature."""
        return self.name not in self._cold

    def method(self) -> Method | None:
        """How this model is asked, None when nobody has found out yet."""
        return self._abilities.method(**self._key)

    async def answer(
        self, prompt: RenderedPrompt, schema: type[Answer], *, step: str, journal: list[ModelCallMade]
    ) -> Answer:
        """One typed answer: by the way known to work, else by trying json_schema, function calling, JSON in text.

        Raises ModelDown after the time allowed or when the day's money is spent, AnswerUnusable after one repair,
        ModelMisconfigured.
        """
        if self._kept and (standing := self._kept.take(request_digest(self.name, prompt, schema), schema)):
            return standing
        known = self.method()
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

    async def stream(
        self, prompt: RenderedPrompt, *, step: str, journal: list[ModelCallMade]
    ) -> AsyncIterator[str]:
        """Pieces of a plain-text answer as they come, for a person who waits. Counted and recorded like any other call.

        Raises ModelDown or ModelMisconfigured, also in the middle: what was shown until then is no answer.
        """
        fields = {
            name: value
            for name, value in (
                ("temperature", prompt.settings.get("temperature") if self.name not in self._cold else None),
                ("max_tokens", prompt.settings.get("max_tokens")),
            )
            if value is not None
        }
        note = CallNote(self.name, prompt, step, "stream", prompt.messages)
        whole: AIMessageChunk | None = None
        async with note.booked(self._book, self._task_of(step), self._draft, journal):
            async for piece in self.client.stream(fields, prompt.messages):
                whole = piece if whole is None else whole + piece
                note.answer = whole
                if piece.content:
                    yield str(piece.content)

    def _task_of(self, step: str) -> str:
        return self._task or task_of(step)

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
        digest = request_digest(self.name, prompt, schema) if self._draft else None
        for warm in (True, False) if self.name not in self._cold else (False,):
            note = CallNote(self.name, prompt, step, method, messages, digest)
            try:
                async with note.booked(self._book, self._task_of(step), self._draft, journal):
                    note.answer = await self.client.send(asking(method, schema, prompt, warm=warm), messages)
                    return read_answer(note.answer, schema)
            except NotSupported as error:
                if not (warm and "temperature" in str(error)):
                    raise
                self._cold.add(self.name)
        raise AssertionError("unreachable: the loop returns or raises")  # pragma: no cover
