"""Find effects that are only hinted at: a food for those whose blood pressure worries them, a testimonial of changed skin."""

import re
from collections.abc import Iterator, Set

from agent.domain.finding import Finding
from agent.domain.product_class import ALCOHOL, COSMETIC, FOOD, OTHER, QUASI_DRUG
from evals.checks.effect_claims import promises_nothing
from evals.checks.law_scope import eats
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

_BY_A_FACT = re.compile(r"^[^。\n]{0,16}?(?:でかふぇ|かふぇいん(?:れす|なし|ぜろ|を)|のんかふぇいん)")
"""眠りが気になる方にはデカフェ: what is in it, no effect."""
_NOT_FOR_THEM = re.compile(
    r"^[^。\n]{0,30}?(?:お?控え|お?避け|ご?遠慮|ご?注意|ご?相談|向き?ま?せん|不向き|お?すすめ(?:でき|し(?:てい)?ま?せ|はし))"
)
_NOTIFIED = re.compile(r"届出|機能性表示|特定保健用|とくほ")
_DENIED = re.compile(r"^[^。\n]{0,24}?(?:ではありません(?!か)|ではございません(?!か)|ものでは|わけでは)")


_TASTED = re.compile(r"召し?上が|めしあが|飲[みむん]|食べ|一杯|おやつ|こーひー|珈琲|お茶|紅茶|ごはん")
"""Words, in hiragana, by which a draft itself says that its product is eaten or drunk."""


def find_hints(reading: Reading, kinds: Set[str], check: str) -> Iterator[Finding]:
    """One finding for each hint. kinds: legal classes of the products the draft speaks of (`kinds_of`)."""
    tags = set()
    eaten = bool(kinds & {FOOD, ALCOHOL}) or eats(reading)
    if eaten or (OTHER in kinds and _TASTED.search(reading.body.spelling.text)):
        tags.add("eaten")
    if kinds & {COSMETIC, QUASI_DRUG}:
        tags.add("cosmetic")
    notified = "\n".join(p.spelling for p in reading.known.products if _NOTIFIED.search(p.spelling))

    def hints(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        if phrase.tag not in tags:
            return False
        after = text.spelling.text[match.end() : match.end() + 40]
        if _BY_A_FACT.match(after) or _NOT_FOR_THEM.match(after) or _DENIED.match(after):
            return False
        start, end = text.plain_place(match.start()), text.plain_place(match.end() - 1) + 1
        first, last = text.sentence_span(start)
        if promises_nothing(text.said[first:last], text.said[end:last]):
            return False
        # A notified or approved product may name whom it is for, in the words of its notice.
        return match.group()[:6] not in notified

    yield from find_phrases(check, reading.fields, load_phrases("effect_hints", spelling=True), accept=hints)
