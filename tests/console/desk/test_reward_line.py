"""The desk says what a customer gets, until when, and why; or why nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.reward import Reward, RewardKind
from tests.support.console_desk import ConsoleDesk
from tests.support.rewarding import coupon


@pytest.mark.parametrize(
    ("reward", "shown"),
    [
        (
            replace(coupon(), why="割引のときのお買い物が多い方です。"),
            (
                "クーポン 500円引き",
                "OKAERI-001",
                "2027-01-05まで",
                "理由: 割引のときのお買い物が多い方です。",
            ),
        ),
        (Reward(RewardKind.NONE, "予算がありません。"), ("なし", "理由: 予算がありません。")),
    ],
)
def test_the_page_tells_reward_and_reason(
    engine: Engine, clock: FixedClock, reward: Reward, shown: tuple[str, ...]
) -> None:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    with desk.units() as work:
        work.drafts.add(replace(desk.composed(), reward=reward.document()), by="test", trigger="d1")
        work.commit()
    page = desk.browser("mori").get("/console/drafts/d1").text
    for words in shown:
        assert words in page
