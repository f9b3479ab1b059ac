"""Say a day the way a shopkeeper would: 先日, 9月の終わり, 昨年の春; and the season's greeting for a month."""

from datetime import date, timedelta

RECENT_DAYS = 20
"""Up to here a purchase is 先日; beyond it the month says more. Editorial choice."""


def when_words(day: date, *, today: date) -> str:
    """A past day in spoken words, without the particle: 本日, 昨日, 先日, 9月の終わり, 昨年9月の終わり, 2023年の9月."""
    age = (today - day).days
    if age <= 0:
        return "本日"
    if age == 1:
        return "昨日"
    if age <= RECENT_DAYS:
        return "先日"
    part = _part_of_month(day)
    if day.year == today.year:
        return f"{day.month}月の{part}"
    if day.year == today.year - 1:
        return f"昨年{day.month}月の{part}"
    return f"{day.year}年の{day.month}月"


def _part_of_month(day: date) -> str:
    """終わり is said of the last six days only; the days before it are 下旬."""
    if day.day <= 10:
        return "はじめ"
    if day.day <= 20:
        return "半ば"
    return "終わり" if (day + timedelta(days=6)).month != day.month else "下旬"


def adverb(words: str) -> str:
    """The same words as they stand before a verb: 9月の終わり takes に, 先日 takes nothing."""
    return words if words in ("本日", "昨日", "先日") else words + "に"


def span_words(since: date, *, until: date) -> str | None:
    """How long ago in round, true words: 8か月, 2年, 2年あまり, 3年近く; None below two months.

    Every one of them stands before の, に and が alike.
    """
    months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
    if months < 2:
        return None
    years, rest = divmod(months, 12)
    if rest == 11:
        return f"{years + 1}年近く"
    if not years:
        return f"{months}か月"
    return f"{years}年あまり" if rest else f"{years}年"


SEASON: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "寒さの厳しい日が続いております",
        ("どうぞ暖かくしてお過ごしください", "お風邪など召されませんように"),
    ),
    2: ("まだ寒い日が続いております", ("どうぞ暖かくしてお過ごしください", "お風邪など召されませんように")),
    3: (
        "少しずつ春らしくなってまいりました",
        ("寒暖の差がありますので、ご自愛ください", "よい春をお迎えください"),
    ),
    4: (
        "風のやわらかな季節になりました",
        ("どうぞよい春をお過ごしください", "寒暖の差がありますので、ご自愛ください"),
    ),
    5: (
        "新緑のまぶしい季節になりました",
        ("気持ちのよい日々をお過ごしください", "どうぞお健やかにお過ごしください"),
    ),
    6: (
        "雨の多い季節になりました",
        ("蒸し暑い日もございますので、ご自愛ください", "どうぞお健やかにお過ごしください"),
    ),
    7: ("日ざしの強い季節になりました", ("どうぞ涼しくしてお過ごしください", "暑さの折、ご自愛ください")),
    8: ("暑い日が続いております", ("どうぞ涼しくしてお過ごしください", "暑さの折、ご自愛ください")),
    9: (
        "朝晩に秋を感じるころになりました",
        ("季節の変わり目ですので、ご自愛ください", "よい秋をお迎えください"),
    ),
    10: (
        "秋の深まりを感じるころになりました",
        ("どうぞよい秋をお過ごしください", "季節の変わり目ですので、ご自愛ください"),
    ),
    11: (
        "朝晩の冷え込む季節になりました",
        (
            "どうぞ暖かくしてお過ごしください",
            "お風邪など召されませんように",
            "どうぞお健やかにお過ごしください",
        ),
    ),
    12: (
        "何かと気ぜわしい時季になりました",
        ("どうぞ暖かくしてお過ごしください", "よい年の瀬をお迎えください"),
    ),
}
"""Month to (greeting, wishes), without full stops. True for most of Japan in any year; nothing that has a date of its own."""
