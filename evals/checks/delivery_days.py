"""Compare days and lengths of shipping, arrival and restock in a draft with products and policies."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.domain.finding import Finding, Severity
from evals.checks import quantities as q
from evals.checks.dates import Dated, dates
from evals.checks.delivery_calendar import calendar_of
from evals.checks.ledger import Ledger, Source, ledger_of
from evals.checks.loose_days import loose_days
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of

_ARRIVES = re.compile(
    r"までの(?:ご)?注文[^。\n]{0,14}(?:届|発送)|(?:に|には)(?:、)?(?:お?手[元も]と?(?:に|へ)|お持ち(?:し|いた)|お受け取り|お渡し(?:し|いた|でき))|までに(?:は)?(?:、)?(?:お届け|届|到着|お手元|発送)|(?:に|には)(?:、)?(?:また|再び|ふたたび|ようやく|改めて|新しく)?(?:お届け(?:し|いた|でき|の予定|予定)|届(?:き|く)|到着|発送(?:し|いた|でき|予定)|入荷|発売|再入荷|お披露目|登場|並び|店頭に|(?:[^。\n]{0,24}を)?出(?:します|る)|[^。\n]{0,24}を(?:出します|発売|販売|お届け|お披露目)|販売(?:開始|再開))|(?:ごろ|頃|ころ)?の?(?:見込|予定)|(?:の|から)?(?:入荷|発売|発送|お届け|再入荷|販売(?:開始|再開))(?:予定|開始|です|になり|いたし|し)?"
)


_IS_PAST = re.compile(
    r"(?:お届け|発送|届|入荷|発売|お渡し)[^。]{0,8}(?:した|しました|いたしました|でき(?:た|ました)|済み|済(?:んだ|ませ|みま)|終わ|完了|いただ|いた(?:よう|ころ|頃|と|ので))"
)
_ORDERED_BY = re.compile(
    r"(?:の)?[^。、\n]{0,8}?(?:まで|迄)(?:に|の|にて)?(?:、)?(?:ご)?(?:注文|購入|入金|連絡|決済|予約|手続|依頼|申し込|お申し込み|お求め|いただ(?:け(?:れば|ましたら)|いた)|承(?:り|った))"
    r"|(?:の)?(?:うち|中)に[^。、\n]{0,14}(?:お申し出|お申し込み|ご?連絡|ご?返信|お返事|お知らせ|ご?注文|ご?入金)"
)
"""Until then the customer orders or tells: 28日の15時までにいただければ. It names no day of delivery."""


def find_delivery_days(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Days and lengths of delivery that no source has."""
    ledger = ledger_of(reading.context)
    for dated in dates(text.said, reading.context.today):
        role = role_of(text, dated.start, dated.end)
        after = text.said[dated.end : dated.end + 44].split("。")[0]
        if role is not Role.DELIVERY or not dated.is_valid or not _ARRIVES.search(after):
            continue
        if (
            _ORDERED_BY.match(after)
            or _IS_PAST.search(after)
            or _DONE.search(after)
            or _IS_OPEN.search(after)
        ):
            continue
        if not _has_day(ledger, dated, text, reading.context.today) and not _is_on_calendar(
            reading, dated, after, text.sentence_at(dated.start)
        ):
            why = "商品や規約の記録にないお届け・入荷の日です。記録の日に直してください。"
            yield text.find(check, dated.start, dated.end, why, _severity(reading, dated, after))
        elif dated.weekday is not None and dated.first.weekday() != dated.weekday and dated.kind == "day":
            yield text.find(
                check, dated.start, dated.end, "日付と曜日が合いません。暦を確かめて直してください。"
            )
    yield from _loose(reading, ledger, text, check)
    for length in quantities(text.said):
        if (
            length.kind in (q.DAYS, q.MONTHS)
            and _is_delivery_length(text, length)
            and not _has_length(ledger, length)
        ):
            yield text.find(
                check, length.start, length.end, "規約の日数と合いません。規約の日数に直してください。"
            )


_LEAVES = re.compile(r"発送|出荷|お?送り(?:し|いた|でき|になり)|お出し|出ます")
_COMES = re.compile(
    r"お?届け|届[きく]|到着|着(?:き|く|予定)|お?手[元も]と?(?:に|へ)|お持ち(?:し|いた)|お受け取り|お渡し|お?着け(?:し|いた)|お伺い"
)
_DONE = re.compile(
    r"(?:届け|届|発送|出荷|送り|お?出し|着|到着|渡し|入荷)[^。、]{0,8}?(?:た(?!ら|い|く|め|し|だ)|まし(?!ょ|たら)|済|を?終[えわ]|頂い|いただ(?:いた|き)|完了|ください|てから|て以来|てより)"
)
"""What has happened is no promise; its day is the records' to check."""
_GOES_ON_TO_PAST = re.compile(
    r"^[^。、]{0,12}(?:届け|発送|出荷|送り|渡し)(?:し|いたし|を[し終]え?)?、(?:.*?、)?[^、]*(?:まし|でし)た(?:。|$)"
)
"""17日にお届けし、18日に受け取りました: the last word tells when both were."""
_IS_OPEN = re.compile(
    r"かどうか|か否か|でき(?:ず|なく|なかっ|ませ|かね)|(?:いたし|し)かね|間に合わ|届か|次第|難し|むずかし"
)
"""What is left open, refused or did not happen is no promise either."""
_BY_WHEN = re.compile(
    r"^(?:の)?お?(?:午前|午後|朝|昼|夕方|夜|晩|正午)?(?:中|のうち)?(?:に|には|までに|までには|まで|ごろ|頃|ころ)"
)


