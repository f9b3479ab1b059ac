"""Ranks and what is missing to the next."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.chart import RankProgress
from agent.domain.errors import OperatorMustFix
from agent.settings import load_settings
from customers.charting.ranks import RANK_CODES, RankSteps, rank_of, rank_reason, rank_sentence, ranks_of


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


def test_reviews_referrals_and_expectation_bring_a_customer_up() -> None:
    steps = RankSteps(review_yen=500, referral_yen=3_000, expected_share=0.1)
    earned = rank_of(20_000, steps, reviews=2, referrals=1, expected_yen=28_000.0)
    assert earned == RankProgress("regular", "silver", 30_000 - 20_000 - 1_000 - 3_000 - 2_800)


def test_an_unknown_expectation_changes_nothing() -> None:
    assert rank_of(29_000, RankSteps(), expected_yen=None) == rank_of(29_000, RankSteps())
    assert rank_of(29_000, RankSteps(), expected_yen=float("nan")) == rank_of(29_000, RankSteps())


STEPS = st.builds(
    RankSteps,
    silver_yen=st.integers(1, 50_000),
    vip_yen=st.integers(50_001, 200_000),
    per_yen=st.sampled_from([0.1, 0.3, 1.0, 1.5]),
    expected_share=st.sampled_from([0.0, 0.1, 0.25]),
)


@given(st.integers(-50_000, 300_000), st.integers(0, 50), st.integers(0, 9), st.integers(0, 10**6), STEPS)
def test_paying_what_is_missing_reaches_the_next_rank_and_a_yen_less_does_not(
    net_yen: int, reviews: int, referrals: int, expected: int, steps: RankSteps
) -> None:
    now = rank_of(net_yen, steps, reviews=reviews, referrals=referrals, expected_yen=expected)
    if now.yen_to_next is None:
        return
    assert now.yen_to_next >= 1
    after = [
        rank_of(net_yen + paid, steps, reviews=reviews, referrals=referrals, expected_yen=expected).name
        for paid in (now.yen_to_next - 1, now.yen_to_next)
    ]
    assert after[0] == now.name
    assert after[1] == now.next


@given(
    st.lists(
        st.tuples(st.integers(-5_000, 200_000), st.integers(0, 9), st.integers(0, 3), st.integers(0, 10**5))
    ),
    STEPS,
)
def test_many_ranks_at_once_agree_with_each_alone(
    rows: list[tuple[int, int, int, int]], steps: RankSteps
) -> None:
    net, reviews, referrals, expected = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    found = ranks_of(net, steps, reviews=reviews, referrals=referrals, expected_yen=expected.astype(float))
    alone = [rank_of(n, steps, reviews=v, referrals=f, expected_yen=e) for n, v, f, e in rows]
    assert [RANK_CODES[level] for level in found.level] == [progress.name for progress in alone]
    assert found.yen_to_next.tolist() == [progress.yen_to_next or 0 for progress in alone]


def test_progress_is_told_in_the_shops_own_words() -> None:
    steps = RankSteps(silver_name="なじみ", vip_name="上得意")
    assert rank_sentence(rank_of(26_800, steps), steps) == "あと3,200円でなじみ"
    assert rank_sentence(rank_of(200_000, steps), steps) == "いちばん上の上得意です"
    reason = rank_reason(rank_of(26_800, steps, reviews=2), steps, net_yen=26_800, reviews=2)
    assert reason == "これまでの合計26,800円、クチコミ2件によるレギュラーです。あと2,200円でなじみ。"


def test_a_shop_sets_its_ranks_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "okaeri.toml").write_text(
        '[rank]\nsilver_yen = 5000\nvip_name = "上得意"\n', encoding="utf-8"
    )
    monkeypatch.setenv("OKAERI_CONFIG", str(tmp_path / "okaeri.toml"))
    monkeypatch.setenv("OKAERI_RANK_REVIEW_YEN", "100")
    steps = RankSteps(**load_settings(home=tmp_path).rank)
    assert (steps.silver_yen, steps.vip_yen, steps.review_yen, steps.vip_name) == (
        5000,
        100_000,
        100,
        "上得意",
    )


def test_untouched_settings_are_the_usual_ranks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKAERI_CONFIG", str(tmp_path / "none.toml"))
    assert RankSteps(**load_settings(home=tmp_path).rank) == RankSteps()


def test_a_vip_step_below_silver_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorMustFix):
        load_settings(home=tmp_path, rank_silver_yen=9_000, rank_vip_yen=9_000)
