"""LangChain's chat-model interface over our own wire: what chains bind, ask and stream, without the official client's cost."""

import json
from collections.abc import AsyncIterator
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import invalid_tool_call, tool_call
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from agent.llm.wire import Wire, WireUnreadable

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LeanChat(BaseChatModel):
    """Asks `/chat/completions`. Keyword arguments of a call (bound ones too) go into the request's body as they are."""

    wire: Any
    model: str

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("models are asked asynchronously here: ainvoke")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        wire: Wire = self.wire
        said = await wire.post("chat/completions", _body(self.model, messages, kwargs))
        return ChatResult(generations=[ChatGeneration(message=message_of(said))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        wire: Wire = self.wire
        more = {"stream": True, "stream_options": {"include_usage": True}}
        async for event in wire.stream("chat/completions", _body(self.model, messages, {**kwargs, **more})):
            yield ChatGenerationChunk(message=_chunk(event))


def _body(model: str, messages: list[BaseMessage], more: dict[str, Any]) -> dict[str, Any]:
    talk = [{"role": _ROLES[message.type], "content": message.content} for message in messages]
    return {"model": model, "messages": talk, **more}


def message_of(said: dict[str, Any]) -> AIMessage:
    """A completion as a message: text, tool calls (those whose arguments are no JSON apart), usage, finish reason.

    Raises WireUnreadable when it is not a completion.
    """
    try:
        choice = said["choices"][0]
        message = choice["message"]
        content = message.get("content")
        calls = message.get("tool_calls") or []
        good, broken = [], []
        for call in calls:
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            try:
                given = json.loads(arguments)
                good.append(tool_call(name=name, args=given, id=call.get("id")))
            except (TypeError, ValueError):
                broken.append(
                    invalid_tool_call(name=name, args=str(arguments), id=call.get("id"), error="not JSON")
                )
        return AIMessage(
            content=content if isinstance(content, str) else "",
            tool_calls=good,
            invalid_tool_calls=broken,
            usage_metadata=_usage(said.get("usage")),
            response_metadata={"finish_reason": choice.get("finish_reason")},
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise WireUnreadable(f"not a chat completion: {type(error).__name__}") from error


def _chunk(event: dict[str, Any]) -> AIMessageChunk:
    try:
        usage = _usage(event.get("usage"))
        if not event.get("choices"):
            return AIMessageChunk(content="", usage_metadata=usage)
        choice = event["choices"][0]
        text = (choice.get("delta") or {}).get("content")
        finish = choice.get("finish_reason")
        return AIMessageChunk(
            content=text if isinstance(text, str) else "",
            usage_metadata=usage,
            response_metadata={"finish_reason": finish} if finish else {},
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise WireUnreadable(f"not a piece of a completion: {type(error).__name__}") from error


def _usage(given: Any) -> UsageMetadata | None:
    """Tokens as the server counted them; None when it does not say, or says nonsense."""
    if not isinstance(given, dict):
        return None
    read, written = given.get("prompt_tokens"), given.get("completion_tokens")
    if not (isinstance(read, int) and isinstance(written, int) and read >= 0 and written >= 0):
        return None
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
