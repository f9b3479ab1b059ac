"""Tell which words of a text say something: nouns, verbs and adjectives, by their normal form, without the small change."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from sudachipy import Morpheme

from evals.checks.morphemes import morphemes

_KANJI = re.compile(r"[一-鿿々]")
_SPEAKING = frozenset({"名詞", "動詞", "形容詞", "形状詞"})
_SILENT = frozenset({"数詞", "副詞可能", "助動詞語幹", "非自立可能"})
"""Kinds of words that tell no topic: numbers, 昨日, よう. Numbers and dates have checks of their own."""
_LONGEST = 4_000
"""Code points that are read; facts and sentences are far shorter, and SudachiPy refuses very long texts."""


@dataclass(frozen=True, slots=True)
class Word:
    """A speaking word at [start, end). form: its normal form (柔らかい for やわらかい); reading: in katakana."""

    surface: str
    form: str
    reading: str
    start: int
    end: int
    is_verb: bool


@dataclass(frozen=True)
class Vocabulary:
    """What some texts speak of: forms and readings of their words, their kanji, and the texts themselves."""

    forms: frozenset[str]
    readings: frozenset[str]
    kanji: frozenset[str]
    text: str

    def has(self, word: Word) -> bool:
        """True when the texts have the word, the same word otherwise written, or all its kanji."""
        if word.form in self.forms or word.reading in self.readings or word.surface in self.text:
            return True
        kanji = _KANJI.findall(word.surface)
        if kanji:
            return all(sign in self.kanji or sign in small_words() for sign in kanji)
        return len(word.surface) > 2 and word.surface[:-1] in self.text


@cache
def small_words() -> frozenset[str]:
    """Words any shop uses of any customer (lexicon/small_words.txt): by surface or normal form."""
    text = (files("evals.checks.lexicon") / "small_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1024)
def content_words(text: str) -> tuple[Word, ...]:
    """The speaking words of a text, in order, small words left out."""
    small = small_words()
    return tuple(word for word in _speaking(text) if word.surface not in small and word.form not in small)


@lru_cache(maxsize=256)
def all_words(text: str) -> tuple[Word, ...]:
    """Every word of a text, in order."""
    return tuple(_word(morpheme) for morpheme in morphemes(text[:_LONGEST]))


@lru_cache(maxsize=256)
def vocabulary_of(text: str) -> Vocabulary:
    """Everything a text (of facts) says. Line by line: lines of policies and products stand in many customers' texts."""
    forms: set[str] = set()
    readings: set[str] = set()
    for line in text[:_LONGEST].split("\n"):
        said, spoken = _line(line)
        forms |= said
        readings |= spoken
    return Vocabulary(frozenset(forms), frozenset(readings), frozenset(_KANJI.findall(text)), text)


@lru_cache(maxsize=8192)
def _line(line: str) -> tuple[frozenset[str], frozenset[str]]:
    """Forms and readings of the words of one line."""
    found = [(morpheme.normalized_form(), morpheme.reading_form()) for morpheme in morphemes(line)]
    return (
        frozenset(form for form, _ in found),
        frozenset(reading for _, reading in found if len(reading) > 2),
    )


def _speaking(text: str) -> list[Word]:
    found: list[Word] = []
    for morpheme in morphemes(text[:_LONGEST]):
        part = morpheme.part_of_speech()
        is_suffix = part[0] == "接尾辞"
        if part[0] not in _SPEAKING or is_suffix or _SILENT.intersection(part[1:3]):
            continue
        found.append(_word(morpheme))
    return found


def _word(morpheme: Morpheme) -> Word:
    return Word(
        morpheme.surface(),
        morpheme.normalized_form(),
        morpheme.reading_form(),
        morpheme.begin(),
        morpheme.end(),
        morpheme.part_of_speech()[0] == "動詞",
    )
