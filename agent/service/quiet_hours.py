"""When may a message leave? Never inside the shop's quiet hours, read in Asia/Tokyo whatever the host's time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from agent.clock import TOKYO
from agent.domain.errors import OperatorMustFix

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-~〜–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` (included) to `end` (excluded), over midnight when start is later; equal ends mean no quiet hours."""

    start: time
    end: time

    @classmethod
    def read(cls, text: str) -> "QuietHours":
        """Read `21:00-08:00`; an empty text means none. Raises OperatorMustFix."""
        if not text.strip():
            return cls(time(0), time(0))
        match = _SPAN.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
            return cls(time(from_hour, from_minute), time(to_hour, to_minute))
        except ValueError as error:
            raise OperatorMustFix(
                f"OKAERI_QUIET_HOURS is not like 21:00-08:00: {text!r}",
                ja=f"OKAERI_QUIET_HOURS「{text}」を読めません。例: 21:00-08:00",
            ) from error

    def cover(self, moment: datetime) -> bool:
        """True when nothing may leave at this moment."""
        clock = moment.astimezone(TOKYO).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def over_at(self, moment: datetime) -> datetime:
        """The first moment (UTC) from here on at which sending is allowed."""
        if not self.cover(moment):
            return moment.astimezone(UTC)
        here = moment.astimezone(TOKYO)
        ends = datetime.combine(here.date(), self.end, tzinfo=TOKYO)
        return (ends if ends > here else ends + timedelta(days=1)).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}〜{self.end:%H:%M}"
