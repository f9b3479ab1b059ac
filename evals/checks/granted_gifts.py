"""Find things a draft gives away that no source names."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.fold import spelled
from evals.checks.reading import FieldText, Reading

_GIFT = re.compile(
    r"(?P<what>[一-鿿々ァ-ヴーぁ-んA-Za-z]{2,16}?)(?:[0-9一二三四五]+[個本枚袋つ点包])?(?:を|も)(?:、)?(?:[0-9一二三四五]+[個本枚袋つ点包])?(?:無料で|もれなく)?"
    r"(?:お付け|同封|プレゼント|差し上げ|進呈|お贈り(?:し|いた)|おつけ)"
)
_NO_GIFT = re.compile(
    r"カード|案内|説明|紙|メモ|レシピ|しおり|納品|のし|熨斗|リボン|手紙|資料|特典|クーポン|コード|ポイント|気持ち|心|写真|冊子|見本|割引|券|連絡|メール|返事|お電話|こと|もの|おまけ|領収|明細|品|袋|箱|ラッピング|包装|お祝い|お礼|お知らせ|声|言葉"
)


def find_gifts(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """グラスをお付けしました: a thing given away that no source names."""
    known = reading.known.spelling
    for match in _GIFT.finditer(text.said):
        what = re.split(r"[、。はがにでと]", match["what"])[-1]
        first = spelled(re.split(r"の", what)[0] if len(re.split(r"の", what)[0]) >= 2 else what)
        pieces = [first[at : at + 2] for at in range(len(first) - 1)]
        if len(first) < 2 or _NO_GIFT.search(what) or any(piece in known for piece in pieces):
            continue
        if re.search(r"[一-鿿ァ-ヴ]", what):
            yield text.find(check, *match.span("what"), "特典の記録にない贈りものです。外してください。")
