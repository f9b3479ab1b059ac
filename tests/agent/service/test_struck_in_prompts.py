"""Once a fact is struck out, no prompt shows it again: not as a fact, not through an earlier text, not through its gist."""

from dataclasses import replace
from datetime import date
from typing import Any

from agent.domain.draft import Draft, DraftState
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from tests.support.drafting import HandCharts, Shop, chart_of

SAID = "柚子の香りがお好き"
PLAN: dict[str, object] = {
    "angle": f"{SAID}な方への、その後のご様子うかがい",
    "fact_ids": ["F2"],
    "passage_ids": ["P2"],
    "useful": "手のひらで温める",
    "request": "",
    "avoid": [],
}
LETTER: dict[str, object] = {
    "subject": "お礼",
    "paragraphs": [
        {"text": f"{SAID}とうかがいました。", "fact_ids": ["F3"], "passage_ids": []},
        {"text": "手のひらで温めてみてください。", "fact_ids": [], "passage_ids": ["P2"]},
    ],
}
PLAIN = {
    **LETTER,
    "paragraphs": [{"text": "ありがとうございました。", "fact_ids": ["F1"], "passage_ids": []}],
}


def script(letter: dict[str, object], *, knows: bool = False) -> ScriptedModel:
    """A model with one letter to write. knows: its plan takes the note up."""
    plan = PLAN if knows else {**PLAN, "angle": "お礼"}
    return ScriptedModel({"plan": [plan], "write": [letter], "revise": [PLAIN]})


def strike(shop: Shop) -> None:
    """The chart as it is after a strike."""
    for customer, chart in shop.charts.known.items():
        kept = tuple(fact for fact in chart.facts if not fact.id.startswith("note:"))
        shop.charts.known[customer] = replace(chart, facts=kept)


def asked(model: ScriptedModel) -> str:
    return "\n".join(text for prompt in model.asked for _, text in prompt.messages)


async def compose(shop: Shop, model: ScriptedModel) -> Draft:
    return await shop.composer(model)(customer="c1", occasion=Occasion.THANK_YOU, channel=Channel.EMAIL)


def with_note(shop: Shop) -> Shop:
    shop.charts = HandCharts(chart_of(notes=(SAID,)))
    return shop


async def test_a_new_draft_after_a_strike_never_sees_it(drafting_shop: Shop) -> None:
    shop = with_note(drafting_shop)
    before, after = script(PLAIN), script(PLAIN)
    await compose(shop, before)
    assert SAID in asked(before)
    strike(shop)
    draft = await compose(shop, after)
    assert SAID not in asked(after)
    assert draft.context is not None
    assert SAID not in repr(draft.context)


async def test_a_rewrite_after_a_strike_is_not_shown_the_earlier_text(drafting_shop: Shop) -> None:
    shop = with_note(drafting_shop)
    draft = await compose(shop, script(LETTER, knows=True))
    assert draft.version is not None
    assert SAID in draft.version.body
    unstruck, struck = script(PLAIN), script(PLAIN)
    await shop.composer(unstruck).rewrite(draft.draft_id, instruct="短く", by="mori")
    assert SAID in asked(unstruck)
    again = await compose(shop, script(LETTER, knows=True))
    strike(shop)
    rewritten = await shop.composer(struck).rewrite(again.draft_id, instruct="短く", by="mori")
    assert SAID not in asked(struck)
    assert rewritten.version is not None
    assert SAID not in rewritten.version.body


async def test_the_gist_of_an_earlier_message_does_not_bring_it_back(drafting_shop: Shop) -> None:
    shop = with_note(drafting_shop)
    told = await compose(shop, script(PLAIN, knows=True))
    with shop.units() as unit:
        for state in (DraftState.APPROVED, DraftState.SCHEDULED):
            unit.drafts.move(told.draft_id, state, by="test", why="test")
        unit.commit()
    later: Any = chart_of(notes=(SAID,), today=date(2026, 12, 21))
    shop.charts = HandCharts(later)
    shop.forward(days=30)
    told_of, silent = script(PLAIN), script(PLAIN)
    await _follow_up(shop, told_of)
    assert asked(told_of).count(SAID) > 1
    strike(shop)
    await _follow_up(shop, silent)
    assert SAID not in asked(silent)


async def _follow_up(shop: Shop, model: ScriptedModel) -> Draft:
    return await shop.composer(model)(customer="c1", occasion=Occasion.FOLLOW_UP, channel=Channel.EMAIL)
