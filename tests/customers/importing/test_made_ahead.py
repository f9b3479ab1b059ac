"""Batches are made in another thread, in order, a few ahead, and the thread ends with who takes them."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from customers.importing.ahead import AT_MOST, made_ahead


def test_things_come_in_the_order_they_were_made() -> None:
    assert list(made_ahead(iter(range(100)))) == list(range(100))


def test_the_making_runs_in_another_thread() -> None:
    def makers() -> Iterator[int]:
        yield threading.get_ident()

    assert list(made_ahead(makers())) != [threading.get_ident()]


def test_a_failure_is_raised_after_what_was_made_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("the file ends in the middle")

    taken: list[int] = []
    with pytest.raises(ValueError, match="in the middle"):
        taken.extend(made_ahead(failing()))
    assert taken == [1]


def test_who_stops_early_stops_the_making_soon() -> None:
    made: list[int] = []

    def endless() -> Iterator[int]:
        while True:
            made.append(len(made))
            yield len(made)

    with closing(made_ahead(endless())) as things:
        next(things)
    assert not [thread for thread in threading.enumerate() if thread.name == "import-ahead"]
    assert len(made) <= AT_MOST + 4