def _loose(reading: Reading, ledger: Ledger, text: FieldText, check: str) -> Iterator[Finding]:
    """12日にお届けします, 水曜の午前中にはお手元へ: days without a month that neither a source nor the calendar has."""
    today = reading.context.today
    for dated in loose_days(text.said, today):
        after = re.split(r"[。\n]", text.said[dated.end : dated.end + 30])[0]
        clause = _BY_WHEN.match(after)
        verb = _LEAVES.search(after) or _COMES.search(after)
        if (
            _ORDERED_BY.match(after)
            or _IS_OPEN.search(after)
            or not clause
            or not verb
            or _DONE.search(after)
            or _GOES_ON_TO_PAST.search(text.said[dated.end : text.sentence_span(dated.start)[1]])
            or re.search(r"なら|たら|ば", after[: verb.start()])
        ):
            continue
        is_told = _is_told_loosely(reading, ledger, dated) or _is_weekly(ledger, dated)
        if not is_told and not _is_on_calendar(reading, dated, after, text.sentence_at(dated.start)):
            why = "規約や記録から数えられないお届け・発送の日です。規約の日に直してください。"
            yield text.find(check, dated.start, dated.end, why, _severity(reading, dated, after))


def _severity(reading: Reading, dated: Dated, after: str) -> Severity:
    """A day later than the policies allow breaks no promise: it may rest on something not told here, so a person looks.

    Not so where the record itself names the day on which something is sent to this customer.
    """
    calendar = calendar_of(reading.context)
    leaves, comes = _LEAVES.search(after), _COMES.search(after)
    is_sending = leaves and not (comes and comes.start() < leaves.start())
    possible = calendar.ships if is_sending else calendar.arrives
    today = reading.context.today
    recorded = any(
        one.kind == "day" and one.first >= today
        for line in reading.known.customer.split("\n")
        if _OF_DELIVERY.search(line)
        for one in dates(line, today)
    )
    is_late = bool(possible) and not recorded and dated.first > min(possible) and not _OF_SHELF.search(after)
    return Severity.REVIEW if is_late else Severity.BLOCK


_OF_SHELF = re.compile(r"入荷|発売|販売|並び|店頭|登場|お披露目")
"""When goods come into the shop is told by their own record."""


def _is_told_loosely(reading: Reading, ledger: Ledger, dated: Dated) -> bool:
    """True when a source names that day, or, for a weekday, that weekday or a coming date that falls on it."""
    today, everything = reading.context.today, reading.known.everything
    lines = [
        line
        for line in everything.split("\n")
        if line not in reading.known.customer or _OF_DELIVERY.search(line)
    ]
    known = [one for line in lines for one in (*dates(line, today), *loose_days(line, today))]
    if dated.kind == "weekday":
        name = "月火水木金土日"[dated.first.weekday()]
        coming = [one for one in known if one.kind == "day" and 0 <= (one.first - today).days <= 14]
        return f"{name}曜" in everything or any(
            one.first.weekday() == dated.first.weekday() for one in coming
        )
    return any(one.kind == "day" and one.may_be(dated.first) for one in known)


_OF_DELIVERY = re.compile(r"届|着|発送|出荷|指定|配達|配送|渡|受け?取|交換|返")
"""A customer's birthday is no day on which something was said to arrive."""
_IF_ORDERED = re.compile(
    r"(?:\([^)]*\))?(?:中|の\S{0,6})?(?:に|まで(?:に|の)?)?(?:ご?注文|お申し込み|ご?連絡|ご?入金|お求め)(?:なら|でしたら|いただ|の場合|を?くだ|分)"
)
"""14日にご注文なら: policies count from that day; two days of slack stand for closed days."""


