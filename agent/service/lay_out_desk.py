"""Lay out everything about one draft before a word is written: the customer, the advice, the material, the sender."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Protocol

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.errors import OperatorMustFix
from agent.domain.experience import NOTHING_KNOWN
from agent.domain.message import MessageContext, ShopIdentity
from agent.domain.occasion import Channel, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.domain.reward import NO_REWARD, Reward
from agent.ports import Catalogue, Charts, Experiences, Retriever, UnitsOfWork
from agent.service.about_occasion import LOOKED_BACK, AboutOccasion, read_about
from agent.service.advise import TOLD_DAYS, Advice, Degree, recipient
from agent.service.best_occasion import advise_best
from agent.service.choose_reward import Asked
from agent.service.expiry import end_of
from agent.service.gather_material import Gathered, gather_material
from agent.service.promise_reward import PromiseReward, with_reward
from agent.service.speak_as_shop import SpeakAsShop
from agent.service.unsubscribe import short_unsubscribe_url, unsubscribe_secret


class Sender(Protocol):
    """Who writes, given the opt-out address; `Settings.sender` is one. Raises OperatorMustFix while settings are missing."""

    def __call__(self, *, unsubscribe_url: str) -> ShopIdentity: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """All that is known about one draft. missing_sender: which settings are missing, in Japanese, or None.

    expires_at: until when a text written now is true to its occasion.
    """

    draft_id: str
    chart: Chart
    advice: Advice
    gathered: Gathered
    context: MessageContext
    missing_sender: str | None
    expires_at: datetime


class LayOutDesk:
    """Reads charts, catalogue, index and earlier messages; writes nothing but the shop's opt-out secret, once."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        charts: Charts,
        catalogue: Catalogue,
        retriever: Retriever,
        sender: Sender,
        public_base: str,
        with_policies: bool,
        experiences: Experiences | None = None,
        rewards: PromiseReward | None = None,
        voice: SpeakAsShop | None = None,
    ) -> None:
        """with_policies: offer policy passages to the writer (a model uses them, the embedded writer never does).

        experiences: parcels, refunds and answers; None where only purchases are recorded.
        rewards: the shop's policy; None where nothing is ever given.    voice: how the shop speaks; None for no way of its own.
        """
        self._voice = voice
        self._rewards = rewards
        self._experiences = experiences
        self._units, self._charts, self._catalogue, self._retriever = units, charts, catalogue, retriever
        self._sender, self._base, self._with_policies = sender, public_base, with_policies
        self._secret: bytes | None = None

    def __call__(
        self,
        draft_id: str,
        *,
        customer: str,
        occasion: Occasion,
        channel: Channel,
        now: datetime,
        variation: str,
        reward: Reward | None = None,
        money: bool = True,
    ) -> Desk:
        """The desk of one draft. variation: another text gives the embedded writer other words.

        reward: what the draft promises already; None lets the policy choose.    money: False when there is no room for it.
        Raises NotFound, OperatorMustFix for a reward policy that cannot be read.
        """
        today = now.astimezone(TOKYO).date()
        chart = self._charts.chart(customer, as_of=today)
        address = recipient(chart, channel)
        with self._units(read_only=True) as work:
            since = now - timedelta(days=TOLD_DAYS)
            told = [d for d in work.drafts.told(chart.customer_id, since=since) if d.draft_id != draft_id]
            suppressed = work.consents.suppressed(channel, address) if address else None
            standing = list(work.drafts.open_for(chart.customer_id, occasion, channel))
            waiting = [
                d
                for d in work.drafts.unfinished(chart.customer_id)
                if d.draft_id != draft_id and d.draft_id not in standing
            ]
        abouts = self._abouts(chart, today)
        about = abouts(occasion, self._retriever)
        advice = advise_best(
            chart,
            occasion=occasion,
            channel=channel,
            told=told,
            waiting=waiting,
            suppressed=suppressed,
            now=now,
            about=about,
            other=cache(lambda rival: abouts(rival, None)),
        )
        gathered = gather_material(
            chart,
            occasion=occasion,
            channel=channel,
            today=today,
            told=told,
            catalogue=self._catalogue,
            retriever=self._retriever,
            variation=f"{chart.customer_id}|{variation}",
            with_policies=self._with_policies,
            about=about,
        )
        apology = not BRIEFS[occasion].advertises
        if advice.degree is not Degree.DO_NOT_COMPOSE and not (gathered.material.bought or apology):
            advice = Advice(
                Degree.DO_NOT_COMPOSE,
                "購入された商品の名前が記録にないため、このお客さまに書けることがありません。",
            )
        shop, missing = self._shop(chart.customer_id, channel, address)
        context = MessageContext(
            context_id=draft_id,
            shop=shop,
            customer=gathered.addressee,
            products=gathered.products,
            policies=gathered.policies,
            offer=None,
            occasion=occasion,
            channel=channel,
            today=today,
        )
        if reward is None:
            reward = self._reward(chart, occasion, gathered, advice, replacing=standing, money=money)
        gathered, context = with_reward(gathered, context, reward)
        if self._voice is not None:
            voice = self._voice(gathered.material, customer_id=chart.customer_id, letters=self._with_policies)
            gathered = replace(gathered, material=replace(gathered.material, voice=voice))
        return Desk(draft_id, chart, advice, gathered, context, missing, end_of(occasion, about, now).at)

    def _reward(
        self,
        chart: Chart,
        occasion: Occasion,
        gathered: Gathered,
        advice: Advice,
        *,
        replacing: list[str],
        money: bool,
    ) -> Reward:
        """What the policy grants; nothing where nothing will be written. replacing: drafts the new one supersedes."""
        if self._rewards is None or advice.degree is Degree.DO_NOT_COMPOSE:
            return NO_REWARD
        asked = Asked(
            chart=chart,
            occasion=occasion,
            today=gathered.material.today,
            categories=tuple({bought.category for bought in gathered.material.bought if bought.category}),
            troubled=gathered.material.trouble is not None,
            against=advice.degree is not Degree.WRITE,
        )
        return self._rewards.choose(asked, replacing=replacing, money=money)

    def _abouts(self, chart: Chart, today: date) -> Callable[[Occasion, Retriever | None], AboutOccasion]:
        """What each occasion is about for this customer; without a retriever, no more than its moment asks for."""
        experience = NOTHING_KNOWN
        if self._experiences is not None:
            experience = self._experiences.of(chart.customer_id, since=today - LOOKED_BACK, until=today)

        def about(occasion: Occasion, retriever: Retriever | None) -> AboutOccasion:
            return read_about(
                chart,
                occasion=occasion,
                today=today,
                catalogue=self._catalogue,
                retriever=retriever,
                experience=experience,
            )

        return about

    def _shop(self, customer_id: str, channel: Channel, address: str) -> tuple[ShopIdentity, str | None]:
        """Who writes; while settings are missing, an empty identity and the reason: such a draft is held, not lost."""
        if self._secret is None:
            self._secret = unsubscribe_secret(self._units)
        url = short_unsubscribe_url(
            self._secret, base_url=self._base, customer_id=customer_id, channel=channel, recipient=address
        )
        try:
            return self._sender(unsubscribe_url=url), None
        except OperatorMustFix as error:
            return ShopIdentity("", "", "", "", url, ""), error.ja
