"""Letters of the embedded writer pass the gate; a worsened template is noticed."""

from pathlib import Path

import pytest

from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel, Occasion
from agent.llm.scripted import ScriptedModel
from evals.suite.compare import compare
from evals.suite.letters import (
    TURNS_ON_TRIAL,
    Writer,
    choose_prompt,
    letter_examples,
    letters_grounded,
    letters_pass,
    letters_to_write,
    write_all,
)
from evals.suite.situations import Planted, shops, situation, situations
from evals.suite.subject import gate_subject

WORSE = "\n".join(
    (
        "subject| 日本一の品をもう一度、今だけ半額",
        "paragraph| bought | 「{{ product }}」は必ず効く日本一の品です。今すぐ買わないと損をしますよ。",
        "",
    )
)


@pytest.fixture
def worse(tmp_path: Path) -> str:
    (tmp_path / "worse.md.j2").write_text(WORSE, encoding="utf-8")
    return f"embedded/thank_you={tmp_path / 'worse.md.j2'}"


def test_every_letter_of_the_embedded_writer_passes_and_rests_on_facts() -> None:
    letters = write_all(Writer(), situations(), gate_subject())
    assert [letter.id for letter in letters if letter.blocked] == []
    assert letters_grounded(letters).value == 1.0
    assert len(letters) >= 60
    assert {letter.prompt[0] for letter in letters} == {f"embedded/{occasion.value}" for occasion in Occasion}


def test_a_worsened_template_is_a_real_drop(worse: str) -> None:
    wanted = situations([Occasion.THANK_YOU])
    before = write_all(Writer(), wanted, gate_subject())
    after = write_all(Writer(None, (choose_prompt(worse),)), wanted, gate_subject())
    assert letters_pass(after).value == 0.0
    assert compare(letter_examples(before), letter_examples(after)).real_drops == ["letters_passed"]


ONE_BAD = """subject| お誕生日、おめでとうございます
paragraph| birthday | お誕生日、おめでとうございます。
paragraph| bought | {{ say("thanks", [
  "「{product}」をお選びいただき、ありがとうございます。",
  "「{product}」のお買い物を、うれしく思っております。",
  "「{product}」のご縁に、お礼を申し上げます。",
  "「{product}」は必ず効く日本一の品です。",
  "「{product}」を手に取ってくださり、ありがとうございます。"]) }}
"""


def test_a_bad_line_among_good_ones_of_any_occasion_comes_up(tmp_path: Path) -> None:
    """One wording of a birthday template is bad: those on trial turn until it is written."""
    (tmp_path / "bad.md.j2").write_text(ONE_BAD, encoding="utf-8")
    writer = Writer(None, (choose_prompt(f"embedded/birthday={tmp_path / 'bad.md.j2'}"),))
    tried = [one for one in letters_to_write(writer) if one.context.occasion is Occasion.BIRTHDAY]
    assert len(tried) == 8 * TURNS_ON_TRIAL
    blocked = [letter for letter in write_all(writer, tried, gate_subject()) if letter.blocked]
    assert 0 < len(blocked) < len(tried)
    assert all("必ず効く" in letter.body for letter in blocked)


def test_another_template_is_another_writer(worse: str) -> None:
    assert Writer().digest != Writer(None, (choose_prompt(worse),)).digest


def test_a_published_version_can_be_named() -> None:
    assert choose_prompt("embedded/vip@1").version == "v1"


@pytest.mark.parametrize(
    "text", ["embedded/nothing", "write_message", "embedded/vip@x", "embedded/vip@99", "embedded/vip=no/file"]
)
def test_a_prompt_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(CallerMistake):
        choose_prompt(text)


def test_a_model_can_be_the_writer() -> None:
    paragraph = {"text": "マフラーの使い心地はいかがですか。", "fact_ids": ["F1"], "passage_ids": []}
    plan: dict[str, object] = {
        "angle": "a",
        "fact_ids": ["F1"],
        "passage_ids": [],
        "useful": "",
        "request": "",
        "avoid": [],
    }
    model = ScriptedModel({"plan": [plan], "write": [{"paragraphs": [paragraph]}]})
    knit = next(shop for shop in shops() if shop.id == "knit")
    (letter,) = write_all(Writer(model), [situation(knit, Occasion.FOLLOW_UP, Channel.LINE)], gate_subject())
    assert letter.author == "model:scripted"
    assert letter.grounded
    assert "マフラーの使い心地" in letter.body


@pytest.mark.parametrize("place", ["product", "review", "note", "policy", "name"])
def test_text_from_outside_is_planted_where_the_writer_meets_it(place: str) -> None:
    marked = "目印" if place == "name" else "目印の文です"  # a sentence is no name, and is not greeted
    there = situation(shops()[0], Occasion.WIN_BACK, Channel.EMAIL, planted=Planted(place, marked))
    met = there.gathered.material
    texts = [*met.facts.values(), *(p.text for p in met.passages), there.context.customer.family_name]
    assert any(marked in text for text in texts)
