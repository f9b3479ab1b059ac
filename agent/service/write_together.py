"""Let many drafts in flight share their commits: who has something to write waits for the next transaction of all."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from agent.ports import UnitOfWork, UnitsOfWork

Said = TypeVar("Said")
Write = Callable[[UnitOfWork], Said]
MOST = 64
"""Writes in one transaction: other processes wait for the lock it holds."""


class Together(Protocol):
    """Writes and comes back when it lasts. `WriteTogether` is one."""

    async def __call__(self, write: Write[Said]) -> Said:
        """See `WriteTogether.__call__`."""
        ...


@dataclass(slots=True)
class _Queue:
    """What one event loop wants written. busy: a transaction is under way, whoever comes now takes the next."""

    waiting: list[tuple[Write[Any], asyncio.Future[Any]]] = field(default_factory=list)
    busy: bool = False


class WriteTogether:
    """A disk makes a commit last in the time of several answers of the loop. Here the loop goes on meanwhile, and one commit
    serves everybody who came while the one before was under way: with 64 drafts in flight a tenth as many.
    """

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue] = WeakKeyDictionary()

    async def __call__(self, write: Write[Said]) -> Said:
        """Run `write` in a transaction, perhaps with others' writes before and after it, and return when it is committed.

        write: touches nothing but the unit of work it is given, which it does not commit; it may be run a second time: when one
        of several writes raises, each is run in a transaction of its own, and only the one at fault fails.
        Raises what `write` raises, or the database. A caller that is cancelled leaves, its write is done all the same.
        """
        loop = asyncio.get_running_loop()
        queue = self._queues.setdefault(loop, _Queue())
        answer: asyncio.Future[Said] = loop.create_future()
        queue.waiting.append((write, answer))
        if not queue.busy:
            queue.busy = True
            loop.call_soon(self._turn, queue, loop)  # those ready now come along
        return await asyncio.shield(answer)

    def _turn(self, queue: _Queue, loop: asyncio.AbstractEventLoop) -> None:
        """Write for all who wait; the commit in a thread, for it only waits."""
        some, queue.waiting = queue.waiting[:MOST], queue.waiting[MOST:]
        if not some:
            queue.busy = False
            return
        open_unit = contextlib.ExitStack()
        try:
            work = open_unit.enter_context(self._units())
            answers = [write(work) for write, _ in some]
        except Exception as error:
            open_unit.close()
            if len(some) == 1:
                _tell(some[0][1], error=error)
            else:
                self._each_alone(some)
            loop.call_soon(self._turn, queue, loop)
            return

        def commit() -> None:
            with open_unit:
                work.commit()

        def committed(done: asyncio.Future[None]) -> None:
            failed = done.exception()
            for (_, answer), said in zip(some, answers, strict=True):
                _tell(answer, said, error=failed)
            self._turn(queue, loop)

        loop.run_in_executor(None, commit).add_done_callback(committed)

    def _each_alone(self, some: list[tuple[Write[Any], asyncio.Future[Any]]]) -> None:
        for write, answer in some:
            try:
                with self._units() as work:
                    said = write(work)
                    work.commit()
            except Exception as error:
                _tell(answer, error=error)
            else:
                _tell(answer, said)


def _tell(answer: asyncio.Future[Any], said: object = None, *, error: BaseException | None = None) -> None:
    if answer.cancelled():  # pragma: no cover - shielded: only a closing loop does that
        return
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(said)
