"""Draft for many: write down for whom, then compose each under an id of its own, so that a crash repeats nothing."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol
from uuid import uuid4

from agent.chains.model import AwaitingBatch
from agent.clock import TOKYO
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.errors import CallerMistake, OkaeriError, OperatorMustFix
from agent.domain.finding import Severity
from agent.domain.occasion import Channel, Occasion
from agent.ports import Clock, UnitsOfWork
from agent.ports.campaigns import Audience, Campaign, Outcome, Recipient, Standing
from agent.service.compose_draft import ComposeDraft
from agent.service.write_together import Together, WriteTogether

PAGE = 200
"""People read at a time."""

_FIGURE = re.compile(r"[0-9０-９][0-9０-９,]*")
_NAMED = re.compile(r"[『「].*[』」]")
_UNFORESEEN = "予期しない不具合で作成できませんでした。記録（ログ）を添えてお知らせください。"

Told = Callable[[Draft], None]
Advance = Callable[[int, int], None]


class BatchRounds(Protocol):
    """Composes through a provider's batches: what composing left open is sent and waited for."""

    @property
    def composer(self) -> ComposeDraft:
        """A composer that raises AwaitingBatch while an answer is not there."""
        ...

    async def round(self) -> None:
        """Send what waits and come back when every answer is there. Raises ModelDown, ModelMisconfigured or CapReached."""
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What a campaign is asked for. audience: segments, ranks and groups by code or name.    most: people at most, None for all."""

    audience: Sequence[str]
    occasion: Occasion
    channel: Channel
    instruct: str | None = None
    most: int | None = None
    in_batches: bool = False


class DraftCampaign:
    """The use case behind `okaeri draft --segment`."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        audience: Audience,
        composer: Callable[[], ComposeDraft],
        batches: Callable[[], BatchRounds | None],
        clock: Clock,
        at_once: int,
        together: Together | None = None,
    ) -> None:
        """batches: None where no model takes any.    at_once: drafts under way together.    together: see `ComposeDraft`."""
        self._together = together or WriteTogether(units)
        self._units, self._audience, self._clock = units, audience, clock
        self._composer, self._batches, self._at_once = composer, batches, at_once

    def plan(self, wish: Wish) -> Campaign:
        """Write down for whom, in one transaction; nothing is composed yet. Raises CallerMistake for unknown segments or nobody."""
        now = self._clock.now()
        today = now.astimezone(TOKYO).date()
        codes = self._audience.require(wish.audience, as_of=today)
        if wish.in_batches:
            self._rounds()
        campaign = Campaign(
            campaign_id=f"k{uuid4().hex[:11]}",
            audience=codes,
            occasion=wish.occasion,
            channel=wish.channel,
            instruct=wish.instruct,
            most=wish.most,
            in_batches=wish.in_batches,
            as_of=today,
            state="planned",
            people=0,
            made_at=now,
        )
        found = islice(self._audience.of(codes, as_of=today), wish.most)
        people = (Recipient(at, who, draft_id_of(campaign.campaign_id, who)) for at, who in enumerate(found))
        with self._units() as work:
            if not work.campaigns.plan(campaign, people):
                raise CallerMistake(
                    "nobody is in these segments",
                    ja=f"「{'、'.join(wish.audience)}」に当てはまるお客さまは、いまいません。",
                )
            work.commit()
        return self.campaign(campaign.campaign_id)

    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign. Raises NotFound."""
        with self._units(read_only=True) as work:
            return work.campaigns.get(campaign_id)

    def discard(self, campaign_id: str) -> None:
        """Forget a campaign nobody agreed to."""
        with self._units() as work:
            work.campaigns.discard(campaign_id)
            work.commit()

    async def run(self, campaign_id: str, *, told: Told, advance: Advance) -> Standing:
        """Compose whatever is pending, failed ones once more; returns how the whole campaign stands.

        told: gets each finished draft once, as it is stored.    advance: people done and people in all.
        A draft that cannot be made is counted and the others go on; settings only an operator can mend stop the run.
        Whoever is pending when it stops is composed by the next run, under the same draft id and with the answers there are.
        """
        campaign = self.campaign(campaign_id)
        rounds = self._rounds() if campaign.in_batches else None
        composer = rounds.composer if rounds else self._composer()
        with self._units() as work:
            work.campaigns.try_again(campaign_id)
            work.campaigns.start(campaign_id)
            standing = work.campaigns.standing(campaign_id)
            work.commit()
        turn = _Turn(campaign, composer, told, advance, done=campaign.people - standing.pending)
        while await self._everybody(turn):
            if rounds is None:  # pragma: no cover - only batches keep somebody waiting
                break
            await rounds.round()
        with self._units() as work:
            work.campaigns.end(campaign_id)
            work.commit()
        return self.standing(campaign_id)

    def standing(self, campaign_id: str) -> Standing:
        """How a campaign stands."""
        with self._units(read_only=True) as work:
            return work.campaigns.standing(campaign_id)

    # -- inside

    def _rounds(self) -> BatchRounds:
        rounds = self._batches()
        if rounds is None:
            raise CallerMistake(
                "--batch needs a chat model",
                ja="--batch は、AIモデル（OKAERI_CHAT_BASE_URL と OKAERI_CHAT_MODEL）を設定するとお使いいただけます。",
            )
        return rounds

    async def _everybody(self, turn: "_Turn") -> int:
        """One pass over whoever is pending; returns how many wait for a batch."""
        people = self._pending(turn.campaign.campaign_id)
        turn.waiting = 0

        async def work() -> None:
            for one in people:  # shared: whoever is free takes the next
                await self._one(turn, one)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._at_once):
                    group.create_task(work())
        except ExceptionGroup as several:
            raise several.exceptions[0] from several
        return turn.waiting

    def _pending(self, campaign_id: str) -> Iterator[Recipient]:
        after = -1
        while True:
            with self._units(read_only=True) as work:
                page = work.campaigns.pending(campaign_id, after=after, most=PAGE)
            if not page:
                return
            yield from page
            after = page[-1].position

    async def _one(self, turn: "_Turn", one: Recipient) -> None:
        campaign = turn.campaign
        try:
            draft = await turn.composer(
                customer=one.customer_id,
                occasion=campaign.occasion,
                channel=campaign.channel,
                instruct=campaign.instruct,
                trigger=f"campaign:{campaign.campaign_id}",
                draft_id=one.draft_id,
                against_advice=False,
            )
        except AwaitingBatch:
            turn.waiting += 1
            return
        except OperatorMustFix:
            raise
        except OkaeriError as error:
            await self._failed(turn, one, error.ja)
            return
        except Exception:
            logging.getLogger(__name__).exception("no draft for position %d", one.position)
            await self._failed(turn, one, _UNFORESEEN)
            return
        if draft.state is DraftState.COMPOSING:  # stored without a text: the next attempt is another draft
            again = draft_id_of(one.draft_id, one.customer_id)
            await self._failed(turn, one, draft.why, draft_id=again)
            return
        outcome, why = outcome_of(draft)
        await self._together(
            lambda work: work.campaigns.finish(
                campaign.campaign_id,
                one.position,
                outcome=outcome,
                why=why,
                writer=draft.version.author if draft.version else None,
                fallback=general(draft.fallback) if draft.fallback else None,
            )
        )
        turn.step(draft)

    async def _failed(self, turn: "_Turn", one: Recipient, why: str, *, draft_id: str | None = None) -> None:
        campaign_id = turn.campaign.campaign_id
        await self._together(
            lambda work: work.campaigns.fail(campaign_id, one.position, why=why, draft_id=draft_id)
        )
        turn.step(None)


@dataclass(slots=True)
class _Turn:
    """One run of a campaign. waiting: people whose answer a batch will bring."""

    campaign: Campaign
    composer: ComposeDraft
    told: Told
    advance: Advance
    done: int
    waiting: int = 0

    def step(self, draft: Draft | None) -> None:
        """One more person has an end."""
        self.done += 1
        if draft is not None:
            self.told(draft)
        self.advance(self.done, self.campaign.people)


def draft_id_of(campaign_id: str, customer_id: str) -> str:
    """The id of a person's draft in a campaign, the same at every attempt."""
    return f"d{hashlib.sha256(f'{campaign_id}|{customer_id}'.encode()).hexdigest()[:19]}"


def outcome_of(draft: Draft) -> tuple[Outcome, str | None]:
    """How a composed draft counts, and why it should not be sent."""
    if draft.version is None or draft.recommendation is Recommendation.DO_NOT_SEND:
        return "do_not_send", general(draft.why)
    blocked = [f for f in draft.findings if f.severity is Severity.BLOCK]
    if draft.state is DraftState.HELD or blocked:
        return "held", None
    return "waiting", None


def general(why: str) -> str:
    """A reason as it is counted: without the figures and the names that make it one person's."""
    return _FIGURE.sub("○", _NAMED.sub("「…」", why))
