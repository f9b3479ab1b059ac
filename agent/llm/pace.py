"""Hold back requests to a provider: so many at once, and so many a minute. Real time, never the business clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary


class MinuteRate:
    """Spreads requests evenly: a minute's share each, with a short burst after a pause."""

    def __init__(self, per_minute: int) -> None:
        """per_minute: requests a minute, >= 1."""
        self._gap = 60.0 / per_minute
        self._burst = min(per_minute, 8) * self._gap
        self._next = 0.0

    def seconds_to_wait(self, now: float) -> float:
        """Take the next place in the line. now: seconds of a monotonic clock. Returns how long to wait for it, >= 0."""
        place = max(self._next, now - self._burst + self._gap)
        self._next = place + self._gap
        return max(place - now, 0.0)


class Pace:
    """A place to pass through before every request. Shared by all models of one provider."""

    def __init__(self, *, at_once: int, per_minute: int | None) -> None:
        self._at_once = at_once
        self._rate = MinuteRate(per_minute) if per_minute else None
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for one's turn; gives the place back at the end."""
        loop = asyncio.get_running_loop()
        gate = self._gates.get(loop)
        if gate is None:
            gate = self._gates[loop] = asyncio.Semaphore(self._at_once)
        async with gate:
            if self._rate and (pause := self._rate.seconds_to_wait(loop.time())):
                await asyncio.sleep(pause)
            yield
