"""Choose a person's reward, and promise it in the very transaction that stores the draft, or not at all."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.clock import TOKYO
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.errors import MachineRetries
from agent.domain.message import MessageContext, Paragraph
from agent.domain.reward import NO_REWARD, REWARD_FACT, Reward, RewardKind, reward_from
from agent.domain.reward_policy import CUSTOMER_DAYS
from agent.ports import Leanings, ReadPolicy, UnitOfWork, UnitsOfWork
from agent.service.choose_reward import UNIFORM, Asked, choose_reward, limit_of
from agent.service.gather_material import Gathered
from agent.service.word_reward import least_day

UNTOLD = "この便りでは、ほかにお伝えすることがあるため、お店の話は添えません。"
"""Why a story that was open to a customer is not in their letter."""


class RewardGone(MachineRetries):
    """Between choosing and storing somebody else took the last code or the rest of the budget: write again without it."""


class PromiseReward:
    """The shop's rewards, for the composer."""

    def __init__(self, *, units: UnitsOfWork, policy: ReadPolicy, leanings: Leanings) -> None:
        """leanings: asked only for people and occasions that a campaign is open for."""
        self._units, self.policy, self._leanings = units, policy, leanings

    def choose(self, asked: Asked, *, replacing: Collection[str] = (), money: bool = True) -> Reward:
        """What this person may get; nothing is promised yet.

        replacing: ids of undecided drafts the new one will supersede: what they hold passes on to it.    money: see
        `choose_reward`. Raises OperatorMustFix for a policy file that cannot be read.
        """
        policy = self.policy()
        if policy.campaigns:
            self.release_overdue()
        with self._units(read_only=True) as work:
            book = work.rewards
            return choose_reward(
                asked,
                policy,
                standing=book.standing(asked.chart.customer_id, on=asked.today, but=replacing),
                leaning=lambda: self._leanings(asked.chart),
                free_code=lambda campaign, until: (
                    book.held_code(campaign, replacing, until=until) or book.free_code(campaign, until=until)
                ),
                money=money,
            )

    def reserve(self, work: UnitOfWork, draft: Draft, *, on: date) -> Draft:
        """Promise a draft's reward inside the transaction that stores it; the draft as it may be stored.

        The limits are counted again while nobody else may promise anything. A code that somebody took meanwhile is exchanged for
        another one of the pool, everywhere it stands. Raises RewardGone when there is no room any more.
        """
        reward = reward_from(draft.reward)
        if reward.kind is RewardKind.NONE or draft.version is None:
            return draft
        work.rewards.lock()
        policy = self.policy()
        standing = work.rewards.standing(draft.customer_id, on=on)
        had = reward.campaign in standing.had and draft.occasion not in UNIFORM
        full = reward.cost_yen and limit_of(
            reward.cost_yen, draft.occasion, policy, standing=standing, today=on
        )
        if had or full:
            raise RewardGone(f"no room for {reward.campaign} any more: {full or 'had already'}")
        code = work.rewards.reserve(draft.draft_id, draft.customer_id, reward, on=on, until=least_day(on))
        if code is None:
            raise RewardGone(f"the pool of {reward.campaign} has run dry")
        kept = replace(draft, expires_at=_in_time(draft.expires_at, reward))
        return exchange_code(kept, reward, code) if code and code != reward.code else kept

    def release_overdue(self) -> int:
        """Expire drafts nobody decided in time and free what they hold; how many there were."""
        with self._units(read_only=True) as work:
            if not work.rewards.overdue():
                return 0
        with self._units() as work:
            late = work.rewards.overdue()
            for draft_id in late:
                work.drafts.move(
                    draft_id, DraftState.EXPIRED, by="okaeri", why="期限までに判断がなく、特典を戻しました"
                )
            work.commit()
        return len(late)


def with_reward(
    gathered: Gathered, context: MessageContext, reward: Reward
) -> tuple[Gathered, MessageContext]:
    """Let writer, evidence and gate all know the same reward.

    The shop's own sentences on a story, an early access or an invitation join what the gate takes from the shop; the terms of
    money are the offer's alone.
    """
    if not reward.says:
        return replace(gathered, material=replace(gathered.material, reward=reward)), context
    facts = {**gathered.material.facts, REWARD_FACT: "".join(reward.says)}
    material = replace(gathered.material, reward=reward, facts=facts)
    told = () if reward.cost_yen else reward.says
    return (
        replace(gathered, material=material),
        replace(context, offer=reward.offer, policies=(*context.policies, *told)),
    )


def only_if_told(reward: Reward, paragraphs: Sequence[Paragraph]) -> Reward:
    """The reward a letter really gives: a story that the writer left out is none, so that it can be told another time."""
    if reward.kind is not RewardKind.STORY:
        return reward
    told = any(REWARD_FACT in each.fact_ids or reward.says[0] in each.text for each in paragraphs)
    return reward if told else Reward(RewardKind.NONE, UNTOLD)


def exchange_code(draft: Draft, reward: Reward, code: str) -> Draft:
    """The draft with another code of the same length wherever the old one stands: text, evidence, offer, reward."""
    old = reward.code
    if old is None:
        return draft

    whole = re.compile(
        rf"(?<![A-Za-z0-9_-]){re.escape(old)}(?![A-Za-z0-9_-])"
    )  # never inside an opt-out address

    def new(text: str) -> str:
        return whole.sub(code, text)

    context = draft.context
    if context and context.offer:
        context = replace(context, offer=replace(context.offer, code=code))
    return replace(
        draft,
        reward=reward.with_code(code).document(),
        context=context,
        version=_exchanged(draft.version, new) if draft.version else None,
        findings=tuple(
            replace(found, quote=new(found.quote), message=new(found.message)) for found in draft.findings
        ),
    )


def _exchanged(version: DraftVersion, new: Callable[[str], str]) -> DraftVersion:
    return replace(
        version,
        preheader=new(version.preheader) if version.preheader else version.preheader,
        subject=new(version.subject) if version.subject else version.subject,
        body=new(version.body),
        paragraphs=tuple(replace(each, text=new(each.text)) for each in version.paragraphs),
        evidence_facts={name: new(text) for name, text in version.evidence_facts.items()},
        plan=_each(version.plan, new),
    )


def _each(value: Any, new: Callable[[str], str]) -> Any:
    """A JSON value with every text in it exchanged."""
    if isinstance(value, str):
        return new(value)
    if isinstance(value, dict):
        return {name: _each(inner, new) for name, inner in value.items()}
    return [_each(inner, new) for inner in value] if isinstance(value, list) else value


def _in_time(expires_at: datetime | None, reward: Reward) -> datetime | None:
    """The draft's end, early enough to leave the customer their days with the reward."""
    if reward.expires is None:
        return expires_at
    last = datetime.combine(reward.expires - timedelta(days=CUSTOMER_DAYS), time(23, 59), tzinfo=TOKYO)
    return min(expires_at, last) if expires_at else last


def kept_reward(draft: Draft) -> Reward:
    """What a draft promises already: a rewrite keeps it."""
    return reward_from(draft.reward) if draft.reward else NO_REWARD
