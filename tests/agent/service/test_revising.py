"""Plan, write, judge, revise: how often, with what, which text wins, and what is kept of the way there."""

from typing import Any

import pytest

from agent.chains.model import AnswerUnusable, ModelDown
from agent.domain.draft import Draft, DraftState
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from agent.service.ask_judges import AskJudges
from tests.support.drafting import HandCharts, Shop, chart_of

PLAN: dict[str, object] = {
    "angle": "はじめて化粧水を選んでくださった方へのお礼",
    "fact_ids": ["F2"],
    "passage_ids": ["P2"],
    "useful": "",
    "request": "",
    "avoid": [],
}


def answer(
    *texts: str, subject: str = "はじめてのご注文、ありがとうございました", facts: tuple[str, ...] = ()
) -> dict[str, object]:
    paragraphs = [{"text": t, "fact_ids": list(facts), "passage_ids": []} for t in texts]
    return {"subject": subject, "preheader": "お使い始めに、ひとこと", "paragraphs": paragraphs}


GOOD = answer(
    "⟦F2.date⟧に⟦F2.product⟧をお選びいただき、ありがとうございました。",
    "お困りのことがあれば、末尾の連絡先までお知らせください。",
)
SEVEN = answer("7回もお選びいただき、ありがとうございます。")
EIGHT = answer("8回もお選びいただき、ありがとうございます。")
SEVEN_TWICE = answer("7回もお選びいただき、ありがとうございます。", "9回目です。")


async def compose(shop: Shop, model: ScriptedModel, **options: Any) -> Draft:
    return await shop.composer(model, **options)(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL
    )


def steps_of(shop: Shop, draft: Draft) -> list[dict[str, Any]]:
    assert draft.version is not None
    with shop.units(read_only=True) as work:
        return [dict(s) for s in work.drafts.writing_steps(draft.draft_id, draft.version.number)]


async def test_slots_become_words_and_cite_their_source(drafting_shop: Shop) -> None:
    draft = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [GOOD]}))
    assert draft.state is DraftState.WAITING, draft.findings
    assert draft.version is not None
    first = draft.version.paragraphs[0]
    assert first.text.startswith("先日「さっぱり化粧水」をお選びいただき")
    assert first.fact_ids == ("order:order-90001",)
    assert {(s.source, s.kind, s.words) for s in first.slots} == {
        ("order:order-90001", "date", "先日"),
        ("order:order-90001", "product", "さっぱり化粧水"),
    }
    assert draft.version.preheader == "お使い始めに、ひとこと"


