"""Compare deadlines told in words (年内いっぱい, 月末まで) with the day on which the offer ends."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from agent.domain.finding import Finding
from evals.checks.reading import FieldText, Reading

_SPOKEN = re.compile(
    r"(?P<word>年内|今年|本年|年末|大晦日|大みそか|年度末|来月末|月末|来年|来春|お盆|クリスマス|梅雨入り|梅雨明け|夏休み|冬休み|連休|お正月|年明け|お彼岸|節分|桜(?:の季節|が咲く)|紅葉(?:の季節)?|次の(?:春|夏|秋|冬|誕生日|お誕生日)|(?:この)?(?:春|夏|秋|冬)(?:の終わり)?)(?:の|は)?"
    r"(?:中|いっぱい|一杯|末|明け)?(?:は)?(?:まで|の(?:間|あいだ)|ずっと|に限り|でしたら|、|(?<=いっぱい))"
)
_OF_REWARD = re.compile(r"クーポン|コード|割引|引き|OFF|オフ|特典|ポイント|優待|有効|プレゼント|進呈", re.I)
_USED = re.compile(r"お使い|ご利用|使え|有効|対象|適用|お?引き|OFF|オフ|進呈|お付け|プレゼント|期限", re.I)
_BEFORE = 40
"""Code points before a sentence in which the reward may be named that it speaks of."""
_SLACK = 1
"""Days by which a spoken end may differ: クリスマス is the 24th or the 25th."""


def find_spoken_deadlines(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Only beside words of a reward and its use, and only where no source says it in the same words."""
    offer, today = reading.context.offer, reading.context.today
    for match in _SPOKEN.finditer(text.said):
        sentence = text.sentence_at(match.start())
        after = text.said[match.end() : match.end() + 30].split("。")[0]
        near = sentence
        if offer is not None and offer.expires is not None:  # お送りします。梅雨入りまでお使いください
            near = (
                text.said[max(0, text.sentence_span(match.start())[0] - _BEFORE) : match.start()] + sentence
            )
        if not _OF_REWARD.search(near) or not _USED.search(after):
            continue
        if match["word"] in reading.known.everything:
            continue
        last = _last_day(match["word"], today)
        expires = offer.expires if offer else None
        if expires is not None and last is not None and abs((expires - last).days) <= _SLACK:
            continue
        why = "特典の期限と合いません。記録の日付に直してください。"
        yield text.find(check, *match.span("word"), why)


def _last_day(word: str, today: date) -> date | None:
    """The last day such a word means, None when it has no certain one."""
    if word in ("年内", "今年", "本年", "年末", "大晦日", "大みそか"):
        return date(today.year, 12, 31)
    if word == "年度末":
        return date(today.year + (today.month > 3), 3, 31)
    if word == "クリスマス":
        return date(today.year, 12, 25)
    months = {"月末": 1, "来月末": 2}.get(word)
    if months is None:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)
