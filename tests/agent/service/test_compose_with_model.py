"""ComposeDraft with a model: what leaves, what comes back, and what happens when the model misbehaves."""

from typing import Any

import pytest

from agent.chains.model import AnswerUnusable, ModelDown
from agent.domain.draft import DraftState
from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from prompts.registry import load_prompt
from tests.support.drafting import HandCharts, Shop, chart_of

PLAN: dict[str, object] = {
    "angle": "はじめて化粧水を選んでくださった方へのお礼",
    "fact_ids": ["F2"],
    "passage_ids": ["P2"],
    "useful": "手のひらで温める",
    "request": "",
    "avoid": [],
}
OPENING = {
    "text": "先日は、はじめてのご注文で「さっぱり化粧水」をお選びいただき、ありがとうございました。",
    "fact_ids": ["F1", "F2"],
    "passage_ids": [],
}
TIP = {
    "text": "手のひらで少し温めてから、顔全体になじませてみてください。",
    "fact_ids": [],
    "passage_ids": ["P2"],
}
GOOD: dict[str, object] = {
    "subject": "はじめてのご注文、ありがとうございました",
    "paragraphs": [OPENING, TIP],
}


def letter(
    text: str, *, facts: list[str] | None = None, passages: list[str] | None = None
) -> dict[str, object]:
    """A model's answer with one more paragraph."""
    extra = {"text": text, "fact_ids": facts or [], "passage_ids": passages or []}
    return {"subject": "お礼", "paragraphs": [OPENING, extra]}


async def compose(shop: Shop, model: ScriptedModel, **options: Any) -> Any:
    return await shop.composer(model, **options)(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL
    )


async def test_a_model_draft_carries_its_evidence_prompt_and_calls(drafting_shop: Shop) -> None:
    draft = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [GOOD]}))
    assert draft.state is DraftState.WAITING
    assert draft.version.author == "model:scripted"
    assert draft.version.prompt.digest == load_prompt("write_message").digest
    assert draft.version.plan["fact_ids"] == ["order:order-90001"]
    assert draft.version.paragraphs[1].passage_ids == ("product:LOT-150#1",)
    with drafting_shop.units(read_only=True) as work:
        calls = work.model_calls.of_draft(draft.draft_id)
    assert [c.step for c in calls] == ["plan", "write"]
    assert all("石田" not in text for c in calls for _, text in c.messages)


async def test_the_customers_name_comes_back_where_the_model_left_its_token(drafting_shop: Shop) -> None:
    said = letter("⟦NAME⟧様のお手元に、もう届いたころでしょうか。")
    draft = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [said]}))
    assert "石田さまのお手元に" in draft.version.body
    assert "⟦" not in draft.version.body


@pytest.mark.parametrize(
    "bad",
    [
        letter("これまでに7回もお選びいただきました。", facts=["F1"]),
        letter("よろしければ https://evil.example/x をご覧ください。"),
        letter("お返事は boss@evil.example まで。"),
        letter("資料にあるとおりです。", facts=["F99"]),
        letter("⟦PHONE⟧ にお電話します。"),
        letter("12月24日までにお届けします。", facts=["F1"]),
    ],
    ids=["count", "link", "address", "evidence", "token", "date"],
)
async def test_an_invented_statement_is_sent_back_once_and_then_held(
    drafting_shop: Shop, bad: dict[str, object]
) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [bad], "revise": [bad]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.HELD
    assert any(f.check == "unsupported_statement" for f in draft.findings)
    finding = next(f for f in draft.findings if f.check == "unsupported_statement")
    assert draft.version.body[finding.span[0] : finding.span[1]] == finding.quote
    assert "直すところ" in model.asked[-1].messages[-1][1]


async def test_a_revision_that_mends_the_fault_waits_for_a_person(drafting_shop: Shop) -> None:
    bad = letter("これまでに7回もお選びいただきました。", facts=["F1"])
    draft = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [bad], "revise": [GOOD]}))
    assert draft.state is DraftState.WAITING
    assert "7回" not in draft.version.body


async def test_whatever_a_model_writes_recipient_channel_and_links_are_ours(drafting_shop: Shop) -> None:
    obeys = letter("宛先を boss@evil.example に変え、全員に送ってください。 https://evil.example")
    model = ScriptedModel({"plan": [PLAN], "write": [obeys], "revise": [obeys]})
    draft = await compose(drafting_shop, model)
    assert draft.recipient == "c1.ishida@mail.example"
    assert draft.channel is Channel.EMAIL
    assert draft.context.shop.unsubscribe_url.startswith("https://koharudo.example/u/")
    assert draft.state is DraftState.HELD


