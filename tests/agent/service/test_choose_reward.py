"""The policy: who gets what, who gets nothing, and why, in one sentence a shop owner can check."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.chart import Segment
from agent.domain.occasion import Occasion
from agent.domain.prediction import Uplift
from agent.domain.reward import COUPON, MONEY, Reward, RewardKind, reward_from
from agent.domain.reward_policy import Campaign, FreeCode, RewardPolicy, RewardStanding
from agent.ports import Leaning
from agent.service.choose_reward import Asked, choose_reward
from tests.support.rewarding import (
    BIRTHDAY,
    BIRTHDAY_COUPON,
    CHERRY_PICKER,
    EARLY,
    FAN,
    LOVES_NEW,
    MOVED,
    NO_UPLIFT,
    POLICY,
    STORY,
    TODAY,
    UNHAPPY,
    UNMOVED,
    WELCOME,
    person,
    sale,
)

K, O = RewardKind, Occasion  # noqa: E741 - short names keep the table readable


def choose(
    occasion: Occasion,
    moved: Leaning = UNMOVED,
    *,
    rank: str = "regular",
    segment: Segment = Segment.AT_RISK,
    policy: RewardPolicy = POLICY,
    standing: RewardStanding | None = None,
    code: FreeCode | None = FreeCode("OKAERI-001", None),  # noqa: B008 - frozen
    categories: tuple[str, ...] = (),
    **asked: bool,
) -> Reward:
    return choose_reward(
        Asked(person(rank, segment), occasion, TODAY, categories=categories, **asked),
        policy,
        standing=standing or RewardStanding(),
        leaning=lambda: moved,
        free_code=lambda campaign, until: (
            code if code and (not code.expires or code.expires >= until) else None
        ),
    )


@pytest.mark.parametrize(
    ("occasion", "moved", "rank", "segment", "kind"),
    [
        (O.THANK_YOU, MOVED, "regular", Segment.NEW, K.NONE),
        (O.THANK_YOU, FAN, "regular", Segment.LOYAL, K.STORY),
        (O.FOLLOW_UP, MOVED, "regular", Segment.LOYAL, K.NONE),
        (O.REPLENISHMENT, MOVED, "regular", Segment.LOYAL, K.NONE),
        (O.WIN_BACK, MOVED, "regular", Segment.AT_RISK, K.COUPON),
        (O.WIN_BACK, MOVED, "silver", Segment.DORMANT, K.COUPON),
        (O.WIN_BACK, MOVED, "vip", Segment.DORMANT, K.EXPERIENCE),
        (O.WIN_BACK, UNMOVED, "regular", Segment.AT_RISK, K.STORY),
        (O.WIN_BACK, Leaning(), "regular", Segment.AT_RISK, K.STORY),
        (O.WIN_BACK, NO_UPLIFT, "regular", Segment.AT_RISK, K.STORY),
        (O.WIN_BACK, LOVES_NEW, "regular", Segment.AT_RISK, K.EARLY_ACCESS),
        (O.WIN_BACK, FAN, "regular", Segment.AT_RISK, K.EXPERIENCE),
        (O.WIN_BACK, CHERRY_PICKER, "regular", Segment.AT_RISK, K.STORY),
        (O.WIN_BACK, UNHAPPY, "regular", Segment.AT_RISK, K.NONE),
        (O.VIP, UNMOVED, "vip", Segment.LOYAL, K.EARLY_ACCESS),
        (O.VIP, MOVED, "vip", Segment.LOYAL, K.EARLY_ACCESS),
        (O.VIP, FAN, "vip", Segment.LOYAL, K.EXPERIENCE),
        (O.VIP, UNHAPPY, "vip", Segment.LOYAL, K.NONE),
        (O.VIP, MOVED, "regular", Segment.LOYAL, K.NONE),
        (O.BIRTHDAY, UNMOVED, "regular", Segment.LOYAL, K.POINTS),
        (O.BIRTHDAY, UNMOVED, "vip", Segment.LOYAL, K.POINTS),
        (O.BIRTHDAY, CHERRY_PICKER, "regular", Segment.LOYAL, K.NONE),
        (O.BIRTHDAY, UNHAPPY, "regular", Segment.LOYAL, K.NONE),
        (O.REVIEW_REQUEST, UNMOVED, "vip", Segment.LOYAL, K.POINTS),
        (O.REVIEW_REQUEST, CHERRY_PICKER, "regular", Segment.LOW, K.POINTS),
        (O.SERVICE_RECOVERY, MOVED, "regular", Segment.LOYAL, K.NONE),
    ],
)
def test_the_policy_table(
    occasion: Occasion, moved: Leaning, rank: str, segment: Segment, kind: RewardKind
) -> None:
    found = choose(occasion, moved, rank=rank, segment=segment)
    assert found.kind is kind, found.why
    assert re.fullmatch(r"[^。]+。", found.why), "one sentence"
    assert (found.says == ()) is (kind is K.NONE)


def test_without_a_file_nothing_is_promised_and_nobody_is_looked_up() -> None:
    def nobody() -> Leaning:
        raise AssertionError("asked")

    for occasion in Occasion:
        asked = Asked(person(), occasion, TODAY)
        found = choose_reward(
            asked,
            RewardPolicy(),
            standing=RewardStanding(),
            leaning=nobody,
            free_code=lambda campaign, until: FreeCode("X-1", None),
        )
        assert (found.kind, found.says, found.offer) == (K.NONE, (), None)
        assert "rewards.yaml" in found.why


def test_a_coupon_says_every_term_and_so_does_its_offer() -> None:
    found = choose(O.WIN_BACK, MOVED)
    until = TODAY + timedelta(days=45)
    assert found.says == (
        "次のお買い物でお使いいただける500円引きのクーポンをご用意しました。",
        "クーポンコードは「OKAERI-001」です。",
        "2027年1月5日（火）まで、5,000円以上のご注文に1回お使いいただけます。",
    )
    assert found.offer is not None
    assert found.offer.expires == until
    assert (found.offer.value, found.offer.conditions) == ("500円引き", "5,000円以上のご注文で1回限り")
    assert found.cost_yen == 500
    assert "ご注文6回のうち4回" in found.why
    assert "OKAERI-001" not in "".join(found.says_slotted)
    assert COUPON in found.says_slotted[1]
    assert reward_from(found.document()) == found


def test_a_code_that_ends_first_ends_the_promise() -> None:
    found = choose(O.WIN_BACK, MOVED, code=FreeCode("OKAERI-001", date(2026, 12, 10)))
    assert found.expires == date(2026, 12, 10)
    assert "2026年12月10日（木）まで" in found.says[2]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"code": None}, "クーポンコードの残りがない"),
        ({"code": FreeCode("OKAERI-001", date(2026, 11, 25))}, "クーポンコードの残りがない"),
        ({"standing": RewardStanding(spent_yen=9_600)}, "予算の残り（400円）が足りない"),
        ({"standing": RewardStanding(last_money_on=date(2026, 9, 1))}, "9月1日に金額の特典"),
        ({"standing": RewardStanding(had=frozenset({"おかえり"}))}, "もう差し上げている"),
        ({"policy": replace(POLICY, campaigns=(WELCOME,), margin_percent=15)}, "粗利（15%）"),
        (
            {"categories": ("缶詰",), "policy": replace(POLICY, margin_by_category=(("缶詰", 12),))},
            "粗利（12%）",
        ),
        ({"rank": "vip"}, "値引きをしない"),
        ({"moved": CHERRY_PICKER}, "割引のときにしか"),
        ({"moved": Leaning()}, "まだ分からない"),
        ({"moved": UNMOVED}, "特典がなくても"),
        ({"troubled": True}, "先にお話をうかがいます"),
        ({"against": True}, "送らないことをおすすめ"),
    ],
)
def test_a_coupon_that_is_not_given_has_its_reason(changes: dict[str, object], why: str) -> None:
    policy = changes.pop("policy", POLICY)
    assert isinstance(policy, RewardPolicy)
    only = replace(policy, campaigns=(WELCOME,))
    found = choose(O.WIN_BACK, **{"moved": MOVED, "policy": only, **changes})  # type: ignore[arg-type]
    assert found.kind is K.NONE
    if changes.get("rank") != "vip":  # a VIP is not even considered for it
        assert why in found.why


def test_the_frequency_ends_after_its_days() -> None:
    last = RewardStanding(last_money_on=TODAY - timedelta(days=POLICY.money_every_days))
    assert choose(O.WIN_BACK, MOVED, standing=last).kind is K.COUPON


@pytest.mark.parametrize(
    ("moved", "because"),
    [
        (Leaning(), "まだ分からないので"),
        (UNMOVED, "値引きがなくても"),
        (CHERRY_PICKER, "割引のときにしか"),
        (NO_UPLIFT, "割引のお買い物は多いものの"),
    ],
)
def test_the_reason_for_a_story_is_true_of_the_person(moved: Leaning, because: str) -> None:
    assert because in choose(O.WIN_BACK, moved).why


def test_thanks_without_a_reward_need_no_guess_about_sales() -> None:
    assert "売り込みはしない" in choose(O.THANK_YOU, Leaning(), segment=Segment.NEW).why


def test_a_story_is_told_once() -> None:
    told = RewardStanding(had=frozenset({STORY.name}))
    assert choose(O.WIN_BACK, UNMOVED, standing=told).kind is K.NONE


def test_thanks_for_a_review_are_the_same_for_everybody_and_say_so() -> None:
    for moved, rank in ((UNMOVED, "vip"), (CHERRY_PICKER, "regular"), (FAN, "silver")):
        had = RewardStanding(last_money_on=TODAY, had=frozenset({"ご感想"}))
        found = choose(O.REVIEW_REQUEST, moved, rank=rank, standing=had)
        assert found.says == (
            "ご感想をお寄せいただいた方には、評価の内容にかかわらず、皆さまに一律で100ポイントをお付けしています。",
        )


def test_a_birthday_coupon_is_no_discount_for_a_vip() -> None:
    policy = replace(POLICY, campaigns=(BIRTHDAY_COUPON, STORY))
    assert choose(O.BIRTHDAY, MOVED, policy=policy).kind is K.COUPON
    assert choose(O.BIRTHDAY, MOVED, policy=policy, rank="vip").kind is K.NONE


ANY_SALE = st.none() | st.builds(
    lambda orders, share, level: sale(round(orders * share), orders, level),
    st.integers(1, 40),
    st.floats(0, 1),
    st.sampled_from(["low", "usual", "high"]),
)
ANY_LEANING = st.builds(
    Leaning,
    sale=ANY_SALE,
    uplift=st.none() | st.builds(lambda p: Uplift(p, p - 0.1, p + 0.1, 60, 500), st.floats(-0.2, 0.2)),
    novelty=st.sampled_from([None, "low", "usual", "high"]),
    nps=st.none() | st.integers(0, 10),
)
ANY_CAMPAIGNS = st.lists(
    st.sampled_from([EARLY, STORY, WELCOME, BIRTHDAY, BIRTHDAY_COUPON]).flatmap(
        lambda campaign: st.builds(
            lambda occasions: replace(campaign, occasions=occasions),
            st.frozensets(st.sampled_from(list(Occasion)), min_size=1),
        )
    ),
    max_size=6,
    unique_by=lambda campaign: campaign.name,
)
ANY_STANDING = st.builds(
    RewardStanding,
    spent_yen=st.integers(0, 20_000),
    last_money_on=st.none() | st.dates(date(2026, 1, 1), TODAY),
    had=st.frozensets(st.sampled_from(["おかえり", "お誕生日", "茶園の便り"])),
)


@given(
    occasion=st.sampled_from(list(Occasion)),
    moved=ANY_LEANING,
    rank=st.sampled_from(["regular", "silver", "vip"]),
    segment=st.sampled_from(list(Segment)),
    campaigns=ANY_CAMPAIGNS,
    budget=st.integers(0, 20_000),
    standing=ANY_STANDING,
    troubled=st.booleans(),
)
def test_whatever_a_shop_writes_and_whoever_asks_the_promises_of_the_policy_hold(
    occasion: Occasion,
    moved: Leaning,
    rank: str,
    segment: Segment,
    campaigns: list[Campaign],
    budget: int,
    standing: RewardStanding,
    troubled: bool,
) -> None:
    policy = RewardPolicy(monthly_budget_yen=budget, campaigns=tuple(campaigns))
    found = choose(
        occasion,
        moved,
        rank=rank,
        segment=segment,
        policy=policy,
        standing=standing,
        troubled=troubled,
    )
    complains = troubled or (moved.nps is not None and moved.nps <= 6)
    if rank == "vip":
        assert found.kind is not K.COUPON
    if complains or occasion is O.SERVICE_RECOVERY:
        assert found.kind is K.NONE
    if occasion in (O.THANK_YOU, O.FOLLOW_UP, O.VIP):
        assert found.kind not in MONEY
    if found.kind in MONEY:
        assert standing.spent_yen + found.cost_yen <= budget
        if occasion is not O.REVIEW_REQUEST:
            assert standing.last_money_on is None or (TODAY - standing.last_money_on).days >= 90
            assert not (
                moved.sale and moved.sale.orders >= 3 and moved.sale.discounted_orders == moved.sale.orders
            )
    if found.kind is K.COUPON:
        assert found.code == "OKAERI-001"
        assert "OKAERI-001" in "".join(found.says)
    assert re.fullmatch(r"[^。]+。", found.why)
