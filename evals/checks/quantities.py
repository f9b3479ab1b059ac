"""Find what can be counted in a text: amounts of yen, percentages, counts with their unit, lengths of time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from evals.checks.numerals import NUMBER, number

YEN, PERCENT, POINT, ORDINAL, COUNT, DAYS, MONTHS, YEARS, MEASURE = (
    "yen",
    "percent",
    "point",
    "ordinal",
    "count",
    "days",
    "months",
    "years",
    "measure",
)

_COUNTERS = (
    "個|点|本|袋|箱|枚|足|着|缶|セット|冊|瓶|玉|斤|切れ|パック|ケース|杯|包|粒|束|鉢|台|脚|客|膳|対|匹|頭|羽|株(?!式|主|価)|双|房|輪(?!切|郭)|巻(?!き)|種類|種|品(?!切れ|質|目|番|種)|"
    "部(?!分|屋|品|位|長|門|署|員|活|数|族|隊)|色|通り|名(?!前|様分)|人(?!目)|件|回|度|つ(?!いて|き|く|め|目|の質問|ず)|棹|組(?!み|合)"
)
_UNITS: tuple[tuple[str, str], ...] = (
    (r"円(?!形|卓|熟|満|滑|グラフ)", YEN),
    (r"(?:%|パーセント|%|割(?!れ|り当|烹|と|に))", PERCENT),
    (r"(?:ポイント|pt|P(?=を|進|付|が))", POINT),
    (r"(?:回目|度目|個目|点目|本目|枚目|着目|足目|袋目|箱目|年目|冊目|番目)", ORDINAL),
    (
        r"(?:営業日|日間|日ほど|日(?=前|後|になり|になる|が過ぎ|を過ぎ|以内|以上|ぶり|ごと|おき|た[ちっ]|経|が経|分|以降|も(?:遅|か)|ほど|くらい|程度|遅れ|早|先|未満|の遅))",
        DAYS,
    ),
    (r"(?:週間|週(?=前|後|ぶり|ごと))", "weeks"),
    (r"(?:か月|ヶ月|ヵ月|カ月|ケ月|箇月|个月|ヶ?月(?=ぶり|分))", MONTHS),
    (
        r"(?:年間|年(?=半|前|ぶり|後|以上|近く|ほど|保証|越し|も|続けて|連続|の(?:お付き合い|ご愛|あいだ|間)|に?わた|余|あまり|が経|経|になり|になる|になった|が過ぎ|を過ぎ|がたち|がたと|たち|たと?た|の月日|の歳月))",
        YEARS,
    ),
    (rf"(?:{_COUNTERS})(?!目|様式|分の)", COUNT),
    (
        r"(?:ml|mL|ML|ミリリットル|L(?![A-Za-z])|リットル|kg|km|キロ|mg|g(?![A-Za-z])|グラム|cm|センチ|mm|ミリ|m(?![A-Za-z])|メートル|kcal|cc|インチ|ルーメン|オンス|ワット|W(?![A-Za-z])|V(?![A-Za-z])|dB|デシベル|畳|フィート|mAh|ページ|番手|ゲージ|カラット|気圧|デニール|号|度(?!目)|分(?!の|け|か)|秒|時間|目盛り|滴|プッシュ|さじ|歳|才)",
        MEASURE,
    ),
)
_QUANTITY = re.compile(
    rf"(?P<yen>[¥￥]\s*(?P<sum>(?:\d{{1,3}}(?:,\d{{3}})+|\d+)))|(?P<fixed>半年|半月|(?:一|ひと)月(?=以内|間|半|ほど|ぶり|あまり|が|になり|近く|くらい|前|余)|一年(?=ぶり|ほど|半|が経|前|が過ぎ|がたち|になり|になる|近く|余|あまり))|(?P<number>{NUMBER})\s*(?:(?P<half>半)?)?(?:"
    + "|".join(f"(?P<u{index}>{unit})" for index, (unit, _) in enumerate(_UNITS))
    + r")(?P<after>半(?!額|分|ば|数))?"
)
_FIXED = {
    "半年": (MONTHS, 6.0),
    "半月": (DAYS, 15.0),
    "一月": (MONTHS, 1.0),
    "ひと月": (MONTHS, 1.0),
    "一年": (YEARS, 1.0),
}
_HALVED = frozenset({"一月", "ひと月", "一年"})
_ONE = frozenset({"一", "千", "十", "百", "万"})
_ROUGH = re.compile(r"約|およそ|ほぼ|大体|だいたい|ざっと")
_ROUGH_AFTER = re.compile(
    r"\s*(?:ほど|程|くらい|ぐらい|前後|あまり|余り|余|近く|ころ|頃|程度|弱|強|半|台|以上|を超え)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text. unit: as written; value: 割 and weeks already turned into percent and days."""

    kind: str
    value: float
    unit: str
    start: int
    end: int
    is_rough: bool


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a text with its width folded, in order."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        rough = bool(_ROUGH.search(text[max(0, match.start() - 4) : match.start()]))
        rough = rough or bool(_ROUGH_AFTER.match(text, match.end()))
        if match["yen"]:
            yield Quantity(YEN, float(match["sum"].replace(",", "")), "円", *match.span(), rough)
            continue
        if match["fixed"]:
            fixed_kind, months = _FIXED[match["fixed"]]
            months += 0.5 if match["fixed"] in _HALVED and text.startswith("半", match.end()) else 0
            yield Quantity(fixed_kind, months, match["fixed"], *match.span(), rough)
            continue
        index = next(i for i in range(len(_UNITS)) if match[f"u{i}"])
        unit, kind = match[f"u{index}"], _UNITS[index][1]
        value = number(match["number"])
        if value is None or (kind in (COUNT, MEASURE) and match["number"] in _ONE):
            continue
        if kind == DAYS and text[max(0, match.start() - 1) : match.start()] in ("月", "/"):
            continue
        if kind == PERCENT and unit == "割":
            value *= 10
        if kind == "weeks":
            kind, value = DAYS, value * 7
        if match["half"] or match["after"]:
            value += 0.5
        yield Quantity(kind, value, unit, *match.span(), rough)
