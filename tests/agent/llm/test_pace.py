"""So many requests at once, and so many a minute."""

import asyncio

import pytest

from agent.llm.pace import MinuteRate, Pace


def test_a_minutes_requests_are_spread_after_a_short_burst() -> None:
    rate = MinuteRate(60)
    waits = [rate.seconds_to_wait(1000.0) for _ in range(12)]
    assert waits[:8] == pytest.approx([0.0] * 8)
    assert waits[8:] == pytest.approx([1.0, 2.0, 3.0, 4.0])
    assert rate.seconds_to_wait(1100.0) == 0.0


def test_no_minute_sees_many_more_than_its_share() -> None:
    rate, now, sent = MinuteRate(30), 0.0, []
    for _ in range(100):
        now += rate.seconds_to_wait(now)
        sent.append(now)
    assert max(sum(1 for at in sent if start <= at < start + 60) for start in sent) <= 38


async def test_no_more_than_allowed_are_under_way_at_once() -> None:
    pace, under_way, most = Pace(at_once=3, per_minute=None), 0, 0

    async def work() -> None:
        nonlocal under_way, most
        async with pace.place():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert most == 3
