"""Does a word tell the season, and nothing of what the shop sells?"""

import re

from evals.checks.product_mentions import product_mentions
from evals.checks.reading import FieldText, Reading

_SEASON_AFTER = re.compile(
    r"(?:の)?(?:花|葉|実|枝|木|並木|つぼみ|甘い香り|香り)?(?:が|も|の|は)?[^。、\n]{0,8}?"
    r"(?:香る(?:季節|ころ|頃|候|時季)|香ってき|咲[いきくけ]|満開|開花|散り|色づ|芽吹|見頃|見ごろ|便り(?:が|も)|季節(?!限定)|時季|時節|の候)"
)
_OF_GOODS = re.compile(
    r"使|配合|仕立|加工|成分|抽出|エキス|オイル|香料|商品|新作|お品|仕上げ|込め|季節限定|定番|出番|道具|お召し|一着|一足|一枚"
)


def is_season_talk(reading: Reading, text: FieldText, start: int, end: int) -> bool:
    """True for 金木犀 in 金木犀の香る季節となりました: a season, no product, no word of how a thing is made.

    start, end: places of the word in `said`.
    """
    first, last = text.sentence_span(start)
    if not _SEASON_AFTER.match(text.said, end) or _OF_GOODS.search(text.said[first:last]):
        return False
    return not any(first <= mention.start < last for mention in product_mentions(reading, text))
