"""Tell a change of style, which may become a rule, from a change of fact, season or person, which may not."""

import re
from functools import lru_cache

from agent.service.align_edits import TELLING, Word, words
from agent.service.reviewed_text import MASKS, ReviewedText

LONG_ENOUGH = 5
"""Characters from which a phrase without any telling word (させていただきます) is one all the same."""
FROM_FACTS = 0.6
"""Share of the new nouns that stand in what was known of products and customer: more, and the editor told a fact."""
SEASONAL = re.compile(
    r"[春夏秋冬](?!め)|梅雨|紅葉|新緑|桜|花見|師走|歳末|年末|年始|新年|正月|彼岸|盆|クリスマス|バレンタイン|猛暑|残暑|寒[いさくの波]|暑[いさくの]|冷え込|木枯|[初晩]冬|小春|霜|雪|"
    r"台風|連休|今日|本日|明日|昨日|今週|来週|先週|今月|来月|先月|今年|来年|昨年|月曜|火曜|水曜|木曜|金曜|土曜|日曜"
)
"""Words that are true on some days only."""
_PARTICLES = frozenset("でにをはがともへのや") | {"から", "まで", "より", "ので", "ても"}
"""Read alone, the dictionary takes some of them for a conjunction."""
_PUNCTUATION = re.compile(r"[、。，．,.！!？?…・~〜ー\s]+")


def is_style(before: str, after: str, text: ReviewedText) -> bool:
    """Whether a change says how the shop speaks rather than what is so.

    before, after: masked phrases, either may be empty.    text: the letter the change was made in.
    """
    if MASKS & set(before + after) or _PUNCTUATION.sub("", before) == _PUNCTUATION.sub("", after):
        return False
    if before and (before.strip("、。 ") == "" or (before[-1] in "、。" and not after.endswith(before[-1]))):
        return False
    if before and not (_whole(before) and _telling(before)):
        return False
    if SEASONAL.search(before + after):
        return False
    found = [*_words(before), *_words(after)]
    if any(word.proper for word in found) or _names_a_product(found, text):
        return False
    return not _tells_a_fact(before, after, text)


@lru_cache(maxsize=20_000)
def _words(phrase: str) -> tuple[Word, ...]:
    return tuple(words(phrase)) if phrase else ()


def _whole(phrase: str) -> bool:
    """Begins and ends with words, not in the middle of a clause; long enough not to stand in other words by chance."""
    inner = phrase.strip()
    if inner != phrase or phrase[0] in "、。！？!?・" or phrase[-1] in "！？!?":
        return False
    first = _words(phrase)[0]
    if first.part in ("助詞", "助動詞", "接尾辞", "補助記号") or first.text in _PARTICLES:
        return False
    return len(phrase) > 2 or bool(re.search(r"[一-龥]", phrase) and len(phrase) > 1)


def _telling(phrase: str) -> bool:
    return len(phrase) >= LONG_ENOUGH or any(word.part in TELLING for word in _words(phrase))


def _names_a_product(found: list[Word], text: ReviewedText) -> bool:
    titles = "".join(text.titles)
    return any(word.part == "名詞" and len(word.text) > 1 and word.text in titles for word in found)


def _tells_a_fact(before: str, after: str, text: ReviewedText) -> bool:
    """New nouns that the shop's texts of this product, or a note on this customer, hold."""
    old = {word.text for word in _words(before)}
    new = {w.text for w in _words(after) if w.part == "名詞" and len(w.text) > 1 and w.text not in old}
    if not new or not text.facts:
        return False
    known = "".join(text.facts)
    return sum(word in known for word in new) > FROM_FACTS * len(new)
