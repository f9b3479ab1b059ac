"""Compare cut-off hours and speed of shipping in a draft (15時までのご注文は当日) with the shop's policies."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.finding import Finding
from evals.checks.clock_times import clock_times
from evals.checks.delivery_calendar import calendar_of
from evals.checks.knowledge import plain
from evals.checks.ledger import ledger_of
from evals.checks.reading import FieldText, Reading

_ORDERED_BY = re.compile(
    r"\s*(?:まで|迄|より前|前)(?:に|の)?(?:、)?(?:ご|お)?(?:注文|購入|求め|手続|決済|入金|申し込|ボタン|いただ(?:け|いた))"
)
_SAME_DAY = re.compile(
    r"即日|当日|同日|(?:その|本)日(?:の)?(?:うち|中)?(?:に)?(?=[^。、\n]{0,8}(?:発送|出荷|お?送り|お出し))|今日(?:中|のうち)(?:に)?(?=[^。、\n]{0,8}(?:発送|出荷|お?送り))"
)
_SHIPS = re.compile(r"発送|出荷|お送り|お出し")
_SENT = re.compile(r"発送|出荷|お送り|お出し|再送|送付|送る")
"""A shipment of which a record tells, in the words of records."""
_SHIPS_SAME_DAY = re.compile(
    r"(?:即日|当日|同日|その日|本日|今日)(?:の)?(?:うち|中)?(?:に|で|の)?[^。、\n]{0,6}(?:発送|出荷|お?送り|お出し|お届け)"
)
_SHIPS_NEXT_DAY = re.compile(
    r"(?:翌日|あくる日|次の日)(?:に|の|中に)?[^。、\n]{0,6}(?:発送|出荷|お?送り|お出し)"
)
_HAS_SHIPPED = re.compile(
    r"(?:発送|出荷|お送り|お出し)(?:いたし|し|して|いたして)?(まし|た|お(?:り|い)|済|の手続)"
)


def find_speed(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Hours until which an order ships that no policy names; the same day where policies say a later one."""
    policies = ledger_of(reading.context).policies.text
    sources = reading.known.everything + "\n" + plain(reading.context.shop.contact)
    for said in clock_times(text.said):
        if not _ORDERED_BY.match(text.said, said.end):
            continue
        if any(
            said.may_be(known) for known in clock_times(sources + ("\n正午" if "午前中" in sources else ""))
        ):
            continue
        why = "規約にない締め切りの時刻です。規約の時刻に直してください。"
        yield text.find(check, said.start, said.end, why)
    wrong = []
    if not _offers(policies, _SAME_DAY):
        wrong.append(_SHIPS_SAME_DAY)
    if not _offers(policies, re.compile(r"翌日|即日|当日|その日")) and re.search(r"営業日|日以内", policies):
        wrong.append(_SHIPS_NEXT_DAY)
    for pattern in wrong:
        for match in pattern.finditer(text.said):
            shipped = _HAS_SHIPPED.match(text.said, match.end() - 2)
            if (
                shipped and (not shipped[1].startswith("お") or re.match("本日|今日", match.group()))
            ) or match.group() in reading.known.everything:
                continue
            after = text.said[match.end() : match.end() + 14]
            if re.match(
                r"(?:いたし|し)?(?:まし|済)|(?:の)?(?:手続|ご?連絡|お知らせ|メール)|でき(?:ず|ま?せ)|は(?:でき|いた|し)",
                after,
            ):
                continue
            if _is_told(reading, text, match.start()):
                continue
            why = "規約と違う発送の早さです。規約のとおりに直してください。"
            yield text.find(check, *match.span(), why)


@lru_cache(maxsize=64)
def _offers(policies: str, speed: "re.Pattern[str]") -> bool:
    """True when a policy ships that fast; 当日発送はできません does not."""
    return any(
        speed.search(line)
        and not re.search(r"でき(?:ない|ません|かね)|しない|いたしません|不可|対象外|約束しない", line)
        for line in re.split(r"[\n。]", policies)
        if _SHIPS.search(line) or "届" in line or "配送" in line
    )


def _is_told(reading: Reading, text: FieldText, place: int) -> bool:
    """本日発送します is true when a fact or the stock names that shipment for today."""
    ledger, today = ledger_of(reading.context), reading.context.today
    if re.search(r"連絡|受付|お申し出", ledger.policies.text) and today in calendar_of(reading.context).ships:
        return True
    for source in (ledger.customer, ledger.stock, ledger.products):
        for known in source.dates:
            if (
                known.kind == "day"
                and known.first == today
                and _SENT.search(source.text[known.end : known.end + 14])
            ):
                return True
    return False
