"""A model that answers 429, 500, half an answer, prose, or nothing: the draft falls back or waits, and nothing blank is queued."""

from collections.abc import Iterator
from typing import Literal

import pytest

from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.llm.make_model import make_chat_model
from agent.settings import Settings
from tests.support.drafting import Shop
from tests.support.openai_server import OpenAIServer, Says, serving

BAD_DAYS = {
    "429": Says(status=429, headers={"Retry-After": "600"}),
    "500": Says(status=500),
    "half an answer": Says('{"angle": "お礼"}', cut=True),
    "prose": Says("もちろんです。どんなお便りにしましょうか。"),
    "nothing": Says(hang=True),
    "blank": Says("   "),
}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving() as running:
        yield running


@pytest.mark.parametrize("mode", ["embedded", "wait"])
@pytest.mark.parametrize("bad", sorted(BAD_DAYS))
async def test_a_draft_falls_back_or_waits_and_says_so(
    drafting_shop: Shop, server: OpenAIServer, bad: str, mode: Literal["embedded", "wait"]
) -> None:
    server.say(BAD_DAYS[bad])
    settings = Settings(chat_base_url=server.base_url, chat_model="m", chat_timeout_seconds=0.5)
    model = make_chat_model(settings, drafting_shop.units)
    assert model is not None
    draft = await drafting_shop.composer(model, on_model_down=mode)(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.LINE
    )
    if mode == "embedded":
        assert draft.state is DraftState.WAITING
        assert draft.version is not None
        assert draft.version.author == "embedded"
        assert len(draft.version.body) > 100
        assert draft.fallback is not None
        assert draft.fallback.startswith("AIモデル")
    else:
        assert draft.state is DraftState.COMPOSING
        assert draft.version is None
        assert "モデルが戻ってから" in draft.why
    with drafting_shop.units(read_only=True) as work:
        queued = work.drafts.listed([DraftState.WAITING])
        calls = work.model_calls.of_draft(draft.draft_id)
    assert all(d.version and d.version.body.strip() for d in queued)
    assert calls
    assert all(call.error for call in calls)


def test_without_a_model_name_there_is_no_model(drafting_shop: Shop) -> None:
    assert make_chat_model(Settings(chat_base_url="http://127.0.0.1:9/v1"), drafting_shop.units) is None
