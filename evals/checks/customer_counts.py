"""Compare counts that speak of the customer (回目, 回, 個, はじめて) with the facts."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import combinations

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.dates import Dated
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading
from evals.checks.roles import Role, role_of

_BOUGHT = re.compile(
    r"ご?購入|お?買い?(?:上げ|物|求め)|お求め|ご?注文|お選び|ご利用|リピート|お届け|ご来店|お買い|お迎え|選んで"
    r"|選ばれ|訪ねて|お運び|お越し|お立ち寄り|ご参加|買って|求めて|頼んで|足を(?:お)?運|ご用命|お申し込み"
)
_PURCHASE_FACT = re.compile(r"購入|注文|買い上げ|お買い物|来店|利用|買った|買物")
_ARRIVED = re.compile(r"[^。\n、]{0,3}(?:お届け|到着|発送|に届)")
_TOTAL = re.compile(r"(?:累計|通算|合計|購入回数|注文回数)[^。\n]{0,12}\d+回")
_FIRST = re.compile(
    r"(?:はじめて|初めて|初回|最初|初)(?:の|に)?(?:ご|お)?(?:注文|購入|買い?(?:上げ|物|求め)|求め|利用|来店)"
    r"|(?:ご注文|ご購入|ご利用|お買い物)(?:は|が)(?:はじめて|初めて)"
)
_AGAIN = re.compile(
    r"(?:今回も|再び|ふたたび|再度|また|二度目|リピート)[^。\n]{0,8}(?:ご注文|ご購入|お求め|お買い|ご利用"
    r"|お選び)|いつもご(?:注文|購入|利用)"
)
_FIRST_FACT = re.compile(
    r"初回(?!限定)|初めて|はじめて|初購入|初注文|新規|1回目|購入回数は?:?\s*1回?|(?:累計|通算|合計)?(?:購入"
    r"|注文)(?:回数)?(?:は|:)?\s*1(?:回|件)"
)


def find_counts(reading: Reading, check: str) -> Iterator[Finding]:
    """Counts of purchases or pieces bought that no fact gives, and a first order that is not the first."""
    ledger = ledger_of(reading.context)
    for text in reading.fields:
        for count in quantities(text.said):
            if _speaks_of_customer(ledger, text, count) and not _is_known(
                ledger, text, count, reading.context.today
            ):
                why = "お客さまの記録にない回数・数量です。記録を確かめて直してください。"
                yield text.find(check, count.start, count.end, why)
        yield from _first_or_again(ledger, text, check)


def purchases_told(ledger: Ledger) -> int:
    """How many purchases the facts list one by one."""
    return _purchases_listed(ledger.customer.text, ledger.customer.dates)


@lru_cache(maxsize=256)
def _purchases_listed(facts: str, known: tuple[Dated, ...]) -> int:
    lines = [line for line in facts.split("\n") if _PURCHASE_FACT.search(line)]
    spans = [(start, start + len(line)) for line in lines if (start := facts.find(line)) >= 0]
    listed = [one for one in known if any(start <= one.start < end for start, end in spans)]
    days = {one.first for one in listed if one.kind == "day" and not _ARRIVED.match(facts, one.end)}
    months = {one.first for one in listed if one.kind == "month"}
    return len(days) + len(months - {day.replace(day=1) for day in days})


_SUPPOSED = re.compile(
    r"^\s*(?:入り?|分)?(?:で(?:した|あれ)ら|なら|だと|を?お求めになると|を?(?:ご購入|ご注文|お求め|お買い上げ"
    r"|お選び)(?:の場合|の方|いただ(?:く|け|きます)|くださ(?:い|れば)|になる)"
    r"|にな(?:る|さ)|の(?:場合|とき)|以上|あたり|ごと|につき|(?:は|で|が)?\s*[\d,]+円|(?:セット)?は(?=[^。]{0,10}円))"
)
"""After a count: it speaks of what somebody may buy."""
_IN_STOCK = re.compile(r"(?:在庫|残り|のこり|あと|限定|先着|最初|初回)[^。、\n]{0,6}$")
_HARMED = re.compile(
    r"(?:が|も)?[^。、\n]{0,8}(?:破[れ損]|割れ|欠け|足りな|足りず|壊れ|折れ|漏れ|つぶれ|不足|入って(?:おら|いな|おりませ|いませ)|入(?:れ忘|ってい?な)|抜けて|届いて(?:おら|いな))"
)
_HOW_OFTEN = re.compile(r"(?:年|月|週|日|週間|か月|ヶ月|カ月|ケ月)に(?:約|およそ)?$")
"""年に2度: how often, not how many (`customer_frequencies`)."""
_PER_ORDER = re.compile(
    r"の(?:ご|お)?(?:注文|購入|買い?(?:上げ|物|求め))(?:金額|額|合計)?(?:が|で|の合計が)?\s*[\d,]+円"
)
"""1回のお買い上げ10,000円以上: a condition of every order."""
_THANKED = re.compile(
    r"^(?:も|を|ほど|ずつ|まとめて|一緒に|、)*(?:も|を|の)?(?:ご|お)?(?:購入|求め|注文|買い(?:上げ|求め)?|選び"
    r"|迎え)(?:を|に)?(?:いただ(?:い|き(?!た|ます?と))|くださ(?:っ|いま|り)|頂[いき]|、?(?:誠に|まことに|本当に|いつも)?ありがとう)"
    r"|^、(?:誠に|まことに|本当に|いつも)?ありがとうございました"
)


def _speaks_of_customer(ledger: Ledger, text: FieldText, count: Quantity) -> bool:
    sentence = text.sentence_at(count.start)
    after, before = text.said[count.end : count.end + 16], text.said[max(0, count.start - 16) : count.start]
    if count.kind == q.ORDINAL:
        return bool(_BOUGHT.search(sentence)) or bool(re.match(r"の?(?:ご|お)", after))
    if count.unit in ("歳", "才"):
        near = text.said[max(0, count.start - 40) : count.start] + sentence
        return bool(re.search(r"お子|ちゃん|くん|お孫|お嬢|坊|誕生", near))
    if count.kind != q.COUNT:
        return False
    if count.unit in ("回", "度"):
        if _HOW_OFTEN.search(before) or _PER_ORDER.match(text.said, count.end):
            return False
        if re.match(r"(?:まで|限り|のみ|[^。、]{0,8}(?:いただけ|できます|可能|お使い|ご利用になれ))", after):
            return False
        if re.search(
            r"に分けて|ずつ|ほど(?:振|混|回|押)|程度|1日|日に|朝晩|振|混ぜ|洗",
            text.said[max(0, count.start - 8) : count.end + 8],
        ):
            return False
        return bool(
            _BOUGHT.search(after)
            or re.search(r"(?:これまで|今まで|累計|通算|合計|すでに)[^。]{0,6}$", before)
        )
    if _HARMED.match(after):
        return any(known.unit == count.unit for known in ledger.customer.quantities)
    if _SUPPOSED.match(text.said[count.end : count.end + 30]) or _IN_STOCK.search(before):
        return False
    if _THANKED.match(text.said[count.end : count.end + 30]):
        return True
    owned = {known.value for known in ledger.customer.quantities if known.unit == count.unit}
    others = {
        k.value
        for s in (ledger.products, ledger.stock, ledger.offer, ledger.policies)
        for k in s.quantities
        if k.unit == count.unit
    }.union(*ledger.own_counts.values())
    if (
        count.unit not in ("回", "度", "名", "人", "品", "色", "種類")
        and owned
        and count.value not in owned | others
        and re.search(r"いただ|くださ|いらっしゃ|でした|お選び|暮ら|お持ち", sentence)
    ):
        return count.value > max(owned) and not re.search(
            r"ずつ|目安|ほど|くらい|合わせ|合計|以上|あと", text.said[max(0, count.start - 6) : count.end + 8]
        )
    if re.search(r"例年|いつも|毎年|前回|これまで", sentence) and not re.search(
        r"おすすめ|以上|まで|残り", after
    ):
        return count.unit in ("個", "点", "本", "袋", "箱", "枚", "足", "着", "セット", "缶")
    return bool(
        re.match(
            r"(?:も|を|ほど)?(?:、)?(?:まとめて|一緒に|ずつ)?(?:も|を)?(?:ご|お)?(?:購入|求め|注文|買い|選び"
            r"|迎え|届け(?:し|いた|でき))",
            after,
        )
    ) and (
        role_of(text, count.start, count.end) in (Role.CUSTOMER, Role.DELIVERY)
        and not re.search(r"以上|ごと|につき|いただくと|いただけれ|場合", after)
    )


_BORN = re.compile(r"((?:19|20)\d\d)[年/.-](?:\d{1,2}[月/.-]\d{1,2}日?)?[^\n。\d]{0,6}(?:生まれ|誕生|出生)")
_FEAST_AGES = {"還暦": 60, "古希": 70, "喜寿": 77, "傘寿": 80, "米寿": 88, "卒寿": 90, "白寿": 99}


def ages_reached(ledger: Ledger, today: date) -> frozenset[float]:
    """Ages that follow from a recorded day of birth, today and at the next birthday, or from a feast such as 還暦."""
    ages = {float(age) for feast, age in _FEAST_AGES.items() if feast in ledger.customer.text}
    for born in _BORN.finditer(ledger.customer.text):
        if (years := today.year - int(born[1])) >= 0:
            ages |= {float(years + step) for step in (0, 1 if today.month == 12 else 0, -1)}
    return frozenset(ages)


def _is_known(ledger: Ledger, text: FieldText, count: Quantity, today: date) -> bool:
    """A count is known when a fact has it, or as many purchases are listed; 次 allows the next one."""
    value = count.value
    if count.unit in ("歳", "才"):
        ages = {known.value for known in ledger.customer.quantities if known.unit in ("歳", "才")}
        return value in {*ages, *ages_reached(ledger, today)} or value in ledger.products.values(q.MEASURE)
    same = ledger.customer.values(q.COUNT, q.ORDINAL)
    if count.kind == q.COUNT and count.unit not in ("回", "度"):
        if _policies_count(ledger, count) and not re.match(r"\s*ずつ", text.said[count.end :]):
            return True
        return _pieces_fit(ledger, count) or (
            value in _each_time(ledger) and _IN_ALL.search(text.sentence_at(count.start)) is not None
        )
    told = purchases_told(ledger)
    rounds = frozenset(
        known.value
        for known in ledger.customer.quantities
        if known.unit in ("回", "度", "回目", "度目", "件", "回以上")
    )
    if count.kind == q.ORDINAL and count.unit not in ("回目", "度目"):
        rounds = same
        if count.unit == "年目":
            return True
    if value in rounds or (told and value == told and not _TOTAL.search(ledger.customer.text)):
        return True
    if re.search(r"次|あと", text.sentence_at(count.start)) and value - 1 in {*rounds, told}:
        return True
    return value == 1 and bool(_FIRST_FACT.search(ledger.customer.text))


def _policies_count(ledger: Ledger, count: Quantity) -> bool:
    """True when a policy has as many of the same unit; 二人で検品 says nothing of 2枚."""
    return any(
        known.kind == q.COUNT
        and known.value == count.value
        and (known.unit == count.unit or (count.unit in _ANYTHING and known.unit not in _NO_PIECES))
        for known in ledger.policies.quantities
    )


def _pieces_fit(ledger: Ledger, count: Quantity) -> bool:
    """True when pieces of a fact are as many, or add up to as many. つ and 点 count anything; 一つ may go unsaid."""
    pieces = [k for k in ledger.customer.quantities if k.kind == q.COUNT and k.unit not in _NO_PIECES]
    same = [k.value for k in pieces if k.unit == count.unit]
    told = same if same and count.unit not in _ANYTHING else [k.value for k in pieces]
    if count.value in told or (count.value == 1 and not same):
        return True
    sums = {sum(chosen) for size in (2, 3) for chosen in combinations(told[:12], size)}
    return count.value in sums or count.value == sum(told)


_IN_ALL = re.compile(r"合わせ|あわせ|合計|全部|これまで|これで|今年|昨年|計|累計")
_EACH = re.compile(r"\s*ずつ|\s*(?:を)?毎回")


def _each_time(ledger: Ledger) -> frozenset[float]:
    """Pieces bought on several recorded days: 3セットずつ on three days are 6 by the second and 9 in all."""
    text = ledger.customer.text
    totals: set[float] = set()
    for known in ledger.customer.quantities:
        if known.kind == q.COUNT and _EACH.match(text, known.end):
            first, last = text.rfind("\n", 0, known.start) + 1, text.find("\n", known.end)
            last = len(text) if last < 0 else last
            days = sum(
                dated.kind in ("day", "month") and first <= dated.start < last
                for dated in ledger.customer.dates
            )
            totals |= {known.value * times for times in range(1, days + 1)}
    return frozenset(totals)


_ANYTHING = frozenset({"つ", "点", "品", "個"})
_NO_PIECES = frozenset({"回", "度", "人", "名", "件", "色", "種類", "種", "通り"})


def _first_or_again(ledger: Ledger, text: FieldText, check: str) -> Iterator[Finding]:
    facts = ledger.customer.text
    rounds = [
        k.value for k in ledger.customer.quantities if k.unit in ("回", "回目") and _near_purchase(facts, k)
    ]
    told = purchases_told(ledger)
    most = max([*rounds, told, 0])
    if most >= 2 and not _FIRST_FACT.search(facts):
        for match in _FIRST.finditer(text.said):
            if not re.search(
                r"から|以来|の(?:とき|際|頃|ころ)|でした|時", text.said[match.end() : match.end() + 8]
            ):
                yield text.find(
                    check, *match.span(), "記録では初めてのご注文ではありません。言葉を直してください。"
                )
    if _FIRST_FACT.search(facts) and most <= 1:
        for match in _AGAIN.finditer(text.said):
            if not match.group().startswith("また"):
                yield text.find(check, *match.span(), "記録では初めてのご注文です。言葉を直してください。")


def _near_purchase(facts: str, known: Quantity) -> bool:
    around = facts[max(0, known.start - 14) : known.end + 12]
    return bool(_PURCHASE_FACT.search(around))
