"""Find amounts of money that are not the catalogue's, nor follow from it."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import permutations

from agent.domain.finding import Finding
from evals.checks import quantities as q
from evals.checks.ledger import Ledger, ledger_of
from evals.checks.numerals import number
from evals.checks.price_arithmetic import fees_each, follows
from evals.checks.product_mentions import ProductMention, product_mentions
from evals.checks.quantities import Quantity, quantities
from evals.checks.reading import FieldText, Reading

CHECK = "wrong_price"

_REWARD_AFTER = re.compile(
    r"(?:分)?(?:の|を)?\s*(?:お)?(?:OFF|オフ|引|割引|値引|クーポン|相当|分|ポイント|キャッシュバック|ギフト券|商品券|お買い?物券|プレゼント|進呈|還元|券|割り?引)",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(
    r"\s*(?:\(税込\)\s*)?(?:以上|を超え|未満|以下|以内|から(?:送料|配送|お使い|ご利用|使え|適用|対象)|で送料)"
)
_SUM = re.compile(
    r"合計|合わせ|あわせ|セット|計|両方|ふたつ|みっつ|よっつ|(?:[2-9]|[二三四五六])つ|添え|足し|足す|加え|になります|になり|ですと|でしたら|だと|[2-9]点|[2-9]本|[2-9]個|[2-9]袋|[2-9]枚|[2-9]箱|\d+(?:個|本|袋|箱|枚|点|缶|足)(?:なら|で|と)|お品代|お会計|全部|まとめ|送料込|×|総額|一緒|と.{2,20}で"
)
_DIFFERENCE = re.compile(
    r"差額?|お?得(?!意)|割安|お?安|求めやす|手頃|違い|違う|高[いく]|浮|節約|上乗せ|より|下が|上が|少な"
)
_CHANGE = re.compile(r"(?:札)?(?:で|から)(?:も)?(?:、)?(?:おつり|お釣り)")
"""5千円でおつり is no sum to be reached."""
_MISSING = re.compile(r"あと|足りな|足ら|追加|プラス|残り|不足|加え|届")
_REDUCED = re.compile(
    r"クーポン|適用|割引|オフ|OFF|引き|優待|特別|コード|値引|お値引|特典|ご利用", re.IGNORECASE
)
_EACH = re.compile(r"あたり|当たり|換算|につき|1(?:杯|回|日|枚|個|本|粒|食|包)")
_COMPARED = re.compile(
    r"より|比べ|差|従来|前回|違い|合わせ|合計|あわせ|セット|送料|手数料|引|OFF|オフ", re.IGNORECASE
)


def find(reading: Reading) -> Iterator[Finding]:
    """Amounts of the catalogue, shipping and customer; rewards and their limits belong to the offer's check."""
    ledger = ledger_of(reading.context)
    for text in reading.fields:
        named = product_mentions(reading, text)
        for amount in quantities(text.said):
            if amount.kind != q.YEN or amount.value == 0 or is_reward_or_limit(text, amount):
                continue
            product = _named_before(text, amount, named)
            strays = product is not None and _belongs_to_another(ledger, text, amount, product)
            is_odd = strays or not is_known(ledger, text, amount)
            gives_change = _CHANGE.match(text.said, amount.end)
            if _is_wrong_multiple(ledger, text, amount) or (
                is_odd
                and (
                    strays
                    or gives_change
                    or not follows(reading, ledger, text, amount, partial(is_known, ledger, text))
                )
            ):
                yield text.find(CHECK, amount.start, amount.end, _why(ledger, product))


def is_reward_or_limit(text: FieldText, amount: Quantity) -> bool:
    """True for 500円OFF, 500円分のクーポン, 5,000円以上: the terms of an offer or policy."""
    return bool(_REWARD_AFTER.match(text.said, amount.end) or _LIMIT_AFTER.match(text.said, amount.end))


def is_known(ledger: Ledger, text: FieldText, amount: Quantity) -> bool:
    """True when the amount stands in the context or is a correct sum, difference, reduction or rounding of it."""
    value, sentence = amount.value, text.sentence_at(amount.start)
    if value in ledger.amounts:
        return True
    if amount.is_rough and any(abs(value - known) <= 0.05 * known for known in ledger.amounts):
        return True
    if _SUM.search(sentence) and value in ledger.sums:
        return True
    if _DIFFERENCE.search(sentence) and value in ledger.differences:
        return True
    if _MISSING.search(sentence) and value in ledger.shortfalls:
        return True
    if ledger.offer.text and _REDUCED.search(text.said) and value in ledger.reduced:
        return True
    if re.search(r"税抜|税別|本体", sentence) and value in ledger.untaxed:
        return True
    return bool(_EACH.search(sentence)) and _is_share(ledger, amount)


def _is_share(ledger: Ledger, amount: Quantity) -> bool:
    """1杯あたり約55円: the price of a product divided by a number that its title or facts contain."""
    slack = 0.08 if amount.is_rough else 0.02
    return any(
        abs(price / count - amount.value) <= max(1, slack * amount.value)
        for product_id, price in ledger.prices.items()
        for count in ledger.own_counts[product_id]
    )


