"""Find a message that offers alcohol without saying that nobody under 20 may drink it (二十歳未満の者の飲酒防止に関する表示基準)."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding, Severity
from agent.domain.occasion import Occasion
from agent.domain.product_class import ALCOHOL, ALCOHOL_NOTICE
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import Reading

_NOTICE = re.compile(
    r"(?:20|二十|２０)\s*歳(?:未満|に満たない|以上|になって)[^。\n]{0,30}(?:禁|販売|いたしません|しません|できません|飲酒|対象|限|お?断り|ご?遠慮)"
    r"|未成年(?:者)?[^。\n]{0,20}(?:禁|販売(?:いた)?しません|できません|お断り)|お酒は(?:20|二十)歳"
)
_NO_OFFER = frozenset({Occasion.SERVICE_RECOVERY, Occasion.REVIEW_REQUEST, Occasion.THANK_YOU})
"""An apology, a question and thanks for what was bought advertise nothing."""


def find_missing_notice(reading: Reading, check: str) -> Iterator[Finding]:
    """At most one finding, where a product of alcohol is named and the notice is missing; for a person, never by itself a block.

    The shop's own letters carry the notice by themselves (`assemble_message`); texts from elsewhere may have it in a part
    that the gate is not shown, such as a banner.
    """
    if reading.occasion in _NO_OFFER or any(_NOTICE.search(text.plain.text) for text in reading.fields):
        return
    for text in reading.fields:
        for mention in product_mentions(reading, text):
            if mention.product.kind == ALCOHOL:
                why = f"お酒のご案内には「{ALCOHOL_NOTICE}」の表示が要ります。末尾に加えてください。"
                yield text.find(check, mention.start, mention.end, why, Severity.REVIEW)
                return
