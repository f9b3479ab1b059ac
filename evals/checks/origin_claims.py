"""Find places a draft gives as the origin of a product and no source names."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.lemmas import sentences_of
from evals.checks.place_names import is_named
from evals.checks.reading import FieldText, Reading

_FROM = re.compile(
    r"(?:都|道|府|県|市|町|村|州|地方|島|高原)?(?:産(?!地|業|後)|製(?!品)|生まれ|育ち|直送|から(?:直|取り寄せ|届|仕入|譲)|"
    r"(?:の|で|にある)[^。、\n]{0,12}?(?:畑|農園|農家|農場|牧場|茶園|果樹園|ふもと|麓|山|森|海|湖|川|沖|湧|水|土|窯|窯元|タンナー|メーカー|紡績|機屋|製材所|醸造|酒造|製作所|漁協|農協|市場|工房|工場|蔵|職人|[一-鿿]師|匠|鍛冶|問屋|作家|老舗|杜氏|漁師|港|"
    r"採れ|とれた|獲れ|摘|育|焼|織|編|染|縫|仕込|作ら|つくら|造ら|仕立|加工|搾|絞|鞣|なめ|漉|打|鍛|挽|煎|醸|蒸|炊|干|水揚))"
)
_NO_ORIGIN = re.compile(
    r"お住まい|お住い|ご旅行|旅|お祭り|へお届け|まで(?:お届け|発送)|お越し|お店|店舗|催事|イベント|空の下"
)
_WHY = "商品の記録にない産地です。記録にある内容に直すか、外してください。"


def find_origins(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """安曇野の畑で採れた, 比叡山のふもとの湧き水, where neither context nor the shop's address names that place."""
    known = reading.known.everything + reading.context.shop.address + reading.context.shop.name
    for sentence in sentences_of(text):
        for start, end in sentence.geography:
            name = text.said[start:end]
            stem = re.sub(r"(?<=..)(?:都|府|県|州|市|町|村|山|島)$", "", name)
            if len(name) < 2 or stem in known or is_named(name, known) or not _FROM.match(text.said, end):
                continue
            if not _NO_ORIGIN.search(sentence.text):
                yield text.find(check, start, end, _WHY)
