"""Both languages say everything."""

import re
import string
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.chart import Segment
from agent.domain.decision import REJECT_REASONS, Verb
from agent.domain.draft import DraftState
from agent.domain.occasion import Occasion
from agent.domain.reward import RewardKind
from console.frame.render import HERE
from console.frame.words import WORDS, Word
from tests.support.console_desk import ConsoleDesk

SOURCES = [
    *sorted((HERE / "templates").glob("*.html")),
    *(path for path in sorted(HERE.rglob("*.py")) if path.name != "chart_words.py"),
]
BUILT = (
    "action_",
    "broken_",
    "kind_",
    "status_",
    "set_",
    "how_",
    "actor_",
    "ago_",
    "state_",
    "occasion_",
    "segment_",
    "reason_",
    "role_",
    "verb_",
    "severity_",
    "channel_",
    "rank_",
    "reward_kind_",
    "tab_",
    "list_",
    "task_",
    "figure_",
    "pull_",
    "why_",
    "level_",
    "band_",
    "event_",
    "entry_",
    "fact_kind_",
    "nps_",
    "axis_",
    "model_",
    "preview_",
    "rule_state_",
    "rule_kind_",
)


def blanks(text: str) -> set[str]:
    """The names to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "word"), sorted(WORDS.items()))
def test_each_phrase_is_there_in_both_languages_with_the_same_blanks(key: str, word: Word) -> None:
    assert word.ja.strip()
    assert word.en.strip()
    assert blanks(word.ja) == blanks(word.en)
    if key not in {"language"}:
        assert not re.search(r"[぀-ヿ一-鿿]", word.en), word.en


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_phrase_a_page_asks_for_exists(source: Path) -> None:
    asked = set(re.findall(r'say\((?:[\w.]*language, )?"(\w+)"[,)]', source.read_text(encoding="utf-8")))
    assert asked <= set(WORDS)


def test_every_code_of_the_domain_has_its_words() -> None:
    for prefix, codes in (
        ("state", DraftState),
        ("occasion", Occasion),
        ("segment", Segment),
        ("verb", Verb),
        ("reason", REJECT_REASONS),
        ("reward_kind", set(RewardKind) - {RewardKind.NONE}),
    ):
        assert {f"{prefix}_{code}" for code in codes} <= set(WORDS)


def test_no_phrase_is_left_over() -> None:
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    unused = [key for key in WORDS if f'"{key}"' not in text.replace(f'"{key}": Word', "")]
    built = [key for key in unused if key.startswith(BUILT) or key.endswith(("_mark", "_mark_title"))]
    spoken = [key for key in unused if key.startswith(("said_", "error_", "finding_in_", "light_"))]
    assert set(unused) == {*built, *spoken}


def test_one_switch_turns_the_console_english_and_it_stays(engine: Engine, clock: FixedClock) -> None:
    browser = ConsoleDesk(engine, clock).browser("mori")
    assert '<html lang="ja">' in browser.get("/console/drafts").text
    assert "Messages to review" in browser.get("/console/drafts?lang=en").text
    assert '<html lang="en">' in browser.get("/console/drafts").text
    assert '<html lang="ja">' in browser.get("/console/drafts?lang=ja").text
