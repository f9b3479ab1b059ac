"""Is a promise of free shipping true: by the offer, by a policy and its limit, or because the fault was ours?"""

import re

from agent.domain.occasion import Occasion
from evals.checks import quantities as q
from evals.checks.ledger import Ledger
from evals.checks.product_mentions import product_mentions
from evals.checks.quantities import quantities
from evals.checks.reading import FieldText, Reading

FREE_SHIPPING = re.compile(
    r"送料(?:分)?(?:は|が|も|を)?(?:、)?(?:当店(?:が|で|の)?(?:負担|持)|無料|0円|お?サービス|タダ|ただに|いただきません|かかりません|頂きません|"
    r"頂戴(?:いた)?しません|不要|こちら(?:で|が|の)?(?:負担|持))|無料(?:配送|で(?:お届け|発送|配送))"
)
"""Shipping promised at no cost."""
_OURS = re.compile(r"(?:無料|無償)で(?:送|お送り|再送|交換|お届け)|送料(?:は|も)?当店")
"""A policy by which the shop makes good at its own cost."""
_LIMITS = re.compile(r"(?:\(税込\))?(?:の[^。、]{0,8})?(?:以上|を超え|から|未満)")
"""After an amount: it is a limit, not what shipping costs (送料は660円、11,000円以上で無料)."""
_THEIRS = re.compile(
    r"送料[^。、]{0,6}お客(?:様|さま)[^。、]{0,4}負担|お客(?:様|さま)[^。、]{0,6}送料[^。、]{0,4}負担"
)
"""A policy by which the customer pays: no ground for the contrary."""
_LOOKS_BACK = 160
"""Code points before the promise in which a return or exchange may be what is sent."""


def free_shipping_is_true(reading: Reading, ledger: Ledger, text: FieldText, place: int) -> bool:
    """By offer, by policy without limit, by policy under the limit it names, or for a return."""
    sentence = text.sentence_at(place)
    returns = re.search(
        r"返(?:品|送|し|却)|交換|お直し|取り?替え|着払い|代わり(?:の|に)|再送|送り直|作り直|焼き直|新しい(?:もの|品|お品)",
        text.said[max(0, place - _LOOKS_BACK) : place] + sentence,
    )
    if re.search(
        r"送料(?:が|は|を|の)?(?:\d+円)?(?:を|は|が)?(?:当店(?:が|で|の)?|こちら(?:が|で|の)?)?(?:無料|0円|負担|サービス|いただ|返金)|無料(?:配送|発送|で)|着払い",
        ledger.offer.text + ledger.records.text,
    ):
        return True
    amounts = {found.value for found in quantities(sentence) if found.kind == q.YEN}
    if reading.occasion is Occasion.SERVICE_RECOVERY and (returns or _OURS.search(ledger.policies.text)):
        return True
    for line in re.split(r"[\n。]", ledger.policies.text):
        if not re.search(r"送料|配送料", line) or not re.search(
            r"無料|負担|0円|いただ(?:き|い)(?:ません|ておりません)", line
        ):
            continue
        if _THEIRS.search(line):
            continue
        if re.search(r"返品|返送|交換|不良|初期|誤り|当店の都合", line):
            if returns:
                return True
            continue
        yen = [found for found in quantities(line) if found.kind == q.YEN]
        limits = {found.value for found in yen if _LIMITS.match(line, found.end)} or {
            one.value for one in yen
        }
        if not (limits and re.search(r"以上|を超え|から|未満", line)):
            return True
        if any(amount >= min(limits) or amount in limits for amount in amounts):
            return True
        if _costs_enough(reading, text, place, min(limits)):
            return True
        if re.search(r"対象|条件|あと|超え|場合|円(?:\(税込\))?以上", sentence):
            return True
    return bool(returns and re.search(r"当店(?:が)?負担|着払い", ledger.policies.text))


def _costs_enough(reading: Reading, text: FieldText, place: int, limit: float) -> bool:
    """True when one piece of each product meant reaches the policy's limit: those the sentence names, else the message, else all."""
    named = product_mentions(reading, text)
    first, last = text.sentence_span(place)
    meant = [mention.product for mention in named if first <= mention.start < last] or [
        mention.product for mention in named
    ]
    prices = [product.price_yen for product in meant or reading.known.products]
    return bool(prices) and all(price is not None and price >= limit for price in prices)
