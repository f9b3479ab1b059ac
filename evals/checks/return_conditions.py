"""Find returns or exchanges promised for used or opened goods, where every policy takes back only unused or unopened ones."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.ledger import ledger_of
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
