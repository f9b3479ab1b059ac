"""Score passages by the words and character pairs they share with a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.domain.knowledge import IndexedPassage
from retrieval.tokens import compact, pairs, sku_candidates, sku_key, words

Scores = NDArray[np.float64]

SATURATION, LENGTH_WEIGHT = 1.2, 0.6
"""BM25's k1 and b (Robertson & Zaragoza 2009); b below the usual 0.75 as passages are cut to similar lengths."""

ANSWERED = 1.4
"""The BM25 term frequency part from which a word counts as fully answered: two occurrences in a passage of mean length."""

PAIR_SHARE = 0.4
"""Weight of character pairs against words. Tuned in docs/adr/0004-hybrid-search.md."""

_SKU_MARK, _SPACE_IN_SKU = "sku:", "\u00a0"
_ENOUGH = 20_000
"""Remembered postings; beyond, the memory is emptied (a flood of odd queries must not fill it)."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One way to look at the passages. text: all of them, one a line; starts: where each begins; lengths: relative to the
    mean."""

    text: str
    starts: NDArray[np.intp]
    lengths: Scores


class LexicalIndex:
    """Scores every passage. Where a token occurs is found when it is first asked for and remembered: opening
    10,000 passages takes 0.3 s, a question in new words 40-80 ms, in known words 1 ms (two busy cores)."""

    def __init__(self, passages: Sequence[IndexedPassage]) -> None:
        self.passages = passages
        self._words = _field([_spaced(passage.tokens) for passage in passages])
        self._pairs = _field([compact(passage.text) for passage in passages])
        self._found: dict[tuple[str, bool], tuple[NDArray[np.intp], Scores]] = {}
        self._by_sku: dict[str, tuple[int, str]] = {}
        for number, passage in enumerate(passages):
            for token in passage.tokens.split(" "):
                if token.startswith(_SKU_MARK):
                    sku = token.removeprefix(_SKU_MARK).replace(_SPACE_IN_SKU, " ")
                    self._by_sku.setdefault(sku_key(sku), (number, sku))

    def scores(self, query: str) -> Scores:
        """Share of the query's weight each passage answers, in [0, 1]: BM25 over its own maximum. Shape (passages,)."""
        by_word = self._share(words(query), self._words, whole=True)
        by_pair = self._share(pairs(query), self._pairs, whole=False)
        return (1 - PAIR_SHARE) * by_word + PAIR_SHARE * by_pair

    def with_sku(self, query: str) -> dict[int, str]:
        """Passages whose product has a SKU that the query spells out, whatever its width and case; with that SKU."""
        named = (self._by_sku.get(candidate) for candidate in sku_candidates(query))
        return dict(found for found in named if found is not None)

    def _share(self, tokens: Sequence[str], field: _Field, *, whole: bool) -> Scores:
        total = np.zeros(len(self.passages))
        best = 0.0
        for token in dict.fromkeys(tokens):
            at, often = self._occurrences(token, field, whole=whole)
            rarity = float(np.log1p((len(self.passages) - len(at) + 0.5) / (len(at) + 0.5)))
            best += rarity
            room = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * field.lengths[at])
            total[at] += rarity * np.minimum(1.0, often * (SATURATION + 1) / (often + room) / ANSWERED)
        return total / best if best else total

    def _occurrences(self, token: str, field: _Field, *, whole: bool) -> tuple[NDArray[np.intp], Scores]:
        known = self._found.get((token, whole))
        if known is None:
            sought = f" {token} " if whole else token
            places = [found.start() for found in re.finditer(re.escape(sought), field.text)]
            at, often = np.unique(np.searchsorted(field.starts, places, side="right") - 1, return_counts=True)
            known = at, often.astype(np.float64)
            if len(self._found) >= _ENOUGH:
                self._found.clear()
            self._found[token, whole] = known
        return known


def sku_token(sku: str) -> str:
    """How a SKU stands among a passage's tokens, in the shop's own spelling."""
    return _SKU_MARK + sku.strip().replace(" ", _SPACE_IN_SKU)


def _spaced(tokens: str) -> str:
    return f" {tokens.replace(' ', '  ')} "


def _field(texts: list[str]) -> _Field:
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]]).astype(np.intp)
    return _Field(
        "\n".join(texts), starts, lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths
    )
