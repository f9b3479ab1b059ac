"""Read the audit log in parts, and keep watch over its chain."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from agent.domain.audit import AuditEntry, AuditFilter, BrokenRow, ChainVerdict
from agent.ports import Clock, UnitsOfWork

START = "0" * 64
"""What the first entry's `previous_hash` is."""
KEPT = "audit_verdict"
AT_A_TIME = 1000
"""Rows read in one transaction, so that nobody waits and memory stays what it is."""
WHOLE_EVERY = timedelta(days=1)
"""How often the background looks at every row again, not only at the new ones."""

Progress = Callable[[int], None]


class AuditTrail:
    """The log as people look at it. Nothing here changes a row of it."""

    def __init__(self, *, units: UnitsOfWork, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def page(
        self, wanted: AuditFilter, *, before: int | None = None, after: int | None = None, limit: int
    ) -> list[AuditEntry]:
        """Entries, newest first: those under `before`, or the ones just above `after`."""
        with self._units(read_only=True) as unit:
            return unit.audit.page(wanted, before=before, after=after, limit=limit)

    def entries(self, wanted: AuditFilter | None = None, *, above: int = 0) -> Iterator[AuditEntry]:
        """Every entry, oldest first; a short transaction every AT_A_TIME rows, however many there are."""
        last = above
        while True:
            with self._units(read_only=True) as unit:
                found = unit.audit.following(last, limit=AT_A_TIME, wanted=wanted)
            yield from found
            if len(found) < AT_A_TIME:
                return
            last = found[-1].sequence

    def verdict(self) -> ChainVerdict | None:
        """What the last look found; None before the first one."""
        with self._units(read_only=True) as unit:
            kept = unit.kept.get(KEPT)
        return _verdict(kept) if kept else None

    def verify(self, *, progress: Progress | None = None) -> ChainVerdict:
        """Look at every row, compare with what was seen before, and remember the verdict."""
        before = self.verdict()
        now = self._clock.now()
        through, head, broken = self._walk(0, START, seen=before, progress=progress)
        return self._remember(ChainVerdict(through, head, now, now, broken))

    def keep_up(self) -> ChainVerdict:
        """Look at the rows that are new since the last look; once a day at all of them. Cheap enough for every run of a worker."""
        before, now = self.verdict(), self._clock.now()
        if before is None or before.broken or not timedelta(0) <= now - before.whole_at < WHOLE_EVERY:
            return self.verify()
        through, head, broken = self._walk(before.through, before.head, seen=before, progress=None)
        if broken is None and through == before.through:
            return before
        return self._remember(ChainVerdict(through, head, now, before.whole_at, broken))

    # -- inside

    def _walk(
        self, last: int, previous: str, *, seen: ChainVerdict | None, progress: Progress | None
    ) -> tuple[int, str, BrokenRow | None]:
        begun = last
        rows = self.entries(above=last)
        with self._units(read_only=True) as judge:
            sealed_right = judge.audit.sealed_right
        while some := list(islice(rows, AT_A_TIME)):
            for entry in some:
                if entry.sequence != last + 1:
                    return last, previous, BrokenRow(last + 1, "missing")
                if entry.previous_hash != previous or not sealed_right(entry):
                    return last, previous, BrokenRow(entry.sequence, "altered")
                if seen and entry.sequence == seen.through and entry.hash != seen.head:
                    return last, previous, BrokenRow(entry.sequence, "rewritten")
                last, previous = entry.sequence, entry.hash
            if progress:
                progress(last)
        if seen and last < seen.through:
            return last, previous, BrokenRow(last + 1, "missing")
        if seen and begun == seen.through and begun and not self._stands(begun, seen.head):
            return begun - 1, START, BrokenRow(begun, "rewritten")
        return last, previous, None

    def _stands(self, sequence: int, head: str) -> bool:
        """Is the row that was the newest at the last look still the same?"""
        with self._units(read_only=True) as unit:
            found = unit.audit.following(sequence - 1, limit=1)
        return bool(found) and (found[0].sequence, found[0].hash) == (sequence, head)

    def _remember(self, verdict: ChainVerdict) -> ChainVerdict:
        """Keep the verdict; of an unbroken chain only one that goes as far as what is kept."""
        with self._units() as unit:
            kept = unit.kept.get(KEPT)
            standing = _verdict(kept) if kept else None
            behind = standing is not None and not standing.broken and verdict.through < standing.through
            if verdict.broken or not behind:
                told = _document(verdict, standing)
                if unit.kept.put_once(KEPT, told) != told:  # two workers may look for the first time together
                    unit.kept.put(KEPT, told)
                unit.commit()
        return verdict


def _document(verdict: ChainVerdict, before: ChainVerdict | None) -> dict[str, object]:
    """A broken chain keeps the mark it once reached, so that a second look finds the same gap."""
    mark = before if verdict.broken and before and before.through > verdict.through else verdict
    return {
        "through": mark.through,
        "head": mark.head,
        "holds_through": verdict.through,
        "at": verdict.at.isoformat(),
        "whole_at": verdict.whole_at.isoformat(),
        "broken": verdict.broken.sequence if verdict.broken else None,
        "how": verdict.broken.how if verdict.broken else None,
    }


def _verdict(kept: dict[str, object]) -> ChainVerdict:
    sequence, how = kept.get("broken"), kept.get("how")
    broken = None
    if isinstance(sequence, int) and how in ("altered", "missing", "rewritten"):
        broken = BrokenRow(sequence, how)
    return ChainVerdict(
        through=int(str(kept["through"])),
        head=str(kept["head"]),
        at=datetime.fromisoformat(str(kept["at"])),
        whole_at=datetime.fromisoformat(str(kept["whole_at"])),
        broken=broken,
    )
