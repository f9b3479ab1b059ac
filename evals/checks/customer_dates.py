"""Compare dates and lengths of time that speak of the customer with the facts."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.customer_events import happenings, kind_after
from evals.checks.customer_lengths import DAYS_OF_GRACE, length_in_days
from evals.checks.dates import Dated, dates
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of

_PAST_WORD = re.compile(
    r"ご?購入|お?買い?(?:上げ|物|求め|もとめ)|お求め|ご?注文|お選び|お迎え|ご来店|お届け|"
    r"お手元|着い[てた]|お誕生日|お?誕生月|ご登録|ご感想|ご相談|お問い?合わ?せ|発送|レビュー|ご利用|お買い|お越し|ご参加|お運び|ご予約|ご入会"
)
_TOLD = re.compile(
    r"(?:お求め|ご購入|ご注文|お選び|お買い(?:上げ|求め|物)|お迎え|お尋ね|お問い?合わ?せ|ご相談|お話し?|お聞かせ|お書き|お寄せ|ご来店|お越し|お贈り|選んで|買って)"
    r"(?:を|に)?[^。、]{0,6}(?:いただ[いき]|くださ|下さ|なさ|になっ)|(?:と|を)(?:伺っ|伺い|うかがっ|お聞きし)|お届けし(?:た|まし)"
)
"""What the customer did or said, told as past and with respect."""
_DAYS_BEFORE = re.compile(r"(?<!月)(?<!\d)(\d{1,3})日(?:前|後|以内|分|間|保存|ほど保存|もつ|もち|持)")
_CAME = re.compile(r"(?:お越し|ご参加|ご来店|お運び|お立ち寄り)(?:に)?(?:いただ[いき]|くださ[っり]|なっ)")
_NEXT_DAY = re.compile(r"翌|前日|前々日|あくる日")
_RECKONS = re.compile(r"翌日|翌々日|翌朝|前日|前々日|日前|日後|日以内|期日|期限|目安|計算|数えて|あくる日")


def find_dates(reading: Reading, check: str) -> Iterator[Finding]:
    """Dates of no known day, wrong weekdays, wrong birthdays, wrong lengths of time."""
    ledger, today = ledger_of(reading.context), reading.context.today
    for text in reading.fields:
        for dated in dates(text.said, today):
            why = _wrong(ledger, text, dated, today)
            if why:
                yield text.find(check, dated.start, dated.end, why)


def _wrong(ledger: Ledger, text: FieldText, dated: Dated, today: date) -> str:
    role = role_of(text, dated.start, dated.end)
    if (
        ledger.offer.text
        and role is Role.CUSTOMER
        and re.match(r"(?:\s*[(][月火水木金土日][^)]*[)])?\s*まで", text.said[dated.end :])
    ):
        role = Role.OFFER
    if not dated.is_valid:
        return "暦にない日付です。日付を直してください。"
    if dated.kind == "relative" and dated.weekday is not None and dated.first.weekday() != dated.weekday:
        return "日付と曜日が合いません。暦を確かめて直してください。"
    if dated.kind == "day" and dated.weekday is not None and not _weekday_fits(dated, ledger, today):
        return "日付と曜日が合いません。暦を確かめて直してください。"
    is_record = _speaks_of_past(text, dated, today) or (
        role is Role.DELIVERY and _is_told_delivery(text, dated, today)
    )
    if role in (Role.OFFER, Role.DELIVERY, Role.RETURNS) and not is_record:
        return ""
    if dated.kind == "day":
        if (
            not any(_meets(known, dated) for known in ledger.dates())
            and not dated.may_be(today)
            and not _is_reckoned(ledger, text, dated, today)
        ):
            return "お客さまの記録や資料にない日付です。記録を確かめて直してください。"
        return ""
    if dated.last >= today and not _speaks_of_past(text, dated, today):
        return ""
    if dated.first > today:
        return ""
    near = _PAST_WORD.search(text.said[dated.end : dated.end + 14])
    if near and (role is Role.CUSTOMER or _speaks_of_past(text, dated, today)):
        return _wrong_past(ledger, text, dated)
    if dated.kind == "month" and _CAME.search(text.said[dated.end : dated.end + 24]):
        return _wrong_past(ledger, text, dated)
    before = text.said[max(0, dated.start - 30) : dated.start].rsplit("。", 1)[-1]
    if _TOLD.search(before) and re.search(r"(?:のは|のが)(?:、)?$", before):
        return _wrong_past(ledger, text, dated)
    rest = text.said[dated.end : dated.end + 44].split("。")[0]
    return _wrong_past(ledger, text, dated) if dated.kind == "relative" and _TOLD.search(rest) else ""


def _is_reckoned(ledger: Ledger, text: FieldText, dated: Dated, today: date) -> bool:
    """True when a known day and a known length of time lead there: 6月20日 and 30日分 give 7月20日ごろ, 前日の21日.

    A day that is still to come is the shop's own reckoning; a past one must say that it is reckoned.
    """
    if dated.first < today and not _RECKONS.search(text.sentence_at(dated.start)):
        return False
    return dated.first in reckoned_days(ledger, text.sentence_at(dated.start)) or any(
        abs((dated.first - day).days - length) <= DAYS_OF_GRACE
        for day in _known_days(ledger)
        for length in _lengths(ledger)
        if length > 6
        and re.match(r"(?:ごろ|頃|ころ|前後)|[^。]{0,12}(?:計算|なくな|目安)", text.said[dated.end :])
    )


def reckoned_days(ledger: Ledger, sentence: str) -> frozenset[date]:
    """Days that a known day and a length of time in the context lead to: the day before, the day after, seven days on."""
    steps = {int(length) for length in _lengths(ledger) if length <= 366}
    if _NEXT_DAY.search(sentence) or any(_NEXT_DAY.search(source.text) for source in ledger.sources):
        steps |= {1, 2}
    return frozenset(
        day + timedelta(days=sign * step)
        for day in _known_days(ledger)
        for step in steps
        for sign in ((1, -1) if step <= 7 else (1,))
    ) | frozenset(_anniversaries(ledger))


def _anniversaries(ledger: Ledger) -> Iterator[date]:
    """The same day months or years on and the day before it: 1年間 from 30 January ends on 29 January."""
    months = {
        int(known.value * (12 if known.kind == q.YEARS else 1))
        for source in (ledger.policies, ledger.products, ledger.offer)
        for known in source.quantities
        if known.kind in (q.YEARS, q.MONTHS) and known.value == int(known.value)
    }
    for day in _known_days(ledger):
        for count in months:
            years, month = divmod(day.month - 1 + count, 12)
            if day.year + years > date.max.year - 1:
                continue
            first = date(day.year + years, month + 1, 1)
            on = first + timedelta(days=day.day - 1)
            if on.month != first.month:  # 31 August and half a year: the last of February
                on = on.replace(day=1) - timedelta(days=1)
            yield from (on, on - timedelta(days=1))


def _known_days(ledger: Ledger) -> list[date]:
    return [known.first for known in ledger.dates() if known.kind == "day"]


def _lengths(ledger: Ledger) -> list[float]:
    lengths = [
        length_in_days(known)
        for source in ledger.sources
        for known in source.quantities
        if known.kind in (q.DAYS, q.MONTHS)
    ]
    return lengths + [
        float(found) for found in _DAYS_BEFORE.findall("\n".join(s.text for s in ledger.sources))
    ]


def _speaks_of_past(text: FieldText, dated: Dated, today: date) -> bool:
    """True for 4月3日にお届けした: a delivery that has happened is a fact of the customer."""
    after = text.said[dated.end : dated.end + 24]
    return dated.first <= today and bool(
        re.search(
            r"(?:お届け|発送|届|お渡し|出荷|着い|お手元)[^。]{0,8}?(?:(?:着|届)いた(?!ら)|した(?!ら)|しました(?!ら)|いたしました|でき(?:た|ました)|済み|済(?:んだ|ませ|みま)|終わ|完了|いた(?:よう|と))",
            after,
        )
    )


_OF_DELIVERY = re.compile(
    r"(?:に|の|に?着の|着|[(][月火水木金土日][)](?:に|の)?)?(?:[^。、\n]{0,14}を)?、?(?:お届け|配達|到着|着|発送|ご?指定)"
)


def _is_told_delivery(text: FieldText, dated: Dated, today: date) -> bool:
    """True for a past day of this customer's delivery, however its sentence goes on: 1月25日着のご指定, 4月10日にお届けしてから."""
    return (
        dated.kind == "day"
        and dated.last < today
        and _OF_DELIVERY.match(text.said, dated.end) is not None
        and not re.search(r"入荷|発売|販売", text.sentence_at(dated.start))
    )


