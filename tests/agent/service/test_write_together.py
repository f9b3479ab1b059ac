"""Many who write at once share a commit; nobody's fault, absence or end touches the others. On SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import Engine, event

from agent.clock import FixedClock
from agent.domain.draft import Draft
from agent.domain.occasion import Channel, Occasion
from agent.ports import UnitOfWork
from agent.service.write_together import Write, WriteTogether
from agent.store.unit_of_work import SqlUnitOfWork
from tests.support.drafting import Shop

THERE: dict[str, object] = {"is": "there"}


class Kept:
    """A shop's small values, and how often they were committed."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.commits = 0
        self._engine, self._clock = engine, clock
        event.listen(engine, "commit", self._count)
        self.together = WriteTogether(self.units)

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine, shop_id="default", clock=self._clock, read_only=read_only)

    def value(self, name: str) -> dict[str, object] | None:
        with self.units(read_only=True) as work:
            return work.kept.get(name)

    def _count(self, _: object) -> None:
        self.commits += 1


@pytest.fixture
def kept(engine: Engine, clock: FixedClock) -> Kept:
    return Kept(engine, clock)


def writing(name: str) -> Write[str]:
    def write(work: UnitOfWork) -> str:
        work.kept.put(name, THERE)
        return name

    return write


def failing(work: UnitOfWork) -> None:
    work.kept.put("half", THERE)
    raise ValueError("a fault of its own")


async def test_those_who_write_at_once_share_a_commit(kept: Kept) -> None:
    names = [f"n{n}" for n in range(40)]
    assert await asyncio.gather(*(kept.together(writing(name)) for name in names)) == names
    assert kept.commits == 1
    assert [kept.value(name) for name in names] == [THERE] * 40


async def test_a_write_is_there_for_others_when_its_caller_goes_on(kept: Kept) -> None:
    await kept.together(writing("one"))
    assert kept.value("one") == THERE


async def test_a_write_that_fails_leaves_nothing_and_the_others_whole(kept: Kept) -> None:
    said = await asyncio.gather(
        kept.together(writing("before")),
        kept.together(failing),
        kept.together(writing("after")),
        return_exceptions=True,
    )
    assert (said[0], str(said[1]), said[2]) == ("before", "a fault of its own", "after")
    assert [kept.value(name) for name in ("before", "half", "after")] == [THERE, None, THERE]


async def test_a_failure_alone_is_raised_and_the_next_write_goes_through(kept: Kept) -> None:
    with pytest.raises(ValueError, match="of its own"):
        await kept.together(failing)
    assert await kept.together(writing("next")) == "next"


async def test_what_a_cancelled_caller_wanted_written_is_written(kept: Kept) -> None:
    caller = asyncio.create_task(kept.together(writing("paid")))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await kept.together(writing("later"))
    assert kept.value("paid") == THERE


async def test_a_composed_draft_comes_back_as_it_is_stored(drafting_shop: Shop) -> None:
    made: Draft = await drafting_shop.composer()(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL
    )
    with drafting_shop.units(read_only=True) as work:
        assert made == work.drafts.get(made.draft_id)
