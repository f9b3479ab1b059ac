"""A code has one holder, whoever asks at the same moment; promises follow their drafts; the budget holds."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.delivery import Outcome, OutgoingMessage, SendResult
from agent.domain.draft import Draft, DraftState
from agent.domain.occasion import Channel
from agent.domain.reward import reward_from
from agent.domain.reward_policy import FreeCode, RewardPolicy
from agent.ports import Granted, Leaning, PoolCount
from agent.service.promise_reward import PromiseReward, RewardGone
from tests.support.rewarding import POLICY, TODAY, WELCOME, coupon, promising
from tests.support.sending_desk import SendingDesk

RICH = replace(POLICY, monthly_budget_yen=1_000_000)


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    return SendingDesk(engine, clock)


def rewards(desk: SendingDesk, policy: RewardPolicy = RICH) -> PromiseReward:
    return PromiseReward(units=desk.units, policy=lambda: policy, leanings=lambda chart: Leaning())


def fill(desk: SendingDesk, count: int, expires: date | None = None) -> None:
    with desk.units() as work:
        codes = [FreeCode(f"OKAERI-{n:03d}", expires) for n in range(1, count + 1)]
        work.rewards.add_codes(WELCOME.name, codes)
        work.commit()


def store(desk: SendingDesk, promise: PromiseReward, draft: Draft, *, commit: bool = True) -> Draft:
    """Reserve and add, as the composer does."""
    with desk.units() as work:
        kept = promise.reserve(work, draft, on=TODAY)
        work.drafts.add(kept, by="test", trigger=draft.draft_id)
        if commit:
            work.commit()
    return kept


def at_once(count: int, act: Callable[[int], str | None]) -> list[str | None]:
    """Run `act` in so many threads that start together."""
    ready = threading.Barrier(count)

    def run(number: int) -> str | None:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def grants(desk: SendingDesk) -> list[Granted]:
    with desk.units(read_only=True) as work:
        return work.rewards.grants()


def free(desk: SendingDesk) -> int:
    with desk.units(read_only=True) as work:
        return sum(pool.free for pool in work.rewards.pools())


def test_no_code_goes_to_two_people_who_are_written_to_at_the_same_moment(desk: SendingDesk) -> None:
    fill(desk, 10)
    promise = rewards(desk)

    def ask(number: int) -> str | None:
        draft = promising(desk, f"d{number}", coupon("OKAERI-001"))  # all have looked at the same code
        try:
            return reward_from(store(desk, promise, draft).reward).code
        except RewardGone:
            return None

    got = at_once(16, ask)
    codes = [code for code in got if code]
    assert len(codes) == len(set(codes)) == 10
    assert got.count(None) == 6
    assert {grant.code for grant in grants(desk)} == set(codes)
    for number, code in enumerate(got):
        if code:
            kept = desk.read(f"d{number}")
            assert kept.version is not None
            assert code in kept.version.body
            assert code == "OKAERI-001" or "OKAERI-001" not in kept.version.body
            assert kept.context is not None
            assert kept.context.offer is not None
            assert kept.context.offer.code == code


def test_a_promise_that_is_rolled_back_leaves_its_code_to_the_next(desk: SendingDesk) -> None:
    fill(desk, 1)
    promise = rewards(desk)
    store(desk, promise, promising(desk, "d1", coupon()), commit=False)
    assert grants(desk) == []
    assert free(desk) == 1

    def ask(number: int) -> str | None:
        try:
            kept = store(desk, promise, promising(desk, f"e{number}", coupon()), commit=number % 2 == 0)
        except RewardGone:
            return None
        return reward_from(kept.reward).code if number % 2 == 0 else None

    got = at_once(8, ask)
    assert [code for code in got if code] == ["OKAERI-001"]
    assert [grant.state for grant in grants(desk)] == ["reserved"]


def test_the_months_budget_is_never_exceeded_by_promises_made_at_once(desk: SendingDesk) -> None:
    fill(desk, 20)
    promise = rewards(desk, replace(POLICY, monthly_budget_yen=2_400))  # room for four of 500

    def ask(number: int) -> str | None:
        try:
            return reward_from(store(desk, promise, promising(desk, f"d{number}", coupon())).reward).code
        except RewardGone:
            return None

    assert sum(code is not None for code in at_once(12, ask)) == 4
    assert sum(grant.cost_yen for grant in grants(desk)) == 2_000


def test_one_person_gets_a_campaign_once_however_many_drafts_are_made_at_once(desk: SendingDesk) -> None:
    fill(desk, 20)
    promise = rewards(desk)

    def ask(number: int) -> str | None:
        try:
            draft = promising(desk, f"d{number}", coupon(), customer="c1")
            return reward_from(store(desk, promise, draft).reward).code
        except RewardGone:
            return None

    assert sum(code is not None for code in at_once(8, ask)) == 1


@pytest.mark.parametrize("end", [DraftState.REJECTED, DraftState.EXPIRED, DraftState.SUPERSEDED])
def test_a_draft_that_ends_gives_its_code_back(desk: SendingDesk, end: DraftState) -> None:
    fill(desk, 1)
    promise = rewards(desk)
    store(desk, promise, promising(desk, "d1", coupon()))
    assert free(desk) == 0
    with desk.units() as work:
        work.drafts.move("d1", end, by="mori", why="test")
        work.commit()
    assert free(desk) == 1
    assert [grant.state for grant in grants(desk)] == ["released"]
    store(desk, promise, promising(desk, "d2", coupon(), customer="c-d1"))  # and the person may have it later
    assert free(desk) == 0


def test_a_draft_nobody_decided_in_time_gives_its_code_back(desk: SendingDesk, clock: FixedClock) -> None:
    fill(desk, 1)
    promise = rewards(desk)
    draft = promising(desk, "d1", coupon())
    store(desk, promise, replace(draft, expires_at=clock.now() + timedelta(days=7)))
    assert promise.release_overdue() == 0
    clock.moment += timedelta(days=8)
    assert promise.release_overdue() == 1
    assert desk.state("d1") is DraftState.EXPIRED
    assert free(desk) == 1


def test_a_text_that_leaves_gives_its_code_for_good(desk: SendingDesk) -> None:
    fill(desk, 2)
    store(desk, rewards(desk), promising(desk, "d1", coupon()))
    dispatched(desk, "d1", Outcome.DELIVERED, DraftState.DELIVERED)
    assert [(grant.state, grant.code) for grant in grants(desk)] == [("given", "OKAERI-001")]
    with desk.units() as work:
        assert work.rewards.standing("c-d1", on=TODAY).spent_yen == 500
        work.drafts.move("d1", DraftState.BOUNCED, by="okaeri", why="戻ってきた")
        work.commit()
    assert [grant.state for grant in grants(desk)] == ["void"]
    assert free(desk) == 1  # a code that was outside is never given to somebody else


def test_a_code_that_an_editor_took_out_of_the_text_was_not_given(desk: SendingDesk) -> None:
    fill(desk, 1)
    store(desk, rewards(desk), promising(desk, "d1", coupon()))
    kept = desk.read("d1").version
    assert kept is not None
    with desk.units() as work:
        plain = replace(kept, number=2, author="staff:mori", body="お元気でお過ごしでしょうか。")
        work.drafts.add_version("d1", plain, (), stage="edit", after=DraftState.WAITING, by="mori", why="")
        work.commit()
    dispatched(desk, "d1", Outcome.DELIVERED, DraftState.DELIVERED)
    assert [grant.state for grant in grants(desk)] == ["released"]
    assert free(desk) == 1


def test_a_code_that_may_have_been_seen_in_a_failed_attempt_is_never_given_again(desk: SendingDesk) -> None:
    fill(desk, 1)
    store(desk, rewards(desk), promising(desk, "d1", coupon()))
    dispatched(desk, "d1", Outcome.REFUSED, DraftState.HELD)
    with desk.units() as work:
        work.drafts.move("d1", DraftState.REJECTED, by="mori", why="test")
        work.commit()
    assert [grant.state for grant in grants(desk)] == ["void"]
    assert free(desk) == 0


def test_a_text_has_places_and_dates_for_its_code_so_only_a_twin_may_replace_it(desk: SendingDesk) -> None:
    with desk.units() as work:
        work.rewards.add_codes(
            WELCOME.name,
            [
                FreeCode("AAAA-001", date(2027, 3, 31)),
                FreeCode("AAAA-0002", date(2027, 3, 31)),
                FreeCode("AAAA-003", date(2027, 1, 31)),
                FreeCode("AAAA-004", date(2027, 3, 31)),
            ],
        )
        work.commit()
    promise = rewards(desk)
    wanted = coupon("AAAA-001")
    got = [reward_from(store(desk, promise, promising(desk, f"d{n}", wanted)).reward).code for n in (1, 2)]
    assert got == ["AAAA-001", "AAAA-004"]
    with pytest.raises(RewardGone):
        store(desk, promise, promising(desk, "d3", wanted))


def test_codes_are_added_once_and_shops_do_not_share_them(desk: SendingDesk) -> None:
    fill(desk, 3)
    with desk.units() as work:
        assert (
            work.rewards.add_codes("別の特典", [FreeCode("OKAERI-003", None), FreeCode("NEW-1", None)]) == 1
        )
        work.commit()
    assert [(pool.campaign, pool.free) for pool in pools(desk)] == [(WELCOME.name, 3), ("別の特典", 1)]


def pools(desk: SendingDesk) -> list[PoolCount]:
    with desk.units(read_only=True) as work:
        return list(work.rewards.pools())


def dispatched(desk: SendingDesk, draft_id: str, outcome: Outcome, after: DraftState) -> None:
    """One attempt to send and what became of it, in the order the dispatcher writes it."""
    with desk.units() as work:
        work.drafts.move(draft_id, DraftState.APPROVED, by="mori", why="test")
        work.drafts.move(draft_id, DraftState.SCHEDULED, by="mori", why="test")
        work.outbox.add(
            draft_id=draft_id,
            version=1,
            message=_message(draft_id),
            due_at=desk.clock.now(),
            expires_at=None,
        )
        work.commit()
    with desk.units() as work:
        entry = work.outbox.claim(owner="w", lease_seconds=60, limit=1, real_now=1.0)[0]
        work.drafts.move(draft_id, DraftState.DISPATCHING, by="w", why="test")
        result = SendResult(outcome, "test")
        assert work.outbox.finish(entry.message.outbox_id, fence=entry.fence, state=after, result=result)
        work.drafts.move(draft_id, after, by="w", why="test")
        work.commit()


def _message(draft_id: str) -> OutgoingMessage:
    return OutgoingMessage(
        outbox_id=f"o-{draft_id}",
        channel=Channel.EMAIL,
        recipient=f"c-{draft_id}@example.com",
        subject="お久しぶりです",
        body="本文",
        message_id=f"<{draft_id}@hana.example>",
        retry_key=f"00000000-0000-0000-0000-{draft_id:0>12}",
        unsubscribe_url="https://hana.example/o/x",
        sender_name="花の店",
        sender_address="東京都杉並区西荻北1-2-3",
    )