async def test_two_revisions_at_most_each_told_what_was_found(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [SEVEN], "revise": [EIGHT, SEVEN, GOOD]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.HELD
    asked = [p.messages[-1][1] for p in model.asked[2:]]
    assert len(asked) == 2
    assert "「7回」" in asked[0]
    assert "「8回」" in asked[1]
    assert [s["step"] for s in steps_of(drafting_shop, draft)] == [
        "plan",
        "write",
        "findings",
        "revise",
        "findings",
        "revise",
        "findings",
    ]


async def test_a_second_revision_can_mend_what_the_first_did_not(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [SEVEN], "revise": [EIGHT, GOOD]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.WAITING
    steps = steps_of(drafting_shop, draft)
    assert steps[-1] == {"step": "findings", "findings": []} or all(
        f["severity"] != "block" for f in steps[-1]["findings"]
    )
    assert "⟦F2.date⟧" in steps[-2]["paragraphs"][0]["text"]


TYPED = answer(
    "⟦F2.date⟧に⟦F2.product⟧をお選びいただき、ありがとうございました。",
    "これまでのご注文は1回、11月18日のことでした。",
    facts=("F1", "F2"),
)


async def test_a_true_value_typed_without_its_slot_goes_back_to_the_writer(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [TYPED], "revise": [GOOD]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.WAITING
    asked = model.asked[2].messages[-1][1]
    assert "「1回」が、差し込みを使わずに" in asked
    assert "「11月18日」が、差し込みを使わずに" in asked


async def test_a_value_that_stays_typed_is_held(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [TYPED], "revise": [TYPED, TYPED]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.HELD
    assert {f.quote for f in draft.findings} >= {"1回", "11月18日"}
    assert draft.version is not None
    assert all(draft.version.body[slice(*f.span)] == f.quote for f in draft.findings if f.field == "body")


async def test_a_plan_that_arrived_is_kept_when_the_text_never_does(drafting_shop: Shop) -> None:
    late = ModelDown("x", ja="AIモデルから時間内に返事がありませんでした。")
    draft = await compose(drafting_shop, ScriptedModel({"plan": [PLAN], "write": [late]}))
    assert draft.fallback == "AIモデルから時間内に返事がありませんでした。そのため定型文で作成しました。"
    plan, failed = steps_of(drafting_shop, draft)
    assert (plan["step"], plan["angle"]) == ("plan", PLAN["angle"])
    assert failed == {"step": "fallback", "failed": late.ja}


async def test_a_revision_that_repeats_itself_ends_the_rounds(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [SEVEN], "revise": [SEVEN, GOOD]})
    draft = await compose(drafting_shop, model)
    assert draft.state is DraftState.HELD
    assert len(model.asked) == 3


async def test_a_worse_revision_does_not_win(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN], "write": [SEVEN], "revise": [SEVEN_TWICE, SEVEN_TWICE]})
    draft = await compose(drafting_shop, model)
    assert draft.version is not None
    assert "9回目" not in draft.version.body


@pytest.mark.parametrize(
    "failure", [ModelDown("x", ja="返事がありません。"), AnswerUnusable("x", ja="読めません。")]
)
async def test_a_model_that_fails_while_revising_a_blocked_text_is_replaced(
    drafting_shop: Shop, failure: Exception
) -> None:
    draft = await compose(
        drafting_shop, ScriptedModel({"plan": [PLAN], "write": [SEVEN], "revise": [failure]})
    )
    assert draft.version is not None
    assert draft.version.author == "embedded"


async def test_judges_are_heard_before_the_revision_and_their_words_are_in_it(drafting_shop: Shop) -> None:
    problem = {
        "check": "invented_product_attribute",
        "quote": "お困りのこと",
        "why": "言い方が硬い",
        "sure": True,
    }
    named: dict[str, object] = {"problems": [problem]}
    nothing: dict[str, object] = {"problems": []}
    judge = ScriptedModel({"judge": [named] * 3 + [nothing] * 9})
    model = ScriptedModel(
        {"plan": [PLAN], "write": [GOOD], "revise": [answer("⟦F2.date⟧はありがとうございました。")]}
    )
    draft = await compose(drafting_shop, model, judges=AskJudges(judge))
    assert "言い方が硬い" in model.asked[-1].messages[-1][1]
    assert draft.version is not None
    assert "お困り" not in draft.version.body
    assert len(judge.asked) == 12, "the final text was read too"


async def test_a_finding_no_wording_can_mend_costs_no_revision(drafting_shop: Shop) -> None:
    drafting_shop.charts = HandCharts(chart_of(family_name="石田{{"))
    model = ScriptedModel({"plan": [PLAN], "write": [GOOD]})
    await compose(drafting_shop, model)
    assert [p.name for p in model.asked] == ["plan_message", "write_message"]


async def test_a_rewrite_is_a_version_and_keeps_its_own_steps(drafting_shop: Shop) -> None:
    model = ScriptedModel({"plan": [PLAN, PLAN], "write": [GOOD], "revise": [GOOD]})
    composer = drafting_shop.composer(model)
    first = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    again = await composer.rewrite(first.draft_id, instruct="短く", by="mori")
    assert [s["step"] for s in steps_of(drafting_shop, again)] == ["plan", "revise", "findings"]


async def test_a_variant_is_told_what_the_others_start_from(drafting_shop: Shop) -> None:
    other = {**PLAN, "angle": "化粧水を選んでくださった方に、使い始めのひとこと"}
    model = ScriptedModel({"plan": [PLAN, other], "write": [GOOD, GOOD]})
    composer = drafting_shop.composer(model)
    first = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    again = await composer.add_variant(first.draft_id, by="okaeri")
    assert again.version is not None
    assert again.version.number == 2
    shown = model.asked[2].messages[-1][1].split("<これまでの便り>")[1].split("</これまでの便り>")[0]
    assert "はじめて化粧水を選んでくださった方へのお礼" in shown
    assert "<前の文面>" not in model.asked[3].messages[-1][1]


async def test_variants_of_the_embedded_writer_differ(drafting_shop: Shop) -> None:
    composer = drafting_shop.composer()
    first = await composer(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    again = await composer.add_variant(first.draft_id, by="okaeri")
    assert first.version is not None
    assert again.version is not None
    assert again.version.body != first.version.body
