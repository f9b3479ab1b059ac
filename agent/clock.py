"""The business clock: what time it is in the shop. Leases and retry pauses use real time instead, never this."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 moment; one without an offset means Asia/Tokyo. Returns UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=TOKYO)).astimezone(UTC)


class SystemClock:
    """The computer's own time."""

    def now(self) -> datetime:
        """The moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until moved: for tests, demos and rehearsals."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The moment in UTC."""
        return self.moment


class FileClock:
    """A clock read from a file at every look, so that a running process can be moved (`OKAERI_NOW_FILE`)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """The moment in UTC. Raises OSError or ValueError when the file is missing or not a moment."""
        return parse_moment(self.path.read_text(encoding="utf-8"))
