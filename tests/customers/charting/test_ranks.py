"""Ranks and what is missing to the next."""

import pytest

from agent.domain.chart import RankProgress
from customers.charting.ranks import RankSteps, rank_of


@pytest.mark.parametrize(
    ("net_yen", "progress"),
    [
        (-500, RankProgress("regular", "silver", 30_500)),
        (26_800, RankProgress("regular", "silver", 3_200)),
        (29_999, RankProgress("regular", "silver", 1)),
        (30_000, RankProgress("silver", "vip", 70_000)),
        (99_999, RankProgress("silver", "vip", 1)),
        (100_000, RankProgress("vip", None, None)),
    ],
)
def test_a_rank_holds_from_its_step_and_says_what_is_missing(net_yen: int, progress: RankProgress) -> None:
    assert rank_of(net_yen, RankSteps()) == progress
