"""The filter before the wording rules saves time and nothing else: no rule that matches is ever left out."""

import re
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.domain.finding import Finding
from evals.checks.anchors import pieces_of, sieve_of
from evals.checks.phrases import Phrases, find_phrases, load_phrases
from evals.checks.reading import Reading, read
from evals.suite.batches import OPEN_SPLITS, load_split

LEXICON = sorted(
    file.name.removesuffix(".rules")
    for file in files("evals.checks.lexicon").iterdir()
    if file.name.endswith(".rules")
)
BOTH = [(name, spelling) for name in LEXICON for spelling in (False, True)]


def left(pattern: str, text: str, flags: int = re.IGNORECASE) -> bool:
    """Whether the filter lets a pattern be looked for in a text."""
    return sieve_of([re.compile(pattern, flags)]).left(pieces_of(text)) == [0]


@cache
def readings() -> tuple[Reading, ...]:
    """Every labelled message that may be looked at."""
    return tuple(read(case.context, case.message) for case in load_split(OPEN_SPLITS))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("全額返金", "返金は全額ではありません"),
        ("必ず(?:治|効)", "必ずお届けします"),
        ("[0-9０-９]{1,3}日以内に(?!お届け)発送", "3日後にお届け"),
        ("(?:今週|至急)のご注文", "今月のご注文"),
        ("シミ.{0,8}消え", "シミが気になる"),
        (r"(?<!未)使用済みの?箱", "使用した箱"),
        ("system prompt", "a prompt reply"),
    ],
)
def test_a_text_without_the_needed_pieces_is_passed_over(pattern: str, text: str) -> None:
    assert not left(pattern, text)
    assert not re.search(pattern, text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("シミ(?:が|の)?消え", "シミ消えます"),
        ("system prompt", "SYSTEM PROMPT"),
        ("system", "\u017fY\u017fTEM"),
        ("limit", "L\u0130M\u0130T".replace("\u0130", "\u0131")),
        ("(?i:best)", "BeSt"),
        ("é", "É"),
        ("a|[^b]", "c"),
        ("(返金)?(?=保証)", "保証"),
        (r"(ね)\1\1", "ねねね"),
        ("(?:あ|い|う)*え", "え"),
        ("", ""),
        (".", "何"),
    ],
)
def test_a_text_that_matches_is_never_passed_over(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)
    assert left(pattern, text)


def test_patterns_keep_their_order_and_are_told_apart() -> None:
    sieve = sieve_of(map(re.compile, ("送料", ".", "無料", "返金")))
    assert sieve.left(pieces_of("無料の送料")) == [0, 1, 2]
    assert sieve.left(pieces_of("")) == [1]


def test_the_filter_is_worth_having() -> None:
    """Else it could let everything through, and the other tests would not tell."""
    asked = kept = 0
    for reading in readings()[:40]:
        for name in LEXICON:
            phrases = load_phrases(name)
            asked += len(phrases)
            kept += len(phrases.sieve.left(pieces_of(reading.body.said)))
    assert kept < asked / 5


@pytest.mark.parametrize(("name", "spelling"), BOTH)
def test_filtering_leaves_every_finding_on_every_open_message(name: str, spelling: bool) -> None:
    phrases = load_phrases(name, spelling=spelling)
    unfiltered = Phrases(phrases)
    unfiltered.__dict__["sieve"] = sieve_of(re.compile("") for _ in phrases)
    for reading in readings():
        assert found(reading, phrases) == found(reading, unfiltered)


def found(reading: Reading, phrases: Phrases) -> list[Finding]:
    return list(find_phrases("any", reading.fields, phrases))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_text_made_to_match_a_rule_is_never_passed_over(data: st.DataObject) -> None:
    name, spelling = data.draw(st.sampled_from(BOTH))
    phrases = load_phrases(name, spelling=spelling)
    assume(phrases)
    place = data.draw(st.integers(0, len(phrases) - 1))
    text = data.draw(st.from_regex(phrases[place].pattern))
    assume(phrases[place].pattern.search(text))
    assert place in phrases.sieve.left(pieces_of(text))
