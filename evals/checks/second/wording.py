"""Turn a sentence into hashed features: runs of characters, words, words nothing in the context backs, and its situation."""

import re
import threading
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sudachipy import SplitMode

from evals.checks.fold import to_hiragana
from evals.checks.morphemes import dictionary
from evals.checks.second.surroundings import Surroundings

BUCKETS = 1 << 15
"""Places a feature can hash to: few enough that the weights stay under 1 MB, collisions being learned with the rest."""
LONGEST = 240
"""Code points of a sentence that are looked at; a longer one is several, and is cut."""

_RUNS = (2, 3, 4)
_SHARES = {"run": 1.0, "word": 1.0, "pair": 0.7, "bare": 0.8, "crossed": 0.6, "frame": 0.3}
"""Length of each group of features as a vector, so that the many runs do not drown the few words. Editorial choice."""
_IDLE = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "接続詞", "感動詞", "連体詞", "代名詞"})
_BROKEN = re.compile(r"[\ud800-\udfff]")
"""Halves of a character, which neither Sudachi nor the encoder takes."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """A morpheme. lemma: Sudachi's normalised form; content: it means something by itself; part: its part of speech, short."""

    lemma: str
    stem: str
    part: str
    content: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence as numbers. text: masked, for the encoder; places: hashed features; values: their weights."""

    text: str
    places: NDArray[np.int64]
    values: NDArray[np.float32]


def worded(sentence: str, around: Surroundings) -> Wording:
    """Read one sentence (width folded, without line breaks) in its surroundings. The same text gives the same numbers everywhere."""
    sound = _BROKEN.sub("\ufffd", sentence.replace("\x00", " "))
    text = _DIGITS.sub("0", around.masked(sound)[:LONGEST]).strip()
    words = words_of(text)
    content = [word for word in words if word.content]
    bare = [word for word in content if word.stem not in around.backing]
    groups = {
        "run": _runs(to_hiragana(text.lower().replace(" ", ""))),
        "word": [_place("w", word.lemma) for word in words],
        "pair": [_place("p", f"{a.lemma}+{b.lemma}") for a, b in pairwise(words)],
        "bare": [
            *(_place("b", word.lemma) for word in bare),
            *(_place("b", word.part) for word in bare),
            _place("n", f"{min(len(bare), 6)}"),
        ],
        "crossed": [_place(sign, word.lemma) for word in content for sign in around.crossed],
        "frame": [_place("f", sign) for sign in around.frame],
    }
    places: list[int] = []
    values: list[float] = []
    for name, found in groups.items():
        if found:
            places += found
            values += [_SHARES[name] / len(found) ** 0.5] * len(found)
    return Wording(text, np.asarray(places, dtype=np.int64), np.asarray(values, dtype=np.float32))


@lru_cache(maxsize=2048)
def words_of(text: str) -> tuple[Word, ...]:
    """The morphemes of a text, marks and spaces left out."""
    tokenizer = getattr(_local, "tokenizer", None)
    if tokenizer is None:  # one a thread: Sudachi's may not be shared
        tokenizer = _local.tokenizer = dictionary().tokenizer(SplitMode.C)
    found = []
    for morpheme in tokenizer.tokenize(text):
        part = morpheme.part_of_speech()
        if part[0] in ("補助記号", "空白", "記号") and morpheme.surface() not in "!?♪♡":
            continue
        content = part[0] not in _IDLE and part[1] != "非自立可能"
        surface = morpheme.surface()
        stem = morpheme.dictionary_form()[:-1] if part[0] in ("動詞", "形容詞") else surface
        found.append(Word(morpheme.normalized_form(), stem or surface, "-".join(part[:3]), content))
    return tuple(found)


def _runs(text: str) -> list[int]:
    """Hashed runs of two to four characters, the ends marked; the hash is a polynomial of the code points."""
    codes = np.fromiter(map(ord, f"^{text}$"), dtype=np.uint64)
    found: list[int] = []
    for length in _RUNS:
        if codes.size < length:
            break
        mixed = np.full(codes.size - length + 1, 2166136261 + length, dtype=np.uint64)
        for step in range(length):
            mixed = (mixed ^ codes[step : codes.size - length + 1 + step]) * np.uint64(1099511628211)
        mixed ^= mixed >> np.uint64(29)
        found += (mixed % np.uint64(BUCKETS)).astype(np.int64).tolist()
    return found


@lru_cache(maxsize=1 << 16)
def _place(group: str, word: str) -> int:
    return zlib.crc32(f"{group}\t{word}".encode()) % BUCKETS
