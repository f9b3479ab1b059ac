"""Find what is left of a template: variables, brackets to fill, 〇〇様, notes of a draft; and a text that says nothing."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "placeholder_or_template_residue"


_LONGEST_GAP = 400
"""A longer run of one sign is no gap somebody forgot to fill; `too_long_for_channel` tells of it."""
_ORNAMENT = "〇○◯●◎△▲▽▼□■◇◆☆★_*＊~～〜-ー―─=＝・ \u3000"


def find(reading: Reading) -> Iterator[Finding]:
    """Gaps in subject and body, footer included, and the lexicon's row of them."""

    def is_gap(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """No gap: what the context itself writes (a title in brackets), an ornament around a line, a heading."""
        if len(match.group()) > _LONGEST_GAP:
            return False
        inner = match.group().strip("[]【】〔〕()「」 ")
        if len(inner) > 2 and inner in reading.known.everything and not _FILL.search(inner):
            return False
        return not _is_ornament(text, match) and not _is_heading(text, match)

    yield from find_rows(reading, CHECK)
    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), whole=True, accept=is_gap)
    if not any(sign.isalnum() for sign in reading.body.plain.text[: reading.body.footer_from]):
        yield reading.body.find(CHECK, 0, 0, "本文に言葉がありません。用件を書いてください。")


_OPENING, _CLOSING = "[【〔《〈<", "]】〕》〉>"
_OF_A_PERSON = re.compile(r"名|氏|様|宛")
_GOES_ON = re.compile(r"様|さま|さん|です|でし|ます|円|[をがのにで、。]|と(?!も)|より|から|まで")
"""What follows a gap in a sentence; a heading is followed by は or by what it announces."""
_FILL = re.compile(r"名$|入力|記入|[{}%$]")


def _is_heading(text: FieldText, match: re.Match[str]) -> bool:
    """True for a label in brackets at the beginning of a line that tells what follows: 【発行元】渓流堂, 【配送日時】は画面で."""
    found = match.group().strip()
    if (
        found[0] not in _OPENING
        or found[-1] not in _CLOSING
        or _FILL.search(found.strip(_OPENING + _CLOSING))
    ):
        return False
    whole = text.plain.text
    line_start = whole.rfind("\n", 0, match.end() - len(found)) + 1
    before = whole[line_start : match.end() - len(found)]
    if before.strip("■□◆◇●○・*※▼▽★☆ \u3000"):
        return False
    after = whole[match.end() :].split("\n", 1)[0].strip()
    if _OF_A_PERSON.search(found):
        return after.startswith((":", "/"))
    return bool(after) and not _GOES_ON.match(after)


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
