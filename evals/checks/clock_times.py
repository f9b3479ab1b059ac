"""Find times of day in a text: 15時, 午後3時半, 10:30, 正午."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evals.checks.numerals import number

_TIME = re.compile(
    r"(?P<noon>正午|お昼の?12時)|(?P<half>午前|午後|朝|夜|夕方|AM|PM)?(?:の)?\s*(?:(?P<hour>\d{1,2}|[一二三四五六七八九十]{1,3})時(?!間|期|点|代|折|刻|計|短|頃から)"
    r"(?:(?P<minute>\d{1,2})分|(?P<thirty>半))?|(?<![\d:])(?P<clock>\d{1,2}):(?P<past>\d\d)(?![\d:]))"
)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day. minutes: since midnight; is_open: written without 午前 or 午後 and below 12, so it may be either."""

    minutes: int
    is_open: bool
    start: int
    end: int

    def may_be(self, other: "ClockTime") -> bool:
        """True when both may mean one time: 3時 and 15時."""
        return self.minutes == other.minutes or (
            (self.is_open or other.is_open) and abs(self.minutes - other.minutes) == 720
        )


def clock_times(text: str) -> Iterator[ClockTime]:
    """All times of a text with its width folded, in order."""
    for match in _TIME.finditer(text):
        if match["noon"]:
            yield ClockTime(720, False, *match.span())
            continue
        hour = int(match["clock"] or number(match["hour"]) or 0)
        minute = int(match["past"] or match["minute"] or (30 if match["thirty"] else 0))
        late = match["half"] in ("午後", "夜", "夕方", "PM") and hour < 12
        if hour <= 24 and minute < 60:
            is_open = not match["half"] and not match["clock"] and hour < 12
            yield ClockTime(60 * (hour + (12 if late else 0)) + minute, is_open, *match.span())
