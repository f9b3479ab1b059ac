"""Find what an editor did to a text: which words became which, which sentences went, which came last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agent.domain.follow_rule import SENTENCE
from evals.checks.morphemes import morphemes

ALIKE = 0.45
"""Two sentences this alike are the same one, changed; below they are taken for another sentence."""
WIDEST = 3
"""Unchanged words a change is widened by on each side, when looking for the phrase that keeps being changed."""
LONGEST_PHRASE = 40
LONGEST_SENTENCE, MOST_SENTENCES = 400, 80
"""What is compared: letters are far shorter, and nobody learns a voice from a pasted list."""


@dataclass(frozen=True, slots=True)
class Word:
    """A morpheme. part: its part of speech.    proper: a name of somebody or somewhere."""

    text: str
    part: str
    proper: bool = False


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """A sentence in which words became others.

    before, after: the whole sentence.    places: each changed place as phrases, narrowest first.    over_all: all places as one
    phrase, empty for a single place.    gone: runs of words that are not in the sentence any more.
    """

    before: str
    after: str
    places: tuple[tuple[tuple[str, str], ...], ...]
    over_all: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditFound:
    """Everything an editor did. reworded: sentences that became other ones.    dropped: sentences that went.

    closing: sentences that were added at the end.
    """

    phrases: tuple[PhraseChange, ...]
    reworded: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    closing: tuple[str, ...]


def find_edits(offered: str, approved: str) -> EditFound:
    """Compare two middles, sentence by sentence and then word by word."""
    before, after = sentences(offered), sentences(approved)
    phrases: list[PhraseChange] = []
    reworded: list[tuple[str, str]] = []
    dropped: list[str] = []
    added: list[int] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = _aligned(before[a:b], after[c:d])
        for one, other in pairs:
            if change := _phrase_change(before[a + one], after[c + other]):
                phrases.append(change)
        lone = [before[a + n] for n in range(b - a) if n not in {one for one, _ in pairs}]
        new = [c + n for n in range(d - c) if n not in {other for _, other in pairs}]
        if len(lone) == len(new):
            reworded += [(old, after[n]) for old, n in zip(lone, new, strict=True)]
        else:
            dropped += lone
            added += new
    last = len(after) - 2
    return EditFound(
        tuple(phrases), tuple(reworded), tuple(dropped), tuple(after[n] for n in added if n >= last)
    )


def sentences(text: str) -> list[str]:
    """Sentences with their ends, in order; what is beyond the limits is not looked at."""
    found = (match.group().strip() for match in SENTENCE.finditer(text))
    return [sentence[:LONGEST_SENTENCE] for sentence in found if sentence][:MOST_SENTENCES]


def words(text: str) -> list[Word]:
    """The words of a sentence."""
    return [
        Word(m.surface(), m.part_of_speech()[0], "固有名詞" in m.part_of_speech()) for m in morphemes(text)
    ]


def _aligned(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of sentences that are the same one changed, in order, together as alike as can be."""
    best: list[list[tuple[float, list[tuple[int, int]]]]] = [
        [(0.0, []) for _ in range(len(after) + 1)] for _ in range(len(before) + 1)
    ]
    for i in range(1, len(before) + 1):
        for j in range(1, len(after) + 1):
            options = [best[i - 1][j], best[i][j - 1]]
            alike = SequenceMatcher(None, before[i - 1], after[j - 1], autojunk=False).ratio()
            if alike >= ALIKE:
                score, pairs = best[i - 1][j - 1]
                options.append((score + alike, [*pairs, (i - 1, j - 1)]))
            best[i][j] = max(options, key=lambda option: option[0])
    return best[-1][-1][1]


def _phrase_change(before: str, after: str) -> PhraseChange | None:
    a, b = words(before), words(after)
    matched = SequenceMatcher(None, [w.text for w in a], [w.text for w in b], autojunk=False)
    changes = [code[1:] for code in matched.get_opcodes() if code[0] != "equal"]
    if not changes:
        return None
    spans = _close_ones_joined(changes)
    whole = (changes[0][0], changes[-1][1], changes[0][2], changes[-1][3])
    return PhraseChange(
        before,
        after,
        tuple(tuple(dict.fromkeys(_widths(a, b, span))) for span in spans),
        tuple(_widths(a, b, whole)) if len(spans) > 1 else (),
        tuple(dict.fromkeys(run for i, j, _, _ in spans for run in _runs(a[i:j]))),
    )


Span = tuple[int, int, int, int]


def _close_ones_joined(changes: Sequence[Span]) -> list[Span]:
    """Changes with at most one unchanged word between them are one: お使い→ご使用 is not two."""
    joined = [changes[0]]
    for change in changes[1:]:
        last = joined[-1]
        if change[0] - last[1] <= 1:
            joined[-1] = (last[0], change[1], last[2], change[3])
        else:
            joined.append(change)
    return joined


def _widths(a: Sequence[Word], b: Sequence[Word], span: Span) -> Iterator[tuple[str, str]]:
    """The change as whole words, then wider and wider."""
    i, j, k, m = span
    if i and k and a[i - 1].part == "接頭辞" and a[i - 1].text == b[k - 1].text:
        i, k = i - 1, k - 1
    verb = any(part and part[-1].part in ("動詞", "形容詞") for part in (a[i:j], b[k:m]))
    while verb and j < len(a) and m < len(b) and a[j].part == "助動詞" and a[j].text == b[m].text:
        j, m = j + 1, m + 1
    most_left = _same(a[:i][::-1], b[:k][::-1])
    most_right = _same(a[j:], b[m:])
    for wide in range(2 * WIDEST + 1):
        for left in range(wide + 1):
            right = wide - left
            if left > most_left or right > most_right:
                continue
            old = "".join(w.text for w in a[i - left : j + right])
            new = "".join(w.text for w in b[k - left : m + right])
            if len(old) <= LONGEST_PHRASE and len(new) <= LONGEST_PHRASE:
                yield old, new


def _same(a: Sequence[Word], b: Sequence[Word]) -> int:
    """How many words both begin with, WIDEST at most."""
    count = 0
    for one, other in zip(a[:WIDEST], b[:WIDEST], strict=False):
        if one.text != other.text:
            break
        count += 1
    return count


def _runs(gone: Sequence[Word]) -> Iterator[str]:
    """Every run of words among those that went."""
    for start in range(len(gone)):
        for end in range(start + 1, min(len(gone), start + 8) + 1):
            yield "".join(w.text for w in gone[start:end])


def runs_of(sentence: str) -> list[str]:
    """Every run of up to eight words of a sentence that begins and ends with a word that tells something."""
    found = words(sentence)
    keys: list[str] = []
    for start in range(len(found)):
        for end in range(start + 1, min(len(found), start + 8) + 1):
            part = found[start:end]
            if part[0].part in _BEGIN and part[-1].part in _END and any(w.part in TELLING for w in part):
                keys.append("".join(w.text for w in part))
    return keys


TELLING = frozenset({"名詞", "動詞", "形容詞", "副詞", "形状詞", "感動詞", "接続詞", "連体詞", "代名詞"})
"""Parts of speech that mean something by themselves."""
_BEGIN = TELLING | {"接頭辞"}
_END = TELLING | {"接尾辞", "助動詞"}
