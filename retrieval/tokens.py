"""Turn Japanese text into what lexical search compares: folded words, synonym groups and character pairs."""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

from sudachipy import SplitMode

from evals.checks.morphemes import dictionary

LONGEST_QUERY = 400
"""Code points of a query that are looked at; a longer one is a letter, not a question."""

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_BREAKS = re.compile(r"[\s\W_]+")
_SKU_LIKE = re.compile(r"[0-9a-z][0-9a-z._/\-]*[0-9a-z]")
_IDLE = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白", "代名詞", "感動詞", "接続詞", "連体詞"})
_LIGHT = "非自立可能"


def fold(text: str) -> str:
    """One spelling for full and half width, upper and lower case, katakana and hiragana."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA_TO_HIRAGANA)


def compact(text: str) -> str:
    """Folded text without spaces and punctuation, each break one space: what character pairs are looked up in."""
    return _BREAKS.sub(" ", fold(text)).strip()


def words(text: str) -> list[str]:
    """Content words in Sudachi's normalised form (mode C), folded; and `syn:N` for every synonym group (化粧水, ローション)."""
    found: list[str] = []
    for surface, normal, part, groups in _morphemes(unicodedata.normalize("NFKC", text)):
        if part[0] in _IDLE or (part[1] == _LIGHT and part[0] in ("動詞", "形容詞")):
            continue
        word = _BREAKS.sub("", fold(normal)) or _BREAKS.sub("", fold(surface))
        if word:
            found.append(word)
            found.extend(f"syn:{group}" for group in groups)
    return found


def pairs(text: str) -> list[str]:
    """Each pair of neighbouring characters of the folded text, once, in order."""
    runs = compact(text).split(" ")
    return list(dict.fromkeys(run[i : i + 2] for run in runs for i in range(len(run) - 1)))


def sku_key(sku: str) -> str:
    """How two spellings of a SKU are compared: width, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", sku).casefold().strip()


def sku_candidates(query: str) -> Iterable[str]:
    """What in a query may be a SKU: the whole of it, and every run of Latin letters, digits, dots and dashes."""
    key = sku_key(query)
    return dict.fromkeys([key, *_SKU_LIKE.findall(key)])


_one_at_a_time = threading.Lock()


@cache
def _tokenizer() -> Any:
    return dictionary().tokenizer()


def _morphemes(text: str) -> list[tuple[str, str, tuple[str, ...], list[int]]]:
    with _one_at_a_time:  # Sudachi's tokenizer may not be used by two threads at once
        return [
            (m.surface(), m.normalized_form(), m.part_of_speech(), m.synonym_group_ids())
            for m in _tokenizer().tokenize(text, SplitMode.C)
        ]