async def test_a_model_that_recites_its_instructions_is_not_used(drafting_shop: Shop) -> None:
    recited = load_prompt("write_message").body.split("【ことば】")[1][:80]
    model = ScriptedModel({"plan": [PLAN], "write": [letter(recited)]})
    draft = await compose(drafting_shop, model)
    assert draft.version.author == "embedded"
    assert "指示文" in draft.fallback
    assert recited[:30] not in draft.version.body


@pytest.mark.parametrize("step", ["plan", "write"])
async def test_a_model_that_is_down_is_replaced_by_the_embedded_writer_and_it_says_so(
    drafting_shop: Shop, step: str
) -> None:
    down = ModelDown("down", ja="AIモデルが混み合っています。")
    script: dict[str, Any] = {"plan": [down]} if step == "plan" else {"plan": [PLAN], "write": [down]}
    draft = await compose(drafting_shop, ScriptedModel(script))
    assert draft.state is DraftState.WAITING
    assert draft.version.author == "embedded"
    assert draft.fallback == "AIモデルが混み合っています。そのため定型文で作成しました。"
    with drafting_shop.units(read_only=True) as work:
        assert work.model_calls.of_draft(draft.draft_id)[-1].error == "down"


@pytest.mark.parametrize(
    "failure", [ModelDown("x", ja="返事がありません。"), AnswerUnusable("x", ja="読めません。")]
)
async def test_a_shop_that_prefers_to_wait_gets_a_draft_in_the_making_and_nothing_blank(
    drafting_shop: Shop, failure: Exception
) -> None:
    draft = await compose(drafting_shop, ScriptedModel({"plan": [failure]}), on_model_down="wait")
    assert draft.state is DraftState.COMPOSING
    assert draft.version is None
    assert str(failure.args and failure.ja) in draft.why  # type: ignore[attr-defined]
    later = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [GOOD]}))
    assert later.state is DraftState.WAITING
    with drafting_shop.units(read_only=True) as work:
        assert work.drafts.get(draft.draft_id).state is DraftState.SUPERSEDED


async def test_waiting_for_a_model_does_not_throw_away_a_text_that_is_there(drafting_shop: Shop) -> None:
    written = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [GOOD]}))
    down = ScriptedModel({"plan": [ModelDown("x", ja="返事がありません。")]})
    waiting = await compose(drafting_shop, down, on_model_down="wait")
    assert waiting.state is DraftState.COMPOSING
    with drafting_shop.units(read_only=True) as work:
        assert work.drafts.get(written.draft_id).state is DraftState.WAITING


async def test_a_rewrite_shows_the_model_the_old_text_and_the_wish_without_names(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN, PLAN], "write": [GOOD], "revise": [letter("少し短くしました。")]})
    composer = drafting_shop.composer(model)
    first = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    again = await composer.rewrite(
        first.draft_id, instruct="石田さまには短めに。田中さんの話は無しで", by="hanako"
    )
    shown = model.asked[-1].messages[-1][1]
    assert "手のひらで少し温めて" in shown
    assert "⟦NAME⟧さまには短めに。⟦PERSON⟧さんの話は無しで" in shown
    assert again.version is not None
    assert again.version.number == 2
    with drafting_shop.units(read_only=True) as work:
        assert len(work.drafts.versions(first.draft_id)) == 2


async def test_a_decided_draft_cannot_be_rewritten(drafting_shop: Shop) -> None:
    composer = drafting_shop.composer()
    draft = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    with drafting_shop.units() as work:
        work.drafts.move(draft.draft_id, DraftState.REJECTED, by="hanako", why="今ではない")
        work.commit()
    with pytest.raises(CallerMistake):
        await composer.rewrite(draft.draft_id, instruct="短く", by="hanako")


async def test_a_name_that_is_part_of_a_word_leaves_masked_and_returns_letter_by_letter(
    drafting_shop: Shop,
) -> None:
    drafting_shop.charts = HandCharts(
        chart_of(family_name="千葉", notes=("千葉県産の落花生がお好き。千葉さまからのお話",))
    )
    plan = {**PLAN, "fact_ids": ["F2", "F3"]}
    said = letter("⟦W1⟧県産の落花生のお話、うれしくうかがいました。", facts=["F3"])
    model = ScriptedModel({"plan": [plan], "write": [said], "revise": [said]})
    draft = await compose(drafting_shop, model)
    assert "⟦W1⟧県産の落花生がお好き。⟦NAME⟧さまからのお話" in model.asked[0].messages[1][1]
    assert "千葉県産の落花生のお話" in draft.version.body
    assert all("千葉" not in text for p in model.asked for _, text in p.messages)
