"""Find talk as among friends, slang, orders, condescension and blame; and sentences that drop です・ます."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "too_casual_or_rude"

_PLAIN_END = re.compile(
    r"(?:(?:だ|である|だった|だろう|なかった|思う|思った|ほしい|欲しい|してる|している|した|ました(?!)|くれた|くる|きた|なった|なる|できる|できた|届いた|入った|ある|あった|いる|いた|する|しない|ない|たい|おいしい|うれしい|嬉しい|楽しい|よい|良い|いい))[。!]+$|(?:してる|いる|てる|ある|ない|どう|元気|だった|した|いい|くれる|みる|いく|たい|届いた|もう)\?+$|"
    r"(?<!です)(?<!ます)(?<!ました)(?<!でした)(?<!ません)(?<!ください)(?<!ませ)(?<!でしょう)(?<!ましょう)(?<!すぎず)(?<!どうぞ)[うるただいてしよら]ね[。!]*$|"
    r"(?<!です)(?<!ます)(?<!ました)(?<!でした)(?<!ません)(?<!ましょう)[るただいう]よ[。!]*$"
)
_POLITE = re.compile(r"(?:です|ます|ました|ません|でした|ください|ませ|ましょう|でしょう)")
_IN_QUOTES = re.compile(r"[「『][^」』\n]*[」』]")


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings outside quotations, then plain sentence ends."""

    def is_ours(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """What stands in quotation marks is somebody else's word; a known product may be called what it likes."""
        quoted = any(
            q.start() <= match.start() and match.end() <= q.end() for q in _IN_QUOTES.finditer(text.said)
        )
        return not quoted and match.group().strip("。!、\n ") not in "\n".join(
            p.title for p in reading.known.products
        )

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_ours)
    yield from _plain_ends(reading.body)


def _plain_ends(text: FieldText) -> Iterator[Finding]:
    why = "です・ますの文に、常体の文が混ざっています。丁寧な言い方にそろえてください。"
    for start, end in text.sentences:
        sentence = text.said[start:end]
        match = _PLAIN_END.search(sentence)
        if match and len(sentence) >= 5 and not _POLITE.search(sentence[-6:]):
            yield text.find(CHECK, start + match.start(), end, why)
