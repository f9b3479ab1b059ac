"""Until when is a draft still right? A late message is often worse than none, so every draft has an end.

| 用件 | いつまで | なぜ |
| --- | --- | --- |
| お礼 | ご注文（発送が分かるときはお届け）から3日 | 遅いお礼は、思い出して書いたように聞こえます。 |
| その後のおうかがい | うかがえる期間の終わりまで、長くても14日 | 使い終えたころに使い心地を尋ねるのは的外れです。 |
| 補充のご案内 | なくなるころを大きく過ぎるまで、長くても7日 | 買い足したあとや、ほかで買ったあとに届くと邪魔になります。 |
| お久しぶりのご挨拶 | 21日 | 急ぐものではありませんが、季節の言葉が古くなります。 |
| 特別なお客さまへ | 14日 | 「ひと足先に」が、みなさまへのご案内のあとになります。 |
| お誕生日 | 「まもなく」「本日」「お誕生月」が本当である日まで、長くても3日 | 過ぎたお祝いは、忘れていたしるしになります。 |
| ご感想のお願い | お届けから60日まで、長くても14日 | 覚えていないことを尋ねられても、困ります。 |
| お詫び | 3日 | 遅いお詫びは、二度目のご迷惑です。 |

A day counts to its end in Tokyo: what is right until the 24th may leave at 23:59 on the 24th, and not at midnight. A draft that
somebody asked for against the advice, after its day, stays until the end of the next day. The days are editorial choices; those of
thanks, follow-ups, refills and review requests are the ones the advice goes by (docs/adr/0023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.clock import TOKYO
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import BRIEFS
from agent.service.about_occasion import AboutOccasion
from agent.service.best_occasion import last_day

LATE_REASON: Mapping[Occasion, str] = {
    Occasion.THANK_YOU: "遅いお礼は、思い出して書いたように聞こえます。",
    Occasion.FOLLOW_UP: "ご様子をうかがうには遅くなりました。",
    Occasion.REPLENISHMENT: "なくなるころのお知らせには遅くなりました。",
    Occasion.WIN_BACK: "書いたときの季節やお好みから、間があきました。",
    Occasion.VIP: "ひと足先のご案内には遅くなりました。",
    Occasion.BIRTHDAY: "お祝いの言葉が、その日に合わなくなりました。",
    Occasion.REVIEW_REQUEST: "ご感想をお願いするには遅くなりました。",
    Occasion.SERVICE_RECOVERY: "遅いお詫びは、二度目のご迷惑になります。担当の方が直接ご連絡ください。",
}
"""Why a late message of each kind is not sent, as staff read it on the expired draft."""
GRACE_DAYS = 1
"""Days for a draft made after its day, against the advice."""


@dataclass(frozen=True, slots=True)
class End:
    """When a draft ends. until: the last day in Tokyo on which it may leave; at: the moment after that day."""

    until: date
    at: datetime


def end_of(occasion: Occasion, about: AboutOccasion, now: datetime) -> End:
    """The end of a draft composed now: its occasion's own last day, or the most days it may wait, whichever is sooner."""
    today = now.astimezone(TOKYO).date()
    until = today + BRIEFS[occasion].expires_after
    own = last_day(occasion, about, today)
    if own is not None:
        until = min(until, max(own, today + timedelta(days=GRACE_DAYS)))
    if about.good_until is not None:
        until = min(until, about.good_until)
    return End(until, end_of_day(until).astimezone(now.tzinfo))


def end_of_day(day: date) -> datetime:
    """The first moment after a day in Tokyo."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO)


def said_late(occasion: Occasion, expires_at: datetime) -> str:
    """Why an expired draft did not leave, in Japanese: the moment, and what a late one would be."""
    last = (expires_at - timedelta(minutes=1)).astimezone(TOKYO)
    return f"期限は{last.month}月{last.day}日 {last:%H:%M}まででした。{LATE_REASON[occasion]}"
