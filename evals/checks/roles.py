"""Tell what a number or date in a draft speaks of: an offer, a delivery, a return, a product or the customer."""

import re
from enum import StrEnum

from evals.checks.reading import FieldText


class Role(StrEnum):
    """What a number or date belongs to."""

    OFFER = "offer"
    DELIVERY = "delivery"
    RETURNS = "returns"
    PRODUCT = "product"
    CUSTOMER = "customer"
    OTHER = "other"


_WORDS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        Role.OFFER,
        re.compile(
            r"クーポン|割引|%\s*OFF|%オフ|円引き|円OFF|円オフ|ポイント|進呈|プレゼント|特典|キャンペーン|セール|値引|優待|コード|キャッシュバック|ギフト券|"
            r"有効期限|ご利用期限|使用期限|期限|有効|ご利用(?:いただけ|になれ|可)|お使い(?:いただけ|になれ)|先行|ご優待|送料無料|無料",
            re.IGNORECASE,
        ),
    ),
    (
        Role.DELIVERY,
        re.compile(
            r"発送|お届け|届(?:き|く|け)|到着|出荷|配送|配達|入荷|再入荷|在庫|発売|販売(?:開始|再開|予定)|残り|品切|売り切|お披露目|登場|を出し|出(?:します|る予定)|お取り寄せ|着予定|着く|納期|仕上がり|並び(?:ます|まし)|お?手元(?:に|へ)(?:お持ち|お届け)"
        ),
    ),
    (Role.RETURNS, re.compile(r"返品|交換|返金|保証|キャンセル|修理")),
    (
        Role.CUSTOMER,
        re.compile(
            r"ご?購入|お?買い?(?:上げ|物|求め|もとめ)|お求め|ご?注文|お選び|お迎え|ご利用|ご来店|ご登録|会員|お?誕生日|お?誕生月|記念日|お付き合い|ご愛用|ご愛顧|お使い|"
            r"ご?相談|お問い?合わ?せ|ご連絡|ご感想|レビュー|お話|おっしゃ|お聞か|アンケート|ご返送|ご返品|お買い|出会|はじめて|初めて|以来|ぶり|前回|先日|お試し"
        ),
    ),
)


def role_of(text: FieldText, start: int, end: int) -> Role:
    """The role by the nearest telling word of the clause, else of the sentence. Words after a number weigh as those before."""
    first, last = text.sentence_span(start)
    if last <= first:
        return Role.OTHER
    sentence = text.said[first:last]
    best, distance = Role.OTHER, 10_000
    for role, pattern in _WORDS:
        for match in pattern.finditer(sentence):
            from_word, to_word = first + match.start(), first + match.end()
            gap = max(from_word - end, start - to_word, 0)
            between = text.said[min(to_word, end) : max(from_word, start)]
            gap += 12 * (between.count("、") + between.count(" "))
            if gap < distance:
                best, distance = role, gap
    return best
