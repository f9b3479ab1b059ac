"""The two model steps: what they show, what they keep of the answer."""

import pytest

from agent.chains.brief import Brief, Sheet
from agent.chains.model import AnswerUnusable
from agent.chains.plan import Plan, plan_message
from agent.chains.write import LineAnswer, MailAnswer, write_message
from agent.llm.scripted import ScriptedModel

BRIEF = Brief(
    occasion="follow_up",
    channel="email",
    today="2026年11月21日（土）",
    season="朝晩の冷え込む季節になりました",
    may_name=True,
    facts=(
        Sheet("F1", "これまでのご注文は1回", always=True),
        Sheet("F2", "『茶』をご購入"),
        Sheet("F3", "猫がお好き"),
    ),
    passages=(Sheet("P1", "蒸らしてください。", "茶"), Sheet("P2", "返品は8日以内。", "返品")),
    told=(),
    instruct="",
)


def planned(**changes: object) -> dict[str, object]:
    plan: dict[str, object] = {
        "angle": "様子うかがい",
        "fact_ids": ["F2"],
        "passage_ids": ["P1"],
        "useful": "",
        "request": "",
        "avoid": [],
    }
    return {**plan, **changes}


def written(text: str, subject: str = "件名") -> dict[str, object]:
    return {"subject": subject, "paragraphs": [{"text": text, "fact_ids": ["F2"], "passage_ids": []}]}


async def test_a_plan_keeps_only_evidence_that_was_offered() -> None:
    model = ScriptedModel({"plan": [planned(fact_ids=["F2", "F99"], passage_ids=["P9"])]})
    plan = await plan_message(model, BRIEF, journal=[])
    assert (plan.fact_ids, plan.passage_ids) == (["F2"], [])


async def test_a_plan_without_facts_leaves_all_of_them_usable() -> None:
    plan = await plan_message(ScriptedModel({"plan": [planned(fact_ids=[])]}), BRIEF, journal=[])
    assert plan.fact_ids == ["F1", "F2", "F3"]


async def test_the_writer_sees_what_was_chosen_and_what_every_letter_must_respect() -> None:
    model = ScriptedModel({"write": [written("茶はいかがですか。")]})
    await write_message(model, BRIEF, Plan.model_validate(planned()), journal=[])
    shown = model.asked[0].messages[1][1]
    assert "F1:" in shown
    assert "F2:" in shown
    assert "猫" not in shown
    assert "返品は8日以内" not in shown


async def test_a_greeting_the_model_adds_is_taken_off() -> None:
    model = ScriptedModel({"write": [written("⟦NAME⟧さま、茶はいかがですか。")]})
    made = await write_message(model, BRIEF, Plan.model_validate(planned()), journal=[])
    assert made.paragraphs[0].text == "茶はいかがですか。"


async def test_a_name_inside_a_sentence_stays() -> None:
    model = ScriptedModel({"write": [written("⟦NAME⟧さまには、茶はいかがでしたか。")]})
    made = await write_message(model, BRIEF, Plan.model_validate(planned()), journal=[])
    assert made.paragraphs[0].text.startswith("⟦NAME⟧さまには")


async def test_instructions_recited_in_an_answer_are_refused() -> None:
    model = ScriptedModel({"write": [written("x")]})
    await write_message(model, BRIEF, Plan.model_validate(planned()), journal=[])
    rule = model.asked[0].messages[0][1].splitlines()[0]
    with pytest.raises(AnswerUnusable):
        await write_message(
            ScriptedModel({"write": [written(rule)]}), BRIEF, Plan.model_validate(planned()), journal=[]
        )


def test_blank_paragraphs_and_subjects_are_not_answers() -> None:
    blank = {"text": "　\n", "fact_ids": [], "passage_ids": []}
    with pytest.raises(ValueError, match="段落が空"):
        LineAnswer.model_validate({"paragraphs": [blank]})
    with pytest.raises(ValueError, match="件名が空"):
        MailAnswer.model_validate(written("本文", subject=" "))
    assert MailAnswer.model_validate(written("本文", subject="件\n名")).subject == "件 名"
