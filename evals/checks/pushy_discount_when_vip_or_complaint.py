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
    r"^[^。\n]{0,4}(?:より(?:も|は)?[^。\n]{0,24}(?:お書き|おっしゃ|伺|お話|お聞かせ)|(?:を|は|も)?(?:お?好(?:まれ|みで)|お?使いにな|お?望みで|苦手|お嫌い))"
    r"|^[^。\n]{0,26}(?:では(?:なく|ありません|ございません)|は(?:ありません|ございません)|(?:お付け|いた|お送り|ご案内|し)(?:し|いたし|して(?:おり|い))?(?:ません|ない(?:と|よう))"
    r"|ていません|ておりません|を?使わ|なし|ではない|不要|一切|控え|遠慮|抜きで|には及び|必要(?:は|も)(?:ござい|あり)ません)"
)
_REFUND = re.compile(
    r"返金|返品|交換|お取り?替え(?!.{0,12}(?:差額|追加))|差額(?!\d|で[^。\n]{0,4}(?:お?求め|ご?購入|お?買い|いかが))|ご?返送|再送|無償|お詫びの(?:しるし|印|品)"
)
_MISHAP = re.compile(
    r"^[^。\n]{0,18}(?:使え(?:な|ず|ません)|適用|反映|もれ|漏れ|エラー|表示|誤|間違|効か|届いて(?:い|お)?な|付いて(?:い|お)?な)"
)
"""The coupon or sale that the complaint is about."""
_BOUGHT = re.compile(
    r"^[^。\n]{0,6}(?:いただ(?:いた|き(?:まし|、)|いて)|くださ(?:った|いまし|り)|頂(?:いた|き|いて)|の(?:お?品|お?茶|[一-鿿ァ-ヴー]{1,8}(?:が|は|を|に|で))|にな(?:った|りまし))"
)


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
        if phrase.tag in ("upsell", "offer") and not complaint:
            return False
        if phrase.tag == "bundle" and _BOUGHT.search(text.said[match.end() :]):
            return False
        if _is_excused(text, match, complaint=complaint):
            return False
        if any(match.group() in title for title in (p.title for p in reading.known.products)):
            return False
        if phrase.tag == "discount":
            return dislikes or not grants_price
        if phrase.tag == "haste" and not complaint:
            return "ぜひ" not in match.group()
        return True

    yield from find_phrases(CHECK, reading.fields, load_phrases("pushy_selling"), accept=is_selling)


def _is_excused(text: FieldText, match: re.Match[str], *, complaint: bool) -> bool:
    """True when the words deny a reward, or tell of the remedy or of what went wrong."""
    start, end = text.sentence_span(match.start())
    after = text.said[match.end() : max(end, match.end())]
    if _DENIES.search(after):
        return True
    return complaint and bool(_REFUND.search(text.said[start:end]) or _MISHAP.search(after))
