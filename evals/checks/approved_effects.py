"""Which effects the shop may state: a quasi-drug's approved effect in its own words, a notified function whole, with its scope."""

import re
from collections.abc import Iterator
from functools import lru_cache

from agent.domain.product_class import QUASI_DRUG
from evals.checks.fold import spelled
from evals.checks.knowledge import Knowledge, KnownProduct
from evals.checks.lemmas import sentences_of, words_of
from evals.checks.reading import FieldText, Reading

_FUNCTION = re.compile(r"(?:には|は|[。:「」\n]|^)、?([^。:「」\n]{4,90}?(?:機能|働き))(?=が|を|性|$)")
"""In a notified text: what stands between 「〜には、」 and 「機能」, whom it is for included."""
_SAID_FUNCTION = re.compile(r"[^。「」\n\x00]{2,80}?機能(?=が|を|も|で|に|の|、)")
_NOTIFIED = re.compile(r"届出|機能性表示")
_ADDS_NOTHING = "、 事 こと 方 物 もの これから 此れ 毎日 日々 季節 朝 夜 朝晩 薬用 お手入れ"
_JOINS = frozenset(_ADDS_NOTHING.split())
"""Words that add no effect: これからのしみを防ぐ is prevention, 今あるしみ is not."""


def is_approved(reading: Reading, text: FieldText, span: tuple[int, int]) -> bool:
    """True when the words at [from, to) of `said` are all of an approved effect, or lie in a notified function quoted whole."""
    if any(start <= span[0] and span[1] <= end for start, end in _quoted(reading, text)):
        return True
    approved = _approved_words(reading.known)
    if not approved:
        return False
    words = {
        word
        for sentence in sentences_of(text)
        for word, (start, end) in zip(sentence.words, sentence.places, strict=True)
        if start < span[1] and span[0] < end
    }
    return bool(words) and words - _JOINS <= approved


def misquoted(reading: Reading) -> Iterator[tuple[FieldText, int, int]]:
    """Places, in `said`, that state a notified function otherwise than notified: without its scope, or with more in it."""
    functions = _functions(reading.known)
    if not functions:
        return
    notified = {word for function in functions for word in words_of(function)} - _JOINS - {"機能", "働き"}
    for text in reading.fields:
        quoted = _quoted(reading, text)
        for found in _SAID_FUNCTION.finditer(text.said):
            if any(start < found.end() <= end for start, end in quoted) or _is_verbatim(
                reading.known, found.group()
            ):
                continue
            if len(notified.intersection(words_of(found.group()))) >= 2:
                yield text, *found.span()


def _is_verbatim(known: Knowledge, words: str) -> bool:
    """True when a notified text has a sentence that begins with just these words."""
    bare = spelled(words.strip())
    return any(
        mark + bare in product.spelling
        for product in known.products
        if _NOTIFIED.search(product.spelling)
        for mark in ("。", "「", ":", "\n")
    )


def _quoted(reading: Reading, text: FieldText) -> list[tuple[int, int]]:
    """Where the draft quotes a notified function whole, in `said`."""
    spans: list[tuple[int, int]] = []
    for function in _functions(reading.known):
        place = text.spelling.text.find(function)
        while place >= 0:
            spans.append((text.plain_place(place), text.plain_place(place + len(function) - 1) + 1))
            place = text.spelling.text.find(function, place + 1)
    return spans


@lru_cache(maxsize=64)
def _functions(known: Knowledge) -> tuple[str, ...]:
    """The notified functions of the products, spelled."""
    return tuple(
        spelled(found[1])
        for product in known.products
        if any(_NOTIFIED.search(text) for text in product.texts)
        for text in product.texts[1:]
        for found in _FUNCTION.finditer(text)
    )


@lru_cache(maxsize=64)
def _approved_words(known: Knowledge) -> frozenset[str]:
    """Content words of the titles and facts of quasi-drugs."""
    return frozenset(
        word
        for product in known.products
        if _is_quasi(product)
        for t in product.texts
        for word in words_of(t)
    )


def _is_quasi(product: KnownProduct) -> bool:
    return product.kind == QUASI_DRUG
