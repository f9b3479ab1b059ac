"""Keep the book of model calls: money set aside before, the bill and the answer written down after, each in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agent.chains.model import ModelDown, ModelMisconfigured
from agent.clock import TOKYO
from agent.llm.prices import ANSWER_TOKENS, Prices, cost_micro_yen, most_tokens
from agent.ports import Clock, ForDraft, ModelCallMade, Spent, UnitOfWork, UnitsOfWork
from agent.service.write_together import Together, WriteTogether
from agent.settings import ModelPrice

MICRO = 1_000_000


class CapReached(ModelDown):
    """Today's money for models is spent; tomorrow the model may be asked again."""


class PriceUnknown(ModelMisconfigured):
    """A cap is set and the model has no price: a cap that cannot be counted is none."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was set aside for a call, on which day. micro_yen 0: nothing had to be."""

    day: date
    micro_yen: int
    price: ModelPrice | None


class CallBook:
    """The shop's book. Calls for a draft become its rows; every call is counted in the day's spend."""

    def __init__(
        self,
        units: UnitsOfWork,
        clock: Clock,
        *,
        prices: Prices,
        cap_yen: int | None = None,
        region: str | None = None,
        together: Together | None = None,
    ) -> None:
        """together: shared with whoever else writes in this process; None for one of its own."""
        self._together = together or WriteTogether(units)
        self._units, self._clock, self._prices = units, clock, prices
        self._cap, self._region = cap_yen, region

    async def hold(
        self, task: str, model: str, texts: Sequence[str], answer_tokens: int | None, *, batch: bool = False
    ) -> Held:
        """Set aside the most a call can cost, when there is a cap. Raises CapReached, PriceUnknown.

        texts: what will be sent.    answer_tokens: the most that may come back, None when the request does not say.
        """
        held = self._most(task, model, texts, answer_tokens, batch=batch)
        if held.micro_yen and not await self._together(lambda work: self._set_aside(work, held)):
            raise self._cap_reached()
        return held

    def hold_now(self, task: str, model: str, texts: Sequence[str], answer_tokens: int | None) -> Held:
        """`hold` for a caller that cannot wait in an event loop, in a transaction of its own."""
        held = self._most(task, model, texts, answer_tokens, batch=False)
        if held.micro_yen:
            with self._units() as work:
                if not self._set_aside(work, held):
                    raise self._cap_reached()
                work.commit()
        return held

    def nothing_held(self, task: str, model: str) -> Held:
        """Today and the price, for a call whose money was set aside elsewhere."""
        return Held(self._clock.now().astimezone(TOKYO).date(), 0, self._prices.of(task, model))

    async def settle(
        self,
        call: ModelCallMade,
        held: Held,
        *,
        task: str,
        draft: ForDraft | None,
        maybe_charged: bool = False,
        batch: bool = False,
        also: Callable[[UnitOfWork], None] | None = None,
    ) -> ModelCallMade:
        """Write down a call that has ended; returns it as it stands in the book.

        maybe_charged: no answer came, but the provider may have worked: what was held is counted as spent.
        also: more to write in the same transaction.
        """
        call, spent = self._billed(
            call, held, task=task, draft=draft, maybe_charged=maybe_charged, batch=batch
        )

        def write(work: UnitOfWork) -> list[str]:
            rows = []
            if draft:
                rows = work.model_calls.record([call], draft_id=draft.draft_id, customer_id=draft.customer_id)
            work.spend.settle(held.day, spent, held_micro_yen=held.micro_yen)
            if also:
                also(work)
            return rows

        rows = await self._together(write)
        return replace(call, call_id=rows[0]) if rows else call

    def settle_now(self, call: ModelCallMade, held: Held, *, task: str) -> None:
        """`settle` for a call of no draft and a caller that cannot wait in an event loop, in a transaction of its own."""
        _, spent = self._billed(call, held, task=task, draft=None, maybe_charged=False, batch=False)
        with self._units() as work:
            work.spend.settle(held.day, spent, held_micro_yen=held.micro_yen)
            work.commit()

    def answers(self, draft: ForDraft) -> list[ModelCallMade]:
        """The calls of a draft that brought a usable answer for this version, oldest first."""
        with self._units(read_only=True) as work:
            made = work.model_calls.of_draft(draft.draft_id)
        return [
            call
            for call in made
            if call.draft_version == draft.version and call.error is None and call.request_digest
        ]

    def _most(
        self, task: str, model: str, texts: Sequence[str], answer_tokens: int | None, *, batch: bool
    ) -> Held:
        day = self._clock.now().astimezone(TOKYO).date()
        price = self._prices.of(task, model)
        if self._cap is None:
            return Held(day, 0, price)
        if price is None:
            raise PriceUnknown(
                f"OKAERI_DAILY_YEN_CAP is set, but {model} has no price",
                ja=f"1日の上限（OKAERI_DAILY_YEN_CAP）がありますが、AIモデル「{model}」の価格が未設定のため"
                "数えられません。okaeri.toml の [prices] に価格を書いてください。",
            )
        most = cost_micro_yen(
            price, sum(map(most_tokens, texts)), answer_tokens or ANSWER_TOKENS, batch=batch
        )
        return Held(day, most, price)

    def _set_aside(self, work: UnitOfWork, held: Held) -> bool:
        return work.spend.hold(held.day, held.micro_yen, cap_micro_yen=(self._cap or 0) * MICRO)

    def _cap_reached(self) -> CapReached:
        return CapReached(
            f"today's cap of {self._cap} yen for models is reached",
            ja=f"本日のAI利用料が上限（{self._cap or 0:,}円）に達するため、AIは使いません。",
        )

    def _billed(
        self,
        call: ModelCallMade,
        held: Held,
        *,
        task: str,
        draft: ForDraft | None,
        maybe_charged: bool,
        batch: bool,
    ) -> tuple[ModelCallMade, Spent]:
        cost = self._cost(call, held, maybe_charged=maybe_charged, batch=batch)
        call = replace(
            call,
            task=task,
            cost_micro_yen=cost,
            region=self._region,
            draft_version=draft.version if draft else None,
        )
        return call, Spent(
            task=task,
            micro_yen=cost or 0,
            calls=1,
            unpriced=int(call.response is not None and cost is None),
            prompt_tokens=call.prompt_tokens or 0,
            completion_tokens=call.completion_tokens or 0,
        )

    @staticmethod
    def _cost(call: ModelCallMade, held: Held, *, maybe_charged: bool, batch: bool) -> int | None:
        if held.price is None:
            return None
        if call.response is None:
            return held.micro_yen if maybe_charged else 0
        read, written = call.prompt_tokens, call.completion_tokens
        if read is None or written is None:  # the server did not count: better too much than too little
            read = sum(most_tokens(text) for _, text in call.messages)
            written = most_tokens(call.response)
        return cost_micro_yen(held.price, read, written, batch=batch)
