"""How are shares, yen and days said, so that nobody reads more into a number than it knows?"""

from datetime import date

from console.frame.words import Language, say


def say_share(language: Language, share: float) -> str:
    """A share as whole per cent; the ends are said as ends: under 1 %, over 99 %."""
    if 0 < share < 0.01:
        return say(language, "under_one")
    if 0.99 < share < 1:
        return say(language, "over_99")
    return say(language, "percent", n=round(share * 100))


def say_yen(amount: float) -> str:
    """Whole yen with thousands apart, without the sign of the currency."""
    return f"{round(amount):,}"


def say_gain(language: Language, amount: float) -> str:
    """What a message adds, in yen: a plus sign unless it is less than one yen."""
    if 0 <= amount < 1:
        return say(language, "few_yen")
    if amount < 0:
        return say(language, "yen", yen=say_yen(amount))
    return say(language, "gain_plus", yen=say_yen(amount))


def say_short_day(language: Language, day: date) -> str:
    """A day without its year: 11月21日 or 21 Nov."""
    return say(language, "short_day", month=day.month if language == "ja" else f"{day:%b}", day=day.day)


def say_month(language: Language, day: date) -> str:
    """The month of a day: 2026年11月 or 11/2026."""
    return say(language, "year_month", year=day.year, month=day.month)


def say_points(change: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    return f"{change * 100:+.1f}"
