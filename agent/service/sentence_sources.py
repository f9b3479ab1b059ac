"""Why does a message say what it says? Each sentence with the facts and passages it rests on, and their words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from agent.clock import TOKYO
from agent.domain.draft import DraftVersion
from agent.domain.message import Paragraph, Passage
from agent.service.literals import amounts, dates_in, past_words, same_amount
from evals.checks.fold import fold_width

ALIKE = 0.4
"""Share of a source's characters, in pairs, that a sentence must repeat to rest on it: a paraphrase of how to use something
shares about half, two unrelated sentences of a shop under a fifth (read from the demo shop's drafts)."""
_SENTENCE = re.compile(r"(?:「[^「」\n]*」|[^。！？!?\n])+[。！？!?]*")
_SILENT = re.compile(r"[\s、。！？!?「」『』・（）()]+")
_HIRAGANA = re.compile(r"[ぁ-ん]{2}")
_NAME = re.compile(r"[「『]([^「」『』\n]{2,60})[」』]")


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence of the middle. facts, passages: ids it rests on; both empty for words that state nothing.

    quotes: id to the words of that source.
    """

    text: str
    facts: tuple[str, ...]
    passages: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]


def sentence_sources(
    paragraphs: Sequence[Paragraph],
    *,
    facts: Mapping[str, str],
    passages: Sequence[Passage],
    today: date | None = None,
) -> tuple[SourcedSentence, ...]:
    """Every sentence of the written middle, in order, with those of its paragraph's sources that it repeats a value or words of.

    facts, passages: the evidence kept with the version; only what the paragraph names counts, nothing is guessed from elsewhere.
    today: the day it was written, to understand 先日.
    """
    texts = {p.passage_id: p for p in passages}
    return tuple(
        _sourced(sentence, paragraph, facts, texts, today)
        for paragraph in paragraphs
        for sentence in sentences_of(paragraph.text)
    )


def sentences_of(text: str) -> list[str]:
    """A text cut after its full stops and at line breaks."""
    return [s for m in _SENTENCE.finditer(text) if (s := m.group().strip())]


def _sourced(
    sentence: str,
    paragraph: Paragraph,
    facts: Mapping[str, str],
    passages: Mapping[str, Passage],
    today: date | None,
) -> SourcedSentence:
    put_in = {slot.source for slot in paragraph.slots if slot.words and slot.words in sentence}
    rewards = {slot.source for slot in paragraph.slots if slot.kind == "reward"}
    own = [
        i
        for i in paragraph.fact_ids
        if i in facts
        and (i in put_in or _rests(sentence, facts[i], today) or (i in rewards and sentence in facts[i]))
    ]
    told = [
        i
        for i in paragraph.passage_ids
        if i in passages
        and (i in put_in or any(_rests(sentence, one) for one in sentences_of(passages[i].text)))
    ]
    quotes = [(i, facts[i]) for i in own] + [(i, _nearest(sentence, passages[i].text)) for i in told]
    return SourcedSentence(sentence, tuple(own), tuple(told), tuple(quotes))


def _rests(sentence: str, source: str, today: date | None = None) -> bool:
    """A shared name, a shared amount with its unit, a day meant by the same words, or many shared words."""
    names = set(_NAME.findall(sentence))
    if any(name in source for name in names):
        return True
    known = [a for _, a in amounts(source)]
    if any(amount[1] and same_amount(amount, known) for _, amount in amounts(sentence)):
        return True
    days = dates_in([source]) if today else []
    if today and days and any(meant(d) for _, _, meant in past_words(sentence, today=today) for d in days):
        return True
    return _alike(sentence, source) >= ALIKE


def _nearest(sentence: str, text: str) -> str:
    return max(sentences_of(text), key=lambda one: _alike(sentence, one), default=text)


def _alike(sentence: str, source: str) -> float:
    """Share of the shorter text's character pairs that stand in the other."""
    one, other = _pairs(sentence), _pairs(source)
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= 3 else 0.0


def _pairs(text: str) -> set[str]:
    """Neighbouring characters of which at least one carries meaning by itself."""
    plain = _SILENT.sub("", fold_width(text).text)
    return {pair for pair in map("".join, pairwise(plain)) if not _HIRAGANA.fullmatch(pair)}


def version_sentences(version: DraftVersion) -> tuple[SourcedSentence, ...]:
    """The same for a stored text. A text that staff edited keeps the sources of the paragraphs it came from."""
    return sentence_sources(
        version.paragraphs,
        facts=version.evidence_facts,
        passages=version.evidence_passages,
        today=version.created_at.astimezone(TOKYO).date(),
    )
