"""Reading everybody for computing must not cost this process its hold on the database file."""

import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import text

from agent.store.engine import READ_ONLY, migrate, open_engine
from agent.store.features import SqlKeptFeatures
from agent.store.purchases import SqlPurchaseHistory
from tests.support.shop_rows import ShopRows

ANOTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('update customers set email = null'); c.commit(); c.close()"


def test_another_process_coming_and_going_leaves_the_servers_log_in_place(tmp_path: Path) -> None:
    file = tmp_path / "okaeri.sqlite"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    rows = ShopRows(engine)
    rows.order(rows.customer("c1"), date(2026, 1, 1))
    with engine.execution_options(**{READ_ONLY: True}).connect() as held:
        held.execute(text("select count(*) from orders")).scalar()
        held.commit()
        with SqlPurchaseHistory(engine, shop_id="default").orders(before=date(2026, 2, 1)) as reader:
            assert reader.read_all().num_rows == 1
        with SqlKeptFeatures(engine, shop_id="default").read("d", before=date(2026, 2, 1)) as reader:
            assert reader.read_all().num_rows == 0
        subprocess.run([sys.executable, "-c", ANOTHER, str(file)], check=True)
        assert file.with_name("okaeri.sqlite-wal").exists()
        rows.customer("c2")
    engine.dispose()
    with sqlite3.connect(file) as later:
        assert later.execute("select customer_id, email from customers order by 1").fetchall() == [
            ("c1", None),
            ("c2", "c2@example.com"),
        ]
