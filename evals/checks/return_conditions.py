"""Find returns or exchanges promised for used or opened goods, where every policy takes back only unused or unopened ones."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ledger import ledger_of
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


def find_return_conditions(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """外で着たあとでも交換します, where the policy exchanges unused goods only."""
    lines = [
        line
        for line in re.split(r"[\n。]", ledger_of(reading.context).policies.text)
        if _TAKES_BACK.search(line)
    ]
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
