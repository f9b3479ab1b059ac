"""kill -9 in the middle of a campaign, again and again: gone on with, nobody has two drafts and nobody none."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from agent.clock import FixedClock
from agent.store.tables import DraftRow
from agent.store.unit_of_work import SqlUnitOfWork
from tests.agent.service.test_campaign import says
from tests.support.openai_server import OpenAIServer, Says, serving

ROOT = Path(__file__).parents[2]
PEOPLE = 20
AT_ONCE = 4


class Campaign:
    """A process that drafts, and a model that kills it when asked for the n-th time."""

    def __init__(self, server: OpenAIServer, database_url: str, home: Path) -> None:
        self.server, self.campaign_id = server, ""
        self.worker: subprocess.Popen[str] | None = None
        self.deadly: list[int] = []
        self._turn = threading.Lock()
        server.script = self.answer
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OKAERI_")},
            "OKAERI_DATABASE_URL": database_url,
            "OKAERI_HOME": str(home),
            "OKAERI_NOW": "2026-11-21T10:00:00+09:00",
            "OKAERI_CHAT_BASE_URL": server.base_url,
            "OKAERI_CHAT_MODEL": "small",
        }

    def answer(self, body: dict[str, Any]) -> Says:
        with self._turn:  # several ask at once, and a count may be passed over
            if self.deadly and len(self.server.bodies) >= self.deadly[0] and self.worker:
                self.deadly.pop(0)
                os.kill(self.worker.pid, signal.SIGKILL)
                self.worker.wait()
        return says(body)

    def run(self) -> tuple[int, str]:
        """One process from start to end, or to its death."""
        more = [self.campaign_id] if self.campaign_id else []
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.campaign_worker", str(PEOPLE), *more],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        said, _ = self.worker.communicate(timeout=120)
        first, *rest = said.splitlines()
        self.campaign_id = first
        return self.worker.returncode, rest[0] if rest else ""


def test_a_campaign_killed_three_times_drafts_for_everybody_once(
    database_url: str, engine: Engine, clock: FixedClock, tmp_path: Path
) -> None:
    with serving() as server:
        campaign = Campaign(server, database_url, tmp_path)
        campaign.deadly = [7, 19, 31]
        ends = [campaign.run()[0] for _ in range(3)]
        assert ends == [-signal.SIGKILL] * 3
        assert campaign.run() == (0, f"{PEOPLE} 0 0")
        asked = len(server.bodies)
    assert asked <= 2 * PEOPLE + 3 * AT_ONCE, "a crash repeats at most the calls in flight"
    with SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=True) as work:
        each = work.session.execute(select(DraftRow.customer_id, func.count()).group_by(DraftRow.customer_id))
        assert dict(each.all()) == {f"p{n:03d}": 1 for n in range(PEOPLE)}
        states = work.session.scalars(select(DraftRow.state).distinct()).all()
    assert states == ["waiting"]
