"""Find what is left of a template: variables, brackets to fill, 〇〇様, notes of a draft; and a text that says nothing."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "placeholder_or_template_residue"


_ORNAMENT = "〇○◯●◎△▲▽▼□■◇◆☆★_*＊~～〜-ー―─=＝・ \u3000"


def find(reading: Reading) -> Iterator[Finding]:
    """Gaps in subject and body, footer included, and the lexicon's row of them."""

    def is_gap(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """What the context itself writes (a title in brackets) is no gap, nor is a rule or an ornament around a line."""
        inner = match.group().strip("[]【】〔〕()「」 ")
        if len(inner) > 2 and inner in reading.known.everything and not _FILL.search(inner):
            return False
        return not _is_ornament(text, match)

    yield from find_rows(reading, CHECK)
    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), whole=True, accept=is_gap)
    if not any(sign.isalnum() for sign in reading.body.plain.text[: reading.body.footer_from]):
        yield reading.body.find(CHECK, 0, 0, "本文に言葉がありません。用件を書いてください。")


_FILL = re.compile(r"名$|入力|記入|[{}%$]")


def _is_ornament(text: FieldText, match: re.Match[str]) -> bool:
    """True on a line made only of ornaments (□■□, ＊＊＊), or with the same ornament at both its ends (■■ 秋の便り ■■)."""
    whole = text.plain.text
    first = whole.rfind("\n", 0, match.start()) + 1
    last = whole.find("\n", match.end())
    line = whole[first : last if last >= 0 else len(whole)].strip()
    if not any(sign.isalnum() or sign in "〇「『【[(%{$<" for sign in line):
        return True
    found = match.group().strip()
    if not found or found.strip(_ORNAMENT):
        return False
    return len(line) > 2 * len(found) and line.startswith(found[0]) and line.endswith(found[-1])
