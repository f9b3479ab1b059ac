"""Does search find the product a paraphrased question is about? A small shop of its own, indexed as any shop's is."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert

from agent.clock import FixedClock
from agent.ports import Retriever
from agent.store.documents import SqlKnowledgeStore
from agent.store.engine import migrate, open_engine
from agent.store.tables import Product, Variant
from evals.suite.data import FOLDER
from evals.suite.intervals import Share, share
from retrieval.chroma import EmbeddedChroma
from retrieval.embed import carried_model
from retrieval.index import index_documents
from retrieval.search import HybridSearch
from retrieval.vectors import ShopVectors

DATA = FOLDER / "retrieval"
K = 5
SHOP = "evals"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the one document that answers it."""

    id: str
    document_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """rank: of the right document among the first K different ones, from 1; None when it is not among them."""

    id: str
    rank: int | None

    @property
    def reciprocal(self) -> float:
        """1/rank, 0 when not found."""
        return 1 / self.rank if self.rank else 0.0


_FOUND: TypeAdapter[Found] = TypeAdapter(Found)


def read_found(text: str) -> Found:
    """A result from its JSON."""
    return _FOUND.validate_json(text)


def found_document(found: Found) -> dict[str, Any]:
    """As JSON."""
    return asdict(found)


def read_questions() -> tuple[Question, ...]:
    """The questions of `data/retrieval/questions.tsv`."""
    return tuple(
        Question(f"q{n:03}", document, text) for n, (document, text) in enumerate(_tsv("questions.tsv"), 1)
    )


@contextmanager
def indexed_shop() -> Iterator[Retriever]:
    """The shop of `data/retrieval/products.tsv` in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="okaeri-evals-") as home:
        engine = open_engine(f"sqlite:///{Path(home) / 'okaeri.sqlite'}")
        try:
            migrate(engine)
            with engine.begin() as connection:
                products = [_product(*row) for row in _tsv("products.tsv")]
                connection.execute(insert(Product), products)
                connection.execute(insert(Variant), [_variant(str(p["product_id"])) for p in products])
            store = SqlKnowledgeStore(
                engine, shop_id=SHOP, clock=FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
            )
            model = carried_model()
            vectors = ShopVectors(EmbeddedChroma(Path(home) / "chroma"), shop_id=SHOP, model=model.name)
            index_documents(store, vectors, model)
            yield HybridSearch(store, vectors, model)
        finally:
            engine.dispose()


def look_up(search: Retriever, question: Question) -> Found:
    """Where the right document stands."""
    passages = search.search(question.text, k=4 * K)
    ranked = list(dict.fromkeys(passage.document_id for passage in passages))[:K]
    return Found(
        question.id, ranked.index(question.document_id) + 1 if question.document_id in ranked else None
    )


def retrieval_scores(found: Sequence[Found]) -> tuple[Share, float]:
    """Recall at K with its interval, and the mean reciprocal rank. found: at least one."""
    recall = share(sum(one.rank is not None for one in found), len(found))
    return recall, sum(one.reciprocal for one in found) / len(found)


def _tsv(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line]


def _product(sku: str, title: str, category: str, description: str) -> dict[str, object]:
    return {
        "shop_id": SHOP,
        "product_id": sku,
        "platform": "generic",
        "import_id": "evals",
        "content_hash": "",
        "title": title,
        "description": description,
        "category": category,
        "tags": [],
        "product_class": "other",
        "published": True,
    }


def _variant(sku: str) -> dict[str, object]:
    return {
        "shop_id": SHOP,
        "variant_id": sku,
        "product_id": sku,
        "position": 1,
        "sku": sku,
        "title": None,
        "price_yen": 1000,
        "stock": 5,
        "stock_text": None,
    }
