"""Make the next things in another thread while the last one is dealt with, never more than a few ahead."""

from collections.abc import Generator, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from typing import Final, TypeVar

T = TypeVar("T")


class _Over:
    """Nothing more comes; error: why, when the making failed."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


AT_MOST: Final = 1
"""Things that wait to be taken, besides the one being made: memory stays flat whatever the file's length."""


def made_ahead(things: Iterator[T]) -> Generator[T, None, None]:
    """The same things in the same order; what making them raises is raised where it would have been.

    `things` runs in a thread of its own: nothing else may use what it uses until this iterator has ended or was closed.
    Reading and assembling leave Python's lock to the writer for most of their time (Arrow, Polars), as the writer does (SQLite).
    """
    waiting: Queue[T | _Over] = Queue(AT_MOST)
    unwanted = Event()

    def make() -> None:
        error: BaseException | None = None
        try:
            for thing in things:
                waiting.put(thing)
                if unwanted.is_set():
                    break
        except BaseException as raised:  # raised again where the things are taken
            error = raised
        waiting.put(_Over(error))

    maker = Thread(target=make, name="import-ahead", daemon=True)
    maker.start()
    try:
        while not isinstance(thing := waiting.get(), _Over):
            yield thing
        if thing.error is not None:
            raise thing.error
    finally:
        unwanted.set()
        while maker.is_alive():
            try:
                waiting.get(timeout=0.05)  # whoever waits to hand over must not wait for ever
            except Empty:
                maker.join(0.05)
