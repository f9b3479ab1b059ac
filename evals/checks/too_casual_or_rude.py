"""Find talk as among friends, slang, orders, condescension and blame; and sentences that drop です・ます."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import MASK, FieldText, Reading
from evals.checks.sentence_ends import Ending, ending_of

CHECK = "too_casual_or_rude"

_WHY = {
    Ending.PLAIN: "です・ますの文に、常体の文が混ざっています。丁寧な言い方にそろえてください。",
    Ending.FRIENDLY: "くだけすぎた文の終わり方です。です・ますの丁寧な言い方に直してください。",
    Ending.ORDER: "命令の形です。お願いの形に直してください。",
}
_SHORTEST = 4
"""A shorter line (どうぞ, では) is a fragment."""
_STEP = re.compile(r"\s*(?:[一二三四五六七八九十]+[、.)]|\d+[、.)]|[・●■◆◇○※*‐-]|[①-⑳])")
"""A line of a list or of instructions may be plain: 一、とぎ汁に沈める。"""
_KANA = re.compile(r"[ぁ-ん]")
_ASIDE = re.compile(r"\s*\([^()\n]*\)(?=[。!?]*$)")
"""Words in brackets after the predicate (いたします（日曜を除く）。) do not end the sentence."""
_ASKS = re.compile(r"(?:どう|元気|大丈夫|感じ|ある|ない|いる|好き|嫌い|平気|順調)\?+[^ぁ-んァ-ヴ一-鿿]*$")
"""A question among friends (使い心地はどう？), which has no predicate or no です to judge by."""
_OURS = re.compile(r"当店|弊店|私ども|わたくし|こちらの|スタッフ|担当|倉庫|梱包|検品|工房|申し訳|お詫び|失礼")
_FEELS = re.compile(
    r"困り|ご?不便|ご?不快|ご?心配|驚き|残念|がっかり|お気持ち|お怒り|ご?迷惑|不安|必要|ご?都合|届|使えな"
)
"""What the customer may have felt is no blame."""
_LABEL = re.compile(rf"(?<![^\n])[^\n。!?{MASK}]{{1,20}}\n{MASK}+(?:\n|$)")
"""What a button says (商品を見る) above the address it opens: no sentence."""
_IN_QUOTES = re.compile(r"[「『][^」』\n]*[」』]")


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings outside quotations, then plain sentence ends."""

    def is_ours(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """Not: a fault found with our own work, somebody else's word in quotation marks, the name of a product."""
        if phrase.tag == "theirs" and _OURS.search(text.sentence_at(match.start())):
            return False
        if phrase.tag == "guessed" and (
            reading.occasion is not Occasion.SERVICE_RECOVERY or _FEELS.search(match.group())
        ):
            return False
        quoted = any(
            q.start() <= match.start() and match.end() <= q.end() for q in _IN_QUOTES.finditer(text.said)
        )
        return not quoted and match.group().strip("。!、\n ") not in "\n".join(
            p.title for p in reading.known.products
        )

    phrases = load_phrases(CHECK, "blaming_or_patronising")
    yield from find_phrases(CHECK, reading.fields, phrases, accept=is_ours)
    for text in reading.fields:
        yield from _ends(text)


def _ends(text: FieldText) -> Iterator[Finding]:
    """Sentences in our own voice that end without です・ます. A line broken off without 。 may go on in the next one."""
    for start, end in text.sentences:
        sentence = text.said[start:end]
        bare = sentence.rstrip()
        if (
            len(bare) < _SHORTEST
            or bare.endswith(("」", "』", ")"))
            or not _KANA.search(bare)
            or _STEP.match(bare)
        ):
            continue
        said = _ASIDE.sub("", bare)
        asks = said.endswith("?")
        ending = Ending.FRIENDLY if _ASKS.search(said) else ending_of(said)
        if asks and ending is Ending.PLAIN:
            ending = Ending.FRIENDLY
        closed = bare[-1] in "。!?" or not text.said[end:].strip(f"\n {MASK}")
        if ending is Ending.POLITE or (
            ending is not Ending.FRIENDLY and not (closed and text.field == "body")
        ):
            continue
        if ending is Ending.PLAIN and _LABEL.match(text.said, start + len(sentence) - len(sentence.lstrip())):
            continue
        yield text.find(CHECK, max(start, start + len(bare) - 12), start + len(bare), _WHY[ending])
