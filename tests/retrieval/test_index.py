"""The index follows catalogue and policies, touches only what changed, and heals after a crash."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from agent.clock import FixedClock
from agent.domain.errors import MachineRetries
from agent.domain.knowledge import IndexedDocument
from agent.ports import KnowledgeStore
from agent.store.documents import SqlKnowledgeStore
from agent.store.tables import Product, Variant
from retrieval.chroma import EmbeddedChroma
from retrieval.embed import EmbeddingModel, HashedEncoder, hashed_model
from retrieval.index import index_documents
from retrieval.policies import add_policies
from retrieval.search import HybridSearch
from retrieval.vectors import ShopVectors
from tests.support.shelves import DATA, stock_shelves

pytest_plugins = ["tests.support.knowledge_fixtures"]
OpenStore = Callable[[str], KnowledgeStore]


class PowerCut(Exception):
    """The process dies here."""


class DiesBeforeRecording(SqlKnowledgeStore):
    """Vectors are written, then the power fails."""

    def record_indexed(self, documents: Sequence[IndexedDocument], *, removed: Collection[str] = ()) -> None:
        raise PowerCut


class DiesBeforeDropping(ShopVectors):
    """The store is written, then the power fails."""

    def drop(self, ids: Collection[str]) -> None:
        raise PowerCut


class CountingEncoder(HashedEncoder):
    """Counts the texts it was given."""

    texts = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += len(texts)
        return super().embed_documents(texts)


@pytest.fixture
def counting() -> EmbeddingModel:
    return EmbeddingModel("counting", CountingEncoder())


def embedded(model: EmbeddingModel) -> int:
    assert isinstance(model.embeddings, CountingEncoder)
    return model.embeddings.texts


def say(engine: Engine, product_id: str, description: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(Product).where(Product.product_id == product_id).values(description=description)
        )


def test_the_first_index_reads_every_product_and_policy(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma
) -> None:
    stock_shelves(lite, "s")
    store, model = open_store("s"), hashed_model()
    add_policies(store, [DATA / "policies"])
    steps: list[tuple[str, int, int | None]] = []

    report = index_documents(
        store,
        ShopVectors(chroma, shop_id="s", model=model.name),
        model,
        progress=lambda *step: steps.append(step),
    )

    assert (report.documents, report.added, report.unchanged) == (98, 98, 0)
    assert report.passages == len(store.indexed_passages()) >= 98
    assert steps[-1][1:] == (98, 98)
    counted = {"passages", "documents", "added", "updated", "removed", "unchanged"}
    assert set(report.as_json()) == counted | {"rebuilt"}


def test_only_what_changed_is_embedded_again(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, counting: EmbeddingModel
) -> None:
    stock_shelves(lite, "s")
    store, vectors = open_store("s"), ShopVectors(chroma, shop_id="s", model=counting.name)
    index_documents(store, vectors, counting)
    first = embedded(counting)
    say(lite, "KS-101", "桃の葉の化粧水です。")
    with lite.begin() as connection:
        connection.execute(update(Variant).values(price_yen=1, stock=0))  # live numbers are not indexed
        connection.execute(delete(Product).where(Product.product_id == "KS-102"))

    report = index_documents(store, vectors, counting)

    assert (report.updated, report.removed, report.added, report.unchanged) == (1, 1, 0, 86)
    assert embedded(counting) - first == 1
    assert vectors.ids() == {passage.passage_id for passage in store.indexed_passages()}
    found = HybridSearch(store, vectors, counting).search("桃の葉", k=3)
    assert found[0].document_id == "product:KS-101"
    assert "product:KS-102" not in {passage.document_id for passage in found}


def test_a_product_taken_off_sale_leaves_the_index(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma
) -> None:
    stock_shelves(lite, "s")
    store, model = open_store("s"), hashed_model()
    vectors = ShopVectors(chroma, shop_id="s", model=model.name)
    index_documents(store, vectors, model)
    with lite.begin() as connection:
        connection.execute(update(Product).where(Product.product_id == "KS-103").values(published=False))

    assert index_documents(store, vectors, model).removed == 1
    assert not [p for p in store.indexed_passages() if p.document_id == "product:KS-103"]


def test_a_crash_after_the_vectors_heals_even_when_the_text_went_back(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, clock: FixedClock
) -> None:
    stock_shelves(lite, "s")
    store, model = open_store("s"), hashed_model()
    vectors = ShopVectors(chroma, shop_id="s", model=model.name)
    index_documents(store, vectors, model)
    with lite.connect() as connection:
        before = connection.scalar(select(Product.description).where(Product.product_id == "KS-101"))
    say(lite, "KS-101", "まったく別の文。")
    with pytest.raises(PowerCut):
        index_documents(DiesBeforeRecording(lite, shop_id="s", clock=clock), vectors, model)
    assert vectors.ids() != {p.passage_id for p in store.indexed_passages()}
    assert before is not None
    say(lite, "KS-101", before)

    healed = index_documents(store, vectors, model)

    assert healed.unchanged == 88
    assert vectors.ids() == {p.passage_id for p in store.indexed_passages()}
    assert HybridSearch(store, vectors, model).search(before, k=1)[0].document_id == "product:KS-101"


def test_a_crash_before_old_vectors_are_dropped_shows_nothing_old_and_heals(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma
) -> None:
    stock_shelves(lite, "s")
    store, model = open_store("s"), hashed_model()
    vectors = ShopVectors(chroma, shop_id="s", model=model.name)
    index_documents(store, vectors, model)
    old = next(p.text for p in store.indexed_passages() if p.document_id == "product:KS-101")
    say(lite, "KS-101", "新しい説明です。")
    with pytest.raises(PowerCut):
        index_documents(store, DiesBeforeDropping(chroma, shop_id="s", model=model.name), model)

    assert old not in {p.text for p in HybridSearch(store, vectors, model).search(old, k=50)}
    index_documents(store, vectors, model)
    assert vectors.ids() == {p.passage_id for p in store.indexed_passages()}


def test_lost_vectors_are_made_again(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, counting: EmbeddingModel
) -> None:
    stock_shelves(lite, "s")
    store, vectors = open_store("s"), ShopVectors(chroma, shop_id="s", model=counting.name)
    index_documents(store, vectors, counting)
    lost = sorted(vectors.ids())[:3]
    vectors.drop(lost)

    index_documents(store, vectors, counting)

    assert vectors.ids().issuperset(lost)


def test_another_encoder_rebuilds_everything(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, counting: EmbeddingModel
) -> None:
    stock_shelves(lite, "s")
    store, old = open_store("s"), hashed_model()
    index_documents(store, ShopVectors(chroma, shop_id="s", model=old.name), old)
    vectors = ShopVectors(chroma, shop_id="s", model=counting.name)
    assert not vectors.made_by_this_encoder()
    assert HybridSearch(store, vectors, counting).search("化粧水")  # words still serve until then

    assert index_documents(store, vectors, counting).updated == 88
    assert vectors.made_by_this_encoder()
    assert embedded(counting) == len(vectors.ids())


def test_two_indexers_of_one_shop_do_not_run_at_once(
    engine: Engine, clock: FixedClock, tmp_path: Path
) -> None:
    store = SqlKnowledgeStore(engine, shop_id="s", clock=clock)
    rival = SqlKnowledgeStore(engine, shop_id="s", clock=clock)
    model = hashed_model()
    vectors = ShopVectors(EmbeddedChroma(tmp_path / "chroma"), shop_id="s", model=model.name)

    with rival.indexing(), pytest.raises(MachineRetries) as refused:
        index_documents(store, vectors, model)

    assert "もう一度" in refused.value.ja
    assert index_documents(store, vectors, model).documents == 0
