"""How does a letter greet this month? Several true wordings for each, some of them fitting what the customer buys."""

from collections.abc import Mapping

from agent.chains.product_kind import Kind
from agent.domain.calendar_words import SEASON

_MORE: Mapping[int, tuple[str, ...]] = {
    1: ("寒い毎日が続いております", "日の光がありがたく感じられるころになりました"),
    2: ("寒さのなかにも、日が少しずつ長くなってまいりました", "春の待ち遠しいころになりました"),
    3: ("日ざしがやわらかくなってまいりました", "上着を迷うころになりました"),
    4: ("窓を開けるのが気持ちのよいころになりました", "春らしい陽気が続くようになりました"),
    5: ("緑のきれいな季節になりました", "日なたでは汗ばむころになりました"),
    6: ("雨の音を聞く日が多くなりました", "少し蒸し暑く感じるころになりました"),
    7: ("夏らしい日ざしになりました", "暑さが本番になってまいりました"),
    8: ("厳しい暑さが続いております", "日陰のありがたい毎日です"),
    9: ("夕暮れが少し早くなってまいりました", "暑さのなかにも秋の気配がするころになりました"),
    10: ("過ごしやすい季節になりました", "夜の長さを感じるころになりました"),
    11: ("日の暮れるのが早くなりました", "朝の空気が冷たく感じられるころになりました"),
    12: ("寒さが深まってまいりました", "一年の終わりが近づいてまいりました"),
}
_COLD, _WARMING, _HOT, _COOLING = (12, 1, 2), (3, 4, 5), (6, 7, 8), (9, 10, 11)
_BY_KIND: tuple[tuple[tuple[int, ...], tuple[Kind, ...], tuple[str, ...]], ...] = (
    (
        (*_COLD, 11),
        ("drink",),
        ("温かい飲みもののうれしい季節になりました", "湯気のうれしい季節になりました"),
    ),
    (
        (*_COLD, 11),
        ("food",),
        ("温かい食卓のうれしい季節になりました", "台所の湯気がうれしい季節になりました"),
    ),
    (_HOT, ("drink",), ("冷たい飲みもののうれしい季節になりました",)),
    (_HOT, ("food",), ("さっぱりしたものが食べたくなる季節になりました",)),
    (
        (*_COLD, 11),
        ("clothes", "footwear", "accessory"),
        ("重ね着の季節になりました", "朝の身支度に一枚足したくなる季節になりました"),
    ),
    ((10, 4), ("clothes", "footwear", "accessory"), ("衣替えの季節になりました",)),
    (_HOT, ("clothes", "footwear", "accessory"), ("軽い装いのうれしい季節になりました",)),
    (_COLD, ("cosmetic",), ("空気の乾く季節になりました",)),
    ((*_COLD, 11), ("textile", "scent", "tableware"), ("家で過ごす時間のうれしい季節になりました",)),
)
_WISHES: tuple[tuple[str, ...], ...] = (
    ("温かな毎日でありますように", "冷えるころですので、ご自愛ください"),
    ("気持ちのよい春の日をお過ごしください", "のびやかな毎日でありますように"),
    ("どうぞご無理のない夏をお過ごしください", "涼やかな毎日でありますように"),
    ("夜長をゆっくりお過ごしください", "穏やかな毎日でありますように"),
)
"""Winter (12, 1, 2), spring, summer, autumn."""
_ANY_TIME = ("どうぞお元気でお過ごしください",)


def greetings(month: int, kind: Kind) -> tuple[str, ...]:
    """Greetings for a month, without full stop, each a whole sentence; those for what the customer buys come twice."""
    fitting = fitting_greetings(month, kind)
    return (SEASON[month][0], *_MORE[month], *fitting, *fitting)


def fitting_greetings(month: int, kind: Kind) -> tuple[str, ...]:
    """Greetings for a month that suit what the customer buys, without full stop; often none."""
    return tuple(
        words for months, kinds, said in _BY_KIND if month in months and kind in kinds for words in said
    )


def wishes(month: int) -> tuple[str, ...]:
    """Closing wishes for a month, without full stop."""
    season = ("穏やかな毎日でありますように",) if month == 11 else _WISHES[month % 12 // 3]
    return (*SEASON[month][1], *season, *_ANY_TIME)
