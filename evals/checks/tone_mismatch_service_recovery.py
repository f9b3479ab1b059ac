"""Find cheer, jokes, selling, or no apology at all, in a message to an unhappy customer (service_recovery only)."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.phrases import Phrase, find_phrases, load_phrases
from evals.checks.reading import FieldText, Reading

CHECK = "tone_mismatch_service_recovery"

_APOLOGY = re.compile(
    r"申し訳|お詫び|おわび|お詫び申|ご迷惑|失礼(?:を|いた)|お許し|すみません|ご不便を|ご心配を|ご不快|陳謝|謝罪|わび|深謝|反省|言い訳のしよう|弁解の(?:余地|しよう)|面目(?:次第)?も?(?:ござい|あり|な)|不行き届き|心苦し|胸が痛|お恥ずかし|ご容赦|責任を(?:痛感|重く)|ご(?:落胆|立腹)は?(?:もっとも|ごもっとも)"
)
_HOPED = re.compile(
    r"のに|(?:はず|もの|ところ|つもり)(?:が|を|で|の)|(?:ご?期待|お気持ち)に|台なし|台無し|損な|申し訳|お詫び|とのこと|ご計画"
)
"""Marks of telling what should have been: 楽しみにしてくださっていたのに."""
_REMEDY = re.compile(
    r"交換|返金|お取り?替え|再送|代わり|代替|お詫び|申し訳|足りず|不足|誤り|届いて(?:い|お)?な|もれ|漏れ"
)
_PEOPLE = re.compile(r"様|さま|さん|家族|お子|お孫|皆|方が|担当|スタッフ|職人|店長|当店|私|わたくし|者")
"""Whoever may be tired or surprised without a joke."""
_MOST_EXCLAMATIONS = 1


def find(reading: Reading) -> Iterator[Finding]:
    """Wordings, too many exclamation marks, then a missing apology."""
    if reading.occasion is not Occasion.SERVICE_RECOVERY:
        return

    def is_cheer(text: FieldText, phrase: Phrase, match: re.Match[str]) -> bool:
        """What the customer told, hoped for or bought is no cheer of ours; a remedy is no selling."""
        if match.group() in reading.known.everything:
            return False
        if phrase.tag == "pet":
            name = re.sub(r"(?:くん|ちゃん|たん)$", "", match.group())
            return name not in reading.known.customer or any(
                name in "".join(p.texts) for p in reading.known.products
            )
        sentence = text.sentence_at(match.start())
        if phrase.tag == "alive":
            return not _PEOPLE.search(sentence)
        if phrase.tag == "cheer":
            return not _HOPED.search(sentence)
        return phrase.tag != "sell" or not _REMEDY.search(sentence)

    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK), accept=is_cheer)
    body = reading.body
    marks = [match.start() for match in re.finditer("!", body.said)]
    if len(marks) > _MOST_EXCLAMATIONS:
        yield body.find(
            CHECK,
            marks[-1],
            marks[-1] + 1,
            "お詫びの文に「！」が重なっています。落ち着いた文にしてください。",
        )
    if not _APOLOGY.search(body.said):
        yield body.find(CHECK, 0, 0, "お詫びの言葉がありません。はじめにお詫びを書いてください。")
