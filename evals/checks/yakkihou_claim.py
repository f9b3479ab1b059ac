"""Find effects on body, skin or illness that the product may not claim (薬機法66-68条, 健康増進法65条)."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from agent.domain.finding import Finding, Severity
from agent.domain.product_class import ALCOHOL, COSMETIC, FOOD, OTHER, QUASI_DRUG
from evals.checks.alcohol_notice import find_missing_notice
from evals.checks.approved_effects import is_approved, misquoted
from evals.checks.effect_claims import find_effects, is_colour_or_feel, promises_nothing
from evals.checks.effect_hints import find_hints
from evals.checks.law_scope import SKIN, eats, kinds_of, title_spans
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "yakkihou_claim"

_OF_THINGS = re.compile(
    r"しみ|染み|しわ|皺|毛穴|黒ずみ|殺菌|除菌|抗菌|消毒|うぃるす|ういるす|細菌|りふと|赤み|くすみ|血行|元気"
)
"""What household goods, cloth and dishes also have."""
_INNOCENT = re.compile(
    r"お変わり|変わりな|変わらず|お気をつけ|ご自愛|お大事|崩され|召され|お過ごし|くださいませ|お祈り|願って|いかがお|ていますか|ていらっしゃいますか"
    r"|守られて|守って(?:くださ|おり|い)|防ぐため|届出|疾病の診断|乾燥による|味が|風味|香り|お湯|茶葉|生地|布|洗濯|干|あいろん|しゃつ"
)
"""Greetings, questions after somebody's health, and troubles of tea and cloth are no claims of the paraphrases."""
_WARNED = re.compile(
    r"おりません|お?控え|法律|ご遠慮|禁止|お?やめ|お断り|届かない|避け|しないで|なさらない|できません|ノンアルコール|成人(?:祝|式|の)|20歳になら|二十歳になら"
)
"""A warning, not an invitation."""
_MISQUOTED = "機能性の表示が届出と違います（健康増進法・食品表示法）。対象となる方もふくめ、届出表示をそのまま書いてください。"
_ASKED = re.compile(r"(?:とのこと|とおっしゃ|と伺|とうかが|お悩み|ご相談|気になるとの|とお聞き|でいらっしゃ)")
_NO_SUCH = re.compile(
    r"[^。、!?\n]{0,4}(?:もの|わけ|こと|効果|はたらき|働き)(?:で)?(?:は|も)(?:ありません|ございません|ないので|ないため)"
)
"""しみを消すものではありません: said to be untrue, so a person looks at it."""
_DENIED = re.compile(
    r"(?:ではありません(?!か)|ではございません(?!か)|わけではあり|ものではあり|を保証するもの|目的としたものでは|とは限りません|できません)"
)


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's rows, then paraphrases: a trouble, and near it a word of getting better."""
    yield from find_missing_notice(reading, CHECK)
    told: list[tuple[str, int, int]] = []
    permitted = {text.field: _permitted(reading, text) for text in reading.fields}
    for finding in find_rows(reading, CHECK):
        text = reading.text_of(finding.field)
        if text is not None and _is_inside(text, finding.span, permitted[text.field]):
            continue
        told.append((finding.field, *finding.span))
        if text is not None and _NO_SUCH.match(
            text.plain.text, bisect_left(text.plain.starts, finding.span[1])
        ):
            finding = replace(finding, severity=Severity.REVIEW)
        yield finding
    kinds = kinds_of(reading)
    only_things = kinds == {OTHER}
    eaten = bool(kinds & {FOOD, ALCOHOL}) or eats(reading)

    def is_claim(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        if phrase.tag == "cosmetic" and not kinds & {COSMETIC, QUASI_DRUG}:
            return False
        if phrase.tag == "eaten" and not eaten:
            return False
        if phrase.tag == "drink":
            return ALCOHOL in kinds and not _WARNED.search(text.sentence_at(text.plain_place(match.start())))
        if phrase.tag and _INNOCENT.search(text.spelling.text[max(0, match.start() - 8) : match.end() + 12]):
            return False
        words = match.group()
        start, end = match.span()
        place = text.plain_place(start)
        first, last = text.sentence_span(place)
        if promises_nothing(text.said[first:last], text.said[text.plain_place(end - 1) + 1 : last]):
            return False
        if is_colour_or_feel(text.said[first:last], place - first, text.plain_place(end - 1) + 1 - first):
            return False
        if any(since < end and start < to for since, to in permitted[text.field]):
            return False
        first, last = text.spelling.span(start, end)
        if any(text.field == field and first < to and since < last for field, since, to in told):
            return False
        rest = text.spelling.text[end : end + 40].split("。")[0]
        if _DENIED.search(rest) or (_ASKED.search(rest) and words in reading.known.spelling):
            return False
        if is_approved(reading, text, (text.plain_place(start), text.plain_place(end - 1) + 1)):
            return False
        around = text.spelling.text[max(0, start - 15) : end + 15]
        return not (only_things and _OF_THINGS.search(words) and not SKIN.search(around))

    for finding in find_phrases(CHECK, reading.fields, load_phrases(CHECK, spelling=True), accept=is_claim):
        told.append((finding.field, *finding.span))
        yield finding
    for text, match in find_effects(reading):
        first, last = text.plain.span(match.start, match.end)
        if any(text.field == field and first < to and since < last for field, since, to in told):
            continue
        if _is_touched(text, (first, last), permitted[text.field]):
            continue
        if is_approved(reading, text, (match.start, match.end)):
            continue
        told.append((text.field, first, last))
        yield text.find(CHECK, match.start, match.end, match.pattern.message, match.pattern.severity)
    for finding in find_hints(reading, kinds, CHECK):
        first, last = finding.span
        if not any(finding.field == field and first < to and since < last for field, since, to in told):
            told.append((finding.field, first, last))
            yield finding
    for text, start, end in misquoted(reading):
        first, last = text.plain.span(start, end)
        if not any(text.field == field and first < to and since < last for field, since, to in told):
            yield text.find(CHECK, start, end, _MISQUOTED)


def _permitted(reading: Reading, text: FieldText) -> list[tuple[int, int]]:
    """Places, in the spelled text, of words that may be said: permitted effects and product titles."""
    tested = any(word in reading.known.claims for word in ("効能評価", "試験済", "評価済"))
    spans = title_spans(reading, text)
    for phrase in load_phrases("permitted_effects", spelling=True):
        if phrase.tag != "tested" or tested:
            spans.extend(match.span() for match in phrase.pattern.finditer(text.spelling.text))
    return spans


def _is_touched(text: FieldText, span: tuple[int, int], permitted: list[tuple[int, int]]) -> bool:
    """True when a permitted wording reaches into a finding's place."""
    return any(
        first < span[1] and span[0] < last
        for first, last in (text.spelling.span(*place) for place in permitted)
    )


def _is_inside(text: FieldText, span: tuple[int, int], permitted: list[tuple[int, int]]) -> bool:
    """True when a finding's place lies within a permitted wording."""
    return any(
        first <= span[0] and span[1] <= last
        for first, last in (text.spelling.span(*place) for place in permitted)
    )
