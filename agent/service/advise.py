"""Is it right to write to this customer now? 「送らない」 is an answer, with its reason.

Three degrees: write; write but advise against sending (a person may think otherwise); do not even compose. The windows below
are editorial choices, argued in docs/adr/0006.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from agent.clock import TOKYO
from agent.domain.chart import Chart
from agent.domain.draft import Draft, DraftState, Recommendation
from agent.domain.occasion import CHANNEL_JA, OCCASION_JA, Channel, Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.domain.provenance import is_recorded
from agent.service.about_occasion import NOTHING, AboutOccasion
from agent.service.fitting import missing, said, shortened, unfitting
from agent.service.trouble import SETTLED, WENT_WRONG
from agent.service.why_now import reason

ANY_KIND_DAYS = 3
"""Days of rest after any message, on whichever channel."""
TOLD_DAYS = max(brief.rest.days for brief in BRIEFS.values())
"""How far back a caller must look for earlier messages."""
ANSWER_DAYS = 7
"""So long an answer to 「その後いかがですか」 is waited for before anything is asked of the customer."""
AFTER_APOLOGY_DAYS = 14
"""Quiet after an apology. Editorial choice, as are the days above."""
OPEN_TROUBLE_DAYS = 90
"""A note of trouble without a word that it is settled counts this long; an undated one always counts."""

_UNDER_WAY = frozenset({DraftState.APPROVED, DraftState.SCHEDULED, DraftState.DISPATCHING})
UNWANTED = re.compile(r"連絡不要|連絡しないで|送らないで")
"""A recorded wish to be left alone."""


class Degree(StrEnum):
    """How far we go."""

    WRITE = "write"
    ADVISE_AGAINST = "advise_against"
    HOLD = "hold"
    DO_NOT_COMPOSE = "do_not_compose"


@dataclass(frozen=True, slots=True)
class Advice:
    """What we advise and why, in Japanese, for the reviewer.

    of_occasion: the reason lies in the occasion or its moment, so that another occasion may be right today.
    """

    degree: Degree
    why: str
    of_occasion: bool = False

    @property
    def recommendation(self) -> Recommendation:
        """The contract's word for it."""
        return Recommendation.SEND if self.degree is Degree.WRITE else Recommendation.DO_NOT_SEND


def advise(
    chart: Chart,
    *,
    occasion: Occasion,
    channel: Channel,
    told: Sequence[Draft],
    suppressed: str | None,
    now: datetime,
    about: AboutOccasion = NOTHING,
) -> Advice:
    """Decide whether to write.

    told: what the customer was told within TOLD_DAYS, newest first.    suppressed: why the address is stopped, or None.
    about: what the occasion is about for this customer.
    """
    apology = not BRIEFS[occasion].advertises
    today = now.astimezone(TOKYO).date()
    about, quiet = _after_apology(about, told, now)
    for refusal in (
        _never(chart, channel, suppressed, apology=apology),
        _trouble(chart, now, apology=apology),
    ):
        if refusal:
            return Advice(Degree.DO_NOT_COMPOSE, refusal)
    if lacking := missing(occasion, about):
        return Advice(Degree.DO_NOT_COMPOSE, lacking, of_occasion=True)
    unfit = unfitting(chart, occasion, about, today=today)
    if unfit and not unfit.still_true:
        return Advice(Degree.DO_NOT_COMPOSE, unfit.why, of_occasion=not about.open_trouble)
    if consent(chart, channel) is None and not apology:
        return Advice(
            Degree.HOLD,
            f"{CHANNEL_JA[channel]}での案内に同意をいただいた記録がないため、送れません。"
            "同意が確認できたら記録してから、もう一度お確かめください。",
        )
    if rest := _told_recently(told, occasion, now, apology=apology) or (None if apology else quiet):
        return Advice(Degree.ADVISE_AGAINST, rest)
    if unfit:
        return Advice(Degree.ADVISE_AGAINST, unfit.why, of_occasion=not about.open_trouble)
    return Advice(Degree.WRITE, reason(chart, occasion, about))


def consent(chart: Chart, channel: Channel) -> bool | None:
    """The customer's answer for a channel; None when unknown."""
    return chart.consent_email if channel is Channel.EMAIL else chart.consent_line


