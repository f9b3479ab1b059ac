"""Find requests for reviews that pay only for praise, hide the reward, supply the wording or hold back criticism."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.ng_lexicon import find_rows
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "stealth_review_incentive"

_REVIEW = re.compile(r"レビュー|口コミ|クチコミ|評価|感想|投稿|お声|星|★|☆|コメント|ご意見")
_POSTING = re.compile(r"レビュー|口コミ|クチコミ|投稿|感想|コメント")
_ANY_RATING = re.compile(
    r"評価(?:の内容|内容|の高低|の良し悪し|の点数|点数|の数)?(?:に|を)?(?:かかわらず|関わらず|関係なく|よらず|問わず|左右され)|内容(?:に|を|は)?(?:かかわらず|関わらず|関係なく|よらず|問わず|問いません)|"
    r"どのような(?:評価|内容|ご?感想)でも|どんな(?:評価|内容|ご?感想)でも|星の数(?:に|を)(?:かかわらず|関わらず|関係なく|よらず|問わず)|良い(?:点|ところ|こと)も(?:悪い|気になる|困った|残念)|よかった点も|悪い点も|良し悪し"
)


def find(reading: Reading) -> Iterator[Finding]:
    """The lexicon's row, then wordings; a thanks that is the same for every rating is fine."""
    yield from find_rows(reading, CHECK)
    whole = reading.body.said
    if reading.occasion is not Occasion.REVIEW_REQUEST and not _REVIEW.search(whole):
        return

    def is_bent(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        if phrase.tag == "supplied" and reading.occasion is not Occasion.REVIEW_REQUEST:
            return bool(_POSTING.search(text.sentence_at(match.start())))
        return phrase.tag != "rated" or not _ANY_RATING.search(text.sentence_at(match.start()))

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_bent)
