"""Does a draft give away a service that policies or facts put a price on (削り直しは1回1,650円)?"""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.reading import FieldText, Reading

_PRICED = re.compile(
    r"(?P<what>[一-鿿ァ-ヴー][一-鿿ァ-ヴーぁ-ん]{1,9}?)(?:の?(?:工賃|料金|手数料|代金?))?(?:は|が|:)[^。、\n]{0,10}?\d[\d,]*円"
)
_FREE = re.compile(
    r"無料|無償|(?<![\d,])0円|タダで|サービスで|お代は(?:いただき|かかり)ません|料金は(?:いただき|かかり)ません"
)
_DENIED = re.compile(r"ではあり|ではござい|ではな|でき(?:ま?せ|な)|かね|以上|未満|条件|場合は")
_NO_SERVICE = re.compile(r"送料|配送|配達|手数料|注文|購入|合計|代引|カタログ|税|商品|お?品")
_WHY = "有料のもの（{line}）を無料と述べています。記録のとおりに直してください。"


def find_priced_services(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """削り直しを無料で where a source prices it and none frees it. Shipping has a check of its own."""
    if not _FREE.search(text.said):
        return
    lines = [*reading.known.policies, *(fact for p in reading.known.products for fact in p.texts[1:])]
    for line in lines:
        priced = _PRICED.search(line)
        if priced is None or _FREE.search(line) or _NO_SERVICE.search(priced["what"]):
            continue
        what = re.sub(r"[はがをのにで]+$", "", priced["what"])
        if len(what) < 2 or any(what in other and _FREE.search(other) for other in lines):
            continue
        if what in reading.known.offer:
            continue
        for start, end in text.sentences:
            sentence = text.said[start:end]
            free = _FREE.search(sentence)
            if free and what in sentence and not _DENIED.search(sentence):
                yield text.find(check, start + free.start(), start + free.end(), _WHY.format(line=line[:24]))
