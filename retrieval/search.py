"""Find the passages that answer a question: by meaning and by words, fused."""

import logging
import threading
from dataclasses import dataclass, field

import numpy as np

from agent.domain.errors import MachineRetries, OperatorMustFix
from agent.domain.message import Passage
from agent.ports import KnowledgeStore
from retrieval.embed import EmbeddingModel
from retrieval.lexical import LexicalIndex, Scores
from retrieval.tokens import LONGEST_QUERY, compact
from retrieval.vectors import ShopVectors

FETCHED = 100
"""Nearest vectors asked for before anything is left out: several passages a document, and vectors of a crashed run."""

MEANING_SHARE = 0.5
"""Weight of meaning against words in the fused score. Tuned: docs/adr/0004-hybrid-search.md."""

WEAK = 0.2
"""A best score below this says 「わかりません」 rather than an answer: 8 of 10 questions no document answers score lower, and
12 of 104 that one does. Measured with the carried encoder: docs/adr/0004-hybrid-search.md."""

PASSAGES_OF = {"product": 1, "policy": 2}
"""Most passages of one document in an answer. A product's other facts come with it from the catalogue; a policy's do not."""

ANSWERS_KEPT = 2_000
"""Answers remembered for one state of the index: letters ask for the same few hundred products again and again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """The passages as of one generation, and what was answered from them: answers hold until the index changes."""

    generation: str
    lexical: LexicalIndex
    numbers: dict[str, int]
    answers: dict[tuple[str, int], tuple[Passage, ...]] = field(default_factory=dict)


class HybridSearch:
    """Searches one shop's passages. Implements agent.ports.Retriever; safe for several threads.

    Scores are in [0, 1], higher is better; 1.0 for a spelled-out SKU; see WEAK for what to distrust.
    """

    def __init__(self, store: KnowledgeStore, vectors: ShopVectors, model: EmbeddingModel) -> None:
        self._store, self._vectors, self._model = store, vectors, model
        self._opened: _Opened | None = None
        self._opening = threading.Lock()

    def search(self, query: str, *, k: int = 5) -> list[Passage]:
        """Best passages first; empty when nothing is indexed or asked. Words alone decide while Chroma is out of reach."""
        query = query.strip()[:LONGEST_QUERY]
        opened = self._current()
        if not compact(query) or k < 1 or not opened.numbers:
            return []
        if (known := opened.answers.get((query, k))) is not None:
            return list(known)
        by_words = opened.lexical.scores(query)
        by_meaning = self._by_meaning(query, opened)
        scores = fuse(by_words, by_meaning, floor=self._model.floor, ceiling=self._model.ceiling)
        named = opened.lexical.with_sku(query)
        scores[list(named)] = 1.0
        best = self._best(opened, scores, named, k)
        if (
            by_meaning is not None
        ):  # by words alone is no answer to keep: Chroma may be back at the next question
            if len(opened.answers) >= ANSWERS_KEPT:
                opened.answers.clear()
            opened.answers[query, k] = tuple(best)
        return best

    def _current(self) -> _Opened:
        generation = self._store.generation()
        with self._opening:
            if self._opened is None or self._opened.generation != generation:
                passages = self._store.indexed_passages()
                numbers = {passage.passage_id: number for number, passage in enumerate(passages)}
                self._opened = _Opened(generation, LexicalIndex(passages), numbers)
            return self._opened

    def _by_meaning(self, query: str, opened: _Opened) -> Scores | None:
        try:
            near = self._vectors.nearest(self._model.embeddings.embed_query(query), FETCHED)
        except (MachineRetries, OperatorMustFix) as error:
            log.warning("searching by words only: %s", error)
            return None
        scores = np.zeros(len(opened.numbers))
        for passage_id, similarity in near.items():
            number = opened.numbers.get(passage_id)
            if number is not None:  # else left by a crash, or older than what we opened
                scores[number] = similarity
        return scores if near else None

    def _best(self, opened: _Opened, scores: Scores, named: dict[int, str], k: int) -> list[Passage]:
        best: list[Passage] = []
        taken: dict[str, int] = {}
        for number in np.argsort(-scores, kind="stable"):
            score = float(scores[number])
            if score <= 0.0 or len(best) == k:
                break
            kept = opened.lexical.passages[number]
            if taken.get(kept.document_id, 0) < PASSAGES_OF.get(kept.document_id.partition(":")[0], 1):
                taken[kept.document_id] = taken.get(kept.document_id, 0) + 1
                sku = named.get(int(number), kept.sku)
                best.append(
                    Passage(kept.passage_id, kept.document_id, sku, kept.title, kept.text, round(score, 4))
                )
        return best


def fuse(by_words: Scores, by_meaning: Scores | None, *, floor: float, ceiling: float) -> Scores:
    """One score a passage, in [0, 1]. floor, ceiling: similarities that mean nothing and everything to the encoder."""
    if by_meaning is None:
        return by_words
    meaning = np.clip((by_meaning - floor) / (ceiling - floor), 0.0, 1.0)
    return MEANING_SHARE * meaning + (1 - MEANING_SHARE) * by_words


def as_json(passages: list[Passage]) -> dict[str, object]:
    """What `okaeri search --json` prints."""
    return {
        "results": [
            {
                "document_id": passage.document_id,
                "sku": passage.sku,
                "title": passage.title,
                "passage": passage.text,
                "score": passage.score,
            }
            for passage in passages
        ]
    }
