"""Compare the products a draft says the customer bought with the facts."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.fold import spelled
from evals.checks.knowledge import KnownProduct
from evals.checks.product_mentions import ProductMention, product_mentions
from evals.checks.reading import FieldText, Reading

_BOUGHT_AFTER = re.compile(
    r"^[」』]?(?:\d+\s*\w{1,3})?(?:を|は|も|、|の|まで|など)?(?:[^。!?\n、]{0,10}、?)?(?:ご|お)?(?:購入|求め"
    r"|注文|買い?(?:上げ|求め|物)|選び|迎え|愛[用飲読]|使い)(?:に)?"
    r"(?!いただ(?:く|け[ばるまれ]|きます(?:と|よう)|きた[いく]))(?:いただ|頂|くださ|下さ|になった|になられた"
    r"|なさった|の(?:方|お客)|いた)(?:い|き|っ|け)?(?:た|まし|て(?:い|お|から|以来|ありが)|、|後|ありが|だ|り)"
)
_BOUGHT_BEFORE = re.compile(
    r"(?:購入|求め|注文|買い?(?:上げ|求め)|選び|迎え|届け)(?:に)?(?:いただ(?:い|き|け)|頂い?|くださっ|になっ"
    r"|なさっ|し(?:た|まし)|いたしまし|の)(?:ております|ています|ていた|ました|た)?(?:商品の?|お品の?|、)?[「『]?$"
)
_PAST = re.compile(
    r"(?:前回|先日|先月|先週|昨年|以前|この(?:間|たび|度)|今回|昨日|いつも(?:の)?)(?:は|に|の|も)?(?:、)?[「『]?$"
)
_USED = re.compile(
    r"^[」』]?(?:の(?:その後|使い心地|お味|味|お加減|調子|着心地|履き心地|香り|挽き|使い勝手|減り)"
    r"|は(?:、)?(?:その後|いかが|もう|お手元|そろそろ))"
)
_HOW_IS_IT = re.compile(
    r"^[」』]?(?:の(?:お?(?:[一-鿿ぁ-ん]{1,3}心地|お味|減り具合|減り)|その後の?ご?様子"
    r"|お加減)(?:は|の?ほうは)?、?(?:その後、?)?(?:いかが|どう|お変わり|お気に召)"
    r"|は、?(?:もう|その後|さっそく|早速)、?[^。!?\n、]{0,12}(?:まし|でしょう|いかが)|(?:も|は)順調でしょう)"
)
"""Only what somebody has can be asked after."""
_WISH = re.compile(
    r"(?:いかがでしょうか。?$|お試し|おすすめ|ご一緒|合わせて|新しく|新作|新商品|発売|入荷|よろしければ|ぜひ|ご覧)"
)


def find_purchases(reading: Reading, check: str) -> Iterator[Finding]:
    """Products of the catalogue told as bought that no fact names; and quoted products nobody sells."""
    bought = spelled(reading.known.customer)
    if not bought:
        return
    recovers = reading.occasion is Occasion.SERVICE_RECOVERY
    for text in reading.fields:
        for mention in product_mentions(reading, text):
            if _is_told_as_bought(text, mention, recovers=recovers) and not _is_among(
                mention, reading, bought
            ):
                why = f"「{mention.product.title}」をご購入された記録がありません。商品名を確かめて直してください。"
                yield text.find(check, mention.start, mention.end, why)
        yield from _quoted(reading, text, check)


_USUAL = re.compile(r"(?:いつもの|ご愛用の|お使いの)[「『]?$")
_HARMED = re.compile(
    r"^[」』]?(?:の[^。、\n]{1,8})?(?:が|に|は)[^。、\n]{0,10}(?:不足|足り|割れ|傷|キズ|汚れ|破損|壊れ|遅れ|欠け|ゆが|違っ|不具合|漏れ)"
)
"""What went wrong with a product, in an apology: the customer must have it."""
_SORRY = re.compile(r"申し訳|お詫び|おわび|ご迷惑|ご不便")


def _is_told_as_bought(text: FieldText, mention: ProductMention, *, recovers: bool) -> bool:
    first, last = text.sentence_span(mention.start)
    apologises = recovers and _SORRY.search(text.said[first:last]) is not None
    after, before = text.said[mention.end : last], text.said[max(0, mention.start - 40) : mention.start]
    before = before.rsplit("。", 1)[-1]
    if _BOUGHT_AFTER.match(after) and not re.match(r"^[」』]?(?:に|と)(?:合|似|あ)", after):
        return True
    if _BOUGHT_BEFORE.search(before):
        return True
    if _HOW_IS_IT.match(after) or _USUAL.search(before):
        return True
    if apologises and _HARMED.match(after):
        return True
    return bool(_USED.match(after)) and (bool(_PAST.search(before)) or "その後" in after[:14])


def _is_among(mention: ProductMention, reading: Reading, bought: str) -> bool:
    """True when the facts name the product: by its title, its name, or most of it."""
    names = [spelled(mention.product.title), *mention.product.cores, *mention.product.nicknames]
    others = [p for p in reading.known.products if p.id != mention.product.id]
    if any(name in bought and not _means_another(name, others, bought) for name in names):
        return True
    if any(name in bought for other in others for name in (spelled(other.title), *other.cores)):
        return any(
            _shared(name, bought) >= max(3, (len(name) + 1) * 2 // 3)
            for name in mention.product.cores
            if not _means_another(name, others, bought)
        )
    return any(_shared(name, bought) >= max(2, len(name) // 3) for name in (*mention.product.cores, names[0]))


def _means_another(name: str, others: list[KnownProduct], bought: str) -> bool:
    """True when the name is only part of a longer title which the facts name: 「沢音 53」 inside 渓流竿「沢音 53」."""
    titles = [other for product in others for other in (spelled(product.title), *product.cores)]
    return any(len(title) > len(name) and name in title and title in bought for title in titles)


def _shared(name: str, bought: str) -> int:
    """Length of the longest part of a name that the facts contain."""
    for size in range(len(name), 1, -1):
        if any(name[start : start + size] in bought for start in range(len(name) - size + 1)):
            return size
    return 0


_QUOTED = re.compile(r"[「『]([^」』\n]{2,30})[」』]")


def _quoted(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """「…」 told as bought that stands nowhere in the context."""
    known = reading.known.spelling
    for match in _QUOTED.finditer(text.said):
        _, last = text.sentence_span(match.start())
        before = text.said[max(0, match.start() - 30) : match.start()]
        told = _BOUGHT_AFTER.match(text.said[match.end() : last]) or _BOUGHT_BEFORE.search(before)
        name = spelled(match[1])
        if told and name not in known and _shared(name, known) < max(3, len(name) // 2):
            yield text.find(
                check, *match.span(1), "ご購入の記録にない商品名です。記録を確かめて直してください。"
            )
