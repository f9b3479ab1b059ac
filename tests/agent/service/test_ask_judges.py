"""The third tier: advice from a reading model, on a text that nothing cheaper objects to."""

from typing import Any

from agent.chains.model import ModelDown
from agent.domain.draft import DraftState
from agent.domain.finding import Severity
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from agent.service.ask_judges import AskJudges
from tests.support.drafting import Shop

NOTHING: dict[str, object] = {"problems": []}


def problem(check: str, quote: str, *, sure: bool = True) -> dict[str, object]:
    return {"problems": [{"check": check, "quote": quote, "why": "記録にありません", "sure": sure}]}


async def embedded_draft(shop: Shop, judges: AskJudges) -> Any:
    return await shop.composer(None, judges=judges)(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL
    )


async def quote_of(shop: Shop) -> str:
    """Words of the letter the embedded writer writes for this customer."""
    draft = await shop.composer(None)(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)
    assert draft.version is not None
    text = draft.version.paragraphs[0].text
    return text[:12]


async def test_what_a_judge_says_is_advice_with_its_place_and_the_draft_still_waits(
    drafting_shop: Shop,
) -> None:
    quote = await quote_of(drafting_shop)
    model = ScriptedModel({"judge": [problem("wrong_fact_customer", quote)] * 3 + [NOTHING] * 3})
    draft = await embedded_draft(drafting_shop, AskJudges(model))
    (found,) = [f for f in draft.findings if "AIの読み直し" in f.message]
    assert (found.check, found.severity, found.quote) == ("wrong_fact_customer", Severity.REVIEW, quote)
    assert draft.version.body[slice(*found.span)] == quote
    assert "3回のうち3回" in found.message
    assert draft.state is DraftState.WAITING


async def test_a_measured_judge_blocks_what_it_is_sure_of(drafting_shop: Shop) -> None:
    quote = await quote_of(drafting_shop)
    for sure, state in ((True, DraftState.HELD), (False, DraftState.WAITING)):
        model = ScriptedModel(
            {"judge": [problem("wrong_fact_customer", quote, sure=sure)] * 3 + [NOTHING] * 3}
        )
        draft = await embedded_draft(drafting_shop, AskJudges(model, trusted=lambda found: True))
        assert draft.state is state


async def test_a_judge_that_is_down_leaves_a_note_and_the_draft(drafting_shop: Shop) -> None:
    model = ScriptedModel({"judge": [ModelDown("down", ja="モデルに届きません。")]})
    draft = await embedded_draft(drafting_shop, AskJudges(model))
    assert draft.state is DraftState.WAITING
    (found,) = [f for f in draft.findings if f.check == "judge"]
    assert found.severity is Severity.NOTE
    assert "モデルに届きません" in found.message


async def test_judges_see_no_name_and_their_requests_are_kept_with_the_draft(drafting_shop: Shop) -> None:
    model = ScriptedModel({"judge": [NOTHING] * 6})
    draft = await embedded_draft(drafting_shop, AskJudges(model))
    assert len(model.asked) == 6
    shown = "".join(text for prompt in model.asked for _, text in prompt.messages)
    for secret in ("石田", "花子", "order-90001"):
        assert secret not in shown
    with drafting_shop.units(read_only=True) as work:
        assert [call.step for call in work.model_calls.of_draft(draft.draft_id)] == ["judge"] * 6


async def test_a_text_that_is_blocked_already_costs_no_request(drafting_shop: Shop) -> None:
    model = ScriptedModel({"judge": []})
    plan: dict[str, object] = {
        "angle": "お礼",
        "fact_ids": ["F2"],
        "passage_ids": [],
        "useful": "",
        "request": "",
        "avoid": [],
    }
    bad: dict[str, object] = {
        "subject": "お礼",
        "paragraphs": [{"text": "シミが消える化粧水です。", "fact_ids": [], "passage_ids": []}],
    }
    writer = ScriptedModel({"plan": [plan], "write": [bad], "revise": [bad]})
    draft = await drafting_shop.composer(writer, judges=AskJudges(model))(
        customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL
    )
    assert draft.state is DraftState.HELD
    assert model.asked == []
