"""Which values may a sentence state, and how do a model's slots become words? The model names the slot, code says the value.

A slot is ⟦F2.product⟧: the evidence it comes from, and what it is. Kinds: product, date, price, number (an amount with its
unit). A second value of the same kind is ⟦P1.number2⟧. Small models write slots loosely; what can only mean one is read as it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.chains.spoken_name import spoken_name

MOST_OF_A_KIND = {"product": 5, "date": 3, "price": 3, "number": 9}
"""Slots of one kind for one piece of evidence: an order names five products; of a text's numbers a prompt shows the few its plan needs."""
REWARD_SLOT = "REWARD"
"""⟦REWARD⟧ stands for everything the policy says about what it grants."""
_KINDS = {
    "product": "product",
    "title": "product",
    "name": "product",
    "品": "product",
    "品名": "product",
    "商品": "product",
    "商品名": "product",
    "date": "date",
    "day": "date",
    "日": "date",
    "日付": "date",
    "price": "price",
    "額": "price",
    "価格": "price",
    "金額": "price",
    "number": "number",
    "count": "number",
    "amount": "number",
    "数": "number",
    "数字": "number",
}
_SLOT = re.compile(
    r"[⟦〚\[{【〔]{1,2}[ 　]*([FPＦＰfp][0-9０-９]{1,3})[ 　]*"
    r"[.．・:：_\-][ 　]*([A-Za-z]+|[一-龥]{1,3})[ 　]*([0-9]?)[ 　]*[⟧〛\]}】〕]{1,2}"
)
_NAMED = re.compile(r"[⟦〚\[{【〔]{1,2}[ 　]*(REWARD|COUPON)[ 　]*[⟧〛\]}】〕]{1,2}", re.I)
_QUOTED = re.compile(r"『([^』]{1,120})』")
_DATE = re.compile(r"(?:\d{4}年)?(\d{1,2}月\d{1,2}日)(?:（[月火水木金土日]）)?")
_YEAR = re.compile(r"\d{4}年(?:\d{1,2}月)?")
_PRICE = re.compile(r"[¥￥]\s?\d[\d,]*|\d[\d,]*\s?円(?![玉形筒])")
_NUMBER = re.compile(
    r"(?<![\d,.A-Za-z#\-])\d[\d,]*(?:\.\d+)?(?:[〜～~]\d+(?:\.\d+)?)?"
    r"(?:年あまり|分半|円玉|ポイント|パーセント|種類|週間|か月|ヶ月|カ月|時間|分間|年間|日間|目盛り|割引|営業日|回目"
    r"|[%％回度秒分日年月個本枚袋箱杯点割倍足着冊缶]|mm|cm|kg|mg|ml|mL|g|L|℃)(?![A-Za-z])"
)
_QUANTITY = re.compile(r"を\d+(?:点|個|セット)(?=ご購入|ご注文|、|ほか)(?:ほか\d+品)?")
_FORM = re.compile(r"[ 　](?:豆|粉|[極細中粗]{1,2}挽き|本体)$")
"""What an order line says for the packer: a shopkeeper says 朝凪, not 朝凪 豆."""
_DROPS_NI = ("本日", "昨日", "先日")
_AFTER_A_DAY = tuple("にのはもかよまへでと。」）)")


@dataclass(frozen=True, slots=True)
class Slot:
    """A value with its name. name: F2.product.    words: what code will say for it."""

    name: str
    words: str

    @property
    def mark(self) -> str:
        """As a model writes it."""
        return f"⟦{self.name}⟧"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its slots said. used: names of the slots, in order of appearance."""

    text: str
    used: tuple[str, ...]


def slots_of(
    sheet_id: str, text: str, *, when: str = "", product: str = "", grants: bool = True
) -> tuple[Slot, ...]:
    """The values of one piece of evidence. when: the words for its day, empty without one.

    product: title of the product a passage is about.    grants: False for somebody's own words, which grant no price.
    """
    titles = [*([product] if product else []), *_QUOTED.findall(text)]
    products = list(dict.fromkeys(name for title in titles if (name := _FORM.sub("", spoken_name(title)))))
    plain = _QUANTITY.sub("", _QUOTED.sub("", text))
    dates = [when] if when else _DATE.findall(plain)
    plain = _YEAR.sub("", _DATE.sub("", plain))
    prices = _PRICE.findall(plain) if grants else []
    numbers = _NUMBER.findall(_PRICE.sub("", plain))
    found = (("product", products), ("date", dates), ("price", prices), ("number", numbers))
    return tuple(
        Slot(f"{sheet_id}.{kind}{n if n > 1 else ''}", words.strip())
        for kind, values in found
        for n, words in enumerate(list(dict.fromkeys(values))[: MOST_OF_A_KIND[kind]], start=1)
    )


def fill_slots(text: str, words: Mapping[str, str]) -> Filled:
    """Say every slot that `words` knows, with the particles and brackets the words take; leave the others as slots."""
    made: list[str] = []
    used: list[str] = []
    end = 0
    for match in _SLOT.finditer(text):
        name = _name_of(match)
        if match.start() < end or name is None:
            continue
        before, after = text[end : match.start()], text[match.end() :]
        said = words.get(name)
        if said is None:
            made += [before, f"⟦{name}⟧"]
            end = match.end()
            continue
        used.append(name)
        said, skip = _in_place(name.split(".")[1].rstrip("12345"), said, "".join(made) + before, after)
        made += [before, said]
        end = match.end() + skip
    return Filled("".join(made) + text[end:], tuple(used))


def named_marks(text: str) -> str:
    """⟦REWARD⟧ and ⟦COUPON⟧ in whatever brackets a model wrote them."""
    return _NAMED.sub(lambda m: f"⟦{m[1].upper()}⟧", text)


def sources_of(used: Sequence[str]) -> tuple[str, ...]:
    """The evidence that slots come from: F2, P1 …, without repeats."""
    return tuple(dict.fromkeys(name.split(".")[0] for name in used))


def _name_of(match: re.Match[str]) -> str | None:
    kind = _KINDS.get(match[2].casefold())
    if kind is None:
        return None
    sheet = unicodedata.normalize("NFKC", match[1]).upper()
    number = match[3] if match[3] not in ("", "0", "1") else ""
    return f"{sheet}.{kind}{number}"


def _in_place(kind: str, said: str, before: str, after: str) -> tuple[str, int]:
    """The words as they stand here, and how many characters after the slot they make superfluous."""
    if kind == "product":
        quoted = before.endswith(("「", "『")) and after.startswith(("」", "』"))
        return (said, 0) if quoted else (f"「{said}」", 0)
    if kind == "date":
        if said in _DROPS_NI:
            return said, int(after.startswith("に") and not after.startswith(("には", "にも")))
        bare = not after or after.startswith(_AFTER_A_DAY)
        return (said, 0) if bare else (f"{said}に", 0)
    unit = re.sub(r"^[¥￥\d,.〜～~\s]+", "", said)
    if kind == "price" and not unit:
        said, unit = re.sub(r"^[¥￥]\s?", "", said) + "円", "円"
    return said, len(unit) if unit and after.startswith(unit) else 0
