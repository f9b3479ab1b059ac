"""What may a shop's rewards be? Its campaigns, its budget and how seldom it gives, as plain records."""

from dataclasses import dataclass
from datetime import date

from agent.domain.occasion import Occasion
from agent.domain.reward import RewardKind

_K = RewardKind
ALLOWED: dict[Occasion, frozenset[RewardKind]] = {
    Occasion.THANK_YOU: frozenset({_K.STORY}),
    Occasion.FOLLOW_UP: frozenset({_K.STORY}),
    Occasion.REPLENISHMENT: frozenset({_K.POINTS}),
    Occasion.WIN_BACK: frozenset({_K.STORY, _K.EXPERIENCE, _K.EARLY_ACCESS, _K.POINTS, _K.COUPON}),
    Occasion.VIP: frozenset({_K.STORY, _K.EXPERIENCE, _K.EARLY_ACCESS}),
    Occasion.BIRTHDAY: frozenset({_K.STORY, _K.EXPERIENCE, _K.POINTS, _K.COUPON}),
    Occasion.REVIEW_REQUEST: frozenset({_K.POINTS}),
    Occasion.SERVICE_RECOVERY: frozenset(),
}
"""What an occasion bears, whatever a shop's file says. Thanks and care are no pretext to sell, an apology sells nothing."""

CUSTOMER_DAYS = 7
"""A customer has at least so many days to use what they were promised, from the last day the message may leave."""
REVIEW_DAYS = 3
"""Days staff have for the draft before that."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One reward a shop is willing to give, once to a person.

    name: unique, as codes and grants name it.    starts, ends: first and last day in Asia/Tokyo it may be given and used; None: open.
    ranks, segments: codes; empty: everybody.    tells: for story, experience and early access the shop's own Japanese sentences,
    word for word.    yen_off or percent_off: of a coupon; at_most_yen: the most a percentage takes off.    minimum_yen: the
    least an order must be for the coupon.    points: how many, a yen each.    valid_days: days a coupon or points hold from
    the day they are promised; None: until `ends`.    conditions: further terms, Japanese; may be empty.
    """

    name: str
    kind: RewardKind
    occasions: frozenset[Occasion]
    starts: date | None = None
    ends: date | None = None
    ranks: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    tells: tuple[str, ...] = ()
    yen_off: int | None = None
    percent_off: int | None = None
    at_most_yen: int | None = None
    minimum_yen: int = 0
    points: int | None = None
    valid_days: int | None = None
    conditions: str = ""

    @property
    def cost_yen(self) -> int:
        """What it costs the shop at most."""
        if self.kind is RewardKind.POINTS:
            return self.points or 0
        return (self.yen_off or self.at_most_yen or 0) if self.kind is RewardKind.COUPON else 0

    def fits(self, *, occasion: Occasion, on: date, rank: str, segment: str) -> bool:
        """True when it may be given for an occasion on a day to somebody of that rank and segment."""
        return (
            occasion in self.occasions
            and self.kind in ALLOWED[occasion]
            and (self.starts is None or self.starts <= on)
            and (self.ends is None or on <= self.ends)
            and (not self.ranks or rank in self.ranks)
            and (not self.segments or segment in self.segments)
        )


@dataclass(frozen=True, slots=True)
class RewardPolicy:
    """A shop's rules. No campaigns: nothing is ever promised.

    monthly_budget_yen: the most that may be promised in a calendar month (Asia/Tokyo).    money_every_days: days between two
    rewards of money to one person.    margin_percent: of the shop's goods; margin_by_category: where it differs.
    margin_share_percent: how much of an order's margin a coupon may take.    campaigns: in the shop's order of preference.
    """

    monthly_budget_yen: int = 0
    money_every_days: int = 90
    margin_percent: int = 30
    margin_by_category: tuple[tuple[str, int], ...] = ()
    margin_share_percent: int = 50
    campaigns: tuple[Campaign, ...] = ()

    def campaign(self, name: str) -> Campaign | None:
        """The campaign of that name."""
        return next((each for each in self.campaigns if each.name == name), None)

    def margin_of(self, categories: tuple[str, ...]) -> int:
        """The lowest margin, in percent, among the categories somebody buys; the shop's own where none is listed."""
        listed = [margin for name, margin in self.margin_by_category if name in categories]
        return min(listed, default=self.margin_percent)

    def leaves_margin(self, campaign: Campaign, categories: tuple[str, ...]) -> bool:
        """True when a coupon takes no more than its share of the margin, even of the smallest order it can be used for."""
        allowed = self.margin_of(categories) * self.margin_share_percent  # of 10,000
        if campaign.percent_off is not None:
            return campaign.percent_off * 100 <= allowed
        return (campaign.yen_off or 0) * 10_000 <= campaign.minimum_yen * allowed


NO_POLICY = RewardPolicy()
"""A shop without a file: nothing of money is ever promised."""


@dataclass(frozen=True, slots=True)
class RewardStanding:
    """What was promised so far, as the ledger has it: reserved and given alike.

    spent_yen: this month, the whole shop.    last_money_on: when this person was last promised money.    had: the campaigns
    this person was given something of.
    """

    spent_yen: int = 0
    last_money_on: date | None = None
    had: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FreeCode:
    """A code nobody has. expires: its last day as the shop system has it, None when that follows from the campaign alone."""

    code: str
    expires: date | None
