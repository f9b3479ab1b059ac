"""Find superlatives, ranks, certainty, false urgency and double prices that nothing in the context proves (景品表示法)."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.law_scope import is_low, title_spans
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "keihyouhou_claim"

_DEADLINE = re.compile(
    r"今だけ|本日|今日|最終日|まもなく|終了間近|締切|今なら|お急ぎ|お早め|急いで|最後のちゃんす|らすとちゃんす|最終案内|あと\d+日"
)
_SCARCE = re.compile(
    r"残り|在庫|数量限定|限定\d|なくなり次第|先着|お早め|お急ぎ|売り切れ|完売|らすと\d|名様?限定|急いで|最終入荷|手に入らなく"
)


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's rows, then further wordings, unless the facts themselves say so."""
    told: list[tuple[str, int, int]] = []
    for finding in find_rows(reading, CHECK):
        told.append((finding.field, *finding.span))
        yield finding

    def is_unproven(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        start, end = match.span()
        first, last = text.spelling.span(start, end)
        if any(text.field == field and first < to and since < last for field, since, to in told):
            return False
        if any(since < end and start < to for since, to in title_spans(reading, text)):
            return False
        return not _is_true(reading, match.group())

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK, spelling=True), accept=is_unproven)


def _is_true(reading: Reading, words: str) -> bool:
    """Words the facts, policies or offer contain; a deadline of the offer; a stock that is low."""
    known, context = reading.known, reading.context
    if words in known.claims or words in known.offer_spelling:
        return True
    if _SCARCE.match(words) and any(is_low(product.stock) for product in context.products):
        return True
    expires = context.offer.expires if context.offer else None
    if _DEADLINE.match(words) and expires is not None:
        days = (expires - context.today).days
        return days == 0 if words.startswith(("本日", "今日")) else 0 <= days <= 14
    return False
