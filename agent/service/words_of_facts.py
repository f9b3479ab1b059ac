"""Which words of a text stand in none of the facts it names?

Numbers, names and days are compared elsewhere (`check_evidence`); here are the words between them: what somebody is said to
like, to own or to be. Hiragana is grammar and passes; kanji, katakana and Latin letters carry meaning and must come from a fact.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

_RUN = re.compile(r"[一-龥々ヶ]+|[ァ-ヺー]{2,}|[a-z]{2,}")


def words_beyond(text: str, facts: Iterable[str], *, plain: Collection[str] = ()) -> tuple[str, ...]:
    """Runs of kanji, katakana or Latin letters that cannot be put together from words of the facts and of `plain`, each once.

    plain: words that state nothing (注文, 回). A piece of a fact must be a whole run of it or two characters long: 茶 alone, out of
    茶器, would prove tea. Width and case hide nothing.
    """
    said = [_fold(fact) for fact in facts]
    runs = {run for fact in said for run in _RUN.findall(fact)}
    known = {_fold(word) for word in plain} | runs
    found = (run for run in _RUN.findall(_fold(text)) if not _made_of(run, known, said))
    return tuple(dict.fromkeys(found))


def _made_of(run: str, known: Collection[str], facts: Collection[str]) -> bool:
    """Whether a run is a row of known words."""
    reached = {0}
    for end in range(1, len(run) + 1):
        for start in sorted(reached):
            piece = run[start:end]
            if piece in known or (len(piece) > 1 and any(piece in fact for fact in facts)):
                reached.add(end)
                break
    return len(run) in reached


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
