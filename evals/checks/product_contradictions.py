"""Find what a draft says of a product against its facts: another roast or taste, another amount of water or time."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.customer_statements import sibling_groups
from evals.checks.knowledge import KnownProduct
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading

_OF_PRODUCTS = frozenset({"roast", "taste", "width"})
"""Groups of words of which a product has one: 深煎り is not 浅煎り."""
_PREPARED = re.compile(
    r"お湯|熱湯|水(?=[\dで出にの、])|冷水|牛乳|蒸ら|抽出|冷蔵庫?(?:で|に)|煮|ゆで|茹で|焼(?:く|き|い)|温め|浸|プッシュ|大さじ|小さじ"
)
"""Words beside which a measure is an instruction."""
_UNITS = frozenset(["ml", "mL", "ML", "cc", "度", "分", "秒", "時間", "プッシュ", "L", "リットル"])
_WHY = "商品の記録と違う内容です。記録に合わせて直してください。"


def find_contradictions(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Words that exclude the product's own, then numbers of an instruction that the facts give otherwise."""
    named = product_mentions(reading, text)
    for start, end in text.sentences:
        inside = {m.product.id: m.product for m in named if start <= m.start < end}
        before = [m.product for m in named if m.start < start]
        meant = (
            next(iter(inside.values())) if len(inside) == 1 else before[-1] if before and not inside else None
        )
        if meant is None and len(reading.known.products) == 1:
            meant = reading.known.products[0]
        if meant is None:
            continue
        if inside:
            yield from _siblings(reading, text, start, end, meant, check)
        yield from _instructions(reading, text, start, end, meant, check)


def _siblings(
    reading: Reading, text: FieldText, start: int, end: int, product: KnownProduct, check: str
) -> Iterator[Finding]:
    facts, sentence = "\n".join(product.texts), text.said[start:end]
    if re.search(r"お好き|お好み|苦手|合わせ|比べ|より|ほか|別", sentence):
        return
    for name, members in sibling_groups():
        if name not in _OF_PRODUCTS:
            continue
        own = [word for member in members for word in member if word in facts]
        for word in (word for member in members for word in member):
            place = sentence.find(word)
            if (
                place < 0
                or not own
                or word in facts
                or any(word in longer and longer in sentence for longer in own)
            ):
                continue
            if word not in reading.known.customer:
                yield text.find(check, start + place, start + place + len(word), _WHY)


def _instructions(
    reading: Reading, text: FieldText, start: int, end: int, product: KnownProduct, check: str
) -> Iterator[Finding]:
    """水200mL where the facts have 水100mL: the same word beside the same unit, another number."""
    sentence = text.said[start:end]
    if not _PREPARED.search(sentence):
        return
    told = {
        (k.value, k.unit)
        for source in (reading.known.customer, *reading.known.policies)
        for k in quantities(source)
    }
    for found in quantities(sentence):
        if found.kind != q.MEASURE or found.unit not in _UNITS or (found.value, found.unit) in told:
            continue
        words = set(_PREPARED.findall(sentence[max(0, found.start - 12) : found.end + 8]))
        lines = [line for line in product.texts[1:] if any(word in line for word in words)]
        values = {known.value for line in lines for known in quantities(line) if known.unit == found.unit}
        if (
            values
            and found.value not in values
            and not found.is_rough
            and f"{found.value:g}" not in reading.known.everything
        ):
            yield text.find(check, start + found.start, start + found.end, _WHY)
