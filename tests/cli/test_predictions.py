"""`score` and `next-products` as other programs call them, and what the shop's own commands say of everybody."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from agent.cli.command import app
from customers.scoring.score_file import WRITTEN
from tests.support.lively_shop import Lively, fill

CUT = date(2026, 9, 1)
Called = tuple[int, Any]
Okaeri = Callable[..., Called]


def called(folder: Path, *arguments: object) -> Called:
    """A process of its own: its exit code and the one JSON document on standard output."""
    command = [
        sys.executable,
        "-c",
        "from agent.cli import main; main()",
        *(str(argument) for argument in arguments),
        "--json",
    ]
    own = {"OKAERI_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **own}
    )
    assert done.stdout.count("\n") == 1, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Eighty customers who buy two goods of their own about every twenty days."""
    rng = np.random.default_rng(2)
    rows = []
    for who in range(80):
        for back in range(int(rng.integers(1, 60)), 400, int(rng.integers(10, 30))):
            moment = datetime.combine(CUT - timedelta(days=back), time(12))
            rows.append((f"c{who}", moment, 500 + 10 * who, f"G{(who + int(rng.integers(0, 2))) % 12}"))
    path = tmp_path / "orders.parquet"
    columns = ["customer_id", "ordered_at", "amount_yen", "sku"]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(path)
    return path


