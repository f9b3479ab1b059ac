"""Find tastes turned round: told as liked, where the facts say disliked."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.reading import Reading

_DISLIKED_FACT = re.compile(
    r"(?P<what>[^。、\n「」]{2,16}?)(?:が|は|も)(?:[^。、\n]{0,8})?(?:苦手|嫌い|きらい|避け|控え|合わな|食べられ|飲めな|だめ|NG|好きではな|好みではな)|(?P<less>[一-鿿々ァ-ヴー]{2,8})(?:入り|の)?より[^。、\n]{1,20}(?:が|を|のほうが)好"
)
_SAYS_LIKED = re.compile(r"お好き(?!な(?:方|お客|人|場合))|お好み|お気に入り|ご愛用|お気に召し")
_TURNED = re.compile(r"苦手|避け|控え|でない|ではな|少な|弱|抑え|なし|無|ない|ません|入ら|より")
_NO_TASTE = frozenset(("お客", "商品", "香り", "強い", "普段", "最近", "当店", "場合"))
_WHY = "お客さまの記録では、お好きではないものです。記録を確かめて直してください。"


def find_turned_tastes(reading: Reading, check: str) -> Iterator[Finding]:
    """酸味がお好き of somebody whose facts say 酸味が強い豆は苦手."""
    disliked = {
        word
        for match in _DISLIKED_FACT.finditer(reading.known.customer)
        for word in re.findall(r"[一-鿿々]{2,}|[ァ-ヴー]{2,}", match["what"] or match["less"])
        if word not in _NO_TASTE
    }
    for text, start, sentence in reading.sentences() if disliked else ():
        liked = _SAYS_LIKED.search(sentence)
        if liked is None or _TURNED.search(sentence[: liked.start()]):
            continue
        for word in sorted(disliked):
            place = sentence.find(word)
            if 0 <= place < liked.end():
                yield text.find(check, start + place, start + place + len(word), _WHY)
