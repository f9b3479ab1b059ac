"""May this exact text still be sent, seen from today? Asked at approval and again just before it leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.draft import Draft, DraftState, DraftVersion
from agent.domain.errors import NotFound
from agent.domain.finding import Finding, Severity, Verdict
from agent.domain.message import MessageContext, ProductFacts, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.ports import Catalogue, Charts, Clock, Experiences, ReadPolicy, UnitOfWork
from agent.service.expiry import said_late
from agent.service.refusal import Refusal as Refusal
from agent.service.struck_facts import gone_evidence, without_gone
from agent.service.world_since import bought_since, promise_fell_through, trouble_since

Gate = Callable[[MessageContext, WrittenMessage], Verdict]
"""The checks, as one call (`evals.checks.gate.run_checks`)."""

WITHOUT_CONSENT = frozenset({Occasion.SERVICE_RECOVERY})
"""An apology carries no advertising; every other occasion needs a recorded yes (特定電子メール法 3条1項)."""
ABOUT_A_PAST_PURCHASE = frozenset(
    {Occasion.THANK_YOU, Occasion.FOLLOW_UP, Occasion.REVIEW_REQUEST, Occasion.SERVICE_RECOVERY}
)
"""These name what the customer already has, so that its stock does not matter."""


class Sender(Protocol):
    """Today's sender settings (`Settings.sender`). Raises OperatorMustFix when one is missing."""

    def __call__(self, *, unsubscribe_url: str) -> ShopIdentity: ...


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What today says. findings: the gate's, None when another rule refused before it was asked."""

    refusal: Refusal | None
    findings: tuple[Finding, ...] | None


class Recheck:
    """Looks at the world again: expiry, addresses, consent, what happened since, promises, prices, stock, and the gate."""

    def __init__(
        self,
        *,
        charts: Charts,
        catalogue: Catalogue,
        gate: Gate,
        sender: Sender,
        clock: Clock,
        experiences: Experiences | None = None,
        rewards: ReadPolicy | None = None,
    ) -> None:
        """experiences: parcels, refunds and answers; None where only purchases are recorded.

        rewards: the shop's policy as of now; None where nothing is ever promised.
        """
        self._charts, self._catalogue, self._gate = charts, catalogue, gate
        self._sender, self._clock = sender, clock
        self._experiences, self._rewards = experiences, rewards

    def judge(self, draft: Draft, unit: UnitOfWork) -> Rechecked:
        """Judge the draft's newest text as of now. Raises OperatorMustFix when sender settings are missing."""
        if draft.version is None or draft.context is None:
            return Rechecked(
                Refusal("no_text", "本文がありません。書き直しを依頼してください。", DraftState.HELD), None
            )
        context = self.context_today(draft.context)
        chart = self._chart(draft.customer_id)
        for refusal in self._world(draft, chart, unit):
            return Rechecked(refusal, None)
        context = without_gone(context, draft, chart) if chart else context
        return self.judge_text(draft, context, draft.version)

    def judge_text(self, draft: Draft, context: MessageContext, text: DraftVersion) -> Rechecked:
        """Run the gate on a text of this draft."""
        message = WrittenMessage(
            draft.draft_id, context.context_id, text.subject, text.body, text.preheader, text.layout
        )
        verdict = self._gate(context, message)
        if not verdict.blocked:
            return Rechecked(None, verdict.findings)
        first = next(finding for finding in verdict.findings if finding.severity is Severity.BLOCK)
        reason = f"検査で止まりました：{first.message}"
        return Rechecked(Refusal("gate", reason, DraftState.HELD), verdict.findings)

    def context_today(self, context: MessageContext) -> MessageContext:
        """The same context with today's date, sender, prices and stock. Raises OperatorMustFix."""
        shop = self._sender(unsubscribe_url=context.shop.unsubscribe_url)
        products = tuple(self._live(product) or product for product in context.products)
        return replace(context, shop=shop, products=products, today=self._today())

    # -- inside

    def _today(self) -> date:
        return self._clock.now().astimezone(TOKYO).date()

    def _live(self, product: ProductFacts) -> ProductFacts | None:
        """The product as the catalogue has it now, under the id the text was written with; None when it is gone."""
        found = self._catalogue.product(product.id) or self._catalogue.product_for_line(
            sku=None, title=product.title
        )
        return replace(found, id=product.id) if found else None

    def _chart(self, customer_id: str) -> Chart | None:
        try:
            return self._charts.chart(customer_id, as_of=self._today())
        except NotFound:
            return None

    def _world(self, draft: Draft, chart: Chart | None, unit: UnitOfWork) -> Iterator[Refusal]:
        if draft.expires_at is not None and draft.expires_at <= self._clock.now():
            yield expired(draft)
        if stopped := unit.consents.suppressed(draft.channel, draft.recipient):
            yield Refusal(
                "suppressed", f"この宛先への送信は停止されています（{stopped}）。", DraftState.SUPPRESSED
            )
        if chart is None:
            yield Refusal("no_customer", "お客さまの記録が見つかりません。", DraftState.SUPPRESSED)
            return
        yield from _permission(draft, chart)
        yield from _address(draft, chart)
        yield from _order_gone(draft, chart)
        yield from bought_since(draft, chart)
        if self._experiences is not None:
            yield from trouble_since(draft, chart, self._experiences, unit, today=self._today())
        yield from _evidence(draft, chart)
        yield from self._offer(draft)
        if self._rewards is not None:
            yield from promise_fell_through(draft, unit, self._rewards, today=self._today())
        yield from self._stock(draft)

    def _offer(self, draft: Draft) -> Iterator[Refusal]:
        offer = draft.context.offer if draft.context else None
        if offer and offer.expires and offer.expires < self._today():
            yield Refusal(
                "offer_over",
                "特典の期限を過ぎました。書き直しを依頼するか、却下してください。",
                DraftState.HELD,
            )

    def _stock(self, draft: Draft) -> Iterator[Refusal]:
        """A product that is recommended must still be there; one the customer already has need not."""
        if draft.context is None or draft.version is None or draft.occasion in ABOUT_A_PAST_PURCHASE:
            return
        for product in draft.context.products:
            if not product.title or product.title not in draft.version.body:
                continue
            live = self._live(product)
            if live is None:
                reason = f"「{product.title}」は商品一覧にありません。"
            elif live.stock == 0 and product.stock != 0:
                reason = f"「{product.title}」は在庫切れになりました。"
            else:
                continue
            yield Refusal("sold_out", reason + "商品を変えて書き直してください。", DraftState.HELD)


