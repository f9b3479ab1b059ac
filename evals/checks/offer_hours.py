"""Compare the hours at which an offer opens or closes in a draft with the offer and the policies."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.clock_times import clock_times
from evals.checks.ledger import ledger_of
from evals.checks.reading import FieldText, Reading

_BOUNDS = re.compile(
    r"\s*(?:から|より|まで|迄|開始|スタート|に(?:開|始|受付|解禁|販売|締)|(?:〆|締)切|〜|~|-|ちょうど)"
)
_OF_OFFER = re.compile(
    r"先行|先に|ひと足|一足|いち早|会員ページ|クーポン|コード|割引|引き|OFF|特典|期限|有効|受付|発売|販売|セール|ご予約|お使い|お選び|お求め"
)
_ADVICE = re.compile(
    r"お湯|蒸ら|寝|就寝|起き|朝食|夕食|冷蔵|お休み前|散歩|塗|飲|配達|お届け|届|着|営業|電話|受け?取"
)


def find_hours(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """Only where the offer itself names an hour: 正午から in the offer, 10時から in the draft."""
    offered = tuple(clock_times(ledger_of(reading.context).offer.text))
    if not offered:
        return
    known = tuple(clock_times(reading.known.everything))
    for said in clock_times(text.said):
        sentence = text.sentence_at(said.start)
        if (
            not _BOUNDS.match(text.said, said.end)
            or not _OF_OFFER.search(sentence)
            or _ADVICE.search(text.said[said.end : said.end + 12])
        ):
            continue
        if not any(said.may_be(other) for other in known):
            yield text.find(
                check,
                said.start,
                said.end,
                "特典の始まりや終わりの時刻と合いません。記録の時刻に直してください。",
            )
