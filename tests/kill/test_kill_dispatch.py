"""kill -9 the dispatcher in the middle of a send: nobody is forgotten, and a copy carries the same Message-ID."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from agent.clock import FixedClock
from agent.domain.draft import DraftState
from agent.domain.occasion import Channel
from tests.support.line_server import line_server
from tests.support.sending_desk import SendingDesk
from tests.support.smtp_sink import Sink, smtp_sink

MAILS, KILL_AT = 500, (80, 180, 280, 380)
THREADS = 4
LEASE_SECONDS = 2.0
PATIENCE_SECONDS = 180.0
ROOT = Path(__file__).parents[2]


class Workers:
    """Dispatcher processes on one database."""

    def __init__(self, database_url: str, home: Path, **more: str) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OKAERI_")},
            "OKAERI_DATABASE_URL": database_url,
            "OKAERI_HOME": str(home),
            "OKAERI_NOW": "2026-11-21T10:00:00+09:00",
            "OKAERI_SEND": "live",
            "OKAERI_LEASE_SECONDS": str(LEASE_SECONDS),
            "OKAERI_DISPATCH_THREADS": str(THREADS),
            **more,
        }
        self.alive: list[subprocess.Popen[str]] = []
        self._started = 0

    def start(self) -> subprocess.Popen[str]:
        """One more worker."""
        self._started += 1
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.dispatch_worker", f"w{self._started}"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.alive.append(worker)
        return worker

    def kill_one(self) -> None:
        """SIGKILL the oldest worker."""
        worker = self.alive.pop(0)
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()

    def end(self) -> None:
        """Ask all to stop, and wait."""
        for worker in self.alive:
            worker.terminate()
        for worker in self.alive:
            worker.communicate(timeout=30)


@contextmanager
def workers(database_url: str, home: Path, **more: str) -> Iterator[Workers]:
    """Workers that are gone when the test ends, however it ends."""
    crew = Workers(database_url, home, **more)
    try:
        yield crew
    finally:
        for worker in crew.alive:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Look again and again, up to PATIENCE_SECONDS."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < give_up, f"still waiting: {what}"
        time.sleep(0.02)


@pytest.fixture
def desk(engine: Engine, clock: FixedClock) -> SendingDesk:
    return SendingDesk(engine, clock)


def mail_settings(sink: Sink) -> dict[str, str]:
    return {
        "OKAERI_SMTP_HOST": "127.0.0.1",
        "OKAERI_SMTP_PORT": str(sink.port),
        "OKAERI_MAIL_FROM": "tencho@hana.example",
    }


def waiting(desk: SendingDesk) -> int:
    with desk.units(read_only=True) as unit:
        return unit.outbox.waiting()


def test_four_kills_in_five_hundred_mails_lose_none(
    desk: SendingDesk, database_url: str, tmp_path: Path
) -> None:
    """PostgreSQL: two workers, the other takes over (A1). SQLite: one worker, started again after each kill (A2)."""
    desk.approved_in_bulk(MAILS)
    at_once = 2 if database_url.startswith("postgresql") else 1
    with smtp_sink() as sink, workers(database_url, tmp_path, **mail_settings(sink)) as crew:
        for _ in range(at_once):
            crew.start()
        for count in KILL_AT:
            wait_until(lambda count=count: len(sink.raw) >= count, f"{count} mails")  # type: ignore[misc]
            crew.kill_one()
            crew.start()
        wait_until(lambda: waiting(desk) == 0, "an empty outbox")
        crew.end()
        copies = Counter(sink.message_ids())
    print(f"{at_once} worker(s): {copies.total()} accepted, {len(copies)} unique, {len(KILL_AT)} kills")
    assert len(copies) == MAILS
    assert set(copies) == {f"<dm{number}.1@hana.example>" for number in range(MAILS)}
    assert copies.total() <= MAILS + len(KILL_AT) * THREADS
    assert {row.state for row in desk.outbox()} == {"delivered"}
    with desk.units(read_only=True) as unit:
        assert unit.drafts.count() == {DraftState.DELIVERED: MAILS}
        assert unit.audit.verify() is None


def test_line_accepts_one_push_a_customer_whatever_is_killed(
    desk: SendingDesk, database_url: str, tmp_path: Path
) -> None:
    people, kills = 60, 6
    desk.approved_in_bulk(people, channel=Channel.LINE)
    chance = random.Random(7)
    marks = sorted(chance.sample(range(5, people - 10), kills))
    with line_server() as line:
        settings = {"OKAERI_LINE_CHANNEL_ACCESS_TOKEN": "t", "OKAERI_LINE_API_BASE_URL": line.url}
        with workers(database_url, tmp_path, **settings) as crew:
            crew.start()
            for mark in marks:
                wait_until(lambda mark=mark: len(line.accepted) >= mark, f"{mark} pushes")  # type: ignore[misc]
                crew.kill_one()
                crew.start()
            wait_until(lambda: waiting(desk) == 0, "an empty outbox")
            crew.end()
        receivers = Counter(body["to"] for body in line.accepted.values())
        print(f"{line.requests} requests, {len(line.accepted)} accepted, {kills} kills")
    assert len(receivers) == people
    assert set(receivers.values()) == {1}
    assert {row.state for row in desk.outbox()} == {"delivered"}


def test_a_worker_asked_to_stop_ends_its_sends_and_claims_no_more(
    desk: SendingDesk, database_url: str, tmp_path: Path
) -> None:
    desk.approved_in_bulk(60)
    with smtp_sink() as sink, workers(database_url, tmp_path, **mail_settings(sink)) as crew:
        worker = crew.start()
        wait_until(lambda: len(sink.raw) >= 10, "ten mails")
        asked = time.monotonic()
        worker.terminate()
        output, _ = worker.communicate(timeout=15)
        assert time.monotonic() - asked < 15
    assert worker.returncode == 0
    report = json.loads(output)
    states = Counter(row.state for row in desk.outbox())
    assert states["dispatching"] == 0
    assert states["delivered"] == len(report["sent"]) == len(sink.raw) < 60
    assert states["scheduled"] == report["waiting"]


def test_a_stopped_worker_that_wakes_after_its_lease_records_nothing(
    desk: SendingDesk, database_url: str, tmp_path: Path
) -> None:
    """A5: SIGSTOP for longer than the lease while the server keeps it waiting, another worker sends, SIGCONT."""
    desk.approved_in_bulk(1)
    # One carrier: a second could be stopped inside a claim, and a stopped writer holds SQLite against everybody.
    with (
        smtp_sink() as sink,
        workers(database_url, tmp_path, OKAERI_DISPATCH_THREADS="1", **mail_settings(sink)) as crew,
    ):
        sleeper = crew.start()
        sink.accepted = lambda count: os.kill(sleeper.pid, signal.SIGSTOP) if count == 1 else None
        wait_until(lambda: len(sink.raw) == 1, "the first mail")
        crew.start()
        wait_until(lambda: waiting(desk) == 0, "the other worker")
        os.kill(sleeper.pid, signal.SIGCONT)
        crew.end()
    assert sink.message_ids() == ["<dm0.1@hana.example>"] * 2
    (row,) = desk.outbox()
    assert row.state == "delivered"
    assert row.fence >= 2, "a slow second worker may have claimed twice; the sleeper's fence was 1"
    assert sleeper.returncode == 0
