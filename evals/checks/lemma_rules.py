"""Find what is said in many words: patterns of groups of words, written as data (lexicon/*.lemmas).

`@group = 膝 腰 楽になる …` names words and short phrases in any spelling; `@group += …` adds to it. `[severity tag] message`
opens a set of patterns. A pattern is a row of elements: group names joined by `|`, and `..n`, at most n content words between.
The words are read as the draft's own sentences are (`lemmas`), so kana, kanji, tense, politeness and 〜できる make no difference.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from agent.domain.finding import Severity
from evals.checks.lemmas import Sentence, words_of

_HEAD = re.compile(r"\[(block|review|note)(?: (\w+))?\] (.+)")
_GROUP = re.compile(r"@(\w+) (\+?=) (.+)")


@dataclass(frozen=True)
class Pattern:
    """steps: for each element its groups and how many words may stand before it."""

    steps: tuple[tuple[frozenset[str], int], ...]
    severity: Severity
    tag: str
    message: str

    @cached_property
    def groups(self) -> tuple[frozenset[str], ...]:
        """The groups of each element."""
        return tuple(names for names, _ in self.steps)


@dataclass(frozen=True, slots=True)
class Rules:
    """entries: by first word, (words, groups) of every phrase; patterns: in the file's order."""

    entries: dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """words: [from, to) in the sentence's words; start, end: the same in `said`."""

    pattern: Pattern
    words: tuple[int, int]
    start: int
    end: int


@cache
def load_rules(name: str) -> Rules:
    """The patterns of lexicon/<name>.lemmas. Raises ValueError on a line outside a group or an unknown group."""
    groups: dict[str, set[tuple[str, ...]]] = {}
    patterns: list[Pattern] = []
    head: tuple[Severity, str, str] | None = None
    for line in (files("evals.checks.lexicon") / f"{name}.lemmas").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        if opened := _HEAD.fullmatch(line):
            head = (Severity(opened[1]), opened[2] or "", opened[3])
        elif group := _GROUP.fullmatch(line):
            words = {words_of(entry) for entry in group[3].split()}
            groups.setdefault(group[1], set()).update(words - {()})
        elif head is None:
            raise ValueError(f"{name}.lemmas: a pattern before any [severity] line: {line}")
        else:
            patterns.append(Pattern(_steps(line, groups), *head))
    return Rules(_by_first_word(groups), tuple(patterns))


def _steps(line: str, groups: dict[str, set[tuple[str, ...]]]) -> tuple[tuple[frozenset[str], int], ...]:
    steps: list[tuple[frozenset[str], int]] = []
    gap = 0
    for element in line.split():
        if element.startswith(".."):
            gap = int(element[2:])
            continue
        names = frozenset(element.split("|"))
        if not names <= groups.keys():
            raise ValueError(f"unknown group in: {line}")
        steps.append((names, gap))
        gap = 0
    return tuple(steps)


def _by_first_word(
    groups: dict[str, set[tuple[str, ...]]],
) -> dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    names_of: dict[tuple[str, ...], set[str]] = {}
    for name, entries in groups.items():
        for entry in entries:
            names_of.setdefault(entry, set()).add(name)
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for entry, names in names_of.items():
        by_first.setdefault(entry[0], []).append((entry, frozenset(names)))
    return {first: tuple(found) for first, found in by_first.items()}


def find_matches(sentence: Sentence, rules: Rules) -> Iterator[Match]:
    """Every pattern that stands in the sentence, each once, at its first place."""
    places = _places(sentence.words, rules)
    if not places:
        return
    found = places.keys()
    for pattern in rules.patterns:
        if any(map(found.isdisjoint, pattern.groups)):
            continue
        for start, end in (s for name in pattern.steps[0][0] for s in places.get(name, ())):
            last = _rest(pattern.steps[1:], end, places)
            if last is not None:
                yield Match(pattern, (start, last), sentence.places[start][0], sentence.places[last - 1][1])


def _places(words: Sequence[str], rules: Rules) -> dict[str, list[tuple[int, int]]]:
    """[from, to) of every group's words in a sentence, by group."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, word in enumerate(words):
        for entry, names in rules.entries.get(word, ()):
            end = place + len(entry)
            if len(entry) == 1 or tuple(words[place:end]) == entry:
                for name in names:
                    found.setdefault(name, []).append((place, end))
    return found


def _rest(
    steps: Sequence[tuple[frozenset[str], int]], place: int, places: dict[str, list[tuple[int, int]]]
) -> int | None:
    """Where the remaining elements end when they follow `place`; None when they do not."""
    if not steps:
        return place
    names, gap = steps[0]
    ends = (end for name in names for start, end in places.get(name, ()) if place <= start <= place + gap)
    return next((last for end in sorted(ends) if (last := _rest(steps[1:], end, places)) is not None), None)
