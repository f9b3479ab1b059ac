"""Claims, leases and fences on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.draft import DraftState
from agent.domain.errors import StaleVersion
from agent.domain.occasion import Channel
from agent.store.unit_of_work import SqlUnitOfWork

DONE = SendResult(Outcome.DELIVERED, "250 ok")


class Shelf:
    """An outbox on a database, with one transaction a call."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock

    def unit(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock)

    def add(self, number: int, *, channel: Channel = Channel.EMAIL, after: timedelta = timedelta(0)) -> None:
        message = OutgoingMessage(
            outbox_id=f"ob_{number}",
            channel=channel,
            recipient=f"c{number}@example.com",
            subject="お礼",
            body="本文",
            message_id=f"<d{number}.1@hana.example>",
            retry_key=f"00000000-0000-0000-0000-{number:012}",
            unsubscribe_url="https://hana.example/u/t",
            sender_name="花の店",
            sender_address="tencho@hana.example",
        )
        with self.unit() as unit:
            unit.outbox.add(
                draft_id=f"d{number}",
                version=1,
                message=message,
                due_at=self.clock.now() + after,
                expires_at=None,
            )
            unit.commit()

    def claim(self, *, at: float = 1_000.0, limit: int = 1, owner: str = "w") -> list[tuple[str, int]]:
        with self.unit() as unit:
            entries = unit.outbox.claim(owner=owner, lease_seconds=60, limit=limit, real_now=at)
            unit.commit()
        return [(entry.message.outbox_id, entry.fence) for entry in entries]


@pytest.fixture
def shelf(engine: Engine, clock: FixedClock) -> Shelf:
    return Shelf(engine, clock)


def test_many_claimers_at_once_never_get_the_same_row(shelf: Shelf) -> None:
    for number in range(40):
        shelf.add(number)

    def claim_all(worker: int) -> list[str]:
        mine: list[str] = []
        while claimed := shelf.claim(owner=f"w{worker}"):
            mine += [outbox_id for outbox_id, _ in claimed]
        return mine

    with ThreadPoolExecutor(6) as pool:
        claimed = Counter(row for rows in pool.map(claim_all, range(6)) for row in rows)
    assert claimed == {f"ob_{number}": 1 for number in range(40)}


def test_a_row_is_claimed_when_it_is_due_and_not_before(shelf: Shelf, clock: FixedClock) -> None:
    shelf.add(1, after=timedelta(minutes=5))
    assert shelf.claim() == []
    clock.moment += timedelta(minutes=5)
    assert shelf.claim() == [("ob_1", 1)]


def test_a_lease_that_ran_out_passes_the_row_on_with_a_higher_fence(shelf: Shelf) -> None:
    shelf.add(1)
    assert shelf.claim(at=1_000) == [("ob_1", 1)]
    assert shelf.claim(at=1_059) == []
    assert shelf.claim(at=1_061) == [("ob_1", 2)]


def test_a_renewed_lease_keeps_the_row(shelf: Shelf) -> None:
    shelf.add(1)
    shelf.claim(at=1_000)
    with shelf.unit() as unit:
        unit.outbox.renew({"ob_1": 1, "ob_gone": 3}, lease_until=1_100)
        unit.commit()
    assert shelf.claim(at=1_061) == []
    assert shelf.claim(at=1_101) == [("ob_1", 2)]


def test_an_outcome_with_an_old_fence_changes_nothing(shelf: Shelf) -> None:
    shelf.add(1)
    shelf.claim(at=1_000)
    shelf.claim(at=1_061)
    with shelf.unit() as unit:
        assert not unit.outbox.finish("ob_1", fence=1, state=DraftState.DELIVERED, result=DONE)
        assert not unit.outbox.put_back("ob_1", fence=1, retry_at=1.0, due_at=None, result=None)
        assert not unit.outbox.withdraw("ob_1", fence=1, state=DraftState.HELD, reason="-")
        assert unit.outbox.finish("ob_1", fence=2, state=DraftState.DELIVERED, result=DONE)
        assert not unit.outbox.finish("ob_1", fence=2, state=DraftState.BOUNCED, result=DONE)
        unit.commit()
    assert shelf.claim(at=9_999) == []


def test_a_row_put_back_waits_for_its_moment(shelf: Shelf) -> None:
    shelf.add(1)
    shelf.claim(at=1_000)
    with shelf.unit() as unit:
        assert unit.outbox.put_back("ob_1", fence=1, retry_at=1_300, due_at=None, result=DONE)
        unit.commit()
        assert unit.outbox.next_retry() == 1_300
    assert shelf.claim(at=1_299) == []
    assert shelf.claim(at=1_300) == [("ob_1", 2)]


def test_a_draft_has_one_living_row(shelf: Shelf) -> None:
    shelf.add(1)
    with pytest.raises(StaleVersion):
        shelf.add(1)


def test_a_claimed_row_cannot_be_cancelled_any_more(shelf: Shelf) -> None:
    shelf.add(1)
    shelf.add(2)
    shelf.claim()
    with shelf.unit() as unit:
        assert not unit.outbox.cancel("d1", reason="-")
        assert unit.outbox.cancel("d2", reason="-")
        unit.commit()
        assert unit.outbox.waiting() == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_cancelling_never_waits_for_a_claim_in_progress(shelf: Shelf) -> None:
    """On PostgreSQL, where the open claim holds only its row; on SQLite it holds the whole database."""
    shelf.add(1)
    with shelf.unit() as claiming, shelf.unit() as cancelling:
        assert claiming.outbox.claim(owner="w", lease_seconds=60, limit=1, real_now=1_000)
        assert not cancelling.outbox.cancel("d1", reason="-")
        claiming.commit()


def test_only_the_asked_channels_are_claimed(shelf: Shelf) -> None:
    shelf.add(1)
    shelf.add(2, channel=Channel.LINE)
    with shelf.unit() as unit:
        (entry,) = unit.outbox.claim(
            owner="w", lease_seconds=60, limit=5, real_now=1_000, channels=[Channel.LINE]
        )
        assert entry.message.channel is Channel.LINE
        assert entry.payload_digest == entry.message.seal()
        assert entry.payload_digest != replace(entry.message, body="別の本文").seal()
