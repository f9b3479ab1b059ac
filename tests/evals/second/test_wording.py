"""Are sentences read so that neither names nor ways of writing carry weight?"""

from dataclasses import replace

import numpy as np
import pytest

from agent.domain.message import MessageContext, ProductFacts
from evals.checks.second.surroundings import surroundings_of
from evals.checks.second.wording import LONGEST, worded
from evals.suite.second_tier_examples import shipped_messages


@pytest.fixture
def tea() -> MessageContext:
    return next(m.context for m in shipped_messages() if m.context.context_id == "tea-thanks-mail")


def test_names_and_numbers_are_masked(tea: MessageContext) -> None:
    around = surroundings_of(tea)
    text = worded("中村様、宇治 煎茶 さみどり 100gを2袋、みどり茶房より。", around).text
    assert text == "某様、商品を0袋、当店より。"


def test_a_word_the_facts_contain_is_backed(tea: MessageContext) -> None:
    invented = worded("宇治田原の一番茶です。", surroundings_of(replace(tea, products=())))
    backed = worded("宇治田原の一番茶です。", surroundings_of(tea))
    assert not set(invented.places.tolist()) <= set(backed.places.tolist())


def test_the_same_words_about_food_and_cosmetics_differ(tea: MessageContext) -> None:
    lotion = replace(tea, products=(ProductFacts("p", "ゆず化粧水 120ml", 2200, None, ()),))
    one, other = (worded("肌がうるおいます。", surroundings_of(c)) for c in (tea, lotion))
    assert one.places.tolist() != other.places.tolist()


@pytest.mark.parametrize(
    "sentence", ["", "。", "\x00\x00", "🎉" * 500, "あ" * 10_000, "\ud800", "한국어 العربية"]
)
def test_any_text_can_be_read(tea: MessageContext, sentence: str) -> None:
    read = worded(sentence, surroundings_of(tea))
    assert read.places.size == read.values.size
    assert len(read.text) <= LONGEST
    assert np.isfinite(read.values).all()
