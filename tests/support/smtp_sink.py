"""A real SMTP server on the loopback that keeps every mail and answers as told."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

CLOSE = "close"
"""Instead of an answer: cut the connection."""


@dataclass
class Sink:
    """What arrived. rcpt_reply and data_reply: answers by recipient (None: accept); accepted: called with the count so far."""

    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    rcpt_reply: Callable[[str], str | None] = lambda _: None
    data_reply: Callable[[str], str | None] = lambda _: None
    accepted: Callable[[int], None] = lambda _: None
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    # Methods, not properties: the server looks at every member of its handler for each connection.

    def mails(self) -> list[EmailMessage]:
        """Parsed mails, in order of arrival."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]

    def message_ids(self) -> list[str]:
        """Message-IDs in order of arrival, copies included."""
        return [str(mail["Message-ID"]) for mail in self.mails()]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.rcpt_reply(address)
        if reply == CLOSE:
            _cut(server)
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self.lock:
            self.raw.append(cast("bytes", envelope.content))
            self.recipients.append(list(envelope.rcpt_tos))
            count = len(self.raw)
        self.accepted(count)
        reply = self.data_reply(envelope.rcpt_tos[0])
        if reply == CLOSE:
            _cut(server)
            await asyncio.sleep(0)
        return reply or "250 2.0.0 queued"


def _cut(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A running sink on a free port of the loopback, on a thread of its own."""
    sink, loop = Sink(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_serve(sink), loop).result(10)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _serve(sink: Sink) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: SMTP(sink, hostname="sink.example", loop=loop), "127.0.0.1", 0)


async def _end(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
