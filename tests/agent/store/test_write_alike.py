"""What is the same in every row is written once in the statement, and stored all the same in every row."""

import polars as pl
import pytest
from sqlalchemy import Connection, Engine, text

from agent.store.bulk import insert_alike, insert_frame

AT = "2026-11-21 09:00:00.000000"
ODD = ("it's ours", "50% off?", "two\nlines", "back\\slash", "; drop table shops --", "長" * 300, "nul\x01")


def _names(connection: Connection) -> list[tuple[str, str | None]]:
    rows = connection.execute(
        text("select shop_id, name from shops where shop_id like 's%' order by shop_id")
    )
    return [(row.shop_id, row.name) for row in rows]


@pytest.mark.parametrize("name", ODD)
def test_a_frame_stores_odd_words_that_all_rows_share(engine: Engine, name: str) -> None:
    frame = pl.DataFrame({"shop_id": ["s1", "s2"], "name": [name, name], "created_at": [AT, AT]})
    with engine.begin() as connection:
        insert_frame(connection, "shops", frame, constants={})
        assert _names(connection) == [("s1", name), ("s2", name)]


@pytest.mark.parametrize("name", ODD)
def test_rows_store_odd_words_that_all_share(engine: Engine, name: str) -> None:
    rows = [("s1", name), ("s2", name)]
    with engine.begin() as connection:
        insert_alike(
            connection, "shops", ("shop_id", "name"), rows, constants={"created_at": AT}, conflict=""
        )
        assert _names(connection) == [("s1", name), ("s2", name)]


def test_batches_that_differ_in_other_columns_follow_each_other(engine: Engine) -> None:
    first = pl.DataFrame({"shop_id": ["s1", "s2"], "name": ["a", "a"], "created_at": [AT, AT]})
    second = pl.DataFrame({"shop_id": ["s3", "s4"], "name": ["b", None], "created_at": [AT, AT]})
    with engine.begin() as connection:
        for frame in (first, second):
            insert_frame(connection, "shops", frame, constants={})
        assert _names(connection) == [("s1", "a"), ("s2", "a"), ("s3", "b"), ("s4", None)]


def test_one_row_alone_is_stored(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_frame(connection, "shops", pl.DataFrame({"shop_id": ["s1"], "created_at": [AT]}), constants={})
        insert_alike(
            connection,
            "shops",
            ("shop_id", "name"),
            [("s2", None)],
            constants={"created_at": AT},
            conflict="",
        )
        assert _names(connection) == [("s1", None), ("s2", None)]