def recipient(chart: Chart, channel: Channel) -> str:
    """The address on a channel; empty when there is none."""
    return (chart.email if channel is Channel.EMAIL else chart.line_user_id) or ""


def _never(chart: Chart, channel: Channel, suppressed: str | None, *, apology: bool) -> str | None:
    if not chart.contactable:
        return "退会された、または今後の連絡をお断りになったお客さまです。どの経路でもお送りしません。"
    if not recipient(chart, channel):
        return f"{CHANNEL_JA[channel]}の宛先が登録されていません。"
    if suppressed:
        return f"この宛先への送信は停止されています（{suppressed}）。"
    if apology:  # carries no advertising, and may be about an order that is no purchase any more
        return None
    if consent(chart, channel) is False:
        return f"{CHANNEL_JA[channel]}での案内を希望されていません。"
    if chart.orders == 0 or not chart.purchases:
        return "購入の記録がないため、このお客さまに書けることがありません。"
    return None


def _trouble(chart: Chart, now: datetime, *, apology: bool) -> str | None:
    """An open trouble stops everything but the apology for it; a wish not to be contacted stops that as well."""
    for fact in chart.facts:
        if is_recorded(fact.id):
            continue
        fresh = fact.at is None or now - fact.at <= timedelta(days=OPEN_TROUBLE_DAYS)
        if not fresh or SETTLED.search(fact.text):
            continue
        if apology and UNWANTED.search(fact.text):
            return "連絡を控えてほしいというご希望の記録があります。お詫びも、担当の方が直接ご判断ください。"
        if not apology and (WENT_WRONG.search(fact.text) or UNWANTED.search(fact.text)):
            return (
                f"解決していないご事情の記録があります：{shortened(fact.text)}。"
                "対応が終わるまで、ご案内は控えます。"
            )
    return None


def _after_apology(
    about: AboutOccasion, told: Sequence[Draft], now: datetime
) -> tuple[AboutOccasion, str | None]:
    """What it is about once an apology for the open trouble was sent, and why it is too early for anything else, or None."""
    trouble = about.open_trouble
    if trouble is None:
        return about, None
    for draft in told:
        sent = draft.created_at.astimezone(TOKYO).date()
        if draft.occasion is not Occasion.SERVICE_RECOVERY or (trouble.on and sent < trouble.on):
            continue
        days = (now - draft.created_at).days
        quiet = (
            f"{_told(draft, days)}お返事やご対応が落ち着くまで、"
            f"{said(sent + timedelta(days=AFTER_APOLOGY_DAYS))}ごろまではほかのご案内を控えます。"
        )
        return replace(about, open_trouble=None), quiet if days < AFTER_APOLOGY_DAYS else None
    return about, None


def _told_recently(told: Sequence[Draft], occasion: Occasion, now: datetime, *, apology: bool) -> str | None:
    for draft in told:
        days = (now - draft.created_at).days
        rest = BRIEFS[occasion].rest.days
        if draft.occasion is occasion and days < rest:
            again = said(draft.created_at.astimezone(TOKYO).date() + timedelta(days=rest))
            return f"同じ用件で、{_told(draft, days)}次は{again}以降にします。"
        if days < ANY_KIND_DAYS and not apology:  # an apology must not wait
            again = said(draft.created_at.astimezone(TOKYO).date() + timedelta(days=ANY_KIND_DAYS))
            return f"{_told(draft, days)}続けてお送りしないよう、次は{again}以降にします。"
        asked = draft.occasion is Occasion.FOLLOW_UP and days < ANSWER_DAYS
        if asked and occasion is Occasion.REVIEW_REQUEST:
            again = said(draft.created_at.astimezone(TOKYO).date() + timedelta(days=ANSWER_DAYS))
            return f"{_told(draft, days)}お返事をお待ちして、ご感想のお願いは{again}以降にします。"
    return None


def _told(draft: Draft, days: int) -> str:
    """What the customer was told, or is about to be."""
    name = f"「{OCCASION_JA[draft.occasion]}」"
    if draft.state in _UNDER_WAY:
        return f"{name}（下書き{draft.draft_id}）が承認済みで、まもなく送られます。"
    return f"{name}を{'本日' if days <= 0 else f'{days}日前に'}お送りしています。"
