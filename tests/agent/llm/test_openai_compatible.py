"""The model adapter against a real HTTP server: every way of asking, every bad day."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine

from agent.chains.model import AnswerUnusable, ModelDown, ModelMisconfigured
from agent.clock import FixedClock
from agent.llm.abilities import Abilities
from agent.llm.chat_client import Endpoint
from agent.llm.openai_compatible import OpenAICompatible
from agent.ports import ModelCallMade
from agent.store.unit_of_work import SqlUnitOfWork
from prompts.registry import RenderedPrompt
from tests.support.openai_server import OpenAIServer, Says, serving

PROMPT = RenderedPrompt(
    "greet", "v1", "d" * 64, "Reply", (("system", "短く。"), ("user", "やあ")), {"temperature": 0.1}
)
GOOD = json.dumps({"text": "こんにちは", "tags": ["a"]}, ensure_ascii=False)


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    tags: list[str]


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


class Asker:
    """A model under test with its store."""

    def __init__(self, engine: Engine, clock: FixedClock, server: OpenAIServer, seconds: float) -> None:
        self.engine, self.clock, self.server, self.seconds = engine, clock, server, seconds
        self.journal: list[ModelCallMade] = []
        self.model = self.fresh()

    def fresh(self) -> OpenAICompatible:
        """The model as a new process would make it."""
        at = Endpoint(self.server.base_url, "small-model", "sk-test", self.seconds)
        return OpenAICompatible(at, Abilities(self._units))

    def _units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    async def ask(self) -> Reply:
        return await self.model.answer(PROMPT, Reply, step="plan", journal=self.journal)


@pytest.fixture
def asker(engine: Engine, clock: FixedClock, server: OpenAIServer) -> Asker:
    return Asker(engine, clock, server, seconds=1.0)


def refusing(*unsupported: str, answer: Says) -> Any:
    """A server that answers 400 whenever the request uses one of these fields."""

    def script(body: dict[str, Any]) -> Says:
        if any(field in body for field in unsupported):
            return Says(status=400, error="unsupported field")
        return Says(tool_arguments=answer.content) if "tools" in body else answer

    return script


async def test_a_model_that_knows_json_schema_is_asked_that_way(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(GOOD))
    assert (await asker.ask()).text == "こんにちは"
    form = server.bodies[0]["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["schema"]["required"] == ["text", "tags"]
    assert server.authorizations == ["Bearer sk-test"]
    [call] = asker.journal
    assert (call.method, call.prompt_tokens, call.completion_tokens) == ("json_schema", 11, 7)


async def test_a_server_without_json_schema_is_asked_by_function_call_and_remembered(
    asker: Asker, server: OpenAIServer
) -> None:
    server.script = refusing("response_format", answer=Says(GOOD))
    await asker.ask()
    assert ["response_format" in b for b in server.bodies] == [True, False]
    asker.model = asker.fresh()
    await asker.ask()
    assert len(server.bodies) == 3, "a new process asks the way that worked, at once"
    assert "tools" in server.bodies[2]


async def test_a_server_that_knows_neither_is_asked_in_words(asker: Asker, server: OpenAIServer) -> None:
    server.script = refusing("response_format", "tools", answer=Says(f"はい、どうぞ。\n```json\n{GOOD}\n```"))
    assert (await asker.ask()).tags == ["a"]
    assert "JSON Schema" in server.bodies[-1]["messages"][-1]["content"]
    assert [c.method for c in asker.journal] == ["json_schema", "function_calling", "json_in_text"]


async def test_prose_instead_of_json_is_repaired_once_and_then_given_up(
    asker: Asker, server: OpenAIServer
) -> None:
    server.say(Says("よろこんでお手伝いします。"))
    with pytest.raises(AnswerUnusable) as failed:
        await asker.ask()
    assert "求めた形" in failed.value.ja
    assert len(server.bodies) == 4, "three ways of asking and one repair"
    assert "使えません" in server.bodies[-1]["messages"][-1]["content"]


async def test_malformed_json_is_mended_by_the_repair(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(GOOD))
    await asker.ask()
    server.say(Says('{"text": "こん'), Says(GOOD))
    assert (await asker.ask()).text == "こんにちは"
    assert server.bodies[-1]["messages"][-2]["content"] == '{"text": "こん'


async def test_json_of_the_wrong_shape_is_told_what_is_missing(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(GOOD))
    await asker.ask()
    server.say(Says('{"text": "x"}'), Says(GOOD))
    await asker.ask()
    assert "tags" in server.bodies[-1]["messages"][-1]["content"]


async def test_empty_content_is_never_an_answer(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(""))
    with pytest.raises(AnswerUnusable):
        await asker.ask()


async def test_an_answer_cut_by_the_token_limit_is_not_used(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(GOOD, finish="length"), Says(tool_arguments=GOOD))
    await asker.ask()
    assert asker.journal[0].error is not None


async def test_too_many_requests_waits_as_long_as_the_server_says(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(status=429, headers={"Retry-After": "0.2"}), Says(GOOD))
    began = time.monotonic()
    await asker.ask()
    assert time.monotonic() - began >= 0.2
    assert len(server.bodies) == 2


async def test_a_wait_longer_than_the_time_allowed_is_not_begun(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(status=429, headers={"Retry-After": "600"}))
    began = time.monotonic()
    with pytest.raises(ModelDown) as failed:
        await asker.ask()
    assert time.monotonic() - began < 0.9
    assert "混み合って" in failed.value.ja


@pytest.mark.parametrize(
    "bad",
    [
        Says(status=500),
        Says(status=503),
        Says(GOOD, cut=True),
        Says(GOOD, hang=True),
        Says(GOOD, drip=True),
    ],
    ids=["500", "503", "half an answer", "nothing at all", "a byte now and then"],
)
async def test_a_model_on_a_bad_day_is_given_up_within_the_time_allowed(
    asker: Asker, server: OpenAIServer, bad: Says
) -> None:
    server.say(bad)
    began = time.monotonic()
    with pytest.raises(ModelDown) as failed:
        await asker.ask()
    assert time.monotonic() - began < asker.seconds + 3.0, "a hang is 30 s long"
    assert failed.value.ja.startswith("AIモデル")
    assert asker.journal[-1].error


async def test_one_bad_moment_is_bridged(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(status=500, headers={"retry-after-ms": "10"}), Says(GOOD))
    assert (await asker.ask()).text == "こんにちは"


async def test_a_server_found_down_is_left_alone_for_a_while(asker: Asker, server: OpenAIServer) -> None:
    server.say(Says(status=500, headers={"Retry-After": "60"}))
    with pytest.raises(ModelDown):
        await asker.ask()
    seen = len(server.bodies)
    with pytest.raises(ModelDown):
        await asker.ask()
    assert len(server.bodies) == seen


@pytest.mark.parametrize(
    "raw",
    [
        b'data: {"choices":[{"delta":{"content":"{\\"te"}}]}\n\n',
        b"<html>502 Bad Gateway</html>",
        b'{"choices": []}',
        b"null",
        b'{"choices": [{"message"',
        b"",
    ],
    ids=["half a stream", "html", "no choices", "null", "broken json", "empty body"],
)
async def test_a_body_that_is_no_answer_never_becomes_one(
    asker: Asker, server: OpenAIServer, raw: bytes
) -> None:
    kind = "text/event-stream" if raw.startswith(b"data") else "application/json"
    server.say(Says(raw=raw, content_type=kind))
    with pytest.raises((AnswerUnusable, ModelDown, ModelMisconfigured)) as failed:
        await asker.ask()
    assert failed.value.ja


@pytest.mark.parametrize(("status", "named"), [(401, "OKAERI_CHAT_API_KEY"), (404, "OKAERI_CHAT_MODEL")])
async def test_a_wrong_key_or_model_names_the_setting_and_is_not_tried_again(
    asker: Asker, server: OpenAIServer, status: int, named: str
) -> None:
    server.say(Says(status=status))
    with pytest.raises(ModelMisconfigured) as failed:
        await asker.ask()
    assert named in failed.value.ja
    assert len(server.bodies) == 1


async def test_a_model_that_refuses_a_temperature_is_asked_without(
    asker: Asker, server: OpenAIServer
) -> None:
    server.script = lambda body: (
        Says(status=400, error="temperature is not supported") if "temperature" in body else Says(GOOD)
    )
    await asker.ask()
    await asker.ask()
    assert ["temperature" in b for b in server.bodies] == [True, False, False]


async def test_nobody_listening_is_said_plainly(engine: Engine, clock: FixedClock) -> None:
    with serving() as gone:
        asker = Asker(engine, clock, gone, seconds=0.6)
    with pytest.raises(ModelDown) as failed:
        await asker.ask()
    assert "つながらない" in failed.value.ja
