"""Carry requests to an OpenAI-compatible server: paced, retried within a total time, failing with our errors only."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from agent.chains.model import ModelDown
from agent.llm.lean_chat import LeanChat
from agent.llm.pace import Pace
from agent.llm.translate_errors import NotSupported, TryAgain, translate
from agent.llm.wire import MOST_CONNECTIONS, Address, Wire

Messages = tuple[tuple[str, str], ...]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds of the random exponential pause between tries when the server does not say how long to wait."""
MOST_TRIES = 6
"""Tries of one request: about 8 to 16 seconds of pauses. A person may be waiting for the draft, and the embedded writer is ready."""
REST_SECONDS = 30.0
"""After running out of time the server is left alone this long, so that a hundred drafts do not each wait a minute."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and what to ask. total_seconds: the most one request may take, its retries and pauses included.

    pace: shared by the models of one provider; None for a place of its own with the usual number of connections.
    """

    base_url: str
    model: str
    api_key: str
    total_seconds: float
    pace: Pace | None = None
    connections: int = MOST_CONNECTIONS


class ChatClient:
    """Sends messages and brings back what the model said."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.at = endpoint
        self.wire = Wire(
            Address(endpoint.base_url, endpoint.api_key, endpoint.total_seconds, endpoint.connections)
        )
        self._chat = LeanChat(wire=self.wire, model=endpoint.model)
        self._pace = endpoint.pace or Pace(at_once=endpoint.connections, per_minute=None)
        self._rest_until = 0.0

    async def aclose(self) -> None:
        """Close this loop's connections."""
        await self.wire.aclose()

    async def send(self, fields: Mapping[str, Any], messages: Messages) -> AIMessage:
        """One request with retries. fields: what else stands in the request's body.

        Raises ModelDown, ModelMisconfigured, or NotSupported for this way of asking.
        """
        async with (
            self._pace.place()
        ):  # waiting for one's turn is not the model's fault: the time allowed starts after it
            self._require_awake()
            until = time.monotonic() + self.at.total_seconds
            retrying = AsyncRetrying(
                retry=retry_if_exception_type(TryAgain),
                wait=_pause,
                stop=stop_before_delay(self.at.total_seconds) | stop_after_attempt(MOST_TRIES),
                reraise=True,
            )
            try:
                return await retrying(self._once, fields, messages, until)
            except TryAgain:
                self._rest_until = time.monotonic() + min(REST_SECONDS, self.at.total_seconds)
                raise

    async def stream(self, fields: Mapping[str, Any], messages: Messages) -> AsyncIterator[AIMessageChunk]:
        """Pieces of one answer as they come; no retries, since a person has seen the beginning. Raises as `send` does."""
        async with self._pace.place():
            self._require_awake()
            try:
                async with asyncio.timeout(self.at.total_seconds):
                    async for piece in self._chat.astream(_talk(messages), **fields):
                        if isinstance(piece, AIMessageChunk):
                            yield piece
            except Exception as error:
                raise translate(error) from error

    def _require_awake(self) -> None:
        resting = self._rest_until - time.monotonic()
        if resting > 0:
            raise ModelDown(
                f"the model was down a moment ago; left alone for {resting:.0f} s more",
                ja="AIモデルが先ほどから応答していないため、少し間を置いています。",
            )

    async def _once(self, fields: Mapping[str, Any], messages: Messages, until: float) -> AIMessage:
        """One try. The time limit also ends an answer that drips in byte by byte."""
        try:
            async with asyncio.timeout(max(until - time.monotonic(), 0.01)):
                answer = await self._chat.ainvoke(_talk(messages), **fields)
        except Exception as error:
            raise translate(error) from error
        if not isinstance(answer, AIMessage):
            raise NotSupported("not a chat message", ja="AIモデルの返事を読み取れませんでした。")
        return answer


_KINDS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


def _talk(messages: Messages) -> list[BaseMessage]:
    return [_KINDS[role](content=text) for role, text in messages]


_backoff = wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE)


def _pause(state: RetryCallState) -> float:
    """What the server asked for, else a random pause that grows. A wait beyond the time allowed ends the tries at once."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, TryAgain) else None
    return asked if asked is not None else _backoff(state)
