"""Find selling by price or bundle to a VIP who dislikes it, or to a customer who complained (vip, service_recovery)."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "pushy_discount_when_vip_or_complaint"

_DISLIKES = re.compile(
    r"(?:クーポン|割引|セール|値引|特価|お得|ディスカウント)[^。\n]{0,24}(?:使(?:わ|った(?:こと|の)が?な|用(?:歴|なし|したこと))|利用(?:し(?:た|て)|歴|なし|0|な|がな)|好ま|苦手|嫌|不要|反応(?:し|が?な)|興味(?:が|は)?な|ない|なし|0回|無関心|お断り|控え)|(?:定価|正価|通常価格)(?:で|での)"
)
_DENIES = re.compile(
    r"(?:では(?:なく|ありません|ございません)|は(?:ありません|ございません|お付けし|いたしません|していません|お送りし)|を?使わ|なし|ではない|不要|一切)"
)
_REFUND = re.compile(r"返金|返品|交換|お取り?替え|差額|ご返送|再送|無償|お詫びの(?:しるし|印|品)")


def find(reading: Reading) -> Iterator[Finding]:
    """Nothing outside the two occasions; a refund, a replacement, or the reward the policy granted is no selling."""
    if reading.occasion not in (Occasion.VIP, Occasion.SERVICE_RECOVERY):
        return
    complaint = reading.occasion is Occasion.SERVICE_RECOVERY
    dislikes = bool(_DISLIKES.search(reading.known.customer))
    granted = reading.known.offer
    grants_price = bool(
        re.search(r"クーポン|coupon|割引|discount|%|円|ポイント|point|OFF", granted, re.IGNORECASE)
    )

    def is_selling(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        sentence = text.sentence_at(match.start())
        if _DENIES.search(text.said[match.end() : match.end() + 12]) or (
            complaint and _REFUND.search(sentence)
        ):
            return False
        if any(match.group() in title for title in (p.title for p in reading.known.products)):
            return False
        if phrase.tag == "discount":
            return dislikes or not grants_price
        if phrase.tag == "haste" and not complaint:
            return "ぜひ" not in match.group()
        return True

    yield from find_phrases(CHECK, reading.fields, load_phrases("pushy_selling"), accept=is_selling)
