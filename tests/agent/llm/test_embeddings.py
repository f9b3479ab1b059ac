"""The embeddings endpoint of an OpenAI-compatible server, as index and search use it; a real server on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from agent.chains.model import ModelDown, ModelMisconfigured
from agent.clock import FixedClock
from agent.llm.embeddings import AT_ONCE, ServedEmbeddings
from agent.llm.make_model import make_book, routes
from agent.main import App
from agent.settings import Settings, load_settings
from agent.store.tables import ModelSpendRow, Product, Variant
from agent.store.unit_of_work import SqlUnitOfWork
from retrieval.embed import HashedEncoder
from tests.support.openai_server import OpenAIServer, Says, serving
from tests.support.shelves import product_row, variant_row


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        running.script = embedded
        yield running


def embedded(body: dict[str, Any]) -> Says:
    """As the protocol answers, in another order than asked: the index alone says which vector is whose."""
    vectors = HashedEncoder().embed_documents(body["input"])
    rows = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
    answer = {
        "object": "list",
        "data": rows[::-1],
        "model": body["model"],
        "usage": {"prompt_tokens": 7 * len(rows)},
    }
    return Says(raw=json.dumps(answer).encode())


def served(server: OpenAIServer, engine: Engine, clock: FixedClock, **more: object) -> ServedEmbeddings:
    settings = Settings(
        embed_base_url=server.base_url,
        embed_model="ruri",
        embed_api_key="secret-embed",
        chat_base_url="http://127.0.0.1:1/v1",
        chat_api_key="secret-chat",
        **more,  # type: ignore[arg-type]
    )

    def units(*, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=read_only)

    return ServedEmbeddings(routes(settings)["embed"], make_book(settings, units, clock))


def test_documents_go_in_batches_and_each_gets_its_own_vector(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    texts = [f"品{n}の説明です。" for n in range(AT_ONCE + 3)]
    model = served(server, engine, clock)
    assert model.embed_documents(texts) == HashedEncoder().embed_documents(texts)
    assert [len(body["input"]) for body in server.bodies] == [AT_ONCE, 3]
    assert {(body["model"], body["encoding_format"]) for body in server.bodies} == {("ruri", "float")}
    assert set(server.authorizations) == {"Bearer secret-embed"}


def test_a_question_leaves_without_names_and_numbers(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    served(server, engine, clock).embed_query("石田様 090-1234-5678 hanako@mail.example の返品は")
    [[sent]] = [body["input"] for body in server.bodies]
    assert "返品は" in sent
    for private in ("石田", "090-1234-5678", "hanako"):
        assert private not in sent


def test_what_it_costs_is_counted_with_the_other_models(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    model = served(server, engine, clock, prices={"ruri": {"in": 3_000_000, "out": 0}}, daily_yen_cap=100)
    model.embed_query("送料")
    with SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=True) as work:
        [spent] = work.session.scalars(select(ModelSpendRow).where(ModelSpendRow.task == "embed"))
    assert (spent.micro_yen, spent.prompt_tokens, spent.calls) == (21_000_000, 7, 1)
    unpriced = served(server, engine, clock, daily_yen_cap=100)
    with pytest.raises(ModelMisconfigured):
        unpriced.embed_query("送料")


def test_a_busy_server_is_asked_again_for_documents(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    answers = [Says(status=503), Says(status=429)]
    server.script = lambda body: answers.pop() if answers else embedded(body)
    assert len(served(server, engine, clock).embed_documents(["送料"])) == 1
    assert len(server.bodies) == 3


def test_a_question_to_a_dead_server_is_asked_once_and_then_not_for_a_while(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    server.say(Says(status=503))
    model = served(server, engine, clock)
    for _ in range(3):
        with pytest.raises(ModelDown):
            model.embed_query("送料")
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"no json",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 1, "embedding": [1.0]}]}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 0, "embedding": [NaN]}]}',
        b'{"data": [{"index": 0, "embedding": "AAAA"}]}',
        b'{"choices": [{"message": {"content": "hello"}}]}',
    ],
)
def test_an_answer_that_is_no_vector_for_each_text_is_refused(
    server: OpenAIServer, engine: Engine, clock: FixedClock, raw: bytes
) -> None:
    server.say(Says(raw=raw))
    with pytest.raises(ModelMisconfigured) as refused:
        served(server, engine, clock).embed_documents(["送料"])
    assert "OKAERI_EMBED_MODEL" in refused.value.ja


def test_a_refused_key_names_the_settings_to_look_at(
    server: OpenAIServer, engine: Engine, clock: FixedClock
) -> None:
    server.say(Says(status=401))
    with pytest.raises(ModelMisconfigured) as refused:
        served(server, engine, clock).embed_query("送料")
    assert "OKAERI_EMBED_BASE_URL" in refused.value.ja


def test_index_and_search_go_to_the_named_model_and_another_name_rebuilds(
    server: OpenAIServer, tmp_path: Path
) -> None:
    def app(model: str) -> App:
        return App(load_settings(home=tmp_path, embed_base_url=server.base_url, embed_model=model))

    first = app("ruri")
    with first.engine.begin() as connection:
        connection.execute(
            insert(Product), [product_row("default", "p1", "麻のシャツ", "トップス", "涼しい麻です。")]
        )
        connection.execute(insert(Variant), [variant_row("default", "p1", "SH-1")])
    assert first.index().rebuilt is False
    assert server.bodies
    [found] = first.retriever.search("涼しいシャツ")
    assert found.sku == "SH-1"
    assert server.bodies[-1]["input"] == ["涼しいシャツ"]

    second = app("other")
    assert not second.index_fits()
    assert second.retriever.search("麻のシャツ"), "words still serve until then"
    assert second.index().rebuilt is True
    assert second.index_fits()
    assert app("other").index().rebuilt is False

    server.say(Says(status=500))
    assert app("other").retriever.search("麻のシャツ"), "and while the server is down"
