"""Search finds by meaning, words and SKU, keeps shops apart, and goes on when Chroma is away."""

from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from sqlalchemy import Engine, insert

from agent.domain.message import Passage
from agent.ports import KnowledgeStore
from agent.store.tables import Product, Variant
from retrieval.chroma import EmbeddedChroma, ServedChroma
from retrieval.embed import EmbeddingModel, HashedEncoder, hashed_model
from retrieval.index import index_documents
from retrieval.policies import add_policies
from retrieval.search import HybridSearch, as_json
from retrieval.vectors import ShopVectors, collection_name
from tests.support.shelves import DATA, product_row, stock_shelves, variant_row

pytest_plugins = ["tests.support.knowledge_fixtures"]
OpenStore = Callable[[str], KnowledgeStore]
SECRET = "月読の滴は、北の泉で汲んだ水だけを使った限定の美容水です。"


@pytest.fixture
def model() -> EmbeddingModel:
    return hashed_model()


@pytest.fixture
def shop(lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, model: EmbeddingModel) -> HybridSearch:
    """Shop `a` with the whole catalogue and policies."""
    stock_shelves(lite, "a")
    add_policies(open_store("a"), [DATA / "policies"])
    return indexed(open_store("a"), chroma, "a", model)


def indexed(
    store: KnowledgeStore, chroma: EmbeddedChroma, shop_id: str, model: EmbeddingModel
) -> HybridSearch:
    vectors = ShopVectors(chroma, shop_id=shop_id, model=model.name)
    index_documents(store, vectors, model)
    return HybridSearch(store, vectors, model)


def test_another_shops_own_sentence_gives_no_hit_also_after_indexing_again(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, shop: HybridSearch, model: EmbeddingModel
) -> None:
    with lite.begin() as connection:
        connection.execute(insert(Product), [product_row("b", "B-1", "月読の滴", "美容", SECRET)])
        connection.execute(insert(Variant), [variant_row("b", "B-1", "B-1")])
    theirs = indexed(open_store("b"), chroma, "b", model)
    empty = HybridSearch(open_store("c"), ShopVectors(chroma, shop_id="c", model=model.name), model)
    for _ in range(2):
        assert [p.document_id for p in theirs.search(SECRET)] == ["product:B-1"]
        assert all("月読" not in p.text for query in (SECRET, "B-1") for p in shop.search(query, k=200))
        assert empty.search(SECRET) == []
        indexed(open_store("a"), chroma, "a", model)


def test_shops_with_similar_names_have_collections_of_their_own() -> None:
    names = {collection_name(shop) for shop in ("a b", "a_b", "A B", "店", "店舗", "", "x" * 40, "x" * 39)}
    assert len(names) == 8
    assert all(3 <= len(name) <= 63 and name.isascii() for name in names)


@pytest.mark.parametrize("query", ["KS-103", "ks-103 はありますか", "ＫＳ－１０３の成分"])
def test_a_spelled_out_sku_wins(shop: HybridSearch, query: str) -> None:
    best = shop.search(query)[0]
    assert (best.sku, best.score) == ("KS-103", 1.0)


def test_the_sku_of_a_second_variant_is_answered_with_that_sku(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma, model: EmbeddingModel
) -> None:
    with lite.begin() as connection:
        connection.execute(insert(Product), [product_row("v", "p1", "綿シャツ", "トップス", "綿100%。")])
        sizes = [
            variant_row("v", "p1", f"SH 01 {size}", position=i, title=size) for i, size in enumerate("SML")
        ]
        connection.execute(insert(Variant), sizes)
    search = indexed(open_store("v"), chroma, "v", model)
    assert search.search("sh 01 m")[0].sku == "SH 01 M"


@pytest.mark.parametrize("query", ["ｼｬﾝﾌﾟｰ", "しゃんぷー", "シャンプー"])
def test_width_and_kana_do_not_matter(shop: HybridSearch, query: str) -> None:
    assert shop.search(query)[0].document_id == "product:KS-111"


def test_a_synonym_is_found(shop: HybridSearch) -> None:
    assert any("化粧水" in p.title for p in shop.search("ローション", k=3))


def test_an_empty_question_and_an_absurdly_long_one_are_answered_calmly(shop: HybridSearch) -> None:
    assert shop.search("  ") == []
    assert shop.search("？！") == []
    assert shop.search("化粧水", k=0) == []
    assert len(shop.search("化粧水の" * 20_000)) == 5


def test_results_come_best_first_one_passage_a_product_with_their_source(shop: HybridSearch) -> None:
    found = shop.search("送料はいくらですか", k=10)
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 < score <= 1.0 for score in scores)
    products = [p.document_id for p in found if p.document_id.startswith("product:")]
    assert len(products) == len(set(products))
    assert found[0].title == "配送と送料 > 送料"


def test_a_search_notices_what_another_process_indexed(
    lite: Engine, open_store: OpenStore, tmp_path: Path, shop: HybridSearch, model: EmbeddingModel
) -> None:
    assert "product:N-1" not in {p.document_id for p in shop.search("夜光の石鹸")}
    with lite.begin() as connection:
        connection.execute(
            insert(Product), [product_row("a", "N-1", "夜光の石鹸", "雑貨", "暗い所で光ります。")]
        )
    elsewhere = EmbeddedChroma(tmp_path / "chroma")  # as another process would open it
    index_documents(open_store("a"), ShopVectors(elsewhere, shop_id="a", model=model.name), model)

    assert shop.search("夜光の石鹸")[0].document_id == "product:N-1"


def test_words_alone_decide_while_chroma_is_away(
    open_store: OpenStore, shop: HybridSearch, model: EmbeddingModel
) -> None:
    away = ShopVectors(ServedChroma("http://127.0.0.1:9"), shop_id="a", model=model.name)
    found = HybridSearch(open_store("a"), away, model).search("椿の育毛トニック")
    assert found[0].document_id == "product:KS-113"


def test_the_command_line_gets_the_contracts_fields() -> None:
    printed = as_json([Passage("product:1#x", "product:1", "S", "題", "本文", 0.5)])
    assert printed == {
        "results": [
            {"document_id": "product:1", "sku": "S", "title": "題", "passage": "本文", "score": 0.5},
        ]
    }


class Counting(Embeddings):
    """The hashed encoder, counting its questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return HashedEncoder().embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return HashedEncoder().embed_query(text)


def test_a_question_is_answered_once_until_the_index_changes(
    lite: Engine, open_store: OpenStore, chroma: EmbeddedChroma
) -> None:
    encoder = Counting()
    model = EmbeddingModel(hashed_model().name, encoder)
    stock_shelves(lite, "a")
    search = indexed(open_store("a"), chroma, "a", model)
    first = search.search(SECRET)
    first.clear()  # what was handed out is the caller's
    assert search.search(SECRET) == search.search(SECRET) != []
    assert encoder.asked == [SECRET]
    with lite.begin() as connection:
        connection.execute(insert(Product), [product_row("a", "N-1", "月読の滴", "美容", SECRET)])
        connection.execute(insert(Variant), [variant_row("a", "N-1", "N-1")])
    index_documents(open_store("a"), ShopVectors(chroma, shop_id="a", model=model.name), model)
    assert search.search(SECRET)[0].document_id == "product:N-1"