def _is_on_calendar(reading: Reading, dated: Dated, after: str, sentence: str = "") -> bool:
    """True when the shop's policies let an order of today leave or arrive on such a day."""
    calendar, today = calendar_of(reading.context), reading.context.today
    leaves, comes = _LEAVES.search(after), _COMES.search(after)
    days = calendar.ships if leaves and not (comes and comes.start() < leaves.start()) else calendar.arrives
    if re.match(r"(?:の\S{1,4})?(?:中)?までに", after) and any(day <= dated.last for day in days):
        return True
    ordered = [
        one.first
        for one in (*dates(sentence, today), *loose_days(sentence, today))
        if _IF_ORDERED.match(sentence[one.end :]) and one.first >= today
    ]
    waits = (*range((ordered[0] - today).days, (ordered[0] - today).days + 3),) if ordered else (0,)
    return any(dated.first <= day + timedelta(days=wait) <= dated.last for day in days for wait in waits)


_SAME_DAY = re.compile(r"当日|即日|その日|同日|本日")


def _has_day(ledger: Ledger, dated: Dated, text: FieldText, today: date) -> bool:
    word, after = text.said[dated.start : dated.end], text.said[dated.end : dated.end + 10]
    if dated.kind == "day" and "入荷" not in after and _is_weekly(ledger, dated):
        return True
    sources = [ledger.stock, ledger.products, ledger.policies]
    for line in ledger.customer.text.split("\n"):
        if _OF_DELIVERY.search(line) or not re.search(r"誕生日|記念日", line):
            sources.append(Source(line, (), dates(line, today)))
    if not re.search(r"入荷|届", after):
        sources.append(ledger.offer)
    if (
        dated.kind == "relative"
        and dated.first == dated.last == today
        and _SAME_DAY.search(ledger.policies.text)
    ):
        return bool(re.search(r"発送|出荷|お送り", after)) or word in ledger.policies.text
    for source in sources:
        if word in source.text:
            return True
        for known in source.dates:
            if known.kind == "day" and dated.may_be(known.first):
                return True
            if known.kind == "month" and dated.kind == "month" and _months_meet(known, dated):
                return True
            if (
                known.kind == "month"
                and dated.kind == "relative"
                and known.first <= dated.last
                and dated.first <= known.last
            ):
                return True
    return False


_WEEKLY = re.compile(r"毎週(?:の)?([月火水木金土日])曜?")


def _is_weekly(ledger: Ledger, dated: Dated) -> bool:
    """焙煎は毎週火曜: any Tuesday, and the day after it, when the shop ships on the next day."""
    text = ledger.policies.text + ledger.products.text
    days = {"月火水木金土日".index(found) for found in _WEEKLY.findall(text)}
    return dated.first.weekday() in days or ("翌日" in text and (dated.first.weekday() - 1) % 7 in days)


def _months_meet(known: Dated, dated: Dated) -> bool:
    """12月上旬 meets 12月上旬 and 12月; 12月下旬 does not."""
    same = (known.first.month == dated.first.month) and not (
        dated.has_year and known.has_year and known.first.year != dated.first.year
    )
    return same and known.first.day <= dated.last.day and dated.first.day <= known.last.day


def _is_delivery_length(text: FieldText, length: Quantity) -> bool:
    if re.match(r"(?:前|ぶり|が経|が過|も(?:遅|か)|遅|の遅|ほど前)", text.said[length.end : length.end + 4]):
        return False
    after = text.said[length.end : length.end + 20]
    if re.match(
        r"(?:以内|ほど|後|程度|前後|で|くらい|から|～|〜)?(?:に|には|で)?(?:、)?[^。、\n]{0,6}(?:発送|出荷|お届け|届|到着|お手元|入荷)",
        after,
    ):
        return not re.search(r"返|交換", text.sentence_at(length.start)) or bool(
            re.match(r"(?:以内|で|後)?に?(?:発送|お届け|届)", after)
        )
    before = text.said[max(0, length.start - 14) : length.start]
    return (
        bool(
            re.search(
                r"(?:発送|出荷|お届け|配送|納期|入荷|到着)(?:まで|は|に|には|予定|まで(?:に)?は)?(?!して|から|いて|した|日から|後|でき)[^。\n]{0,8}$",
                before,
            )
        )
        and "返" not in after[:14]
    )


_RANGE = re.compile(r"(\d+)\s*(?:日|営業日)?\s*[〜~～-]\s*(\d+)\s*(?:営業)?日")
"""25〜30日 tells both ends and all between."""


def _has_length(ledger: Ledger, length: Quantity) -> bool:
    wanted = _days_of(length)
    backing = "\n".join((ledger.policies.text, ledger.products.text, ledger.stock.text))
    if any(int(low) <= wanted <= int(high) for low, high in _RANGE.findall(backing)):
        return True
    if re.search(rf"(?<!\d){wanted:g}\s*(?:営業)?日", backing):
        return True
    for source in (ledger.policies, ledger.products, ledger.stock, ledger.customer):
        if any(
            known.kind in (q.DAYS, q.MONTHS) and abs(_days_of(known) - wanted) < 0.6
            for known in source.quantities
        ):
            return True
    return bool(wanted == 1 and "翌" in ledger.policies.text)


def _days_of(length: Quantity) -> float:
    return length.value * (30 if length.kind == q.MONTHS else 1)
