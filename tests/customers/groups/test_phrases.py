"""What a group is called aloud: only what its facts state, no two alike, kept while it is true."""

from dataclasses import replace

import pytest

from agent.service.words_of_facts import words_beyond
from customers.groups.model import GroupModel, group_model_from
from customers.groups.phrases import Leanings, phrase_group, phrase_groups
from tests.customers.groups.test_groups import fitted, sales

PLAIN = Leanings(("和の台所道具", "茶器"), 0.2, {})


@pytest.fixture(scope="module")
def model() -> GroupModel:
    return fitted(sales())


@pytest.mark.parametrize(
    ("found", "phrase", "kinds"),
    [
        (PLAIN, "和の台所道具を多く選ぶ方々", ["bought"]),
        (replace(PLAIN, again=0.6), "和の台所道具をくり返し選ぶ方々", ["bought", "again"]),
        (
            replace(PLAIN, gaps={"bulk": 0.5, "sale": -2.0}),
            "和の台所道具をまとめて選ぶ方々",
            ["bought", "bulk"],
        ),
        (
            replace(PLAIN, gaps={"novelty": 0.5, "price": -0.9}),
            "手ごろな和の台所道具を選ぶ方々",
            ["bought", "price", "novelty"],
        ),
        (replace(PLAIN, gaps={"price": 0.1}), "和の台所道具を多く選ぶ方々", ["bought"]),
        (replace(PLAIN, seasons=(("秋", 0.4, 0.2),)), "秋に和の台所道具を選ぶ方々", ["bought", "season"]),
        (replace(PLAIN, seasons=(("秋", 0.1, 0.01),)), "和の台所道具を多く選ぶ方々", ["bought"]),
        (Leanings((), 0.0, {}), "いろいろな品を選ぶ方々", ["bought"]),
    ],
)
def test_the_clearest_difference_words_the_phrase(found: Leanings, phrase: str, kinds: list[str]) -> None:
    said, facts = phrase_group("g1", found)
    assert said.text == phrase
    assert [fact.fact_id for fact in facts] == [f"group:g1:{kind}" for kind in kinds]
    assert {fact.fact_id for fact in facts} >= set(said.fact_ids)


def test_groups_alike_are_told_apart_and_yesterdays_phrase_is_kept() -> None:
    phrases, _ = phrase_groups(["g1", "g2", "g3"], lambda _: PLAIN, former={})
    assert [one.text for one in phrases] == [
        "和の台所道具を多く選ぶ方々",
        "和の台所道具と茶器を多く選ぶ方々",
        "和の台所道具を多く選ぶ方々（2）",
    ]
    kept, _ = phrase_groups(["g1", "g2"], lambda _: PLAIN, former={"g2": phrases[0].text})
    assert [one.text for one in kept] == [phrases[1].text, phrases[0].text]
    gone, _ = phrase_groups(["g1"], lambda _: PLAIN, former={"g1": "香水を多く選ぶ方々"})
    assert gone[0].text == "和の台所道具を多く選ぶ方々"


def test_a_fit_phrases_its_groups_from_their_own_facts(model: GroupModel) -> None:
    assert len({phrase.text for phrase in model.phrases}) == len(model.ids) == len(model.facts)
    assert any(phrase.text == "コーヒーをまとめて選ぶ方々" for phrase in model.phrases)
    for phrase, facts in zip(model.phrases, model.facts, strict=True):
        texts = [fact.text for fact in facts if fact.fact_id in phrase.fact_ids]
        assert texts
        assert words_beyond(phrase.text, texts, plain={"方", "々", "方々", "選", "多"}) == ()


def test_phrases_survive_being_stored_and_older_documents_have_none(model: GroupModel) -> None:
    again = group_model_from(model.as_bytes())
    assert (again.phrases, again.facts) == (model.phrases, model.facts)
    older = replace(model, phrases=(), facts=())
    group = group_model_from(older.as_bytes()).group(0)
    assert group is not None
    assert (group.phrase, group.facts) == (None, ())
