"""Read sentences as their content words in one spelling: ふさがって, 塞がった and ふさがりました are the same word."""

from dataclasses import dataclass
from functools import lru_cache

from sudachipy import Morpheme

from evals.checks.morphemes import morphemes
from evals.checks.reading import FieldText

_DROPPED_PARTS = frozenset({"助詞", "助動詞", "空白", "記号", "接頭辞"})
_DROPPED = frozenset(
    {"ます", "居る", "為る", "頂く", "下さる", "くれる", "御", "様", "有る", "ござる", "です"}
)
"""Words that carry politeness or time, not the thing said."""
_AFTER_TE = frozenset({"来る", "行く", "仕舞う", "しまう", "おく", "見る", "みる", "貰う", "上げる"})
_NEGATIONS = frozenset({"ない", "無い", "ず", "ぬ", "まい", "なし", "無し"})
NOT = "ない"
_SAME = {"しみ": "染み", "しわ": "皺", "肌あれ": "肌荒れ", "手あれ": "手荒れ", "痒み": "かゆみ"}
"""Words the dictionary keeps apart from their other spelling."""
_LONGEST_SENTENCE = 400
"""Code points of a sentence that are read; longer ones are no sentences."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """words: normalized content words (negation always ない, なくなる as ない, 成る); places: [from, to) of each in `said`;
    text: the sentence as said, from `start` of the field; geography: [from, to) in `said` of each name of a place.
    """

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    text: str
    start: int
    geography: tuple[tuple[int, int], ...] = ()


def sentences_of(text: FieldText) -> tuple[Sentence, ...]:
    """The sentences of a field outside its footer. Several checks ask for the same field in a row: the last few are kept."""
    return _sentences(text.said, text.sentences)


@lru_cache(maxsize=4)
def _sentences(said: str, spans: tuple[tuple[int, int], ...]) -> tuple[Sentence, ...]:
    return tuple(_read(said[start : min(end, start + _LONGEST_SENTENCE)], start) for start, end in spans)


def words_of(text: str) -> tuple[str, ...]:
    """The content words of a short text, as they stand in `Sentence.words`."""
    return _read(text, 0).words


def _read(text: str, start: int) -> Sentence:
    words: list[str] = []
    places: list[tuple[int, int]] = []
    geography: list[tuple[int, int]] = []
    previous: Morpheme | None = None
    for morpheme in morphemes(text):
        if morpheme.part_of_speech()[2] == "地名":
            geography.append((start + morpheme.begin(), start + morpheme.end()))
        after_te = previous is not None and previous.surface() in ("て", "で")
        for word in _content(morpheme, after_te=after_te):
            words.append(word)
            places.append((start + morpheme.begin(), start + morpheme.end()))
        previous = morpheme
    return Sentence(tuple(words), tuple(places), text, start, tuple(geography))


def _content(morpheme: Morpheme, *, after_te: bool) -> tuple[str, ...]:
    word = morpheme.normalized_form()
    if word in _NEGATIONS:
        return (NOT,)
    if word in ("なくなる", "無くなる"):
        return (NOT, "成る")
    if word in _DROPPED or (after_te and word in _AFTER_TE):
        return ()
    if morpheme.part_of_speech()[0] in _DROPPED_PARTS:
        return ()
    if morpheme.part_of_speech()[0] == "補助記号":
        return ("、",) if word == "、" else ()
    return (_SAME.get(word, word),)
