"""Find views counted, carts remembered, and guesses on health, family, home or a pet's death."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "creepy_surveillance"

_GUESS_IN_FACT = re.compile(r"推定|推測|推察|可能性|閲覧|検索|AI|予測|スコア|と思われ|らしい|ログ|検知")
_TOPICS = re.compile(
    r"妊娠|懐妊|出産|産後|赤ちゃん|つわり|病|通院|入院|手術|薬|障害|体調|離婚|結婚|主人|旦那|奥様|お子|娘|息子|孫|両親|母|父|介護|家族|独り|ひとり|一人|引っ?越|転職|ペット|犬|猫|ちゃん|くん|亡|虹の橋|お悔やみ|マンション|自宅|実家|お住まい|年収|職場|勤め|年齢|ダイエット|生理|更年期|更年"
)
_WISH = re.compile(r"崩され(?:ませ|ない)|お気をつけ|ご自愛|くださいね?$|お大事|祈り|願って")


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's rows, then wordings; what customers told us themselves may be taken up."""
    for finding in find_rows(reading, CHECK):
        if not _was_told(reading, finding.quote):
            yield finding

    def is_creepy(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        words = match.group()
        if any(words in product.title for product in reading.known.products):
            return False
        if phrase.tag == "watched":
            return "カート" not in words or not re.search(
                r"カート(?:に|へ)(?:お?入れ|追加)(?:て|し)?(?:ください|いただ)",
                text.sentence_at(match.start()),
            )
        if phrase.tag == "inferred":
            return True
        if _WISH.search(text.said[match.end() - 6 : match.end() + 14]):
            return False
        return not _was_told(reading, words)

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_creepy)


def _was_told(reading: Reading, words: str) -> bool:
    """True when a fact the customer told speaks of the same topic, and is itself no guess of ours."""
    topics = _TOPICS.findall(words)
    lines = reading.known.customer.split("\n")
    return bool(topics) and all(
        any(topic in line and not _GUESS_IN_FACT.search(line) for line in lines) for topic in topics
    )
