"""What the models cost: `okaeri spend`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import typer

from agent.cli.output import AsJson, document, errors_explained, say, table
from agent.main import open_app
from agent.ports import Spent

commands = typer.Typer()

MICRO = 1_000_000
TASK_JA = {"plan": "設計", "write": "執筆", "judge": "読み直し", "chat": "チャット", "embed": "検索の下準備"}


@commands.command()
def spend(as_json: AsJson = False) -> None:
    """Show what models cost today and this month, task by task, and how much of the day's cap is left."""
    with errors_explained(as_json=as_json):
        app = open_app()
        today = app.today()
        with app.units(read_only=True) as work:
            day = work.spend.between(today, today)
            month = work.spend.between(today.replace(day=1), today)
        made = spend_document(today, day, month, cap_yen=app.settings.daily_yen_cap)
        if as_json:
            document(made)
        else:
            _show(made)


def spend_document(
    today: date, day: Iterable[Spent], month: Iterable[Spent], *, cap_yen: int | None
) -> dict[str, Any]:
    """Yen with two decimals; `held_yen` is what calls still under way, or lost in a crash, may cost."""
    of_day = _period(day)
    left = None if cap_yen is None else round(max(cap_yen - of_day["yen"], 0), 2)
    return {
        "date": today.isoformat(),
        "daily_yen_cap": cap_yen,
        "left_today_yen": left,
        "today": of_day,
        "month": {"month": today.strftime("%Y-%m"), **_period(month)},
    }


def _period(spent: Iterable[Spent]) -> dict[str, Any]:
    by_task = {one.task: one for one in spent}
    whole = by_task.pop("all", Spent("all", 0, 0, 0, 0, 0))
    settled = sum(one.micro_yen for one in by_task.values())
    return {
        **_numbers(whole),
        "held_yen": round((whole.micro_yen - settled) / MICRO, 2),
        "tasks": {task: _numbers(one) for task, one in sorted(by_task.items())},
    }


def _numbers(one: Spent) -> dict[str, Any]:
    return {
        "yen": round(one.micro_yen / MICRO, 2),
        "calls": one.calls,
        "calls_without_price": one.unpriced,
        "prompt_tokens": one.prompt_tokens,
        "completion_tokens": one.completion_tokens,
    }


def _show(made: dict[str, Any]) -> None:
    rows = [("合計", made["today"], made["month"])]
    for task in made["month"]["tasks"]:
        rows.append((TASK_JA.get(task, task), made["today"]["tasks"].get(task), made["month"]["tasks"][task]))
    table(
        f"AIの利用（{made['date']}）",
        ("", "本日（円）", "本日（回）", "今月（円）", "今月（回）"),
        [
            (name, day["yen"] if day else 0, day["calls"] if day else 0, month["yen"], month["calls"])
            for name, day, month in rows
        ],
    )
    if made["daily_yen_cap"] is not None:
        say(f"1日の上限 {made['daily_yen_cap']:,}円、本日の残り {made['left_today_yen']:,}円")
    if made["month"]["calls_without_price"]:
        say(
            f"価格のないAIモデルへの {made['month']['calls_without_price']}回は金額に入っていません。"
            "okaeri.toml の [prices] に価格を書いてください。"
        )