def test_score_prints_one_document_and_writes_a_row_a_customer(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    code, report = called(
        tmp_path, "score", "--orders", orders, "--as-of", CUT, "--horizon-days", 30, "--out", out
    )
    assert (code, report["customers"], report["horizon_days"], report["as_of"]) == (0, 80, 30, "2026-09-01")
    assert {"model", "backtest", "calibration", "notes", "out"} <= report.keys()
    frame = pl.read_parquet(out)
    assert frame.columns == list(WRITTEN)
    assert sorted(frame["customer_id"]) == sorted(pl.read_parquet(orders)["customer_id"].unique())
    assert report["mean_p_order"] == pytest.approx(frame["p_order"].mean(), abs=1e-5)
    assert not list(tmp_path.glob("*.part"))


def test_next_products_writes_at_most_k_ranked_goods_a_customer(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "next.parquet"
    code, report = called(
        tmp_path,
        "next-products",
        "--orders",
        orders,
        "--as-of",
        CUT,
        "--within-days",
        30,
        "-k",
        3,
        "--out",
        out,
    )
    assert (code, report["within_days"]) == (0, 30)
    frame = pl.read_parquet(out)
    assert frame.columns == ["customer_id", "sku", "rank", "probability"]
    assert (len(frame), frame["customer_id"].n_unique()) == (report["rows"], report["customers"])
    assert set(frame["rank"]) == {1, 2, 3}
    assert frame["probability"].is_between(0, 1).all()


BAD = {
    "no such file": (["--orders", "missing.parquet", "--as-of", "2026-09-01"], "missing.parquet"),
    "no date": (["--orders", "orders.parquet", "--as-of", "2026/9/1"], "2026/9/1"),
    "no such day": (["--orders", "orders.parquet", "--as-of", "2026-02-30"], "2026-02-30"),
    "columns missing": (["--orders", "other.parquet", "--as-of", "2026-09-01"], "customer_id"),
    "no folder": (["--orders", "orders.parquet", "--out", "nowhere/out.parquet"], "フォルダー"),
    "not a table": (["--orders", "text.parquet", "--as-of", "2026-09-01"], "text.parquet"),
}


@pytest.mark.parametrize("command", ["score", "next-products"])
@pytest.mark.parametrize("name", BAD)
def test_a_wrong_call_exits_with_two_and_a_japanese_reason_and_writes_nothing(
    command: str, name: str, orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKAERI_HOME", str(tmp_path / "home"))
    pl.DataFrame({"kunde": [1]}).write_parquet("other.parquet")
    Path("text.parquet").write_text("お客さま\n", encoding="utf-8")
    arguments, words = BAD[name]
    out = [] if "--out" in arguments else ["--out", "out.parquet"]
    done = CliRunner().invoke(app, [command, *arguments, *out, "--json"])
    (document,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 2
    assert words in document["error"]
    assert any("ぁ" <= sign <= "ん" for sign in document["error"])
    assert not list(tmp_path.glob("*out.parquet*"))


def test_a_wrong_call_in_a_process_of_its_own_leaves_the_last_result_alone(
    orders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"yesterday")
    code, answer = called(
        tmp_path, "score", "--orders", tmp_path / "none.parquet", "--as-of", CUT, "--out", out
    )
    assert (code, bool(answer["error"])) == (2, True)
    assert out.read_bytes() == b"yesterday"


# -- the shop's own records


@pytest.fixture
def okaeri(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Okaeri:
    """Runs a command on a shop of 34 customers; gives the exit code and the documents printed."""
    fill(engine, Lively(people=34, silent=1))
    settings = {
        "HOME": str(tmp_path / "home"),
        "NOW": "2026-11-21T10:00:00+09:00",
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "RANK_SILVER_YEN": "10000",
        "RANK_VIP_YEN": "20000",
        "RANK_EXPECTED_SHARE": "1.0",
    }
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(f"OKAERI_{name}", value)

    def run(*arguments: object) -> Called:
        done = CliRunner().invoke(app, [*(str(argument) for argument in arguments), "--json"])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_after_a_night_chart_and_list_show_one_rank_and_the_same_numbers(okaeri: Okaeri) -> None:
    code, (report,) = okaeri("score")
    assert (code, report["expected_values"], report["customers"]) == (0, 34, 34)
    _, listed = okaeri("customers")
    assert len(listed) == 35
    assert {row["rank"]["name"] for row in listed} == {"regular", "silver", "vip"}
    for row in (listed[0], listed[7], listed[34]):
        _, (chart,) = okaeri("chart", row["customer_id"])
        assert (row["rank"], row["segment"]) == (chart["rank"], chart["segment"])
        assert (row["ltv_yen"], row["next_order"]) == (chart["ltv_yen"], chart["next_order"])
        assert row["churn"]["score"] == chart["churn"]["score"]
        assert all(chart["unknown"].get(name) for name in ("uplift", "nps"))


def test_lists_come_in_the_order_asked_for_and_no_longer_than_asked(okaeri: Okaeri) -> None:
    _, risky = okaeri("customers", "--by", "churn", "--top", 5)
    scores = [row["churn"]["score"] for row in risky]
    assert (len(scores), scores) == (5, sorted(scores, reverse=True))
    assert all(row["churn"]["reasons"] for row in risky)
    _, dear = okaeri("customers", "--by", "ltv")
    points = [row["ltv_yen"]["point"] for row in dear]
    assert (len(points), points) == (34, sorted(points, reverse=True))
    _, precious = okaeri("customers", "--top", 3)
    assert len(precious) == 3
    segment = precious[0]["segment"]
    _, own = okaeri("customers", "--segment", segment, "--by", "ltv")
    assert {row["segment"] for row in own} == {segment}


def test_an_unknown_order_segment_or_horizon_is_refused_in_japanese(okaeri: Okaeri) -> None:
    for call, words in (
        (("customers", "--by", "risk"), "並べ方「risk」はありません"),
        (("customers", "--segment", "gold"), "区分「gold」はありません"),
        (("score", "--horizon-days", 30), "--orders"),
    ):
        code, (answer,) = okaeri(*call)
        assert code == 2, call
        assert words in answer["error"], call


def test_the_shops_own_next_products_are_goods_of_the_shop(okaeri: Okaeri, tmp_path: Path) -> None:
    code, (report,) = okaeri("next-products", "-k", 2, "--out", tmp_path / "next.parquet")
    frame = pl.read_parquet(tmp_path / "next.parquet")
    assert (code, report["rows"], len(frame)) == (0, len(frame), 68)
    assert {sku.split("-")[0] for sku in frame["sku"]} == {"TEA", "SOAP", "CUP"}


def test_a_small_shop_is_told_why_it_has_no_groups(okaeri: Okaeri) -> None:
    assert okaeri("customers", "--groups") == (0, [])
