"""Compare dates and lengths of time that speak of the customer with the facts."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks import quantities as q
from evals.checks.dates import Dated, dates
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of

_DAYS_OF_GRACE = 3
"""An honest rounding of days (checks' meaning: within about three days)."""
_PAST_WORD = re.compile(
    r"ご?購入|お?買い?(?:上げ|物|求め|もとめ)|お求め|ご?注文|お選び|お迎え|ご来店|お届け|"
    r"お誕生日|お?誕生月|ご登録|ご感想|ご相談|お問い?合わ?せ|発送|レビュー|ご利用|お買い"
)
_TOLD = re.compile(
    r"(?:お求め|ご購入|ご注文|お選び|お買い(?:上げ|求め|物)|お迎え|お尋ね|お問い?合わ?せ|ご相談|お話し?|お聞かせ|お書き|お寄せ|ご来店|お越し|お贈り|選んで|買って)"
    r"(?:を|に)?[^。、]{0,6}(?:いただ[いき]|くださ|下さ|なさ|になっ)|(?:と|を)(?:伺っ|伺い|うかがっ|お聞きし)|お届けし(?:た|まし)"
)
"""What the customer did or said, told as past and with respect."""
_SINCE = re.compile(
    r"(?:前|ぶり|が(?:経|過ぎ|た[ちっ])|経|たち|たった|になり|になる|過ぎ"
    r"|続けて|連続|の(?:お付き合い|ご愛顧|あいだ|間|ご愛用)|続け|ほど|以上|近く|ほど前|が過|も|に?わた|余|愛用)"
)
_ROUGHLY = re.compile(r"^(?:ほど|くらい|ぐらい|近く|以上|あまり|余り|程度|強|弱)")
_INTERVAL = re.compile(r"ごと|おき|間隔|ペース|周期|に1度|に一度|に1回|に一回|ずつ")
_FUTURE = re.compile(
    r"以内|後に|後を|後の|分(?:は|の|ほど|く)|もちます|持ちます|お使いいただけ|使える|使い切|かけて|続けてみ|目安|保存|賞味|"
    r"消費|寝かせ|置いて|待|まで"
)
_LATE = re.compile(r"も?(?:の|ほど)?遅(?:れ|く|延)")
_BIRTHDAY = re.compile(
    r"お?誕生日(?:を)?(?:、)?(?:まことに|誠に|本当に|心より)?(?:おめでとう|お祝い|をお迎え|を迎え)"
    r"|(?:ハッピー|Happy )(?:バースデー|birthday)",
    re.I,
)


def find_dates(reading: Reading, check: str) -> Iterator[Finding]:
    """Dates of no known day, wrong weekdays, wrong birthdays, wrong lengths of time."""
    ledger, today = ledger_of(reading.context), reading.context.today
    for text in reading.fields:
        for dated in dates(text.said, today):
            why = _wrong(ledger, text, dated, today)
            if why:
                yield text.find(check, dated.start, dated.end, why)
        for length in quantities(text.said):
            if length.kind in (q.DAYS, q.MONTHS, q.YEARS) and not _is_known_length(
                ledger, text, length, today
            ):
                why = "お客さまの記録から計算した期間と合いません。記録を確かめて直してください。"
                yield text.find(check, length.start, length.end, why)
    yield from _birthday(reading, check, today)


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
    if role in (Role.OFFER, Role.DELIVERY, Role.RETURNS) and not _speaks_of_past(text, dated, today):
        return ""
    if dated.kind == "day":
        if dated.weekday is not None and not _weekday_fits(dated, ledger, today):
            return "日付と曜日が合いません。暦を確かめて直してください。"
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
    before = text.said[max(0, dated.start - 30) : dated.start].rsplit("。", 1)[-1]
    if _TOLD.search(before) and re.search(r"(?:のは|のが)(?:、)?$", before):
        return _wrong_past(ledger, text, dated)
    rest = text.said[dated.end : dated.end + 44].split("。")[0]
    return _wrong_past(ledger, text, dated) if dated.kind == "relative" and _TOLD.search(rest) else ""


def _is_reckoned(ledger: Ledger, text: FieldText, dated: Dated, today: date) -> bool:
    """True when a known day and a known length of time lead there: 6月20日 and 30日分 give 7月20日ごろ."""
    after = text.said[dated.end : dated.end + 24]
    if dated.first < today or not re.match(r"(?:ごろ|頃|ころ|前後)|[^。]{0,12}(?:計算|なくな|目安)", after):
        return False
    lengths = [
        _length_in_days(known)
        for source in ledger.sources
        for known in source.quantities
        if known.kind in (q.DAYS, q.MONTHS)
    ]
    lengths += [known.value for known in ledger.products.quantities if known.kind == q.DAYS]
    days = [known.first for known in ledger.dates() if known.kind == "day"]
    return any(abs((dated.first - day).days - length) <= _DAYS_OF_GRACE for day in days for length in lengths)


def _speaks_of_past(text: FieldText, dated: Dated, today: date) -> bool:
    """True for 4月3日にお届けした: a delivery that has happened is a fact of the customer."""
    after = text.said[dated.end : dated.end + 24]
    return dated.first <= today and bool(
        re.search(
            r"(?:お届け|発送|届|お渡し|出荷)[^。]{0,8}(?:した|しました|いたしました|でき(?:た|ました)|済み|済(?:んだ|ませ|みま)|終わ|完了|いた(?:よう|と))",
            after,
        )
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
    days = [known for known in customer.dates if known.is_valid]
    if not days:
        return ""
    slack = timedelta(days=1 if dated.kind == "relative" and "週" in word else 0)
    for known in days:
        if dated.first - slack <= known.first <= dated.last + slack or (
            known.kind != "day" and _overlap(known, dated)
        ):
            return ""
        if not dated.has_year and dated.may_be(known.first):
            return ""
        if not known.has_year and known.kind != "relative" and known.may_be(dated.first):
            return ""
    for length in customer.quantities:
        if length.kind in (q.DAYS, q.MONTHS) and _length_in_days(length) <= 62:
            return ""
    return f"「{word}」にあたる記録がありません。時期を確かめて直してください。"


def _overlap(one: Dated, other: Dated) -> bool:
    return one.first <= other.last and other.first <= one.last


def _length_in_days(length: Quantity) -> float:
    return length.value * {q.DAYS: 1.0, q.MONTHS: 30.44, q.YEARS: 365.25}[length.kind]


def _is_known_length(ledger: Ledger, text: FieldText, length: Quantity, today: date) -> bool:
    """True unless the length speaks of the customer's past and no record gives it."""
    after = text.said[length.end : length.end + 16]
    before = text.said[max(0, length.start - 18) : length.start]
    if _FUTURE.match(after) or "営業日" in length.unit or "以内" in after[:4]:
        return True
    speaks = _SINCE.match(_ROUGHLY.sub("", after)) and (
        role_of(text, length.start, length.end) is Role.CUSTOMER
        or re.search(r"から|以来|前回|お求め|ご購入|届", before)
    )
    speaks_late = _LATE.match(after) is not None and bool(ledger.customer.text)
    if (
        not speaks
        and not speaks_late
        and not (_INTERVAL.search(after[:8]) and role_of(text, length.start, length.end) is Role.CUSTOMER)
    ):
        return True
    if length.kind == q.YEARS and re.match(r"続けて|連続", after):
        years = {known.first.year for known in ledger.customer.dates}
        return length.value == len(years) or length.value in ledger.customer.values(q.YEARS)
    wanted = _length_in_days(length)
    if _LATE.match(after):
        return any(
            _length_in_days(known) == wanted for known in ledger.customer.quantities if known.kind == q.DAYS
        )
    if re.match(r"あまり|余|以上|近く|が過ぎ|を過ぎ", after):
        wanted += 15 if length.kind != q.DAYS else 2
    for source in (ledger.customer, ledger.policies, ledger.products):
        for known in source.quantities:
            if known.kind in (q.DAYS, q.MONTHS, q.YEARS) and abs(_length_in_days(known) - wanted) <= _grace(
                length
            ):
                return True
    if _INTERVAL.search(after[:8]):
        return _fits_gaps(ledger, wanted, _grace(length)) or not ledger.customer.dates
    passed = [(today - known.first).days for known in ledger.customer.dates if known.kind == "day"]
    passed += [(today - known.last).days for known in ledger.customer.dates if known.kind == "month"]
    passed += [(today - known.first).days for known in ledger.customer.dates if known.kind == "month"]
    if not passed and not any(
        known.kind in (q.DAYS, q.MONTHS, q.YEARS) for known in ledger.customer.quantities
    ):
        return False
    return any(abs(days - wanted) <= _grace(length) for days in passed) or _within_month(
        ledger, today, wanted, length
    )


def _within_month(ledger: Ledger, today: date, wanted: float, length: Quantity) -> bool:
    """A fact that only names a month may lie anywhere in it."""
    for known in ledger.customer.dates:
        if known.kind == "month" and (today - known.last).days - _grace(length) <= wanted <= (
            today - known.first
        ).days + _grace(length):
            return True
    return False


def _fits_gaps(ledger: Ledger, wanted: float, grace: float) -> bool:
    days = sorted({known.first for known in ledger.customer.dates if known.kind == "day"})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    told = [
        float(number)
        for line in ledger.customer.text.split("\n")
        if "間隔" in line or _INTERVAL.search(line)
        for number in re.findall(r"(\d{1,3})(?:日|(?=[、〜~]\d))", line)
    ]
    return any(abs(gap - wanted) <= grace + 3 for gap in (*gaps, *told))


def _grace(length: Quantity) -> float:
    """Days a rounding may be off: three for days, nine and more for months, two months for years."""
    if length.kind == q.DAYS:
        return _DAYS_OF_GRACE if length.unit != "週間" else 4
    if length.kind == q.MONTHS:
        return 9 if length.value <= 1.5 else 14 if length.value <= 3 else 25 if length.value <= 6 else 35
    return 62 if length.value <= 1.5 else 130


def _birthday(reading: Reading, check: str, today: date) -> Iterator[Finding]:
    """Congratulations on a birthday the facts do not have, or that is not near."""
    if reading.occasion is Occasion.BIRTHDAY:
        return
    facts = [plain for plain in ledger_of(reading.context).customer.text.split("\n") if "誕生" in plain]
    for text in reading.fields:
        for match in _BIRTHDAY.finditer(text.said):
            near = any(
                abs((day.first.replace(year=today.year, day=min(day.first.day, 28)) - today).days) <= 31
                for fact in facts
                for day in dates(fact, today)
            )
            others = any(re.search(r"贈|プレゼント|母|父|娘|息子|友|間に合", fact) for fact in facts)
            if not near and not others:
                why = "お誕生日の記録と合いません。お祝いの言葉を外すか、記録を確かめてください。"
                yield text.find(check, *match.span(), why)


_BARE_DAY = re.compile(
    r"(?<!\d月)(?<!\d月の)(?<![\d/第翌営・])(?P<day>\d{1,2})日(?=(?:ごろ|頃|ころ)|に(?!わた|1|一|\d|分)|の(?:ご注文|お届け|ご購入)|は、|付|より|から(?!\d))"
)


def _is_length(ledger: Ledger, text: FieldText, match: "re.Match[str]", today: date) -> bool:
    """お届けして18日になります is a length of time, and so is a number of days that some record lies back."""
    if _COUNTS_ON.search(text.said[: match.start()]):
        return True
    passed = [(today - known.first).days for known in ledger.customer.dates if known.kind == "day"]
    return any(abs(days - int(match["day"])) <= _DAYS_OF_GRACE for days in passed)


_COUNTS_ON = re.compile(r"(?:て|から|以来|より|はや|早くも|もう|およそ|約|ちょうど|で)(?:、)?$")


def find_bare_days(reading: Reading, check: str) -> Iterator[Finding]:
    """12日に, 20日ごろ without a month: some date of the context must have that day of the month."""
    ledger, today = ledger_of(reading.context), reading.context.today
    days = {known.first.day for known in ledger.dates() if known.kind == "day"}
    days |= {int(found["day"]) for source in ledger.sources for found in _BARE_DAY.finditer(source.text)}
    days.add(today.day)
    for text in reading.fields:
        days |= {
            (dated.first + timedelta(days=step)).day for dated in dates(text.said, today) for step in (0, 1)
        }
        for match in _BARE_DAY.finditer(text.said):
            if text.said.startswith("にな", match.end()) and _is_length(ledger, text, match, today):
                continue
            if days and int(match["day"]) not in days:
                yield text.find(check, *match.span(), "記録にない日付です。記録を確かめて直してください。")
