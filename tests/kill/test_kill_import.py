"""An import that dies half-way leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine, text

from tests.support.import_desk import SHOPIFY_ORDER, shopify_order, table

PROGRAM = """
import sys
from pathlib import Path
from agent.clock import SystemClock
from agent.store.engine import open_engine
from agent.store.ledger import SqlImportLedger
from customers.importing.run import import_files

def told(name, done, total):
    print("reading", flush=True)

import_files([Path(sys.argv[2])], platform="auto", dry_run=False, progress=told,
             ledger=SqlImportLedger(open_engine(sys.argv[1]), shop_id="default"), clock=SystemClock())
"""


def test_kill_in_the_middle_of_an_import_leaves_nothing(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        table(SHOPIFY_ORDER, [shopify_order(f"#{n}", f"c{n % 900}@x.jp") for n in range(20_000)]),
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database_url, str(path)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "reading\n"
        os.kill(run.pid, signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while True:
        with engine.connect() as connection:
            left = [
                connection.scalar(text(f"select count(*) from {name}"))
                for name in ("orders", "order_lines", "customers", "imports")
            ]
        if left == [0, 0, 0, 0] or time.monotonic() > deadline:
            break
    assert left == [0, 0, 0, 0]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, database_url, str(path)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from orders")) == 20_000
