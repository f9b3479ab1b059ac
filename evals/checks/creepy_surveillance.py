"""Find views counted, carts remembered, and guesses on health, family, home or a pet's death."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.private_guesses import find_guesses, was_told
from evals.checks.reading import FieldText, Reading
from evals.checks.watched_customers import find_watched

CHECK = "creepy_surveillance"

_WISH = re.compile(r"崩され(?:ませ|ない)|お気をつけ|ご自愛|くださいね?$|お大事|祈り|願って")


_TO_ANYBODY = re.compile(
    r"^[^。!?\n]{0,24}?(?:(?:方|かた|人|お客(?:さま|様))(?:は|に|も|が|へ|、|から)|場合|とき(?:は|に|も)|際(?:は|に)|でしたら|なら、)"
)
"""After a private word: it is said to whom it may concern."""
_ADVISED = re.compile(
    r"お?控え(?:て)?(?:ください|いただ)|避けて(?:ください|いただ)|お避けください|(?:医師|医療機関|薬剤師|獣医)[^。!?\n]{0,14}相談"
)
"""妊娠中の飲酒はお控えください: a warning to whomever it concerns, where no fact is guessed."""
_CART_ASKED = re.compile(r"^[^。!?\n]{0,30}(?:ください|いただけ|お進み|お選び|できます)")
_WATCHED = (
    "閲覧やカート、開封などの行動を言い当てる言い方です。ご購入と、ご本人から伺ったことだけにしてください。"
)
_GUESSED = "体調・家族・住まい・ペットなどを推し量る言い方です。ご本人から伺ったことだけにしてください。"


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's rows, then wordings; what customers told us themselves may be taken up."""
    for finding in find_rows(reading, CHECK):
        if not was_told(reading, finding.quote):
            yield finding

    def is_creepy(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        words = match.group()
        if any(words in product.title for product in reading.known.products):
            return False
        if phrase.tag == "watched":
            if re.search(r"カート[にへ](?:お)?入れて$", words) and _CART_ASKED.match(
                text.said[match.end() :]
            ):
                return False
            return "カート" not in words or not re.search(
                r"カート(?:に|へ)(?:お?入れ|追加)(?:て|し)?(?:ください|いただ)",
                text.sentence_at(match.start()),
            )
        if _TO_ANYBODY.match(text.said[match.end() :]):
            return False
        if phrase.tag == "guessed" and _ADVISED.search(text.sentence_at(match.start())):
            return False
        if phrase.tag != "inferred" and _WISH.search(text.said[match.end() - 6 : match.end() + 14]):
            return False
        return not was_told(reading, words)

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_creepy)
    for found, why in ((find_watched, _WATCHED), (find_guesses, _GUESSED)):
        for text, start, end in found(reading):
            yield text.find(CHECK, start, end, why)
