"""Which colours does a customer choose again and again, as product names and variants tell?"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from agent.domain.history import LineRecord, OrderRecord

ORDERS_NEEDED = 2
"""A colour chosen once is a purchase, not a taste."""

SHARE_NEEDED = 0.3
"""Share of the orders with any colour in which it was chosen."""

MOST = 3

VARIANT_WEIGHT = 2
"""A variant is what they chose; a title is what the product is called."""

SIZE = re.compile(
    r"(?:[sml]|[x2-5]{1,3}[sl]|free|フリー|f|\d{1,3}(?:\.\d)?(?:cm|センチ|号|サイズ)?)", re.IGNORECASE
)
SEPARATORS = re.compile(r"[\s/・,、()（）\[\]【】「」『』|×+＋:;＆&~〜_\-]+")


def favourite_colours(orders: Sequence[OrderRecord]) -> tuple[str, ...]:
    """Up to three colours, by their Japanese names, chosen in at least two of these orders and in three of ten coloured ones."""
    in_orders: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    coloured = 0
    for order in orders:
        chosen: set[str] = set()
        for line in order.lines:
            if line.quantity > 0:
                for colour, heavy in line_colours(line).items():
                    chosen.add(colour)
                    weight[colour] += heavy
        in_orders.update(chosen)
        coloured += bool(chosen)
    liked = [c for c, n in in_orders.items() if n >= ORDERS_NEEDED and n >= SHARE_NEEDED * coloured]
    return tuple(sorted(liked, key=lambda c: (-in_orders[c], -weight[c], c))[:MOST])


def line_colours(line: LineRecord) -> dict[str, int]:
    """The colours a line's variant names, else its title's, with their weight. Food has none: its colour words are kinds and tastes."""
    return dict(_colours(line.title, line.variant or "", line.category or ""))


@lru_cache(4096)  # the same products come up in order after order
def _colours(title: str, variant: str, category: str) -> tuple[tuple[str, int], ...]:
    title, variant, category = _fold(title), _fold(variant), _fold(category)
    if _eaten(title) or (variant not in _exact() and _eaten(variant)) or _eaten(category):
        return ()
    if found := variant_colours(variant):
        return tuple((colour, VARIANT_WEIGHT) for colour in found)
    return tuple((colour, 1) for colour in title_colours(title))


def variant_colours(variant: str) -> tuple[str, ...]:
    """Colours among a variant's parts: 「ダークネイビー / M」. Doubtful words (オレンジ, gold) count only beside a size."""
    parts = [part for part in SEPARATORS.split(_fold(variant)) if part]
    sized = any(SIZE.fullmatch(part) for part in parts)
    found = [colour for part in parts if (colour := _named(part, sized=sized))]
    return tuple(dict.fromkeys(found))


def title_colours(title: str) -> tuple[str, ...]:
    """Colours a title names as a word of its own: 「黒のワンピース」「リネンシャツ ネイビー」, never inside another (黒酢, 赤ちゃん)."""
    folded = _fold(title)
    for phrase in _words()["never"]:
        folded = folded.replace(phrase, " ")
    found = [colour for part in SEPARATORS.split(folded) if part for colour in _in_title(part)]
    return tuple(dict.fromkeys(found))


def _in_title(part: str) -> Iterable[str]:
    if colour := _named(part, sized=False):
        yield colour
        return
    for word, colour in _by_length():
        if word not in part or word in _doubtful():
            continue
        for at in re.finditer(re.escape(word), part):
            before, after = part[: at.start()], part[at.end() :]
            own_start = not before or _script(before[-1]) != _script(word[0])
            if (own_start or _long_katakana(word)) and (_free(word, after) or _worn(after)):
                yield colour
                return


def _free(word: str, after: str) -> bool:
    """True when nothing follows that could make it another word: an end, の, い before a noun (kanji colours), 色, or another script."""
    if not after or after[0] == "の" or after.startswith(("色", "系")):
        return True
    if _script(word[-1]) == "kanji":
        return after[0] == "い" and len(after) > 1 and word in "黒白青赤"
    return _script(after[0]) != _script(word[-1]) and _script(after[0]) != "kanji"


def _worn(after: str) -> bool:
    return any(after.startswith(thing) for thing in _words()["worn"])


def _named(part: str, *, sized: bool) -> str | None:
    """The colour a part as a whole names, shades and 色・系・カラー taken off."""
    bare = re.sub(r"(?:色|系|カラー)$", "", part) or part
    for candidate in (part, bare):
        if colour := _exact().get(candidate):
            return colour if sized or candidate not in _doubtful() else None
    for shade in _words()["shades"]:
        if bare.startswith(shade) and (colour := _exact().get(bare.removeprefix(shade).lstrip("い"))):
            return colour
    # アイスグレー, ミントグリーン: the last part of a katakana word is the colour
    for word, colour in _by_length():
        if (
            len(word) >= 3
            and _script(word[0]) == "katakana"
            and bare.endswith(word)
            and word not in _doubtful()
        ):
            return colour
    return None


def _long_katakana(word: str) -> bool:
    """Words that name the colour also at the end of a longer one: ミントグリーン."""
    return len(word) >= 3 and _script(word[0]) == "katakana"


def _eaten(text: str) -> bool:
    """True for food and drink, unless it is something to wear or carry that only sounds like it (牛革バッグ)."""
    if any(thing in text for thing in _words()["worn"]):
        return False
    latin = set(re.findall(r"[a-z]+", text))
    return any(
        (word in latin or f"{word}s" in latin) if word.isascii() else word in text
        for word in _words()["eaten"]
    )


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "")
    if name.startswith("KATAKANA") or sign == "ー":
        return "katakana"
    if name.startswith("HIRAGANA"):
        return "hiragana"
    return "kanji" if name.startswith("CJK") else "latin" if sign.isascii() and sign.isalpha() else "other"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _words() -> dict[str, list[str]]:
    read = json.loads((Path(__file__).parent / "colours.json").read_text(encoding="utf-8"))
    return {name: [_fold(word) for word in read[name]] for name in ("shades", "worn", "eaten", "never")}


@cache
def _exact() -> dict[str, str]:
    read = json.loads((Path(__file__).parent / "colours.json").read_text(encoding="utf-8"))
    return {_fold(word): colour for colour, words in read["colours"].items() for word in words}


@cache
def _doubtful() -> frozenset[str]:
    read = json.loads((Path(__file__).parent / "colours.json").read_text(encoding="utf-8"))
    return frozenset(_fold(word) for words in read["doubtful"].values() for word in words)


@cache
def _by_length() -> tuple[tuple[str, str], ...]:
    """Words, longest first, so that 紺 does not win over 濃紺."""
    return tuple(sorted(_exact().items(), key=lambda pair: -len(pair[0])))
