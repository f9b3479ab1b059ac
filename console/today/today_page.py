"""What matters at the desk today: alarms, the most worthwhile drafts, what waits, was held, left, and what is left to spend."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.clock import TOKYO
from agent.domain.delivery import Outcome
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.ports import Charts, UnitOfWork
from agent.ports.today import HeldFor
from agent.service.most_worthwhile import Worthwhile, most_worthwhile
from console.desk.queue_page import first_line, name_of
from console.frame.figures import say_yen
from console.frame.render import say_expiry
from console.frame.words import Language, say

SOON = timedelta(hours=24)
SORRY_SHOWN = 3
FAILED_SHOWN = 3
FAILED_LOOKED_AT = 50
HELD_LOOKED_AT = 500
REASONS_SHOWN = 5
LOW_SHARE = 0.1
"""Of a month's LINE messages: when this share is left, it is an alarm."""
MICRO = 1_000_000
SENT_FOR = frozenset({Outcome.DELIVERED.value, Outcome.UNKNOWN.value})
"""Outcomes that may have cost one of the month's LINE messages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the shop may use. None: nobody said."""

    line_monthly_quota: int | None = None
    daily_yen_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the most worthwhile drafts. why: sentences, weightiest first; reason: the draft's own, always Japanese."""

    draft_id: str
    name: str
    occasion: Occasion
    channel: Channel
    first_line: str | None
    why: tuple[str, ...]
    reason: str
    expiry: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that needs care. grave: red; otherwise amber. links: drafts by name; more: a page about all of them."""

    grave: bool
    words: str
    links: tuple[tuple[str, str], ...] = ()
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """How much is used. share: 0 to 1, None where there is no limit."""

    words: str
    share: float | None
    hint: str | None = None

    @property
    def width(self) -> int:
        """Of a picture 100 wide; a little of something stays visible."""
        return 0 if not self.share else max(2, min(100, round(self.share * 100)))


@dataclass(frozen=True, slots=True)
class Today:
    """The page. expected: the picks rest on expectations, not on past sales.    left: (channel, how it ended, how many)."""

    alarms: tuple[Alarm, ...]
    picks: tuple[Pick, ...]
    expected: bool
    waiting: int
    waiting_by: tuple[tuple[Occasion, int], ...]
    held: tuple[HeldFor, ...]
    held_count: int
    held_looked_at: int
    left: tuple[tuple[Channel, DraftState, int], ...]
    scheduled: int
    line: Meter
    money: Meter


def read_today(
    unit: UnitOfWork, charts: Charts, *, limits: Limits, now: datetime, language: Language
) -> Today:
    """Gather the day. Everything is read afresh."""
    midnight = datetime.combine(now.astimezone(TOKYO).date(), datetime.min.time(), TOKYO)
    best = most_worthwhile(unit, charts, now=now)
    counts = unit.drafts.count()
    waiting_by = unit.day.waiting_by_occasion()
    ended = unit.day.ended_since(midnight)
    line, line_low = _line(unit, limits, midnight=midnight, language=language)
    money, money_out = _money(unit, limits, now=now, language=language)
    return Today(
        alarms=tuple(
            _alarms(
                unit, midnight=midnight, now=now, language=language, line_low=line_low, money_out=money_out
            )
        ),
        picks=tuple(_pick(one, now=now, language=language) for one in best),
        expected=any(one.expected_yen is not None for one in best),
        waiting=counts.get(DraftState.WAITING, 0),
        waiting_by=tuple(sorted(waiting_by.items(), key=lambda pair: -pair[1])),
        held=tuple(unit.day.held_for(newest=HELD_LOOKED_AT)[:REASONS_SHOWN]),
        held_count=counts.get(DraftState.HELD, 0),
        held_looked_at=HELD_LOOKED_AT,
        left=tuple(
            (channel, state, count)
            for (channel, state), count in sorted(ended.items())
            if state in (DraftState.DELIVERED, DraftState.BOUNCED, DraftState.UNKNOWN)
        ),
        scheduled=sum(counts.get(state, 0) for state in (DraftState.SCHEDULED, DraftState.DISPATCHING)),
        line=line,
        money=money,
    )


def _pick(one: Worthwhile, *, now: datetime, language: Language) -> Pick:
    draft = one.draft
    expiry = say_expiry(language, draft.expires_at, now)
    why = []
    if draft.expires_at is not None and draft.expires_at - now <= SOON and expiry:
        why.append(say(language, "worth_soon", left=expiry))
    if one.expected_yen:
        why.append(say(language, "worth_expected", yen=say_yen(one.expected_yen)))
    if one.chart and one.chart.orders:
        paid = say_yen(one.chart.net_revenue_yen)
        why.append(say(language, "worth_paid", n=one.chart.orders, yen=paid))
    return Pick(
        draft_id=draft.draft_id,
        name=name_of(draft.context.customer if draft.context else None, language=language),
        occasion=draft.occasion,
        channel=draft.channel,
        first_line=first_line(draft),
        why=tuple(why),
        reason=draft.why,
        expiry=expiry,
    )


def _alarms(
    unit: UnitOfWork,
    *,
    midnight: datetime,
    now: datetime,
    language: Language,
    line_low: int | None,
    money_out: bool,
) -> list[Alarm]:
    """Apologies first, then what ends soon, then what did not arrive; limits last."""
    found = []
    if sorry := unit.day.open_of(Occasion.SERVICE_RECOVERY, limit=FAILED_LOOKED_AT):
        links = tuple((one.draft_id, _name(unit, one.draft_id, language)) for one in sorry[:SORRY_SHOWN])
        found.append(Alarm(True, say(language, "alarm_sorry", n=len(sorry)), links))
    if soon := unit.day.expiring(until=now + SOON):
        found.append(Alarm(False, say(language, "alarm_soon", n=soon), more="/console/drafts?order=expiry"))
    if failed := unit.day.failed_since(midnight - timedelta(days=1), limit=FAILED_LOOKED_AT):
        links = tuple((one.draft_id, _name(unit, one.draft_id, language)) for one in failed[:FAILED_SHOWN])
        count: object = len(failed)
        if len(failed) == FAILED_LOOKED_AT:
            count = say(language, "alarm_failed_more", n=FAILED_LOOKED_AT)
        found.append(Alarm(True, say(language, "alarm_failed", n=count), links))
    if retrying := unit.day.retrying():
        found.append(Alarm(False, say(language, "alarm_retrying", n=retrying)))
    if over := unit.day.expired_since(midnight):
        found.append(Alarm(False, say(language, "alarm_over", n=over), more="/console/drafts?tab=closed"))
    if line_low is not None:
        found.append(Alarm(line_low == 0, say(language, "alarm_quota", n=line_low)))
    if money_out:
        found.append(Alarm(False, say(language, "alarm_money")))
    return found


def _name(unit: UnitOfWork, draft_id: str, language: Language) -> str:
    context = unit.drafts.get(draft_id).context
    return name_of(context.customer if context else None, language=language)


def _line(
    unit: UnitOfWork, limits: Limits, *, midnight: datetime, language: Language
) -> tuple[Meter, int | None]:
    """How many LINE messages the month has left; and that number again when it runs low."""
    used = unit.day.pushed_since(midnight.replace(day=1), channel=Channel.LINE, outcomes=SENT_FOR)
    quota = limits.line_monthly_quota
    if quota is None:
        hint = say(language, "today_quota_unset")
        return Meter(say(language, "today_quota_used", used=say_yen(used)), None, hint), None
    left = max(quota - used, 0)
    words = say(language, "today_quota_left", left=say_yen(left), quota=say_yen(quota), used=say_yen(used))
    return Meter(words, used / quota if quota else 1.0), left if left <= quota * LOW_SHARE else None


def _money(unit: UnitOfWork, limits: Limits, *, now: datetime, language: Language) -> tuple[Meter, bool]:
    """What the models cost today, calls under way included; and whether the cap is reached."""
    today = now.astimezone(TOKYO).date()
    whole = next((one for one in unit.spend.between(today, today) if one.task == "all"), None)
    yen = whole.micro_yen / MICRO if whole else 0.0
    said = f"{yen:,.1f}" if 0 < yen < 100 else say_yen(yen)
    calls = say(language, "today_money_calls", n=say_yen(whole.calls if whole else 0))
    cap = limits.daily_yen_cap
    if cap is None:
        hint = f"{calls}　{say(language, 'today_money_uncapped')}"
        return Meter(say(language, "today_money_spent", yen=said), None, hint), False
    words = say(language, "today_money_of", yen=said, cap=say_yen(cap))
    return Meter(words, yen / cap if cap else 1.0, calls), yen >= cap
