"""How many paraphrased questions are answered: 104 over 98 documents, 10 that nothing answers. `pytest -s` prints the table."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from agent.clock import FixedClock
from agent.store.documents import SqlKnowledgeStore
from agent.store.engine import migrate, open_engine
from retrieval.chroma import EmbeddedChroma
from retrieval.embed import EmbeddingModel, carried_model
from retrieval.index import index_documents
from retrieval.lexical import LexicalIndex, Scores
from retrieval.policies import add_policies
from retrieval.search import FETCHED, WEAK, HybridSearch, fuse
from retrieval.vectors import ShopVectors
from tests.support.shelves import DATA, stock_shelves, tsv


class Shop:
    """The indexed shop and its ways to score a question."""

    def __init__(self, home: Path) -> None:
        engine = open_engine(f"sqlite:///{home / 'okaeri.sqlite'}")
        migrate(engine)
        stock_shelves(engine, "s")
        clock = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
        self.store = SqlKnowledgeStore(engine, shop_id="s", clock=clock)
        self.model: EmbeddingModel = carried_model()
        self.vectors = ShopVectors(EmbeddedChroma(home / "chroma"), shop_id="s", model=self.model.name)
        add_policies(self.store, [DATA / "policies"])
        index_documents(self.store, self.vectors, self.model)
        self.search = HybridSearch(self.store, self.vectors, self.model)
        self.passages = self.store.indexed_passages()
        self.lexical = LexicalIndex(self.passages)
        self.close = engine.dispose

    def by_meaning(self, question: str) -> Scores:
        near = self.vectors.nearest(self.model.embeddings.embed_query(question), FETCHED)
        return np.array([near.get(passage.passage_id, 0.0) for passage in self.passages])

    def fused(self, question: str) -> Scores:
        return fuse(
            self.lexical.scores(question),
            self.by_meaning(question),
            floor=self.model.floor,
            ceiling=self.model.ceiling,
        )

    def best(self, question: str) -> float:
        return max((passage.score for passage in self.search.search(question, k=1)), default=0.0)

    def recall(self, score: Callable[[str], Scores]) -> float:
        """Share of questions whose document is among the first five."""
        hits = 0
        for document, question in tsv("questions.tsv"):
            scores = score(question)
            ranked = dict.fromkeys(
                self.passages[n].document_id for n in np.argsort(-scores, kind="stable") if scores[n] > 0
            )
            hits += document in list(ranked)[:5]
        return hits / len(tsv("questions.tsv"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("questions"))
    yield shop
    shop.close()


def test_fused_search_answers_nine_in_ten_and_beats_each_half(shop: Shop) -> None:
    words, meaning, fused = (shop.recall(way) for way in (shop.lexical.scores, shop.by_meaning, shop.fused))
    print(f"\nR@5  words {words:.3f}  meaning {meaning:.3f}  fused {fused:.3f}")
    assert fused >= 0.92
    assert fused > words
    assert fused >= meaning


def test_the_search_staff_use_answers_as_well(shop: Shop) -> None:
    questions = tsv("questions.tsv")
    hits = sum(document in {p.document_id for p in shop.search.search(q)} for document, q in questions)
    assert hits / len(questions) >= 0.92


def test_questions_nothing_answers_mostly_score_weakly(shop: Shop) -> None:
    strangers = [shop.best(q) for q in (DATA / "unanswerable.txt").read_text(encoding="utf-8").splitlines()]
    ours = [shop.best(question) for _, question in tsv("questions.tsv")]
    assert sum(score < WEAK for score in strangers) >= 0.7 * len(strangers)
    assert sum(score < WEAK for score in ours) <= 0.15 * len(ours)
