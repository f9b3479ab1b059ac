"""Long work told as it goes on: server-sent events that end with where to look."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import StreamingResponse

from agent.domain.errors import OkaeriError
from agent.service.tell_progress import Progress, listening
from console.frame.words import Language, say

log = logging.getLogger(__name__)
BREATH_SECONDS = 10
"""So often something is sent, so that no proxy takes the silence for the end."""
_running: set[asyncio.Task[object]] = set()
"""Work under way: it is finished whether or not somebody still listens."""


def told_stream(act: Callable[[], Awaitable[object]], *, to: str, language: Language) -> StreamingResponse:
    """Do something and tell of it: events `step` with {step, said, text}, then `done` with {to} or `trouble` with {said}."""
    return StreamingResponse(
        _events(act, to, language),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(act: Callable[[], Awaitable[object]], to: str, language: Language) -> AsyncIterator[str]:
    steps: asyncio.Queue[Progress | None] = asyncio.Queue()

    async def work() -> object:
        with listening(steps.put_nowait):
            return await act()

    task = asyncio.create_task(work())
    _running.add(task)
    task.add_done_callback(_running.discard)
    task.add_done_callback(_seen)
    task.add_done_callback(lambda _: steps.put_nowait(None))
    while True:
        try:
            step = await asyncio.wait_for(steps.get(), BREATH_SECONDS)
        except TimeoutError:
            yield ": …\n\n"
            continue
        if step is None:
            break
        words = say(language, f"step_{step.step}")
        yield _event("step", step=step.step, said=words, text=step.text)
    error = task.exception()
    if error is None:
        yield _event("done", to=to)
    elif isinstance(error, OkaeriError):
        yield _event("trouble", said=error.ja)
    else:
        yield _event("trouble", said=say(language, "step_failed"))


def _event(name: str, **data: str) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _seen(task: asyncio.Task[object]) -> None:
    """Nobody may be listening any more: what went wrong is written down all the same."""
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, OkaeriError):
        log.error("a text could not be written", exc_info=error)
