"""Find honorific errors: doubled honours, respect and humility swapped, shop-counter habits, piled させていただく."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "keigo_error"

MOST_LET_US = 3
"""From this many させていただく in a body on, or two in one sentence, they are piled."""
_LET_US = re.compile(r"(?:さ)?せて(?:いただ|頂)")
NEAR = 45
"""Two させていただく with no more than this many code points between them are piled, even across a full stop."""
_COMPARES = re.compile(
    r"[東西南北上下右左奥内外]側?のほう|(?:手前|前|後ろ|先|端|根元|首|足|底|窓|こちら|そちら|あちら|どちら|海|山|街)のほう|二つ|一方|より|比べ|大きい|小さい|どちら|好み|向い|希望|いずれ|または|もしくは|お好き"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings first, then repetition."""

    def is_error(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """〜のほう is no habit where two things are compared."""
        if "のほう" not in match.group() and "の方" not in match.group():
            return True
        return not _COMPARES.search(text.sentence_at(match.start()))

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_error)
    for text in reading.fields:
        yield from _piled(text)


def _piled(text: FieldText) -> Iterator[Finding]:
    found = list(_LET_US.finditer(text.said))
    by_sentence = [text.sentence_span(match.start()) for match in found]
    why = "「させていただく」が重なっています。「いたします」「します」に言い換えてください。"
    if len(found) >= MOST_LET_US:
        yield text.find(CHECK, *found[MOST_LET_US - 1].span(), why)
        return
    for earlier, later in zip(range(len(found)), range(1, len(found)), strict=False):
        near = found[later].start() - found[earlier].end() <= NEAR
        if near or by_sentence[earlier] == by_sentence[later]:
            yield text.find(CHECK, *found[later].span(), why)
