"""Send what was approved: claim under a lease, look at the world once more, send, record. Nothing lost, nothing doubled."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TypeVar

from agent.domain.delivery import Outcome, SendResult
from agent.domain.draft import Draft, DraftState
from agent.domain.occasion import Channel
from agent.ports import Clock, MessageChannel, OutboxEntry, UnitOfWork, UnitsOfWork
from agent.service.audit_text import text_sealed
from agent.service.dispatch_report import DispatchReport
from agent.service.quiet_hours import QuietHours
from agent.service.recheck import Recheck, Refusal
from agent.service.record_outcome import LINE_KEY_LIFE, WORKER, RecordOutcome
from agent.service.seal_check import broken_seal

log = logging.getLogger(__name__)
T = TypeVar("T")
POLL_SECONDS = 1.0
"""How often a standing dispatcher looks for new work (real time)."""


class Until(StrEnum):
    """When a run ends. once: nothing can be claimed now. drained: nor is anything under way, here or under a lease that a dead
    worker left behind. stopped: only at `Dispatcher.stop()`."""

    ONCE = "once"
    DRAINED = "drained"
    STOPPED = "stopped"


class Dispatcher:
    """Carries messages out, `concurrency` at a time. Many processes may run on one database.

    Leases, retries and polling use real time; due dates, expiry and quiet hours the business clock. All database work of one
    dispatcher runs on one thread, so that its own sends never wait for each other's locks.
    """

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        channel: MessageChannel,
        recheck: Recheck,
        clock: Clock,
        quiet: QuietHours,
        owner: str,
        lease_seconds: float = 60.0,
        concurrency: int = 4,
        real_time: Callable[[], float] = time.time,
        beat: Callable[[bool], None] | None = None,
    ) -> None:
        """beat: told on the database's thread that this worker lives (False), and at the end that it went in order (True)."""
        self._beat = beat
        self._units, self._channel, self._recheck, self._clock = units, channel, recheck, clock
        self._quiet, self._owner, self._lease, self._concurrency = quiet, owner, lease_seconds, concurrency
        self._real_time = real_time
        self._record = RecordOutcome(real_time=real_time, clock=clock)
        self._stopping = asyncio.Event()
        self._held: dict[str, int] = {}
        self._lease_ends: dict[str, float] = {}

    def stop(self) -> None:
        """Claim nothing more; sends under way finish. Safe as a signal handler on the loop."""
        self._stopping.set()

    async def run(self, until: Until = Until.ONCE) -> DispatchReport:
        """Send everything that may leave, then end as `until` says. Raises OperatorMustFix."""
        report = DispatchReport()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="dispatch-db") as database:
            self._database = database
            await self._alive(ended=False)
            heartbeat = asyncio.create_task(self._keep_leases())
            carriers = (self._carry(report, until) for _ in range(self._concurrency))
            # Not a TaskGroup: when one carrier fails, the sends of the others must still end and be recorded.
            ended = await asyncio.gather(*carriers, return_exceptions=True)
            heartbeat.cancel()
            for failure in ended:
                if isinstance(failure, BaseException):
                    raise failure
            report.waiting = await self._on_database(self._count)
            await self._alive(ended=True)
        return report

    # -- inside

    async def _carry(self, report: DispatchReport, until: Until) -> None:
        try:
            await self._carry_on(report, until)
        except BaseException:
            self.stop()
            raise

    async def _carry_on(self, report: DispatchReport, until: Until) -> None:
        while not self._stopping.is_set():
            found, entry = await self._on_database(self._claim, report)
            if entry is not None:
                await self._deliver(entry, report)
            elif not found:
                if await self._on_database(self._ended, report, until):
                    return
                await self._wait(POLL_SECONDS)

    def _ended(self, report: DispatchReport, until: Until) -> bool:
        """Is the run over, now that nothing can be claimed?"""
        if until is not Until.DRAINED:
            return until is Until.ONCE
        if report.outside_hours or len(report.paused) == len(Channel):
            return True
        with self._units(read_only=True) as unit:
            return unit.outbox.under_way() == 0

    def _claim(self, report: DispatchReport) -> tuple[bool, OutboxEntry | None]:
        """Take one message and look at the world in the same transaction. Returns (something was there, what to send)."""
        report.outside_hours = self._quiet.cover(self._clock.now())
        open_channels = [channel for channel in Channel if channel not in report.paused]
        if report.outside_hours or not open_channels:
            report.quiet_until = self._quiet.over_at(self._clock.now())
            return False, None
        with self._units() as unit:
            now = self._real_time()
            claimed = unit.outbox.claim(
                owner=self._owner, lease_seconds=self._lease, limit=1, real_now=now, channels=open_channels
            )
            if not claimed:
                return False, None
            entry = claimed[0]
            sendable = self._may_leave(unit, entry, report)
            unit.commit()
        if not sendable:
            return True, None
        self._held[entry.message.outbox_id] = entry.fence
        self._lease_ends[entry.message.outbox_id] = now + self._lease
        return True, entry

    def _may_leave(self, unit: UnitOfWork, entry: OutboxEntry, report: DispatchReport) -> bool:
        draft = unit.drafts.get(entry.draft_id, lock=True)
        if draft.state not in (DraftState.SCHEDULED, DraftState.DISPATCHING):
            reason = f"下書きの状態が「{draft.state}」に変わっていました。"
            unit.outbox.withdraw(
                entry.message.outbox_id, fence=entry.fence, state=DraftState.HELD, reason=reason
            )
            report.suppressed.append({"draft_id": entry.draft_id, "code": "state", "reason": reason})
            return False
        refusal = broken_seal(entry, draft, unit.drafts.decisions(entry.draft_id)) or self._too_late(entry)
        if refusal is None:
            today = self._recheck.judge(draft, unit)
            refusal = today.refusal
            if refusal and today.findings and draft.version:
                unit.drafts.record_findings(
                    entry.draft_id, draft.version.number, today.findings, stage="dispatch"
                )
        if refusal is None:
            if draft.state is DraftState.SCHEDULED:
                unit.drafts.move(entry.draft_id, DraftState.DISPATCHING, by=WORKER, why="送信を開始")
            return True
        self._refuse(unit, entry, draft, refusal, report, abandoned=draft.state is DraftState.DISPATCHING)
        return False

    def _too_late(self, entry: OutboxEntry) -> Refusal | None:
        """LINE forgets a retry key after a day: a message that may have left must not be pushed again then."""
        age = self._real_time() - entry.first_tried_at
        if entry.message.channel is not Channel.LINE or entry.attempts == 1 or age <= LINE_KEY_LIFE:
            return None
        return Refusal("line_key_old", "LINEの再送キーの期限を過ぎました。", DraftState.UNKNOWN)

    def _refuse(
        self,
        unit: UnitOfWork,
        entry: OutboxEntry,
        draft: Draft,
        refusal: Refusal,
        report: DispatchReport,
        *,
        abandoned: bool,
    ) -> None:
        """Stop a message that was approved. One a dead worker may already have sent ends as unknown, never as unsent."""
        after, reason = refusal.after, refusal.reason
        if after is DraftState.UNKNOWN and not abandoned:
            unit.drafts.move(entry.draft_id, DraftState.DISPATCHING, by=WORKER, why="送信結果の確認")
            abandoned = True
        if abandoned:
            after = DraftState.UNKNOWN
            reason = f"前回の送信が途中で止まり、届いたか確認できません。再送もしません：{refusal.reason}"
        unit.outbox.withdraw(entry.message.outbox_id, fence=entry.fence, state=after, reason=reason)
        unit.drafts.move(entry.draft_id, after, by=WORKER, why=reason)
        unit.audit.record(
            actor=WORKER,
            action="dispatch_refused",
            object_kind="draft",
            object_id=entry.draft_id,
            detail={"code": refusal.code, "reason": reason, "after": after.value, **text_sealed(draft)},
        )
        target = report.unknown if abandoned else report.suppressed
        target.append({"draft_id": entry.draft_id, "code": refusal.code, "reason": reason})

    async def _deliver(self, entry: OutboxEntry, report: DispatchReport) -> None:
        outbox_id = entry.message.outbox_id
        try:
            if self._real_time() >= self._lease_ends[outbox_id]:
                return  # this process slept through its lease: another one has the message
            result = await self._try(entry)
            await self._on_database(self._write, entry, result, report)
        finally:
            self._held.pop(outbox_id, None)
            self._lease_ends.pop(outbox_id, None)

    async def _try(self, entry: OutboxEntry) -> SendResult:
        try:
            return await self._channel.send(entry.message)
        except Exception as error:  # a channel must not raise; if it does, the message may have left
            log.exception("channel failed", extra={"outbox_id": entry.message.outbox_id})
            return SendResult(Outcome.UNKNOWN, f"{type(error).__name__}: {error}")

    def _write(self, entry: OutboxEntry, result: SendResult, report: DispatchReport) -> None:
        with self._units() as unit:
            known = self._record.record(unit, entry, result, report)
            unit.commit()
        if not known:
            log.warning("outcome came after the lease ended", extra={"outbox_id": entry.message.outbox_id})

    def _count(self) -> int:
        with self._units(read_only=True) as unit:
            return unit.outbox.waiting()

    async def _keep_leases(self) -> None:
        """Renew the leases of sends under way; a process that is stopped or dead renews nothing."""
        while True:
            await asyncio.sleep(self._lease / 3)
            await self._alive(ended=False)
            if not self._held:
                continue
            try:
                await self._on_database(self._renew)
            except Exception:  # the next beat tries again; until then a lease only gets shorter
                log.exception("leases could not be renewed")

    async def _alive(self, *, ended: bool) -> None:
        """A sign of life; sending goes on without it."""
        if self._beat is None:
            return
        try:
            await self._on_database(self._beat, ended)
        except Exception:
            log.exception("sign of life could not be written")

    def _renew(self) -> None:
        fences, until = dict(self._held), self._real_time() + self._lease
        with self._units() as unit:
            unit.outbox.renew(fences, lease_until=until)
            unit.commit()
        self._lease_ends.update((outbox_id, until) for outbox_id in fences if outbox_id in self._lease_ends)

    async def _on_database(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, work, *arguments)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