def expired(draft: Draft) -> Refusal:
    """The draft's time is over."""
    late = said_late(draft.occasion, draft.expires_at) if draft.expires_at else "期限を過ぎました。"
    reason = f"有効期限を過ぎました。{late}いまの内容で書き直すと、今日の状況で作り直せます。"
    return Refusal("expired", reason, DraftState.EXPIRED)


def _permission(draft: Draft, chart: Chart) -> Iterator[Refusal]:
    if not chart.contactable:
        yield Refusal(
            "not_contactable", "退会または連絡停止のお客さまです。送信できません。", DraftState.SUPPRESSED
        )
    consent = chart.consent_email if draft.channel is Channel.EMAIL else chart.consent_line
    name = "メール" if draft.channel is Channel.EMAIL else "LINE"
    if draft.occasion in WITHOUT_CONSENT:
        return
    if consent is False:
        yield Refusal(
            "consent_no",
            f"お客さまは{name}でのご案内を希望されていません。送信できません。",
            DraftState.SUPPRESSED,
        )
    if consent is None:
        yield Refusal(
            "consent_unknown",
            f"{name}でのご案内への同意が確認できません。同意の記録を取り込むまで送信できません（特定電子メール法）。",
            DraftState.SUPPRESSED,
        )


def _address(draft: Draft, chart: Chart) -> Iterator[Refusal]:
    now_at = chart.email if draft.channel is Channel.EMAIL else chart.line_user_id
    if now_at is None or now_at.casefold() != draft.recipient.casefold():
        yield Refusal(
            "address_changed", "お客さまの宛先が変わりました。新しい下書きを作ってください。", DraftState.HELD
        )


def _evidence(draft: Draft, chart: Chart) -> Iterator[Refusal]:
    """Every order the text rests on (fact ids `order:ID`, `line:ID:NO`) must still be one: not cancelled, not undone."""
    stated = draft.version.evidence_facts if draft.version else {}
    standing = {line.order_id for line in chart.purchases}
    for fact_id in stated:
        kind, _, named = fact_id.partition(":")
        order_id = named.rpartition(":")[0] if kind == "line" else named
        if kind in ("order", "line") and order_id not in standing:
            reason = "文面の根拠になったご注文が、取り消されたか記録からなくなりました。書き直しを依頼してください。"
            yield Refusal("order_gone", reason, DraftState.HELD)
    for text in gone_evidence(draft, chart).values():
        reason = f"文面の根拠にしたメモ「{text[:40]}」は取り消されました。書き直しを依頼してください。"
        yield Refusal("fact_struck", reason, DraftState.HELD)


def _order_gone(draft: Draft, chart: Chart) -> Iterator[Refusal]:
    if chart.orders == 0 and draft.occasion is Occasion.THANK_YOU:
        yield Refusal("order_gone", "お礼の対象のご注文が取り消されました。", DraftState.SUPPRESSED)
