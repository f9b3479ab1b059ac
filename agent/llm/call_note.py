"""One request for the record, from before it leaves until it is paid."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langchain_core.messages import AIMessage

from agent.llm.call_book import CallBook, Held
from agent.llm.chat_client import Messages
from agent.llm.read_answer import said
from agent.llm.translate_errors import TryAgain
from agent.ports import ForDraft, ModelCallMade
from prompts.registry import RenderedPrompt


class CallNote:
    """Set `answer` when it came; whatever is raised inside `booked` becomes the call's error."""

    def __init__(
        self,
        model: str,
        prompt: RenderedPrompt,
        step: str,
        method: str,
        messages: Messages,
        digest: str | None = None,
    ) -> None:
        self.model, self.prompt, self.step, self.method, self.messages = model, prompt, step, method, messages
        self.digest = digest
        self.answer: AIMessage | None = None
        self._started = time.monotonic()

    @asynccontextmanager
    async def booked(
        self, book: CallBook | None, task: str, draft: ForDraft | None, journal: list[ModelCallMade]
    ) -> AsyncIterator[None]:
        """Set money aside, let the call happen, write it down and append it to the journal, whatever happens."""
        held: Held | None = None
        if book:
            answer_tokens = self.prompt.settings.get("max_tokens")
            texts = [text for _, text in self.messages]
            held = await book.hold(task, self.model, texts, int(answer_tokens) if answer_tokens else None)
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            call = self._made(error)
            if book and held:
                # Cancelled, or the line broke after the request had left: somebody may have to pay for it all the same.
                lost = error is not None and (
                    not isinstance(error, Exception) or (isinstance(error, TryAgain) and error.maybe_charged)
                )
                call = await book.settle(call, held, task=task, draft=draft, maybe_charged=lost)
            journal.append(call)

    def _made(self, error: BaseException | None) -> ModelCallMade:
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
            error=(str(error) or type(error).__name__)[:300] if error else None,
            prompt_tokens=usage["input_tokens"] if usage else None,
            completion_tokens=usage["output_tokens"] if usage else None,
            duration_ms=round((time.monotonic() - self._started) * 1000),
            request_digest=self.digest,
        )
