"""What a writer may use for one message: facts, passages, what was bought, and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from agent.domain.message import Passage
from agent.domain.occasion import Channel, Occasion
from agent.domain.reward import NO_REWARD, Reward
from agent.domain.voice import NO_VOICE, Voice


@dataclass(frozen=True, slots=True)
class Bought:
    """A product of a past order.

    fact_id: the fact that states it.    product_class: cosmetic, quasi_drug, food, alcohol or other.
    available: True only when the catalogue says it is in stock, None when unknown.    again: an earlier order had it too.
    passages: what the shop's own texts say about it.    category: as the shop's catalogue names it, perhaps empty.
    refill: bought to refill what is at home, by whoever knows how to use it.
    """

    title: str
    on: date
    quantity: int
    fact_id: str
    product_class: str
    available: bool | None
    again: bool
    passages: tuple[Passage, ...] = ()
    category: str = ""
    refill: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """An earlier purchase worth remembering: the very first one, or what is bought again and again.

    on: day of the newest of them.    fact_ids: every fact needed to say so.    others: the same order brought more.
    """

    title: str
    on: date
    fact_ids: tuple[str, ...]
    others: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product of the catalogue, in stock, that this customer has not bought and is likely to care for.

    category: the shop's word for what both have in common.    fact_id: the fact that shows the liking.
    often: the liking rests on several orders.    text: a sentence copied from the product's own text.
    """

    title: str
    product_class: str
    category: str
    fact_id: str
    often: bool
    text: str
    passage: Passage


AROUND_DAYS = 3
"""So near the estimated day nobody can say whether the last of it is gone; a tenth of a long pace likewise. Editorial choice."""


@dataclass(frozen=True, slots=True)
class Refill:
    """What runs out: a consumable this customer buys again and again, or whose text says how long it lasts.

    times: orders that had it.    last_on: day of the newest.    days_since: from then to today.    lasts_days: the usual days
    from one to the next, from the customer's own orders, else from the product's text.    own_rhythm: True for the former.
    due_in: days until it is likely used up, negative when it was some days ago.    available: True only when the catalogue
    says it is in stock.    fact_ids: state the purchase, the rhythm and the days since.    passage_id: the text that says how
    long it lasts, empty for the customer's own rhythm.
    """

    title: str
    times: int
    last_on: date
    days_since: int
    lasts_days: int
    own_rhythm: bool
    due_in: int
    available: bool | None
    fact_ids: tuple[str, ...]
    passage_id: str = ""

    @property
    def stage(self) -> Literal["before", "now", "past"]:
        """Where the customer is by the usual pace: some is left, about the end, or all must be gone."""
        near = max(AROUND_DAYS, self.lasts_days // 10)
        return "before" if self.due_in > near else "now" if self.due_in >= -near else "past"


@dataclass(frozen=True, slots=True)
class Birthday:
    """The birthday a customer told us of.

    month: 1 to 12.    day: None when only the month was told; a letter then speaks of the month alone.
    days_until: from today to the nearest one, negative when it is over, 0 today; None when only the month is known.
    fact_id: the record it was told in. A letter never says where we know it from.
    """

    month: int
    day: int | None
    days_until: int | None
    fact_id: str


@dataclass(frozen=True, slots=True)
class ReviewAsk:
    """What the shop's own policy says about reviews; without such a policy a request promises nothing.

    says: one sentence of the policy, word for word, that discloses what everybody gets whatever the rating.
    points: the number in it.    passage_id: where it stands.
    """

    says: str
    points: int
    passage_id: str


TroubleKind = Literal["late", "damaged", "wrong_item", "quality", "refund", "low_score", "told"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong for this customer, as recorded.

    kind: late (parcel came late), damaged, wrong_item, quality (defect, not as described), refund (money went back, cause not
    recorded), low_score (an answer of 0 to 6 to "would you recommend us"), told (a note in other words).
    text: the record in one Japanese sentence, as the fact states it.    fact_id: of the record.    on: its day, None unknown.
    product: title of the product concerned, perhaps empty.    words: the customer's own words, perhaps empty.
    refunded_yen: what was given back already, 0 for nothing.    fact_ids: every fact needed to speak of it.
    mild: a middling score and no strong word: a few plain words are enough.
    """

    kind: TroubleKind
    text: str
    fact_id: str
    on: date | None
    product: str = ""
    words: str = ""
    refunded_yen: int = 0
    fact_ids: tuple[str, ...] = ()
    mild: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """A sentence of the shop's policy, word for word, that says what this customer may expect now."""

    text: str
    passage_id: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything one message may rest on.

    facts: id to Japanese sentence, as the gate will see them.    passages: of the bought products and of policies.
    days: fact id to the day it speaks of.
    bought: newest first; empty only for an apology about an order that is no purchase any more.
    orders: revenue orders so far; orders_fact and first_fact: ids of the facts that state the count and the time since the
    first order.    first_on: day of the first order.    variation: any text; the same text gives the same wording.
    told: gists of what this customer was told before, newest first.    passed_on: advice they were given in these letters.
    origin: the first purchase, when all orders are known.    staple: bought in at least three orders, oftener than anything else.
    suggestion: something made for this customer, where the occasion may show one.    reward: what the policy grants.
    voice: how the shop speaks.    refill, birthday, review, trouble: what the occasion of that name is about, None for the
    others.    remedies: what policy allows after the trouble.
    """

    occasion: Occasion
    channel: Channel
    today: date
    facts: dict[str, str]
    passages: tuple[Passage, ...]
    bought: tuple[Bought, ...]
    days: dict[str, date]
    orders: int
    orders_fact: str
    first_on: date | None
    first_fact: str
    segment: str
    rank: str
    variation: str
    told: tuple[str, ...] = ()
    passed_on: frozenset[str] = frozenset()
    origin: Remembered | None = None
    staple: Remembered | None = None
    suggestion: Suggestion | None = None
    reward: Reward = NO_REWARD
    voice: Voice = NO_VOICE
    refill: Refill | None = None
    birthday: Birthday | None = None
    review: ReviewAsk | None = None
    trouble: Trouble | None = None
    remedies: tuple[Remedy, ...] = ()
