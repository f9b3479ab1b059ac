"""Read wording rules kept as data (lexicon/*.rules) and find them in a draft.

A rules file holds groups. `[severity tag] message` opens one; each further line is a regular expression on the text with
its width folded, `# …` is a remark, and `@name = expression` defines a part that later lines use as `<<name>>`.
The tag is free: a check uses it to ask for more before a group counts.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from agent.domain.finding import Finding, Severity
from evals.checks.anchors import Sieve, pieces_of, sieve_of
from evals.checks.fold import to_hiragana
from evals.checks.reading import FieldText

_HEAD = re.compile(r"\[(block|review|note)(?: (\w+))?\] (.+)")
_PART = re.compile(r"@(\w+) = (.+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording rule. message: in Japanese, what is wrong and what to do."""

    pattern: re.Pattern[str]
    severity: Severity
    tag: str
    message: str
    spelling: bool


class Phrases(tuple[Phrase, ...]):
    """Rules in their order, sieved together: of most texts only a few need to be looked for."""

    @cached_property
    def sieve(self) -> Sieve:
        """What the rules need."""
        return sieve_of(phrase.pattern for phrase in self)

    @cached_property
    def on_spelling(self) -> bool:
        """Whether the rules look at the spelling. Raises ValueError when only some do."""
        if len({phrase.spelling for phrase in self}) > 1:
            raise ValueError("rules on the text and rules on its spelling do not mix")
        return any(phrase.spelling for phrase in self)


@cache
def load_phrases(*names: str, spelling: bool = False) -> Phrases:
    """The rules of each lexicon/<name>.rules, in the file's order. Raises ValueError on a line outside a group.

    spelling: the rules look at the text as `fold_spelling` leaves it, so that spaces and katakana hide nothing.
    """
    return Phrases(phrase for name in names for phrase in _read(name, spelling=spelling))


def _read(name: str, *, spelling: bool) -> Iterator[Phrase]:
    parts: dict[str, str] = {}
    head: tuple[Severity, str, str] | None = None
    for line in (files("evals.checks.lexicon") / f"{name}.rules").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        if opened := _HEAD.fullmatch(line):
            head = (Severity(opened[1]), opened[2] or "", opened[3])
        elif part := _PART.fullmatch(line):
            parts[part[1]] = _filled(part[2], parts)
        elif head is None:
            raise ValueError(f"{name}.rules: a pattern before any [severity] line: {line}")
        else:
            source = _filled(line, parts)
            pattern = re.compile(to_hiragana(source) if spelling else source, re.IGNORECASE)
            yield Phrase(pattern, head[0], head[1], head[2], spelling)


def _filled(line: str, parts: dict[str, str]) -> str:
    return re.sub(r"<<(\w+)>>", lambda found: f"(?:{parts[found[1]]})", line)


Accept = Callable[[FieldText, Phrase, "re.Match[str]"], bool]


def find_phrases(
    check: str,
    texts: Iterable[FieldText],
    phrases: Phrases,
    *,
    whole: bool = False,
    accept: Accept | None = None,
) -> Iterator[Finding]:
    """One finding a place; a place an earlier rule covered is not told twice.

    whole: look into footer, links and numbers too, not only at what the draft says.
    accept: called on each match; False drops it.
    """
    for text in texts:
        taken: list[tuple[int, int]] = []
        read = text.spelling.text if phrases.on_spelling else text.plain.text if whole else text.said
        for place in phrases.sieve.left(pieces_of(read)):
            phrase = phrases[place]
            for match in phrase.pattern.finditer(read):
                start, end = _trimmed(match)
                if end <= start or any(start < to and since < end for since, to in taken):
                    continue
                if accept is not None and not accept(text, phrase, match):
                    continue
                taken.append((start, end))
                yield text.find(check, start, end, phrase.message, phrase.severity, spelling=phrase.spelling)


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The span of a match without white space at its ends."""
    found = match.group()
    return match.start() + len(found) - len(found.lstrip()), match.end() - (len(found) - len(found.rstrip()))
