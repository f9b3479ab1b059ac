"""How a sentence of a draft ends: politely, plainly, or as an order. Read from its last morphemes."""

import re
from enum import StrEnum

from sudachipy import Morpheme

from evals.checks.morphemes import morphemes


class Ending(StrEnum):
    """polite: です・ます, a noun or a fragment. plain: a predicate without them. friendly: plain with ね, よ. order: imperative."""

    POLITE = "polite"
    PLAIN = "plain"
    FRIENDLY = "friendly"
    ORDER = "order"


_TAIL = 24
"""Code points of a sentence's end that are analysed: enough for the last predicate, short enough to be quick."""
_NO_WORD = re.compile(r"[\s。．.!！?？、,…♪♡♥☆★~〜ー)）」』\]】\x00\u200d\ufe0f\U0001f000-\U0001faff☀-➿]+$")
_POLITE_WORDS = frozenset(
    {"です", "ます", "ございます", "くださる", "下さる", "いらっしゃる", "なさる", "ござる", "ごらん"}
)
_FRIENDLY = frozenset(
    [
        "ね",
        "よ",
        "な",
        "さ",
        "わ",
        "ぞ",
        "ぜ",
        "の",
        "もん",
        "じゃん",
        "っけ",
        "ねえ",
        "なあ",
        "かな",
        "かしら",
        "って",
    ]
)
_GREETINGS = re.compile(
    r"(?:お帰り|おかえり|お休み|おやすみ|ごめん)なさい[ねよ]?$|あれ$|召し上がれ$|(?:お|ご)[一-鿿ぁ-ん]{1,8}[せめけれべえ]$"
)
_ASIDE = frozenset(["みる", "見る", "くる", "来る", "おく", "くれる", "いる", "もらう"])
"""Verbs after て that make a bare て a request among friends (見てみて, 待っていて); 心を込めて is none."""
_PREDICATES = frozenset({"動詞", "形容詞", "助動詞"})
_SURELY_POLITE = re.compile(
    r"(?:[いきしちにりびみぎじれせけてめべえげ]ま(?:す|した|せん|せんでした|しょう)|ください(?:ませ)?|で(?:す|した|しょう))$"
)
"""Ends that need no analysis. Not any ます: 励ます and 冷ます are plain verbs."""


def ending_of(sentence: str) -> Ending:
    """Judge the end of one sentence, its marks and emoji left aside.

    Fragments (お気をつけて, どうぞ, 朝に1プッシュ) are polite enough; あれば嬉しいな and また来てね are friendly talk.
    """
    bare = _NO_WORD.sub("", sentence)
    tail = bare[-_TAIL:].strip()
    if not tail or _SURELY_POLITE.search(tail):
        return Ending.POLITE
    found = [m for m in morphemes(tail) if m.part_of_speech()[0] not in ("補助記号", "空白", "記号")]
    friendly = bare.endswith(("かな", "かなあ", "かしら"))
    while found and found[-1].part_of_speech()[1] == "終助詞":
        friendly = friendly or found[-1].surface() in _FRIENDLY
        if found[-1].surface() in ("じゃん", "もん", "っけ"):
            return Ending.FRIENDLY
        found.pop()
    if not found:
        return Ending.POLITE
    ending = _judge(found, friendly=friendly)
    return Ending.POLITE if ending is Ending.ORDER and _GREETINGS.search(bare) else ending


def _judge(found: list[Morpheme], *, friendly: bool) -> Ending:
    last = found[-1]
    part = last.part_of_speech()
    chain = {m.dictionary_form() for m in _predicate(found)}
    if part[5].startswith("命令形") and (last.dictionary_form() == "なさる" or not chain & _POLITE_WORDS):
        return Ending.ORDER
    if chain & _POLITE_WORDS:
        return Ending.POLITE
    if part[1] == "接続助詞" and last.surface() in ("て", "で"):
        before = found[-2] if len(found) > 1 else last
        aside = before.dictionary_form() in _ASIDE and before.part_of_speech()[1] == "非自立可能"
        return Ending.FRIENDLY if friendly or (aside and len(found) > 2) else Ending.POLITE
    if friendly and part[0] == "名詞":
        return Ending.FRIENDLY
    if part[0] not in _PREDICATES or not part[5].startswith(("終止形", "連体形", "意志推量形")):
        return Ending.POLITE
    return Ending.FRIENDLY if friendly else Ending.PLAIN


def _predicate(found: list[Morpheme]) -> list[Morpheme]:
    """The last predicate's own morphemes: backwards over auxiliaries and て to its verb."""
    chain: list[Morpheme] = []
    for morpheme in reversed(found):
        part = morpheme.part_of_speech()
        joins = part[0] == "助動詞" or part[1] in ("非自立可能", "接続助詞")
        chain.append(morpheme)
        if not joins:
            break
    return chain
