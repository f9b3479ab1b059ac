"""What a send's answer means for the message, the draft, the address and the channel."""

from collections.abc import Callable

from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import DraftState
from agent.domain.event import CustomerNamed, Event, EventKind
from agent.domain.occasion import Channel
from agent.ports import Clock, OutboxEntry, UnitOfWork
from agent.service.dispatch_report import DispatchReport

WORKER = "okaeri-dispatch"
RETRY_GAPS = (60.0, 300.0, 1_800.0, 7_200.0, 28_800.0, 86_400.0)
"""Real seconds before each further try behind a smarthost; then a person decides. Source: docs/adr/0007-outbox.md."""
LINE_KEY_LIFE = 23 * 3600.0
"""LINE remembers a retry key for 24 hours; near its end another try could be a second message."""
PAUSE_SECONDS = 60.0
"""A channel that cannot send at all (settings, quota) leaves its messages for the next run."""


class RecordOutcome:
    """Writes outcomes inside the caller's transaction; the caller commits."""

    def __init__(self, *, real_time: Callable[[], float], clock: Clock) -> None:
        self._real_time, self._clock = real_time, clock

    def record(
        self, unit: UnitOfWork, entry: OutboxEntry, result: SendResult, report: DispatchReport
    ) -> bool:
        """Store the answer and move the draft. False, and nothing changes, when another worker has the message now."""
        channel = entry.message.channel
        if result.pause:
            report.paused[channel] = f"{channel.value} の送信を止めました：{result.detail}"
        if result.outcome is Outcome.RETRY:
            return self._try_again(unit, entry, result, report)
        after = _AFTER[result.outcome]
        return self._end(unit, entry, result, report, after)

    # -- inside

    def _end(
        self,
        unit: UnitOfWork,
        entry: OutboxEntry,
        result: SendResult,
        report: DispatchReport,
        after: DraftState,
    ) -> bool:
        if not unit.outbox.finish(entry.message.outbox_id, fence=entry.fence, state=after, result=result):
            return False
        unit.drafts.move(entry.draft_id, after, by=WORKER, why=result.detail)
        if after is DraftState.DELIVERED and result.place is None:  # a dry run reached nobody
            self._note_sent(unit, entry)
        if after is DraftState.BOUNCED:
            unit.consents.suppress(entry.message.channel, entry.message.recipient, reason="bounced")
        unit.audit.record(
            actor=WORKER,
            action="dispatched",
            object_kind="draft",
            object_id=entry.draft_id,
            detail={
                "outcome": result.outcome.value,
                "after": after.value,
                "message_id": entry.message.message_id,
                "seal": entry.payload_digest,
            },
        )
        self._tell(entry, result, report, after)
        return True

    def _note_sent(self, unit: UnitOfWork, entry: OutboxEntry) -> None:
        """What we sent is an event of the customer's, under the draft's id: opens and clicks that name it will follow."""
        sent = Event(
            event_id=f"send:{entry.draft_id}",
            kind=EventKind.SEND,
            customer=CustomerNamed(customer_id=unit.drafts.get(entry.draft_id).customer_id),
            happened_at=self._clock.now(),
            message_id=entry.draft_id,
        )
        unit.events.add([sent], source="delivery")

    def _tell(
        self, entry: OutboxEntry, result: SendResult, report: DispatchReport, after: DraftState
    ) -> None:
        line: dict[str, object] = {
            "draft_id": entry.draft_id,
            "channel": entry.message.channel.value,
            "message_id": entry.message.message_id,
        }
        if after is DraftState.DELIVERED:
            report.sent.append({**line, "place": result.place, "provider_id": result.provider_id})
        elif after is DraftState.UNKNOWN:
            report.unknown.append({**line, "reason": result.detail})
        else:
            report.failed.append({**line, "state": after.value, "reason": result.detail})

    def _try_again(
        self, unit: UnitOfWork, entry: OutboxEntry, result: SendResult, report: DispatchReport
    ) -> bool:
        now = self._real_time()
        if result.pause:
            return self._put_back(
                unit, entry, report, retry_at=now + PAUSE_SECONDS, reason=result.detail, result=None
            )
        if entry.attempts > len(RETRY_GAPS):
            given_up = SendResult(
                Outcome.RETRY, f"{entry.attempts}回試しましたが送れませんでした：{result.detail}"
            )
            return self._end(unit, entry, given_up, report, DraftState.HELD)
        retry_at = now + RETRY_GAPS[entry.attempts - 1]
        if entry.message.channel is Channel.LINE and retry_at - entry.first_tried_at > LINE_KEY_LIFE:
            ended = SendResult(
                Outcome.UNKNOWN, f"LINEの再送キーの期限が近いため、再送しません：{result.detail}"
            )
            return self._end(unit, entry, ended, report, DraftState.UNKNOWN)
        return self._put_back(unit, entry, report, retry_at=retry_at, reason=result.detail, result=result)

    def _put_back(
        self,
        unit: UnitOfWork,
        entry: OutboxEntry,
        report: DispatchReport,
        *,
        retry_at: float,
        reason: str,
        result: SendResult | None,
    ) -> bool:
        kept = unit.outbox.put_back(
            entry.message.outbox_id, fence=entry.fence, retry_at=retry_at, due_at=None, result=result
        )
        if kept:
            unit.drafts.move(entry.draft_id, DraftState.SCHEDULED, by=WORKER, why=reason)
            seconds = round(retry_at - self._real_time())
            report.retrying.append(
                {"draft_id": entry.draft_id, "reason": reason, "again_in_seconds": seconds}
            )
        return kept


_AFTER = {
    Outcome.DELIVERED: DraftState.DELIVERED,
    Outcome.BOUNCED: DraftState.BOUNCED,
    Outcome.REFUSED: DraftState.HELD,
    Outcome.UNKNOWN: DraftState.UNKNOWN,
}
