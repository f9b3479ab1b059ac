"""Find returns or exchanges promised for used or opened goods, where every policy takes back only unused or unopened ones."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.ledger import ledger_of
from evals.checks.numerals import NUMBER, number
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

_TAKES_BACK = re.compile(r"返品|交換|返金|お?取り替え|お引き取り")
_AGREES = re.compile(
    r"(?:でき|いた)し?ます|承|受け(?!取)|いただけ|可能|し(?:ます|て)|大丈夫|かまいません|応じ"
)
_DENIES = re.compile(r"ません|ない|かね|限り|のみ|だけ|不可|対象外|除")
_STATES = (
    (
        re.compile(r"未使用|未着用|使用前|着用前|使って(?:い|おら)?ない"),
        re.compile(
            r"(?:使っ|使い(?:に(?:なっ|なられ))?|着|着用し|履い|洗っ|炊い|外で[^。、]{0,4}|試し)(?:て(?:みて)?|た|始めた|はじめた)?(?:から|あと|後|もの|品)(?:でも|も)"
            r"|ご?(?:使用|着用)(?:後|済み?|中)(?:の[^。、]{1,4})?(?:でも|も)"
        ),
        re.compile(r"使用後|着用後|お?試し|使用済|使った|一度使"),
    ),
    (
        re.compile(r"未開封|開封前|開けて(?:い|おら)?ない"),
        re.compile(
            r"(?:開け|開封し)(?:て|た)(?:から|あと|後|もの|品)(?:でも|も)|ご?開封(?:後|済み?)(?:の[^。、]{1,4})?(?:でも|も)"
        ),
        re.compile(r"開封後(?!は|の)|開封済|開封後の[^。、]{1,4}も"),
    ),
)
"""What goods must be by a policy, words that promise it for others, and words of a policy that allows those."""


_REPORTED = re.compile(r"連絡|申し出|お知らせ|返品|交換|返金|再送|取り替え")
_WITHIN = re.compile(r"\s*(?:以内|まで|のうち|の間|の内)")


def find_return_limits(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """到着から2週間以内のご連絡で再送, where every policy on it says five days."""
    ledger = ledger_of(reading.context)
    yield from _reporting(reading, text, check)
    yield from _repairs(reading, text, check)
    known = _limits(ledger.policies.text)
    for said in quantities(text.said) if known else ():
        if said.kind not in (q.DAYS, q.MONTHS, q.YEARS) or not _WITHIN.match(text.said, said.end):
            continue
        start, end = text.sentence_span(said.start)
        rest = text.said[said.end : end]
        is_rule = _REPORTED.search(rest[:24]) and (_TAKES_BACK.search(rest) or "再送" in rest)
        since = re.search(r"到着|届|お受け取り|着", text.said[start : said.start])
        if is_rule and since and all(abs(_in_days(said) - days) > 1 for days in known):
            why = "返品・交換・再送を受け付ける期間が規約と合いません。規約の日数に直してください。"
            yield text.find(check, said.start, said.end, why)


@lru_cache(maxsize=64)
def _limits(policies: str) -> frozenset[float]:
    """The lengths of time, in days, that policies on returns name."""
    lines = [line for line in re.split(r"[\n。]", policies) if _TAKES_BACK.search(line) or "再送" in line]
    return frozenset(
        _in_days(one) for line in lines for one in quantities(line) if one.kind in (q.DAYS, q.MONTHS, q.YEARS)
    )


@lru_cache(maxsize=64)
def _on_returns(policies: str) -> tuple[str, ...]:
    return tuple(line for line in re.split(r"[\n。]", policies) if _TAKES_BACK.search(line))


def _in_days(length: Quantity) -> float:
    return length.value * {q.DAYS: 1.0, q.MONTHS: 30.0, q.YEARS: 365.0}[length.kind]


def find_return_conditions(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """外で着たあとでも交換します, where the policy exchanges unused goods only."""
    lines = _on_returns(ledger_of(reading.context).policies.text)
    for asked, promised, allowed in _STATES:
        if not any(asked.search(line) for line in lines) or any(
            allowed.search(line) and not _DENIES.search(line) for line in lines
        ):
            continue
        for match in promised.finditer(text.said):
            rest = text.said[match.end() : text.sentence_span(match.start())[1]][:40]
            back = _TAKES_BACK.search(rest)
            if back and _AGREES.search(rest, back.end()) and not _DENIES.search(rest, back.end()):
                why = "返品・交換できる品の状態が規約と合いません。規約の条件に直してください。"
                yield text.find(check, *match.span(), why)


_SINCE = re.compile(r"(?:到着|お?届け|お受け取り|お手元に[^。、]{0,4})(?:の?後|から|より|の日から)")
_TO_BE_TOLD = re.compile(r"連絡|お申し出|お知らせ|写真")


@lru_cache(maxsize=1024)
def _days_to_report(policy: str) -> frozenset[float]:
    """The days within which a policy wants to be told of something."""
    if not (_SINCE.search(policy) and _TO_BE_TOLD.search(policy)):
        return frozenset()
    return frozenset(
        _in_days(one)
        for one in quantities(policy)
        if one.kind in (q.DAYS, q.MONTHS) and _WITHIN.match(policy, one.end)
    )


def _reporting(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """到着後1か月以内に写真を, where the one policy on such reports says seven days, and it is about no return."""
    known = frozenset[float]().union(*map(_days_to_report, reading.known.policies))
    for said in quantities(text.said) if known else ():
        if said.kind not in (q.DAYS, q.MONTHS) or not _WITHIN.match(text.said, said.end):
            continue
        start, end = text.sentence_span(said.start)
        if not _SINCE.search(text.said[max(start, said.start - 12) : said.start]):
            continue
        if _TO_BE_TOLD.search(text.said[said.end : end][:24]) and _in_days(said) not in known | _limits(
            ledger_of(reading.context).policies.text
        ):
            why = "ご連絡を受け付ける期間が規約と合いません。規約の日数に直してください。"
            yield text.find(check, said.start, said.end, why)


_WORK = re.compile(r"修理|お?直し|縫い直|張り?替え|研ぎ|名入れ|刻印|仕立て|お仕立|染め直|調整|洗い直")
_IN_DAYS = re.compile(
    rf"(?<![月\d])(?P<many>{NUMBER})(?P<unit>日|週間)(?:間)?(?:ほど|くらい|程度|前後)?(?:で|以内に|後に|いただ|お預かり|お待ち|かかり)"
)


@lru_cache(maxsize=4096)
def _days_of_work(source: str) -> frozenset[float]:
    """The days a policy or a product's text says such work takes."""
    return frozenset(
        _in_days(one)
        for line in re.split(r"[。\n]", source)
        if _WORK.search(line)
        for one in quantities(line)
        if one.kind in (q.DAYS, q.MONTHS)
        and re.search(r"いただ|かか|お?返|預か|仕上|待ち", line[one.end :][:12])
    )


def _repairs(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """お直しは3日でお返し, where the sources say that such work takes ten days."""
    facts = (fact for product in reading.known.products for fact in product.texts[1:])
    known = frozenset[float]().union(*map(_days_of_work, (*reading.known.policies, *facts)))
    for match in _IN_DAYS.finditer(text.said) if known else ():
        start, end = text.sentence_span(match.start())
        days = (number(match["many"]) or 0) * (7 if "週" in match["unit"] else 1)
        of_work = _WORK.search(text.said[start : match.start()])
        gives_back = re.search(
            r"お?返|戻|仕上|お渡し|お届け|預か|いただ|かか", text.said[match.end() - 3 : end][:16]
        )
        if of_work and gives_back and not any(abs(days - other) <= 0.3 * other for other in known):
            why = "直しや仕立てにかかる日数が規約と合いません。規約の日数に直してください。"
            yield text.find(check, *match.span(), why)
