"""Find what is left of a template: variables, brackets to fill, 〇〇様, notes of a draft; and a text that says nothing."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "placeholder_or_template_residue"


def find(reading: Reading) -> Iterator[Finding]:
    """Gaps in subject and body, footer included, and the lexicon's row of them."""
    yield from find_rows(reading, CHECK)
    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), whole=True, accept=_is_gap)
    if not any(sign.isalnum() for sign in reading.body.plain.text[: reading.body.footer_from]):
        yield reading.body.find(CHECK, 0, 0, "本文に言葉がありません。用件を書いてください。")


def _is_gap(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
    """A line made only of ornaments (□■□, ＊＊＊) is a rule between parts, not a gap to fill."""
    whole = text.plain.text
    first = whole.rfind("\n", 0, match.start()) + 1
    last = whole.find("\n", match.end())
    line = whole[first : last if last >= 0 else len(whole)]
    return any(sign.isalnum() or sign in "〇「『【[(%{$" for sign in line)
