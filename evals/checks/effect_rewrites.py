"""Say a permitted thing in the place of a claim: the whole clause, bent as the claim was, by what the product is."""

import re
from dataclasses import replace

from agent.domain.finding import Finding
from agent.domain.product_class import COSMETIC, FOOD
from evals.checks.law_scope import eats, kinds_of
from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_LONGEST = 60
_ENDING = re.compile(
    r"(?P<verb>[ぁ-ん]{0,6}?)(?P<form>ます(?=[。！!♪、\n]|ので|から|よ|ね|し、|が、|$)|ました(?=[。！!♪、\n]|ので|から|よ|ね|が、|$)|まして(?=、)"
    r"|て(?=、)|る(?=[一-鿿ァ-ヴ]|ので|から|と(?:評判|の|、))|た(?=[一-鿿ァ-ヴ]|ので|との))"
    r"|(?P<plain>[ぁ-ん]{0,6}?)[うくすつぬむぐぶ](?=[一-鿿ァ-ヴ]|ので|から|と(?:評判|の|、))|(?P<pause>[ぁ-ん]{0,4}?)(?=、)"
)
"""How a claim ends: 消え|ます, 高め|る|コーヒー, 治り|まして、. A dictionary form of any verb becomes one of the new verb."""
_OWN_ENDING = re.compile(r"(?:ます|ました|まして|[てるた])$")
_BEGINS = re.compile(
    r"^.*(?:[。、\n！!？?「『 　]|(?<=[一-鿿ァ-ヴーA-Za-z」])(?:は|も|で|なら)|れば|えば|せば|けば)",
    re.DOTALL,
)
_TOLD_OF_SOMEBODY = ("ました", "まして", "た")
"""What already happened to somebody is a testimonial: no other words make it lawful."""
_BEFORE = re.compile(r"[一-鿿々ぁ-んァ-ヴー・]{0,12}")
_HAIR = re.compile(r"しゃんぷー|とりーとめんと|こんでぃしょなー|へあ|髪|頭皮")
_LIPS = re.compile(r"りっぷ|唇|口紅")
_WASH = re.compile(r"石けん|石鹸|せっけん|そーぷ|洗顔|くれんじんぐ|ぼでぃうぉっしゅ")


def effect_rewrite(reading: Reading, text: FieldText, finding: Finding) -> Finding | None:
    """The finding widened to its clause, with a permitted clause for it; None where none fits both law and grammar."""
    stem = _stem(reading, text, finding)
    if stem is None:
        return None
    raw, (start, end) = text.raw, finding.span
    form = _form(raw, start, end)
    if form is None or form[0] in _TOLD_OF_SOMEBODY:
        return None
    ending, end = form
    line = raw[max(0, start - 80) : start]
    begins = _BEGINS.match(line)
    before = line[begins.end() :] if begins else line
    if not _BEFORE.fullmatch(before) or (len(line) == 80 and not begins):
        return None
    start -= len(before)
    if end - start > _LONGEST:
        return None
    return replace(finding, span=(start, end), quote=raw[start:end], suggestion=stem + ending)


def _form(raw: str, start: int, end: int) -> tuple[str, int] | None:
    """The ending for a verb such as 与え, and where the claim's own ending stops."""
    if own := _OWN_ENDING.search(raw, start, end):
        since = own.start()
        found = _ENDING.match(raw, since)
        if found and found["form"] and not found["verb"]:
            return found["form"], found.end()
    found = _ENDING.match(raw, end)
    if found is None:
        return None
    if found["form"]:
        return found["form"], found.end()
    return ("る", found.end()) if found["plain"] is not None else ("", found.end())


def _stem(reading: Reading, text: FieldText, finding: Finding) -> str | None:
    """What may be said of the product spoken of, up to the verb's ending."""
    place = next((at for at, since in enumerate(text.plain.starts) if since >= finding.span[0]), 0)
    first, last = text.sentence_span(place)
    named = [m.product for m in product_mentions(reading, text) if first <= m.start < last]
    products = named or [p for p in reading.known.products if p.kind in kinds_of(reading)]
    kinds = {product.kind for product in products}
    if eats(reading):
        return None
    if kinds == {FOOD}:
        return "毎日お楽しみいただけ"
    if kinds != {COSMETIC}:
        return None
    if all(_HAIR.search(product.spelling) for product in products):
        return "毛髪にうるおいを与え"
    if all(_LIPS.search(product.spelling) for product in products):
        return "唇にうるおいを与え"
    if any(pattern.search(product.spelling) for pattern in (_HAIR, _LIPS, _WASH) for product in products):
        return None
    return "お肌にうるおいを与え"
