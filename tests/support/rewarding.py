"""A shop that gives rewards: a policy, people it may meet, and drafts that promise something."""

from dataclasses import replace
from datetime import date

from agent.domain.chart import Chart, RankProgress, Segment
from agent.domain.draft import Draft, DraftVersion
from agent.domain.occasion import Occasion
from agent.domain.prediction import SaleAffinity, Uplift
from agent.domain.reward import Reward, RewardKind
from agent.domain.reward_policy import Campaign, FreeCode, RewardPolicy
from agent.ports import Leaning
from agent.service.word_reward import word_reward
from tests.support.drafting import chart_of
from tests.support.sending_desk import SendingDesk

TODAY = date(2026, 11, 21)

WELCOME = Campaign(
    name="おかえり",
    kind=RewardKind.COUPON,
    occasions=frozenset({Occasion.WIN_BACK}),
    yen_off=500,
    minimum_yen=5_000,
    valid_days=45,
)
BIRTHDAY = Campaign(
    name="お誕生日",
    kind=RewardKind.POINTS,
    occasions=frozenset({Occasion.BIRTHDAY}),
    points=300,
    valid_days=60,
)
BIRTHDAY_COUPON = Campaign(
    name="お誕生日クーポン",
    kind=RewardKind.COUPON,
    occasions=frozenset({Occasion.BIRTHDAY}),
    percent_off=10,
    at_most_yen=800,
    valid_days=60,
)
REVIEWS = Campaign(
    name="ご感想",
    kind=RewardKind.POINTS,
    occasions=frozenset({Occasion.REVIEW_REQUEST}),
    points=100,
)
EARLY = Campaign(
    name="冬の新茶",
    kind=RewardKind.EARLY_ACCESS,
    occasions=frozenset({Occasion.VIP, Occasion.WIN_BACK}),
    ends=date(2026, 12, 20),
    tells=("冬の新作を、一般のご案内より先に、12月20日までお選びいただけます。",),
)
VISIT = Campaign(
    name="焙煎の見学",
    kind=RewardKind.EXPERIENCE,
    occasions=frozenset({Occasion.VIP, Occasion.WIN_BACK}),
    ends=date(2026, 12, 20),
    tells=("12月20日まで、焙煎の見学にご招待しております。",),
)
STORY = Campaign(
    name="茶園の便り",
    kind=RewardKind.STORY,
    occasions=frozenset({Occasion.WIN_BACK, Occasion.VIP, Occasion.THANK_YOU}),
    tells=("当店では、月に一度、店主が茶園をたずねています。",),
)
POLICY = RewardPolicy(
    monthly_budget_yen=10_000,
    campaigns=(EARLY, VISIT, STORY, WELCOME, BIRTHDAY, BIRTHDAY_COUPON, REVIEWS),
)


def sale(discounted: int, orders: int, level: str) -> SaleAffinity:
    """How often somebody bought at a reduction."""
    return SaleAffinity(discounted / orders, 0.2, discounted, orders, level, "")


MOVED = Leaning(sale=sale(4, 6, "high"))
UNMOVED = Leaning(sale=sale(0, 6, "low"))
CHERRY_PICKER = Leaning(sale=sale(6, 6, "high"))
FAN = Leaning(sale=sale(1, 6, "usual"), nps=10)
UNHAPPY = Leaning(sale=sale(4, 6, "high"), nps=3)
LOVES_NEW = Leaning(sale=sale(1, 6, "usual"), novelty="high")
NO_UPLIFT = replace(MOVED, uplift=Uplift(-0.01, -0.03, 0.01, 60, 800))


def person(rank: str = "regular", segment: Segment = Segment.AT_RISK, customer_id: str = "c1") -> Chart:
    """A customer's chart."""
    return replace(chart_of(customer_id), rank=RankProgress(rank, None, None), segment=segment)


def coupon(code: str = "OKAERI-001", campaign: Campaign = WELCOME) -> Reward:
    """What somebody was chosen to get."""
    return word_reward(campaign, occasion=Occasion.WIN_BACK, why="", code=FreeCode(code, None), today=TODAY)


def promising(desk: SendingDesk, draft_id: str, reward: Reward, *, customer: str | None = None) -> Draft:
    """A draft, not stored yet, whose text states a reward."""
    draft = desk.composed(
        draft_id,
        customer=customer or f"c-{draft_id}",
        occasion=Occasion.WIN_BACK,
        text="".join(reward.says),
        offer=reward.offer,
    )
    assert isinstance(draft.version, DraftVersion)
    return replace(draft, reward=reward.document())
