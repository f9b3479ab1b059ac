"""Where a person waits, the words come as they are written."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from agent.chains.model import ModelDown, StreamingModel
from agent.clock import FixedClock
from agent.llm.make_model import make_chat_model
from agent.llm.openai_compatible import OpenAICompatible
from agent.ports import ModelCallMade
from agent.settings import Settings
from agent.store.unit_of_work import SqlUnitOfWork
from prompts.registry import RenderedPrompt
from tests.support.openai_server import OpenAIServer, Says, serving

PROMPT = RenderedPrompt("greet", "v1", "d" * 64, "text", (("user", "やあ"),), {"max_tokens": 50})


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.fixture
def model(engine: Engine, clock: FixedClock, server: OpenAIServer) -> OpenAICompatible:
    def units(*, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=read_only)

    settings = Settings(
        chat_base_url=server.base_url, chat_model="small", prices={"small": {"in": 1000, "out": 1000}}
    )
    made = make_chat_model(settings, units, clock)
    assert isinstance(made, OpenAICompatible)
    return made


async def test_pieces_come_in_order_and_the_whole_is_recorded_and_paid(
    model: OpenAICompatible, server: OpenAIServer
) -> None:
    assert isinstance(model, StreamingModel)
    server.say(Says(pieces=("こん", "にち", "は")))
    journal: list[ModelCallMade] = []
    pieces = [piece async for piece in model.stream(PROMPT, step="chat", journal=journal)]
    assert pieces == ["こん", "にち", "は"]
    assert server.bodies[0]["stream"] is True
    [call] = journal
    assert (call.response, call.cost_micro_yen, call.task) == ("こんにちは", 18_000, "chat")


async def test_a_stream_that_breaks_off_is_no_answer(model: OpenAICompatible, server: OpenAIServer) -> None:
    server.say(Says(pieces=("こん",), ending=False))
    journal: list[ModelCallMade] = []
    pieces = model.stream(PROMPT, step="chat", journal=journal)
    assert await anext(pieces) == "こん"
    with pytest.raises(ModelDown):
        await anext(pieces)
    assert journal[0].error


async def test_a_server_that_is_busy_says_so_before_the_first_word(
    model: OpenAICompatible, server: OpenAIServer
) -> None:
    server.say(Says(status=429))
    with pytest.raises(ModelDown) as failed:
        await anext(model.stream(PROMPT, step="chat", journal=[]))
    assert "混み合って" in failed.value.ja
