"""Find statements on how and of what a product was made that no source backs."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.fold import spelled
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

_BY_CUSTOMER = re.compile(
    r"ください|くださ(?:った|り|って)|いただ(?:いた|いて|く|き|け)(?!た豆)|ご自(?:分|身)|ご自宅|お(?:庭|うち|宅|手もと)|ご家庭|拝見|お写真|"
    r"お聞か|おっしゃ|お話|伺|うかが|ましょう|でしょうか|ませんか|(?:(?<=[うくぐすつぬぶむる])と(?!ころ|き)|ば|たら)(?:、|、?[^。]{0,10}(?:です|ます))"
)
"""Sentences on what the customer makes or may do with the thing."""
_COMMON_WORDS = (
    "手間 時間 お茶 言葉 気持ち 思い 想い 心 お品 商品 品 もの お湯 水 油 少量 お手紙 お便り 写真 名前 箱 袋 包装 緩衝材 本 "
    "クーポン コード ポイント 道具 工夫 季節 旬 今年 去年 昨年 今季 新しい もの 全部 一部 両方"
)
_COMMON = frozenset(_COMMON_WORDS.split())


_SAME = ("寝熟", "煎焙", "搾絞", "摘収採", "干乾", "炊煮", "磨研", "編織", "焼窯", "漉紙", "鍛打")
"""Signs of one craft: 三年寝かせた is backed by 三年熟成."""


def find_making(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """一かせずつ手で染めたもの, 草木で染めた糸を使っています. Not in service recovery, where the shop tells what it did."""
    if reading.occasion is Occasion.SERVICE_RECOVERY and len(reading.known.products) == 0:
        return
    known, everything = reading.known.spelling, reading.known.everything

    def is_unknown(found: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        start, end = found.sentence_span(match.start())
        if _BY_CUSTOMER.search(found.said[start:end]) or match.group() in everything:
            return False
        if phrase.tag == "of":
            what = match["what"]
            name = spelled(what)
            pairs = [name[at : at + 2] for at in range(len(name) - 1)]
            if len(name) == 1:
                return what not in everything
            return what not in _COMMON and not any(pair in known for pair in pairs)
        kanji = re.search(r"[一-鿿](?=[^一-鿿]*$)|[一-鿿]", match.group())
        first = re.search(r"(?!一|手|毎|人|朝)[一-鿿]", match.group())
        sign = first or kanji
        return sign is not None and not any(
            same in everything
            for same in next((group for group in _SAME if sign.group() in group), sign.group())
        )

    yield from find_phrases(check, (text,), load_phrases("making_words"), accept=is_unknown)
