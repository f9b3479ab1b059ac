"""What one run of the dispatcher did, as `okaeri dispatch --json` prints it."""

from dataclasses import dataclass, field
from datetime import datetime

from agent.clock import TOKYO
from agent.domain.occasion import Channel

Line = dict[str, object]


@dataclass(slots=True)
class DispatchReport:
    """Filled while the run goes on.

    sent: accepted by the peer or written by the dry run.    suppressed: withdrawn before sending, with the reason.
    failed: tried and ended (bounced, refused, given up).    unknown: may have left, never sent again by itself.
    retrying: a passing fault, tried again later.    paused: channels that stopped for this run, and why.
    outside_hours: nothing leaves now; `quiet_until` says when.    waiting: rows still to leave when the run ended.
    """

    sent: list[Line] = field(default_factory=list)
    suppressed: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)
    unknown: list[Line] = field(default_factory=list)
    retrying: list[Line] = field(default_factory=list)
    paused: dict[Channel, str] = field(default_factory=dict)
    outside_hours: bool = False
    quiet_until: datetime | None = None
    waiting: int = 0

    @property
    def all_well(self) -> bool:
        """False when something was refused or failed (exit code 1)."""
        return not (self.suppressed or self.failed or self.unknown or self.retrying or self.paused)

    @property
    def reason(self) -> str | None:
        """Why messages stay behind, in Japanese, or None."""
        if self.outside_hours and self.quiet_until:
            until = self.quiet_until.astimezone(TOKYO)
            return f"送信できる時間ではないため、送信予約のまま残しました（再開 {until:%m月%d日 %H:%M}）。"
        return " ".join(self.paused.values()) or None

    def document(self) -> dict[str, object]:
        """The JSON document of the command-line contract."""
        return {
            "sent": self.sent,
            "suppressed": self.suppressed,
            "failed": self.failed,
            "unknown": self.unknown,
            "retrying": self.retrying,
            "paused": {channel.value: reason for channel, reason in self.paused.items()},
            "outside_hours": self.outside_hours,
            "reason": self.reason,
            "waiting": self.waiting,
        }
