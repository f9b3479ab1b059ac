"""Find things a draft gives away that no source names."""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks.fold import spelled
from evals.checks.ledger import ledger_of
from evals.checks.reading import FieldText, Reading

_COUNTED = r"(?:お?(?:[0-9一二三四五]+|ひと|ふた|み)\s*[個本枚袋つ点包部冊箱双組缶束粒]?(?:ずつ)?)?"
_GIFT = re.compile(
    rf"(?P<what>[一-鿿々ァ-ヴーぁ-んA-Za-z]{{2,16}}?){_COUNTED}(?:を|も)(?:、)?{_COUNTED}(?:、)?(?:無料で|もれなく|一緒に|いっしょに|そっと|お礼に)?"
    r"(?:お付け|同封|プレゼント|差し上げ|進呈|お贈り(?:し|いた)|おつけ|お入れ(?:し|いた)|おまけ(?:し|いた|で|に)|同梱|お添え(?:し|いた)|"
    r"添え(?:ます|まし|て(?:お送り|お届け|発送|おり|います))|忍ばせ|サービス(?:し|いた)|つけて(?:お送り|お届け)|お渡し(?:し(?:ます|て)|いた(?!だ))|無料で)"
)
_GIVES = re.compile(
    r"(?:お付け|同封|プレゼント|差し上げ|進呈|お贈り|おつけ|お入れ|おまけ|同梱|添え|忍ばせ|サービス|つけて|お渡し|無料で)"
)
"""No draft without one of these gives anything."""
_NO_GIFT = re.compile(
    r"文面|お?返信|ご?返金|ご挨拶|挨拶|カード|案内|説明|紙|メモ|レシピ|しおり|納品|のし|熨斗|リボン|手紙|資料|特典|クーポン|コード|ポイント|気持ち|心|写真|冊子|見本|割引|券|連絡|メール|返事|お電話|こと|もの|おまけ|領収|明細|商品|ご注文|ご購入|お?品物|(?:紙|手提げ|ショッパー|保存|ギフト|贈答|専用)?(?:^|の)?(?:紙袋|手提げ|ショッパー|ギフト箱|化粧箱|専用箱|外箱)|お渡し用|ラッピング|包装|お祝い|お礼|お知らせ|声|言葉"
)


_ASKS_BACK = re.compile(
    r"(?:に)?(?:なる|なら|なり|ください|いただ|くださ|用(?:に|の)|でしたら|とき|際|方|には)"
)
"""プレゼントなさる, お贈りいただく: the customer gives."""


_QUALIFIES = re.compile(r"季節|当店|特製|限定|オリジナル|人気|新作|お好き|ささやか|心ばかり|自慢|少し")


_SHARE = 0.4
"""Of the pairs of signs of a thing's name, so many must stand in the name of what is granted."""


_COMES_WITH = re.compile(r"付|つき|同梱|同封|添え|入り|セット|証")
"""A fact with one of these may name what comes with a product."""


def find_gifts(reading: Reading, text: FieldText, check: str) -> Iterator[Finding]:
    """グラスをお付けしました, くきの香の小袋をお付けします: a thing given away that offer, policies and facts do not give.

    That the shop sells the thing is no ground: what is given must stand in the offer, a policy or a fact of the customer.
    """
    if not _GIVES.search(text.said):
        return
    ledger = ledger_of(reading.context)
    parts_of_goods = [
        line for product in reading.known.products for line in product.texts[1:] if _COMES_WITH.search(line)
    ]
    granted = spelled(
        "\n".join((ledger.offer.text, ledger.policies.text, ledger.records.text, *parts_of_goods))
    )
    for match in _GIFT.finditer(text.said):
        what = re.split(r"[、。はがにでと]", match["what"])[-1]
        is_product = len(what) > 2 and any(spelled(what) in spelled(p.title) for p in reading.known.products)
        if (
            match["what"][-1] in "へにでとはが"
            or _NO_GIFT.search(what)
            or not (is_product or re.search(r"[一-鿿ァ-ヴ]", what))
        ):
            continue
        if _ASKS_BACK.search(text.said[match.end() : match.end() + 10]):
            continue
        parts = [spelled(part) for part in what.split("の") if len(part) > 1 and not _QUALIFIES.search(part)]
        if all(_shares_pair(part, granted) for part in parts):
            continue
        yield text.find(check, *match.span("what"), "特典の記録にない贈りものです。外してください。")


def _shares_pair(part: str, granted: str) -> bool:
    """True when neighbouring signs of a word stand in what was granted, two in five of a long one: spellings differ, things seldom do."""
    pairs = [part[at : at + 2] for at in range(len(part) - 1)]
    found = sum(pair in granted for pair in pairs)
    return found >= max(1, _SHARE * len(pairs))
