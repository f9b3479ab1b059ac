"""Catalogue, policies and indexed passages are kept per shop, on both databases."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, insert

from agent.clock import FixedClock
from agent.domain.knowledge import IndexedDocument, IndexedPassage, PolicyText
from agent.ports import KnowledgeStore
from agent.store.documents import SqlKnowledgeStore
from agent.store.tables import Product, Variant
from tests.support.shelves import product_row, variant_row


@pytest.fixture
def store(engine: Engine, clock: FixedClock) -> KnowledgeStore:
    return SqlKnowledgeStore(engine, shop_id="s", clock=clock)


def document(document_id: str, texts: Sequence[str], content_hash: str = "h") -> IndexedDocument:
    passages = tuple(
        IndexedPassage(f"{document_id}#{text}", document_id, place, None, "題", text, "語")
        for place, text in enumerate(texts)
    )
    return IndexedDocument(document_id, "policy", content_hash, passages)


def test_products_come_with_their_variants_in_order(store: KnowledgeStore, engine: Engine) -> None:
    with engine.begin() as connection:
        rows = [product_row(shop, p, f"{p}の品", "雑貨", "説明") for shop in ("s", "t") for p in ("p2", "p1")]
        connection.execute(insert(Product), rows)
        connection.execute(
            insert(Variant),
            [
                variant_row("s", "p1", "B", position=2, title="大", stock=None, stock_text="入荷待ち"),
                variant_row("s", "p1", "A", position=1, title="小"),
                variant_row("t", "p1", "T"),
            ],
        )
    one, two = store.products()
    assert (one.product_id, two.product_id) == ("p1", "p2")
    assert [(v.sku, v.stock, v.stock_text) for v in one.variants] == [("A", 5, None), ("B", None, "入荷待ち")]
    assert two.variants == ()
    assert [product.product_id for product in store.products_with_sku("B")] == ["p1"]
    assert store.products_with_sku("T") == []
    assert [product.product_id for product in store.products_titled("p2の品")] == ["p2"]


def test_a_product_on_sale_comes_before_one_that_is_not(store: KnowledgeStore, engine: Engine) -> None:
    with engine.begin() as connection:
        for product_id, published in (("a", False), ("b", True)):
            row = product_row("s", product_id, "同じ名前", "雑貨", "") | {"published": published}
            connection.execute(insert(Product), [row])
    assert [product.product_id for product in store.products_titled("同じ名前")] == ["b", "a"]


def test_policies_are_added_updated_left_alone_and_removed(store: KnowledgeStore) -> None:
    a, b = PolicyText("a", "題", "本文", None), PolicyText("b", "題", "本文", "/b.md")
    assert store.put_policies([a, b]).added == ("a", "b")
    changed = PolicyText("a", "題", "新しい本文", None)
    report = store.put_policies([changed, b])
    assert (report.updated, report.unchanged) == (("a",), ("b",))
    assert store.put_policies([b], removed=["a", "b", "never"]).removed == ("a",)
    assert store.policies() == [b]


def test_recording_a_document_replaces_all_it_held(store: KnowledgeStore) -> None:
    store.record_indexed([document("d1", ["い", "ろ"]), document("d2", ["は"])])
    store.record_indexed([document("d1", ["に"], "h2")], removed=["d2"])
    assert store.indexed_hashes() == {"d1": ("h2", ("d1#に",))}
    assert [passage.text for passage in store.indexed_passages()] == ["に"]


def test_passages_come_in_document_order(store: KnowledgeStore) -> None:
    store.record_indexed([document("d2", ["は"]), document("d1", ["ろ", "い"])])
    assert [passage.text for passage in store.indexed_passages()] == ["ろ", "い", "は"]


def test_the_generation_changes_with_the_passages_and_only_then(store: KnowledgeStore) -> None:
    seen = [store.generation()]
    store.record_indexed([document("d", ["い"])])
    seen.append(store.generation())
    store.put_policies([PolicyText("a", "題", "本文", None)])
    assert store.generation() == seen[-1]
    store.record_indexed([], removed=["d"])
    seen.append(store.generation())
    assert seen[0] == ""
    assert len(set(seen)) == 3


def test_another_shop_sees_none_of_it(store: KnowledgeStore, engine: Engine, clock: FixedClock) -> None:
    store.record_indexed([document("d", ["い"])])
    store.put_policies([PolicyText("a", "題", "本文", None)])
    other = SqlKnowledgeStore(engine, shop_id="t", clock=clock)
    assert (other.indexed_hashes(), other.indexed_passages(), other.policies()) == ({}, [], [])
    other.record_indexed([document("d", ["ろ"])], removed=["d"])
    assert [passage.text for passage in store.indexed_passages()] == ["い"]


def test_thousands_of_documents_are_forgotten_at_once(store: KnowledgeStore) -> None:
    many = [document(f"d{number}", ["い"]) for number in range(1500)]
    store.record_indexed(many)
    store.record_indexed([], removed=[found.document_id for found in many])
    assert store.indexed_hashes() == {}


def test_two_shops_may_index_at_once_but_one_shop_only_once(
    store: KnowledgeStore, engine: Engine, clock: FixedClock
) -> None:
    other = SqlKnowledgeStore(engine, shop_id="t", clock=clock)
    with store.indexing(), other.indexing():
        pass
    with store.indexing():
        pass
