"""Find words that blame, mock or beg a customer who has been silent (win_back only)."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "guilt_or_sarcasm_in_winback"

_OF_THINGS = re.compile(
    r"庭|食卓|部屋|玄関|窓|季節|時季|冬|夜長|夜|秋|口(?:もと|寂)|首もと|色合い|枝|木々|景色|街|花壇|ベランダ|物語|小説|一冊|本の|映画|音楽|歌|曲|唐辛子|カレー"
    r"|辛さ|味|香り|ほど(?:に)?(?:辛|おいし|うま|感動)|わさび|玉ねぎ|乾燥|肌|髪"
)
"""What is sad or makes one weep here is a season, a room, a story or a spice, not the shop."""
_OF_US = re.compile(
    r"当店|私|スタッフ|店(?:の者|一同|主|長)|(?:思い|気持ち)(?:で|が|です)|お顔|ご注文|お便り|お返事|お名前|ないと|ないの[はが]"
)


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings; plain greetings after a long time are none of them."""
    if reading.occasion is not Occasion.WIN_BACK:
        return
    titles = "\n".join(product.title for product in reading.known.products)

    def is_ours(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """Feelings count as ours unless the sentence tells of a thing; a word of a title never counts."""
        if match.group() in titles:
            return False
        sentence = text.sentence_at(match.start())
        return phrase.tag != "feeling" or not _OF_THINGS.search(sentence) or bool(_OF_US.search(sentence))

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_ours)
