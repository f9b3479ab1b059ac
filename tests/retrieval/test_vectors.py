"""The same promises on embedded Chroma and on a real server; and two processes on one embedded folder."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from agent.domain.errors import MachineRetries, OperatorMustFix
from agent.ports import KnowledgeStore
from retrieval.chroma import ChromaPlace, EmbeddedChroma, ServedChroma, embedded_chroma, open_chroma
from retrieval.embed import hashed_model
from retrieval.index import index_documents
from retrieval.search import HybridSearch
from retrieval.vectors import ShopVectors
from tests.support.shelves import stock_shelves

pytest_plugins = ["tests.support.knowledge_fixtures"]


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> ChromaPlace:
    if request.param == "server":
        return ServedChroma(request.getfixturevalue("chroma_server"))
    return EmbeddedChroma(tmp_path / "chroma")


@pytest.fixture
def shop_id(request: pytest.FixtureRequest) -> str:
    """A shop of this test alone: the server is shared."""
    return str(request.node.name)


def test_the_nearest_vector_comes_first(place: ChromaPlace, shop_id: str) -> None:
    vectors = ShopVectors(place, shop_id=shop_id, model="m")
    assert vectors.nearest([1.0, 0.0], 3) == {}
    assert vectors.ids() == set()
    assert not vectors.prepare()
    vectors.put(["a", "b", "c"], [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])

    near = vectors.nearest([1.0, 0.0], 2)

    assert list(near) == ["a", "c"]
    assert near["a"] == pytest.approx(1.0, abs=1e-5)
    assert near["c"] == pytest.approx(0.6, abs=1e-5)


def test_dropped_vectors_are_gone_and_dropping_again_is_no_fault(place: ChromaPlace, shop_id: str) -> None:
    vectors = ShopVectors(place, shop_id=shop_id, model="m")
    vectors.prepare()
    vectors.put(["a", "b"], [[1.0, 0.0], [0.0, 1.0]])
    vectors.drop(["a", "never"])
    vectors.drop(["a"])
    assert vectors.ids() == {"b"}
    assert list(vectors.nearest([1.0, 0.1], 5)) == ["b"]


def test_vectors_of_another_encoder_are_thrown_away_whatever_their_size(
    place: ChromaPlace, shop_id: str
) -> None:
    old = ShopVectors(place, shop_id=shop_id, model="old")
    old.prepare()
    old.put(["a"], [[1.0, 0.0]])
    new = ShopVectors(place, shop_id=shop_id, model="new")
    assert new.nearest([1.0, 0.0, 0.0], 1) == {}
    assert new.prepare()
    new.put(["a"], [[0.0, 1.0, 0.0]])
    assert list(new.nearest([0.0, 1.0, 0.0], 1)) == ["a"]


def test_the_whole_catalogue_is_indexed_and_searched_on_either(
    place: ChromaPlace, shop_id: str, lite: Engine, open_store: Callable[[str], KnowledgeStore]
) -> None:
    short = shop_id[:40]
    stock_shelves(lite, short)
    store, model = open_store(short), hashed_model()
    vectors = ShopVectors(place, shop_id=shop_id, model=model.name)
    assert index_documents(store, vectors, model).added == 88
    assert index_documents(store, vectors, model).unchanged == 88
    assert HybridSearch(store, vectors, model).search("鉄フライパン")[0].document_id == "product:HH-405"


def test_a_server_that_does_not_answer_may_be_tried_again() -> None:
    vectors = ShopVectors(ServedChroma("http://127.0.0.1:9"), shop_id="s", model="m")
    with pytest.raises(MachineRetries) as refused:
        vectors.ids()
    assert "OKAERI_CHROMA_URL" in refused.value.ja


def test_a_damaged_folder_says_that_it_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(MachineRetries) as refused:
        ShopVectors(EmbeddedChroma(tmp_path), shop_id="s", model="m").ids()
    assert "okaeri index" in refused.value.ja


@pytest.mark.parametrize("url", ["127.0.0.1:8001", "ftp://host", "http://"])
def test_an_address_that_is_none_is_the_operators_to_fix(url: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorMustFix, match="Chroma address"):
        open_chroma(home=tmp_path, url=url)


def test_a_folder_has_one_embedded_chroma_in_a_process(tmp_path: Path) -> None:
    assert open_chroma(home=tmp_path, url=None) is embedded_chroma((tmp_path / "chroma").resolve())


WRITER = """
import sys
from pathlib import Path
import numpy as np
from retrieval.chroma import EmbeddedChroma
from retrieval.vectors import ShopVectors
start = int(sys.argv[2])
vectors = ShopVectors(EmbeddedChroma(Path(sys.argv[1])), shop_id="s", model="m")
for first in range(start, start + 1200, 60):
    numbers = range(first, first + 60)
    vectors.put([str(n) for n in numbers], [np.random.default_rng(n).normal(size=64).tolist() for n in numbers])
"""


def test_two_writing_processes_and_a_reader_lose_nothing_on_one_embedded_folder(tmp_path: Path) -> None:
    """Without our lock the reader of Chroma 1.5.9 errs or stays blind, and vectors become unfindable."""
    reader = ShopVectors(EmbeddedChroma(tmp_path), shop_id="s", model="m")
    reader.prepare()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(start)]) for start in (0, 1200)
    ]
    while any(writer.poll() is None for writer in writers):
        reader.nearest([1.0] * 64, 3)
    assert [writer.returncode for writer in writers] == [0, 0]

    lost = [
        n
        for n in range(0, 2400, 5)
        if list(reader.nearest(np.random.default_rng(n).normal(size=64).tolist(), 1)) != [str(n)]
    ]

    assert len(reader.ids()) == 2400
    assert lost == []