def _named_before(text: FieldText, amount: Quantity, named: list[ProductMention]) -> ProductMention | None:
    """The product an amount speaks of: the last one named before it in its sentence, with no amount in between."""
    start, end = text.sentence_span(amount.start)
    inside = [mention for mention in named if start <= mention.start < end]
    before = [mention for mention in inside if mention.end <= amount.start]
    if before:
        between = text.said[before[-1].end : amount.start]
        return before[-1] if len(between) <= 24 and "円" not in between else None
    if inside or "円" in text.said[start : amount.start]:
        return None
    sole = {mention.product.id: mention for mention in named if mention.end <= start}
    return next(iter(sole.values())) if len(sole) == 1 and _tells_price(text, amount) else None


def _tells_price(text: FieldText, amount: Quantity) -> bool:
    """True for 200g入り864円 and 1点864円です: the price of what was spoken of, no sum, no fee, no gift."""
    sentence = text.sentence_at(amount.start)
    return (
        not _SUM.search(sentence)
        and not _COMPARED.search(sentence)
        and not re.search(
            r"もう|ほか|他|別|こちら|新|次|追加|ご一緒|も(?:、)?\d|のし|包装|箱代|ポイント|クーポン", sentence
        )
    )


def _belongs_to_another(ledger: Ledger, text: FieldText, amount: Quantity, mention: ProductMention) -> bool:
    """True when a product is given the price of another one."""
    own = ledger.prices.get(mention.product.id)
    if own is None or amount.value == own or amount.value in ledger.own_amounts[mention.product.id]:
        return False
    if _COMPARED.search(text.said[min(mention.end, amount.start) : amount.start].rsplit("。", 1)[-1]):
        return False
    others = [price for product_id, price in ledger.prices.items() if product_id != mention.product.id]
    return amount.value in others


_TIMES = re.compile(
    r"(?P<count>\d{1,2}|[二三四五六七八九十]|ふた|みっ|よっ)(?:点|本|個|袋|箱|枚|つ|缶|足|瓶|パック|冊|客)(?:セット)?"
    r"(?:で|ですと|なら|でしたら|だと|の場合は?|のご?(?:注文|購入)で|の?合計(?:は|で)?|まとめて|のお値段(?:は|で)?)(?:、)?(?:合計|計|合わせて|あわせて|税込)?(?:で|は)?\s*$"
)
_MOST_PRICES, _MOST_COUNTS = 8, 3
"""So many prices and counts of one sentence are put together, no more."""
_KANA_COUNT = {"ふた": 2.0, "みっ": 3.0, "よっ": 4.0}


def _is_wrong_multiple(ledger: Ledger, text: FieldText, amount: Quantity) -> bool:
    """3点で4,320円, where that is some price twice but none three times."""
    told = _TIMES.search(text.said[max(0, amount.start - 26) : amount.start])
    if told is None:
        return False
    count = _KANA_COUNT.get(told["count"]) or number(told["count"]) or 1
    prices, fees = set(ledger.prices.values()), {0.0, *ledger.fees}
    if count < 2 or amount.value in ledger.amounts | ledger.reduced or not prices:
        return False
    if any(price * count + fee == amount.value for price in prices for fee in fees):
        return False
    if any(fee * count == amount.value for fee in fees_each(ledger)):
        return False
    told_counts = _counts_before(text, amount)
    if len(told_counts) > 1 and amount.value in {
        sum(price * times for price, times in zip(chosen, told_counts, strict=True)) + fee
        for chosen in permutations(sorted(prices)[:_MOST_PRICES], len(told_counts))
        for fee in fees
    }:
        return False
    # まくら1個と…、カバーを2枚なら: one more of what the sentence spoke of before.
    first, _ = text.sentence_span(amount.start)
    if "と" in text.said[first : amount.start] and amount.value in {
        one * count + other + fee for one in prices for other in prices if one != other for fee in fees
    }:
        return False
    # Different products counted together come to that many prices in all.
    return not any(
        one * few + other * (count - few) + fee == amount.value
        for one in prices
        for other in prices
        for few in range(1, int(count))
        for fee in fees
    )


def _counts_before(text: FieldText, amount: Quantity) -> list[float]:
    """The counts of a sentence before an amount, from the amount before it on: 徳用を1袋と100gを2袋なら."""
    start, _ = text.sentence_span(amount.start)
    since = max(
        (one.end for one in quantities(text.said) if one.kind == q.YEN and one.end <= amount.start),
        default=0,
    )
    return [
        one.value
        for one in quantities(text.said)
        if one.kind == q.COUNT and max(start, since) <= one.start and one.end <= amount.start
    ][:_MOST_COUNTS]


def _why(ledger: Ledger, mention: ProductMention | None) -> str:
    own = ledger.prices.get(mention.product.id) if mention else None
    if mention is not None and own is not None:
        return f"「{mention.product.title}」の登録価格は{own:,.0f}円です。金額を直してください。"
    return "カタログや規約にない金額です。登録されている金額に直すか、金額を外してください。"
