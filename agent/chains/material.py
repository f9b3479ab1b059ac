"""What a writer may use for one message: facts, passages, what was bought, and nothing else."""

from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True, slots=True)
class Material:
    """Everything one message may rest on.

    facts: id to Japanese sentence, as the gate will see them.    passages: of the bought products and of policies.
    days: fact id to the day it speaks of.
    bought: newest first.    orders: revenue orders so far; orders_fact and first_fact: ids of the facts that state the count and
    the time since the first order.    first_on: day of the first order.    variation: any text; the same text gives the same wording.
    told: gists of what this customer was told before, newest first.
    origin: the first purchase, when all orders are known.    staple: bought in at least three orders, oftener than anything else.
    suggestion: something made for this customer, where the occasion may show one.    reward: what the policy grants.
    voice: how the shop speaks.
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
    origin: Remembered | None = None
    staple: Remembered | None = None
    suggestion: Suggestion | None = None
    reward: Reward = NO_REWARD
    voice: Voice = NO_VOICE
