"""A rewrite told as it goes on, further texts beside it, and one of them chosen."""

import asyncio
import json
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from sqlalchemy import Engine

from agent.chains.model import ModelDown
from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from tests.support.console_desk import Browser, ConsoleDesk
from tests.support.desk_writer import PLAN, composer, letter

FIRST = letter("新茶をお選びいただき、ありがとうございました。", "お口に合えばうれしいです。")
SHORTER = letter("先日はお買い上げいただき、ありがとうございました。", "またお目にかかれましたら幸いです。")
OTHER = letter("お品はもうお手元に届いたころかと存じます。", "どうぞごゆっくりお使いください。")


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> ConsoleDesk:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.rows.order("c1", date(2026, 11, 19), net_yen=1_980, lines=[("T", "新茶 100g", 1, 1_980)])
    desk.draft()
    return desk


def with_model(desk: ConsoleDesk, model: ScriptedModel) -> ScriptedModel:
    writer = composer(desk, model)
    desk.rewrite_with(writer, variants=writer)
    return model


def listen(browser: Browser, verb: str, **fields: str) -> Response:
    form = browser.fields("/console/drafts/d1") | fields
    headers = {"Origin": browser.base_url, "Accept": "text/event-stream"}
    return browser.client.post(f"/console/drafts/d1/{verb}", data=form, headers=headers)


def events(answer: Response) -> list[tuple[str, dict[str, str]]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", answer.text)
    return [(name, json.loads(data)) for name, data in found]


def test_the_steps_come_in_order_and_lead_to_the_new_version_with_what_changed(desk: ConsoleDesk) -> None:
    model = with_model(desk, ScriptedModel({"plan": [PLAN], "write": [SHORTER], "revise": [SHORTER]}))
    browser = desk.browser("kaki")
    answer = listen(browser, "rewrite", words="もう少し短く")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events(answer)
    assert [said["step"] for name, said in told if name == "step"][:4] == ["plan", "write", "text", "check"]
    texts = [said["text"] for _, said in told if said.get("step") == "text"]
    assert "またお目にかかれましたら幸いです。" in texts[0]
    assert told[-1] == ("done", {"to": "/console/drafts/d1?said=rewrite"})
    page = BeautifulSoup(browser.get("/console/drafts/d1?said=rewrite").text, "html.parser")
    compare = page.select_one("details.compare")
    assert compare is not None
    assert compare.has_attr("open")
    assert "またお目にかかれましたら幸いです。" in " ".join(new.get_text() for new in compare.select("ins"))
    assert any("もう少し短く" in text for prompt in model.asked for _, text in prompt.messages)


def test_a_model_that_is_down_is_told_in_words_and_the_old_text_stays(desk: ConsoleDesk) -> None:
    down = ModelDown("no answer", ja="モデルが応答しません。")
    writer = composer(desk, ScriptedModel({"plan": [down]}))
    desk.rewrite_with(writer)
    told = events(listen(desk.browser("kaki"), "rewrite", words="短く"))
    version = desk.read().version
    assert version is not None
    assert told[-1][0] == "done"  # the embedded writer steps in, and says so
    assert version.author == "embedded"


def test_who_asks_for_the_impossible_hears_why(desk: ConsoleDesk) -> None:
    with_model(desk, ScriptedModel({}))
    browser = desk.browser("mori")
    form = browser.fields("/console/drafts/d1")
    desk.decide.approve("d1", by="mori")
    headers = {"Origin": browser.base_url, "Accept": "text/event-stream"}
    answer = browser.client.post("/console/drafts/d1/rewrite", data=form, headers=headers)
    [(name, said)] = events(answer)
    assert name == "trouble"
    assert "送信予約" in said["said"]


def test_a_ready_made_wish_needs_no_typing_and_no_script(desk: ConsoleDesk) -> None:
    with_model(desk, ScriptedModel({"plan": [PLAN], "write": [SHORTER], "revise": [SHORTER]}))
    answer = desk.browser("kaki").answer("d1", "rewrite", words="", wish="もう少し短く")
    assert answer.headers["location"] == "/console/drafts/d1?said=rewrite"
    with desk.units(read_only=True) as unit:
        assert unit.drafts.decisions("d1")[-1].reason == "もう少し短く"


def test_texts_stand_side_by_side_and_the_chosen_one_is_approved(engine: Engine, clock: FixedClock) -> None:
    desk = ConsoleDesk(engine, clock)
    desk.customer()
    desk.rows.order("c1", date(2026, 11, 19), net_yen=1_980, lines=[("T", "新茶 100g", 1, 1_980)])
    model = with_model(desk, ScriptedModel({"plan": [PLAN] * 3, "write": [FIRST, SHORTER, OTHER]}))
    asyncio.run(
        composer(desk, model)(
            customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL, draft_id="d1"
        )
    )
    browser = desk.browser("mori")
    for _ in range(2):
        answer = browser.answer("d1", "another")
        assert answer.headers["location"] == "/console/drafts/d1/variants?said=variant"
    page = BeautifulSoup(browser.get("/console/drafts/d1/variants?said=variant").text, "html.parser")
    texts = page.select("article.text")
    assert len(texts) == 3
    assert "いまの文面" in texts[2].get_text()
    assert "案は3つまで" in page.get_text()
    refused = browser.answer("d1", "another")
    assert refused.status_code == 422
    for _ in range(2):  # twice: one new version
        taken = browser.answer("d1", "take", number="2")
        assert taken.headers["location"] == "/console/drafts/d1?said=take"
    version = desk.read().version
    assert version is not None
    assert version.number == 4
    assert "またお目にかかれましたら幸いです。" in version.body
    approved = browser.answer("d1", "approve")
    assert approved.status_code == 303, (
        BeautifulSoup(approved.text, "html.parser").select("[role=alert]")[0].get_text()
    )
    assert desk.state("d1") is DraftState.SCHEDULED


def test_a_version_that_never_was_cannot_be_taken(desk: ConsoleDesk) -> None:
    answer = desk.browser("kaki").answer("d1", "take", number="9")
    assert answer.status_code == 422
    assert "戻せません" in answer.text


def test_a_viewer_may_compare_but_not_choose(desk: ConsoleDesk) -> None:
    page = desk.browser("mita").get("/console/drafts/d1/variants")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main", 1)[1]
    assert desk.browser("mita").answer("d1", "take", number="1").status_code == 403
