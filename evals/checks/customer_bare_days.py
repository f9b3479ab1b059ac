"""Compare days told without their month (12日に, 20日ごろ) with the days of the context."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.domain.finding import Finding, Severity
from evals.checks.customer_dates import reckoned_days
from evals.checks.customer_events import happenings, kind_after
from evals.checks.customer_lengths import DAYS_OF_GRACE
from evals.checks.dates import dates
from evals.checks.delivery_calendar import calendar_of
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.reading import FieldText, Reading

_FEASTS = {
    "バレンタイン": 14,
    "ホワイトデー": 14,
    "クリスマス": 25,
    "大晦日": 31,
    "大みそか": 31,
    "ハロウィン": 31,
    "七五三": 15,
}
_WHY = "記録にない日付です。記録を確かめて直してください。"
_HAPPENED = re.compile(
    r"いただ[いき]|くださ(?:っ|いま|り)|(?:お届け|お渡し|発送)(?:し|いたし|でき)|になっ|届[きい]|着[きい]|でした|承り|のご?(?:注文|購入|来店|相談|お届け)"
)
"""Told as something that has happened; days ahead are our own plans or reckoning."""
_RECKONED = re.compile(r"(?:ごろ|頃|ころ)[^。\n]{0,20}(?:計算|目安|なくな|切れ|区切|使い切|次の)")
_IF = re.compile(r"方は|方に|でしたら|なら|場合|ご希望")
_BARE_DAY = re.compile(
    r"(?<!\d月)(?<!\d月の)(?<![\d/第翌営・])(?P<day>\d{1,2})日(?=(?:ごろ|頃|ころ)|に(?!わた|1|一|\d|分|数|何)|の(?:ご注文|お届け|ご購入)|は、|付|より|から(?!\d))"
)


def _is_length(ledger: Ledger, text: FieldText, match: "re.Match[str]", today: date) -> bool:
    """お届けして18日になります is a length of time, and so is a number of days that some record lies back."""
    if _COUNTS_ON.search(text.said[: match.start()]):
        return True
    passed = [(today - known.first).days for known in ledger.customer.dates if known.kind == "day"]
    return any(abs(days - int(match["day"])) <= DAYS_OF_GRACE for days in passed)


_COUNTS_ON = re.compile(r"(?:て|から|以来|より|はや|早くも|もう|およそ|約|ちょうど|で)(?:、)?$")


def _is_day_of_something_else(ledger: Ledger, text: FieldText, match: "re.Match[str]") -> bool:
    """11日にご注文 where the purchase was on the 8th and the delivery on the 11th."""
    rest = re.split(r"[。、\n]", text.said[match.end("day") + 1 : match.end("day") + 18])[0]
    known = [event for event in happenings(ledger.customer) if event.dated.kind == "day"]
    kind = kind_after(rest) if _HAPPENED.search(rest) else None
    on_day = {event.kind for event in known if event.dated.first.day == int(match["day"])}
    return (
        kind is not None
        and bool(on_day)
        and kind not in on_day
        and any(event.kind is kind for event in known)
    )


_SHIPPED = re.compile(r"まで[^。]{0,12}(?:注文|お求め|お申し込み)|発送|出荷|お送り")
_EVE = re.compile(r"前日[^。]{0,8}まで")


def _eves(reading: Reading) -> frozenset[int]:
    """Days of the month on which an order leaves or still leaves the next day, where a policy takes orders until the eve."""
    if not any(_EVE.search(line) for line in reading.known.policies):
        return frozenset()
    ships = calendar_of(reading.context).ships
    return frozenset((day - timedelta(days=step)).day for day in ships for step in (0, 1))


def find_bare_days(reading: Reading, check: str) -> Iterator[Finding]:
    """12日に, 20日ごろ without a month: some date of the context must have that day of the month."""
    ledger, today = ledger_of(reading.context), reading.context.today
    days = {known.first.day for known in ledger.dates() if known.kind == "day"}
    days |= {int(found["day"]) for source in ledger.sources for found in _BARE_DAY.finditer(source.text)}
    days.add(today.day)
    days |= {day for name, day in _FEASTS.items() if name in reading.known.everything}
    for text in reading.fields:
        days |= {
            (dated.first + timedelta(days=step)).day for dated in dates(text.said, today) for step in (0, 1)
        }
        for match in _BARE_DAY.finditer(text.said):
            if text.said.startswith("にな", match.end()) and _is_length(ledger, text, match, today):
                continue
            if _IF.search(text.said[match.end() : match.end() + 24].split("。")[0]):
                continue
            reckoned = reckoned_days(ledger, text.sentence_at(match.start()))
            if any(day.day == int(match["day"]) and day >= today for day in reckoned):
                continue
            if _SHIPPED.search(text.sentence_at(match.start())) and int(match["day"]) in _eves(reading):
                continue
            if _is_day_of_something_else(ledger, text, match):
                yield text.find(check, *match.span(), _WHY)
            elif days and int(match["day"]) not in days:
                told = _HAPPENED.search(
                    text.sentence_at(match.start())[match.start() - text.sentence_span(match.start())[0] :]
                )
                severity = (
                    Severity.BLOCK
                    if told and not _RECKONED.match(text.said, match.end())
                    else Severity.REVIEW
                )
                yield text.find(check, *match.span(), _WHY, severity)
