"""Speak HTTP with an OpenAI-compatible server: one pool of connections an event loop, plain JSON, nothing in between.

The official client costs several milliseconds of CPU a call, this a tenth of one (docs/adr/0020).
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp

MOST_BYTES = 8_000_000
"""An answer longer than this is none."""
MOST_CONNECTIONS = 64
MAX_CONNECT_SECONDS = 5.0


class WireRefused(Exception):
    """The server answered with an error. text: the first kilobyte of what it said."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        super().__init__(f"HTTP {status}: {text[:200]}")
        self.status, self.headers, self.text = status, headers, text


class WireUnreadable(Exception):
    """The server answered 200 with something that is not the JSON of the protocol."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to speak. total_seconds: the most one request may take."""

    base_url: str
    api_key: str
    total_seconds: float
    connections: int = MOST_CONNECTIONS

    def path(self, end: str) -> str:
        """The full address of an endpoint."""
        return f"{self.base_url.rstrip('/')}/{end}"


class Wire:
    """Requests to one server. Raises WireRefused, WireUnreadable, and aiohttp's or the system's errors for the connection."""

    def __init__(self, at: Address) -> None:
        self.at = at
        self._held: WeakKeyDictionary[asyncio.AbstractEventLoop, _Held]
        self._held = WeakKeyDictionary()  # a session belongs to one event loop
        self._headers = {"Authorization": f"Bearer {at.api_key}", "Content-Type": "application/json"}

    async def post(self, end: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send JSON, get a JSON object."""
        sent = json.dumps(body, ensure_ascii=False).encode()
        async with (await self._session()).post(
            self.at.path(end), data=sent, headers=self._headers, allow_redirects=False
        ) as answer:
            return _object(await _read(answer))

    async def stream(self, end: str, body: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Send JSON, get the objects of a server-sent event stream one by one, up to `[DONE]`."""
        sent = json.dumps(body, ensure_ascii=False).encode()
        async with (await self._session()).post(
            self.at.path(end), data=sent, headers=self._headers, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                await _read(answer)
            async for line in answer.content:
                text = line.strip()
                if not text.startswith(b"data:"):
                    continue
                piece = text.removeprefix(b"data:").strip()
                if piece == b"[DONE]":
                    return
                yield _object(piece)
        raise aiohttp.ClientPayloadError("the stream broke off before its end")

    async def upload(self, end: str, name: str, content: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
        """Send a file as a form."""
        form = aiohttp.FormData()
        for field, value in fields.items():
            form.add_field(field, value)
        form.add_field("file", content, filename=name, content_type="application/jsonl")
        key = {"Authorization": self._headers["Authorization"]}
        async with (await self._session()).post(
            self.at.path(end), data=form, headers=key, allow_redirects=False
        ) as answer:
            return _object(await _read(answer))

    async def get(self, end: str) -> dict[str, Any]:
        """Ask for a JSON object."""
        return _object(await self.download(end))

    async def download(self, end: str, *, most: int = MOST_BYTES) -> bytes:
        """Ask for bytes."""
        async with (await self._session()).get(
            self.at.path(end), headers=self._headers, allow_redirects=False
        ) as answer:
            return await _read(answer, most=most)

    async def aclose(self) -> None:
        """Close this loop's connections."""
        held = self._held.pop(asyncio.get_running_loop(), None)
        if held:
            await held[1].aclose()

    async def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        if held is None or held[0].closed:
            session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.at.connections),
                timeout=aiohttp.ClientTimeout(
                    total=self.at.total_seconds, connect=None, sock_connect=MAX_CONNECT_SECONDS
                ),
                trust_env=True,
            )
            held = self._held[loop] = (session, _until_the_loop_ends(session))
            await anext(held[1])
        return held[0]


_Held = tuple[aiohttp.ClientSession, AsyncGenerator[None, None]]


async def _until_the_loop_ends(session: aiohttp.ClientSession) -> AsyncGenerator[None, None]:
    """A loop that ends in good order (`asyncio.run`) closes generators left open in it: and so the connections."""
    try:
        yield
    finally:
        await session.close()


async def _read(answer: aiohttp.ClientResponse, *, most: int = MOST_BYTES) -> bytes:
    """The body; raises WireRefused for an error and WireUnreadable for a body without end."""
    if answer.status != 200:
        text = (await answer.content.read(1024)).decode("utf-8", "replace")
        raise WireRefused(answer.status, answer.headers, text)
    if (answer.content_length or 0) > most:
        raise WireUnreadable(f"more than {most} bytes")
    body = await answer.content.read(most + 1) if answer.content_length is None else await answer.read()
    pieces = [body]
    while answer.content_length is None and not answer.content.at_eof():
        pieces.append(await answer.content.read(most + 1))
        if sum(map(len, pieces)) > most:
            raise WireUnreadable(f"more than {most} bytes")
    return b"".join(pieces)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise WireUnreadable("not JSON") from error
    if not isinstance(value, dict):
        raise WireUnreadable(f"not a JSON object but {type(value).__name__}")
    return value
