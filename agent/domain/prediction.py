"""What is expected of a customer, and how far to trust it: plain records, each number with its reason and its back-test."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agent.domain.customer_group import GroupFact, GroupPhrase


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason behind a score, said aloud.

    text: Japanese, for staff.    contribution: what it adds to the log-odds of staying away; positive: more likely to leave,
    negative: more likely to come. All signals of a score, `others` included, sum to its distance from the shop's reference.
    records: the records it was read off, as `orders:ID` or `events:ID`.
    """

    code: str
    text: str
    text_en: str
    contribution: float
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Churn:
    """score: 1 - P(at least one order within horizon_days of the as-of date), in [0, 1].

    reference: the same of the shop's reference customer, from which the signals count.    model: which candidate was chosen.
    signals: weightiest first.
    """

    score: float
    horizon_days: int
    reference: float
    model: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class YenInterval:
    """Yen expected within horizon_days: a point (the mean), and the interval that holds `coverage` of such customers' outcomes.

    p_nothing: share of such customers who bring nothing at all.
    """

    point: int
    low: int
    high: int
    horizon_days: int
    coverage: float
    p_nothing: float = 0.0

    @property
    def mostly_nothing(self) -> bool:
        """Whether nothing is so likely that neither mean nor interval describes anybody: then staff read just that."""
        return self.p_nothing > 0.8


@dataclass(frozen=True, slots=True)
class NextOrder:
    """The next order falls on a day from `first` to `last`, both included, with `probability`; `likely`: the median day."""

    first: date
    last: date
    likely: date
    probability: float


class WhyProduct(StrEnum):
    """What a product expectation rests on."""

    SUPPLY = "supply"
    """The last pack should be running out: pack size and days of supply from the catalogue."""
    REPEAT = "repeat"
    """They bought it again and again, at a rhythm."""
    NEIGHBOUR = "neighbour"
    """People who bought what they bought also buy it."""
    POPULAR = "popular"
    """The shop's best sellers: nothing personal is known."""


@dataclass(frozen=True, slots=True)
class NextProduct:
    """A product (or product type, where the shop sells by type) expected in the next order or orders.

    probability: bought at least once within within_days.    window: days between which it is expected, None when only the
    probability is known.    reason: one Japanese sentence.
    """

    sku: str
    title: str
    probability: float
    within_days: int
    window: tuple[date, date] | None
    why: WhyProduct
    reason: str


@dataclass(frozen=True, slots=True)
class SaleAffinity:
    """How often they buy at a reduction; says nothing about whether a coupon would change anything (that is `Uplift`).

    discounted_share: share of their orders with a discount, shrunk towards the shop's.    shop_share: the shop's.
    level: low, usual or high.    text: one Japanese sentence.
    """

    discounted_share: float
    shop_share: float
    discounted_orders: int
    orders: int
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Uplift:
    """What a message changes, measured against a randomised hold-out: P(order | written to) - P(order | held out).

    low, high: 80 % interval.    campaign_people: people behind the estimate.
    """

    point: float
    low: float
    high: float
    horizon_days: int
    campaign_people: int


@dataclass(frozen=True, slots=True)
class Taste:
    """What they like, read off their own purchases; empty or None where the records do not say.

    price_band: low, middle or high among the shop's prices, with the yen range they usually pay.    seasons: months (1-12) in
    which they buy clearly more than the shop's customers do.    novelty: share of purchases within 60 days of a product's first
    sale, shrunk; novelty_level: low, usual or high.    texts: Japanese sentences for staff, each about one of these.
    """

    price_band: str | None
    price_range_yen: tuple[int, int] | None
    categories: tuple[str, ...]
    colours: tuple[str, ...]
    seasons: tuple[int, ...]
    novelty: float | None
    novelty_level: str | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BehaviourGroup:
    """A group found from what people buy together. name: from its own top categories; share: of the shop's customers.

    phrase: what it is called aloud, None in a fit of before there were phrases.    facts: what sets it apart, weightiest first.
    """

    group_id: str
    name: str
    share: float
    phrase: GroupPhrase | None = None
    facts: tuple[GroupFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Nps:
    """The latest answer to "would you recommend us" (0-10). kind: promoter 9-10, passive 7-8, detractor 0-6."""

    score: int
    kind: str
    answered_on: date
    comment: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """People whose predicted probability fell into one bin. low, high: Wilson 95 % interval of `happened`."""

    predicted: float
    happened: float
    low: float
    high: float
    people: int


@dataclass(frozen=True, slots=True)
class LiftStep:
    """The best-scored `share` of people hold `captured` of those who ordered (a point of the gains curve)."""

    share: float
    captured: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """How one prediction did on the shop's own past, on people and days it was not fitted on.

    task: what was predicted, as a code (order_within, next_order, ltv, next_products).    cut: the day it stood on; it saw only
    what came before, and the truth is what came in the horizon_days after.    auc, brier, log_loss, ece: None where they do not
    apply.    base_rate: how often it happened.    baseline_*: the same for the shop's habit (RFM sum, or base rate).
    passed: shown to staff only if True; verdict: why, in one Japanese sentence.    figures: further named numbers.
    """

    task: str
    model: str
    cut: date
    horizon_days: int
    people: int
    base_rate: float
    auc: Measured | None
    brier: Measured | None
    log_loss: float | None
    ece: float | None
    baseline_auc: float | None
    baseline_brier: float | None
    reliability: tuple[ReliabilityBin, ...]
    lift: tuple[LiftStep, ...]
    chosen: bool
    passed: bool
    verdict: str
    figures: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Gain:
    """What one message to this customer is expected to bring, in yen of margin. source: `prior` or `hold_out`."""

    yen: float
    p_without: float
    p_with: float
    basket_yen: int
    source: str


@dataclass(frozen=True, slots=True)
class Expectations:
    """Everything predicted for one customer on a day. A None has its Japanese reason in `unknown`, keyed by field name.

    notes: Japanese sentences on what limits all of it (few customers, no events on record, a past too short to test on).
    """

    churn: Churn | None
    p_alive: float | None
    expected_orders: float | None
    ltv: YenInterval | None
    next_order: NextOrder | None
    next_products: tuple[NextProduct, ...]
    gain: Gain | None
    uplift: Uplift | None
    group: BehaviourGroup | None
    taste: Taste | None
    sale_affinity: SaleAffinity | None
    unknown: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


MODEL_JA = {
    "closed": "購入リズムの数理モデル（MBG/NBD）",
    "rfm": "日付・回数・金額（RFM）の回帰",
    "interval": "購入間隔の回帰",
    "pairs": "購入間隔の回帰（組み合わせあり）",
    "hazard": "次のご注文までの日数",
    "orders_times_spend": "購入リズムと1回の金額",
    "repeat_and_neighbours": "くり返しのお買い物と、いっしょに買われる品",
}
"""How staff read the models' codes."""
