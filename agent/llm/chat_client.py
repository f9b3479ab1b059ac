"""Carry requests to an OpenAI-compatible server: one pooled client a loop, retries within a total time, our errors only."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import httpx2
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from agent.chains.model import ModelDown
from agent.llm.translate_errors import NotSupported, TryAgain, translate

Messages = tuple[tuple[str, str], ...]
Asked = Runnable[Sequence[BaseMessage], BaseMessage]
MOST_CONNECTIONS = 64
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds of the random exponential pause between tries when the server does not say how long to wait."""
MOST_TRIES = 6
"""Tries of one request: about 8 to 16 seconds of pauses. A person may be waiting for the draft, and the embedded writer is ready."""
REST_SECONDS = 30.0
"""After running out of time the server is left alone this long, so that a hundred drafts do not each wait a minute."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and what to ask. total_seconds: the most one request may take, its retries and pauses included."""

    base_url: str
    model: str
    api_key: str
    total_seconds: float


class ChatClient:
    """Sends messages and brings back what the model said."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.at = endpoint
        self._held: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[httpx2.AsyncClient, ChatOpenAI]]
        self._held = WeakKeyDictionary()  # a client belongs to one event loop
        self._rest_until = 0.0

    def chat(self) -> ChatOpenAI:
        """This loop's model, made at first use."""
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            pool = httpx2.AsyncClient(
                limits=httpx2.Limits(
                    max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS
                ),
                timeout=httpx2.Timeout(self.at.total_seconds, connect=min(5.0, self.at.total_seconds)),
            )
            model = ChatOpenAI(
                model=self.at.model,
                base_url=self.at.base_url,
                api_key=SecretStr(self.at.api_key),
                max_retries=0,  # retries are ours: bounded in time, recorded
                http_async_client=pool,
                use_responses_api=False,
            )
            self._held[loop] = (pool, model)
        return self._held[loop][1]

    async def aclose(self) -> None:
        """Close this loop's connections."""
        held = self._held.pop(asyncio.get_running_loop(), None)
        if held:
            await held[0].aclose()

    async def send(self, asked: Asked, messages: Messages) -> AIMessage:
        """One request with retries. Raises ModelDown, ModelMisconfigured, or NotSupported for this way of asking."""
        resting = self._rest_until - time.monotonic()
        if resting > 0:
            raise ModelDown(
                f"the model was down a moment ago; left alone for {resting:.0f} s more",
                ja="AIモデルが先ほどから応答していないため、少し間を置いています。",
            )
        until = time.monotonic() + self.at.total_seconds
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TryAgain),
            wait=_pause,
            stop=stop_before_delay(self.at.total_seconds) | stop_after_attempt(MOST_TRIES),
            reraise=True,
        )
        try:
            return await retrying(_once, asked, messages, until)
        except TryAgain:
            self._rest_until = time.monotonic() + min(REST_SECONDS, self.at.total_seconds)
            raise


async def _once(asked: Asked, messages: Messages, until: float) -> AIMessage:
    """One try. The time limit also ends an answer that drips in byte by byte."""
    try:
        async with asyncio.timeout(max(until - time.monotonic(), 0.01)):
            answer = await asked.ainvoke([_message(role, text) for role, text in messages])
    except Exception as error:
        raise translate(error) from error
    if not isinstance(answer, AIMessage):
        raise NotSupported("not a chat message", ja="AIモデルの返事を読み取れませんでした。")
    return answer


def _message(role: str, text: str) -> BaseMessage:
    kinds: dict[str, type[BaseMessage]] = {
        "system": SystemMessage,
        "user": HumanMessage,
        "assistant": AIMessage,
    }
    return kinds[role](content=text)


_backoff = wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE)


def _pause(state: RetryCallState) -> float:
    """What the server asked for, else a random pause that grows. A wait beyond the time allowed ends the tries at once."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, TryAgain) else None
    return asked if asked is not None else _backoff(state)
