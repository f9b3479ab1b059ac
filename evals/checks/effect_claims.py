"""Find effects told in other words: a trouble and its going, a part and its change, a strength regained (*.lemmas)."""

import re
from collections.abc import Iterator

from agent.domain.occasion import Occasion
from agent.domain.product_class import ALCOHOL, COSMETIC, FOOD, OTHER, QUASI_DRUG
from evals.checks.law_scope import eats, kinds_of
from evals.checks.lemma_rules import Match, find_matches, load_rules
from evals.checks.lemmas import NOT, Sentence, sentences_of
from evals.checks.reading import FieldText, Reading

_WISH = re.compile(
    r"ますよう(?!に(?:なり|なる|なっ))|祈|願って|ご自愛|お大事|お気をつけ|お変わり|お過ごし|お見舞い|ご無理|無理をなさ|無理のない|ご静養"
)
"""Greetings: nothing is promised."""
_ADVICE = re.compile(
    r"(?:中止|おやめ|お?止め|お?控え|ご?相談|お?休み|受診|避けて|お避け|ご遠慮|ご?注意|お確かめ|ご確認)[^。]{0,24}(?:ください|下さい|ませ|ます|お願い|まで)|個人差|目的とした(?:もの|食品)"
)
"""What to do when a product does not agree with somebody."""
_DENIED = re.compile(
    r"(?:ではありません(?!か)|ではございません(?!か)|わけではあり|ものではあり|ことはあり?ません|とは限りません|とは限らず|できません|わけではなく|お約束(?:は|でき)|申し上げ(?:られ|るこ))"
)
_ASKED = re.compile(
    r"(?:とのこと|とおっしゃ|と(?:お)?(?:伺|うかが|聞)|お悩み|ご相談|お気になさ|お知らせ(?:いただ|くださ)|お書き(?:いただ|くださ)|書いてくださ|お聞かせ|教えてくださ)"
)
"""What the customer told us; no claim when the facts have it."""
_QUESTION = re.compile(
    r"(?<!のではない)(?<!のではありません)(?:でしょう|です|ます|ました|ません)か[。?]?\s*$"
)
_AFTERWARDS = re.compile(r"その後|先日|いかが|その節|うかが|伺")
"""A question after a trouble the shop knows of."""
_ENDS_ASKING = re.compile(r"[ぁ-ん]{0,14}か[。?]?\s*$")
_IF = re.compile(
    r"^(?:な?ければ|たら|る?まで|るとき|ないとき|ない(?:場合|よう(?:です|でし|な[らと]))|ましたら|るようでしたら|るよう(?:に)?(?:でき|作))"
)
_STORED = re.compile(r"保管|保存|冷蔵|冷凍|室温|常温|置き場|場所に|場所で")
"""Where a product is kept: 冷えすぎない場所 is no cold body."""
_OF_COLOUR = re.compile(
    r"(?:[赤黒青黄白緑茶]|くす)み(?:の|が|を)[^。、\n]{0,14}(?:色|カラー|トーン|茶|紫|藍|朱|釉|染|ブラウン|レッド|オレンジ|ピンク)"
)
"""赤みのある落ち着いた色 is a colour."""
_FEEL = re.compile(r"肌(?:ざわり|触り|当たり|あたり)")
"""肌ざわり is the feel of cloth or paper, not the skin."""
_OF_THINGS = re.compile(
    r"生地|布|シャツ|衣類|洗濯|革|木[目地製]|器|うつわ|食器|畳|床|壁|鍋|包丁|刃|靴底|ソール|茶葉|豆|果|実|皮ごと|苗|株|葉|花|土|根|タオル|糸|毛糸|羽毛|ふとん|布団カバー|紙|インク|ペン|香り|風味|味|画面|電池|モーター"
)
"""Things that also have creases, cracks, stains and marks."""


def find_effects(reading: Reading) -> Iterator[tuple[FieldText, Match]]:
    """Each claim with its field: the legal classes of the products named decide which patterns count."""
    kinds = kinds_of(reading)
    tags = {"body"} if kinds else set()
    if kinds & {COSMETIC, QUASI_DRUG}:
        tags.add("skin")
    if kinds & {FOOD, ALCOHOL} or eats(reading):
        tags.add("eaten")
    if tags == {"body"} and OTHER not in kinds:
        return
    rules = load_rules("effect_claims")
    for text in reading.fields:
        for sentence in sentences_of(text):
            for match in find_matches(sentence, rules):
                if match.pattern.tag in tags and _is_claim(reading, sentence, match):
                    yield text, match


def promises_nothing(sentence: str, after: str) -> bool:
    """True for advice to somebody whom a product does not suit, and for a question after a trouble the shop knows of.

    after: what of the sentence follows the words in doubt; the question must ask of just these.
    """
    asks = _ENDS_ASKING.match(after) and _AFTERWARDS.search(sentence) and _QUESTION.search(sentence)
    return bool(_ADVICE.search(sentence) or asks)


def is_colour_or_feel(sentence: str, start: int, end: int) -> bool:
    """True when the words at [start, end) speak of a colour (赤みのある落ち着いた色) or of how a thing feels (肌ざわりが戻る)."""
    words = sentence[start:end]
    if _FEEL.search(words) and "肌" not in _FEEL.sub("", words):
        return True
    return any(found.start() < end and start < found.end() for found in _OF_COLOUR.finditer(sentence))


_FITS = re.compile(
    r"(?:収まり|納まり|おさまり|座り|すわり|フィット|掛かり|かかり)(?:が|も)?(?:よ|良)|(?:曲げ|締め|ゆるみ|緩み)具合"
)
"""How a thing sits on the body is no effect on it."""


def _is_claim(reading: Reading, sentence: Sentence, match: Match) -> bool:
    said = sentence.text
    after = said[match.end - sentence.start :]
    if _WISH.search(said) or _DENIED.search(after) or _IF.match(after) or promises_nothing(said, after):
        return False
    following = sentence.words[match.words[1] : match.words[1] + 2]
    if following[:1] in (("見える",), ("難い",), ("にくい",), ("辛い",), ("づらい",)):
        return False
    if following[:1] == (NOT,) and following[1:] != ("成る",):
        return False
    if _QUESTION.search(said) and (
        reading.occasion is Occasion.SERVICE_RECOVERY or _is_known(reading, match, sentence)
    ):
        return False
    if _ASKED.search(after[:30]) and _is_known(reading, match, sentence):
        return False
    if "冷え" in said[match.start - sentence.start : match.end - sentence.start] and _STORED.search(said):
        return False
    if _FITS.search(said[match.start - sentence.start : match.end - sentence.start + 8]):
        return False
    if is_colour_or_feel(said, match.start - sentence.start, match.end - sentence.start):
        return False
    around = said[max(0, match.start - sentence.start - 12) : match.end - sentence.start + 4]
    return not (match.pattern.tag != "eaten" and _OF_THINGS.search(around))


def _is_known(reading: Reading, match: Match, sentence: Sentence) -> bool:
    """True when the customer spoke of the first thing of the match."""
    start, end = sentence.places[match.words[0]]
    return sentence.text[start - sentence.start : end - sentence.start] in reading.known.customer
