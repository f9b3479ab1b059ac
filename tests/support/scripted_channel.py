"""A dispatcher at work on a sending desk: a channel that answers what a test says, and real time moved by hand."""

import asyncio
from collections.abc import Callable

from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.service.dispatch_report import DispatchReport
from tests.support.sending_desk import SendingDesk


class ScriptedChannel:
    """Answers what it is told to and keeps what it was given."""

    def __init__(self, *answers: SendResult) -> None:
        self.answers, self.carried = list(answers), list[OutgoingMessage]()
        self.while_sending: Callable[[], None] = lambda: None

    async def send(self, message: OutgoingMessage) -> SendResult:
        self.carried.append(message)
        self.while_sending()
        return self.answers.pop(0) if self.answers else SendResult(Outcome.DELIVERED, "250 ok")


class RealTime:
    """Real seconds that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def dispatch(desk: SendingDesk, channel: ScriptedChannel | None = None, **more: object) -> DispatchReport:
    """One run over what is due. more: what the dispatcher is made with (owner, real_time, concurrency …)."""
    return asyncio.run(desk.dispatcher(channel or ScriptedChannel(), **more).run())
