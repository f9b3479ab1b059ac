"""Which values did a model write out by hand instead of naming their slots? True or not, they go back to it.

A value that code fills in cannot drift from its source, and the desk can show where it stands; a typed one can do neither.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.chains.letter import Letter
from agent.chains.write import WrittenParagraph
from agent.domain.finding import Finding, Severity
from agent.service.check_evidence import CHECK
from agent.service.literals import Span
from evals.checks.fold import fold_width

_MARK = re.compile(
    r"[⟦〚\[{【〔]{1,2}[ 　]*(?:[FPＦＰfp][0-9０-９]{1,3}[ 　]*[.．・:：_\-][^⟧〛\]}】〕\n]{1,12}|[A-Z_]+[0-9]*)[ 　]*[⟧〛\]}】〕]{1,2}"
)
_NAMED = re.compile(r"[「『][^「」『』\n]{2,60}[」』]")
_VALUE = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|[¥￥]\s?\d[\d,]*|\d[\d,]*(?:\.\d+)?(?:[〜～~]\d+(?:\.\d+)?)?"
    r"(?:か月|ヶ月|カ月|月|週間|時間|分半|分間|年間|日間|営業日|ポイント|パーセント|種類|目盛り|回目|度目|割引|円玉"
    r"|mm|cm|kg|mg|ml|mL|g|L|℃|[%％回度秒分日年円個本枚袋箱杯点割倍足着冊缶つ人])?"
)


def typed_values(written: Sequence[WrittenParagraph], letter: Letter) -> list[Finding]:
    """A finding for every number, amount, price and date that stands in a written paragraph outside a slot.

    written: as the model wrote it, with its slots.    letter: the same, filled; findings quote its paragraphs. Names in quotation
    marks are the lock's own matter, and a number may be part of one.
    """
    found = []
    said = "\n".join(p.text for p in letter.paragraphs)
    for quote in dict.fromkeys(value for p in written for value in _values(p.text)):
        if quote in said:
            why = f"「{quote}」が、差し込みを使わずに書かれています。資料の差し込みで書くか、省いてください。"
            found.append(Finding(CHECK, Severity.BLOCK, "body", (0, 0), quote, why))
    return found


def placed(findings: Iterable[Finding], body: str) -> list[Finding]:
    """The findings with the place of their quote in the finished text."""
    made = []
    for finding in findings:
        at = max(body.find(finding.quote), 0)
        span: Span = (at, at + len(finding.quote))
        made.append(Finding(finding.check, finding.severity, "body", span, finding.quote, finding.message))
    return made


def _values(text: str) -> Iterator[str]:
    bare = _NAMED.sub("「」", _MARK.sub("⟦⟧", text))
    plain = fold_width(bare)
    for match in _VALUE.finditer(plain.text):
        start, end = plain.span(*match.span())
        yield bare[start:end]
