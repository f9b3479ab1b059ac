"""Tell whoever waits how far the writing of a text has come; nobody needs to listen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Step = Literal["plan", "write", "text", "check", "revise"]
"""plan: deciding what to say.    write: wording it.    text: a text is there.    check: judging it.    revise: mending what was found."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step begun. text: with `text` the words so far, with `plan` and the rest empty.    found: with `revise` how many findings."""

    step: Step
    text: str = ""
    found: int = 0


Listener = Callable[[Progress], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear of every step taken inside the block, in this task and those it starts."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def tell(step: Step, *, text: str = "", found: int = 0) -> None:
    """Say that a step begins, to the one who listens."""
    if listener := _listener.get():
        listener(Progress(step, text, found))
