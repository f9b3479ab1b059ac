"""The audit log watched over: what is altered, cut off or written anew shows; and it leaves as a spreadsheet nobody can rig."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from agent.clock import FixedClock
from agent.domain.audit import AuditEntry, AuditFilter, BrokenRow
from agent.service.audit_csv import COLUMNS, audit_csv, safe_cell
from agent.service.audit_trail import AuditTrail
from agent.store.audit import _hash as seal
from agent.store.unit_of_work import SqlUnitOfWork

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


class Log:
    """A log of one shop, and its watcher."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        self.trail = AuditTrail(units=self.units, clock=clock)

    def units(self, *, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, shop_id="default", clock=self.clock, read_only=read_only)

    def write(self, count: int, *, actor: str = "mori", action: str = "approved", about: str = "d1") -> None:
        with self.units() as unit:
            for _ in range(count):
                unit.audit.record(
                    actor=actor, action=action, object_kind="draft", object_id=about, detail={"版": 1}
                )
            unit.commit()

    def tamper(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.fixture
def log(engine: Engine, clock: FixedClock) -> Log:
    return Log(engine, clock)


def test_a_chain_that_holds_is_told_with_its_last_row_and_when(log: Log) -> None:
    assert log.trail.verdict() is None
    log.write(5)
    verdict = log.trail.verify()
    assert (verdict.through, verdict.broken, verdict.at) == (5, None, NOW)
    assert log.trail.verdict() == verdict


def test_an_empty_log_holds(log: Log) -> None:
    assert log.trail.verify().broken is None
    assert log.trail.keep_up().through == 0


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update audit set actor = 'mallory' where sequence = 3", BrokenRow(3, "altered")),
        ("delete from audit where sequence = 3", BrokenRow(3, "missing")),
        ("delete from audit where sequence >= 4", BrokenRow(4, "missing")),
        ("delete from audit", BrokenRow(1, "missing")),
    ],
)
def test_the_first_broken_row_is_named_even_where_the_end_was_cut_off(
    log: Log, statement: str, broken: BrokenRow
) -> None:
    log.write(5)
    log.trail.verify()
    log.tamper(statement)
    assert log.trail.verify().broken == broken
    assert log.trail.verify().broken == broken  # and it stays broken
    kept = log.trail.verdict()
    assert kept is not None
    assert kept.broken == broken


def test_a_chain_written_anew_with_right_hashes_is_found_by_what_was_seen_before(log: Log) -> None:
    log.write(2)
    log.trail.verify()
    with log.units() as unit:
        (last,) = unit.audit.following(1, limit=1)
    forged = replace(last, actor="mallory")
    log.tamper(f"update audit set actor = 'mallory', hash = '{seal('default', forged)}' where sequence = 2")
    with log.units() as unit:
        assert unit.audit.verify() is None  # the chain alone cannot tell
    assert log.trail.verify().broken == BrokenRow(2, "rewritten")


def test_keeping_up_reads_the_new_rows_and_once_a_day_all_of_them(log: Log) -> None:
    log.write(3)
    log.trail.keep_up()
    log.write(2)
    log.tamper("update audit set actor = 'mallory' where sequence = 1")
    assert log.trail.keep_up().through == 5
    log.clock.moment += timedelta(days=1)
    assert log.trail.keep_up().broken == BrokenRow(1, "altered")


def test_many_workers_may_look_for_the_first_time_together(log: Log) -> None:
    log.write(30)
    with ThreadPoolExecutor(6) as workers:
        told = list(workers.map(lambda _: log.trail.keep_up().broken, range(6)))
    assert told == [None] * 6


def test_pages_are_found_by_key_whichever_way_and_filter(log: Log) -> None:
    log.write(7, actor="mori", about="d1")
    log.write(3, actor="oono", action="expired", about="d2")
    newest = log.trail.page(AuditFilter(), limit=4)
    assert [one.sequence for one in newest] == [10, 9, 8, 7]
    assert [one.sequence for one in log.trail.page(AuditFilter(), before=7, limit=4)] == [6, 5, 4, 3]
    assert [one.sequence for one in log.trail.page(AuditFilter(), after=6, limit=4)] == [10, 9, 8, 7]
    assert [one.sequence for one in log.trail.page(AuditFilter(actor="oono"), limit=4)] == [10, 9, 8]
    assert len(log.trail.page(AuditFilter(object_id="d1", action="approved"), limit=9)) == 7
    assert log.trail.page(AuditFilter(action="no_such_thing"), limit=9) == []
    assert len(log.trail.page(AuditFilter(day=date(2026, 11, 21)), limit=99)) == 10
    assert log.trail.page(AuditFilter(day=date(2026, 11, 20)), limit=99) == []


def test_everything_is_read_in_parts_and_in_order(log: Log) -> None:
    log.write(2_050)
    assert [one.sequence for one in log.trail.entries()] == list(range(1, 2_051))


# -- as a file


def entry(sequence: int = 1, *, actor: str = "mori", **detail: object) -> AuditEntry:
    return AuditEntry(sequence, NOW, actor, "approved", "draft", "d1", detail, "0" * 64, "f" * 64)


def read(parts: Iterator[bytes], encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(parts).decode(encoding), newline="")))


def test_the_file_opens_in_a_spreadsheet_in_either_encoding() -> None:
    sealed = {"version": 2, "digest": "ab", "digest_before": "cd", "writer": "model:kotoba-8b"}
    for encoding in ("utf-8", "cp932"):
        (head, row) = read(
            audit_csv([entry(actor="𠮷田〜", **sealed)], encoding=encoding),  # type: ignore[arg-type]
            "utf-8-sig" if encoding == "utf-8" else "cp932",
        )
        assert tuple(head) == COLUMNS
        cells = dict(zip(head, row, strict=True))
        assert cells["日時"] == "2026-11-21 10:00:00"
        assert cells["操作"] == "承認"
        assert (cells["変更前の文面のハッシュ"], cells["文面のハッシュ"]) == ("cd", "ab")
        assert cells["担当"] == ("𠮷田〜" if encoding == "utf-8" else "&#134071;田～")


@pytest.mark.parametrize(
    "hostile", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", "＠x"]
)
def test_no_cell_is_a_formula(hostile: str) -> None:
    assert safe_cell(hostile) == "'" + hostile
    (_, row) = read(audit_csv([entry(actor=hostile, reason=hostile)], encoding="utf-8"), "utf-8-sig")
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "＝", "＠")) for cell in row)


def test_a_line_break_in_a_name_stays_inside_its_cell() -> None:
    rows = read(audit_csv([entry(actor='森"\n,二')], encoding="cp932"), "cp932")
    assert rows[1][2] == '森"\n,二'


def peak_of(rows: int) -> int:
    """The most memory, in bytes, that writing a file of so many rows takes."""
    one = entry(version=1, digest="a" * 64, reason="承認")
    tracemalloc.start()
    sent = sum(len(part) for part in audit_csv((one for _ in range(rows)), encoding="cp932"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > rows * 300
    return peak


def test_a_file_ten_times_as_long_takes_no_more_memory() -> None:
    short, long = peak_of(2_000), peak_of(20_000)
    assert long < 4_000_000
    assert long < short * 1.2