def _weekday_fits(dated: Dated, ledger: Ledger, today: date) -> bool:
    """A date without year may be the one of a known date's year."""
    if dated.first.weekday() == dated.weekday:
        return True
    if dated.has_year:
        return False
    known = [
        k.first
        for k in ledger.dates()
        if k.kind == "day" and (k.first.month, k.first.day) == (dated.first.month, dated.first.day)
    ]
    return any(day.weekday() == dated.weekday for day in known)


def _meets(known: Dated, dated: Dated) -> bool:
    """True when the draft's date may be the known one; a known date without year meets any year."""
    if dated.may_be(known.first) and known.kind == "day":
        return True
    if known.kind == "day" and not known.has_year:
        return known.may_be(dated.first)
    return known.kind == "month" and not known.has_year and known.may_be(dated.first) and known.first.day != 1


def _wrong_past(ledger: Ledger, text: FieldText, dated: Dated) -> str:
    """昨日お届けした, 先月お求めの, 3月にご購入: some fact must lie in that time, or say the same word."""
    word = text.said[dated.start : dated.end]
    customer = ledger.customer
    if word in customer.text or word.strip("の") in customer.text:
        return ""
    kind = kind_after(text.said[dated.end : dated.end + 26].split("。")[0].split("\n")[0])
    told = [event.dated for event in happenings(customer) if kind is not None and event.kind is kind]
    days = told or [known for known in customer.dates if known.is_valid]
    if not days:
        return ""
    if dated.first.month == 1 and dated.last.month == 12 and f"{dated.first.year}年" in customer.text:
        return ""
    slack = timedelta(days=1 if "週" in word and dated.first != dated.last else 0)
    for known in days:
        if dated.first - slack <= known.first <= dated.last + slack or (
            known.kind != "day" and _overlap(known, dated)
        ):
            return ""
        if not dated.has_year and dated.may_be(known.first):
            return ""
        if not known.has_year and known.kind != "relative" and known.may_be(dated.first):
            return ""
    for length in customer.quantities if dated.first != dated.last else ():
        if length.kind in (q.DAYS, q.MONTHS) and length_in_days(length) <= 62:
            return ""
    return f"「{word}」にあたる記録がありません。時期を確かめて直してください。"


def _overlap(one: Dated, other: Dated) -> bool:
    return one.first <= other.last and other.first <= one.last
