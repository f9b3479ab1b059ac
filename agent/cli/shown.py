"""What of a customer was shown to a model: `okaeri shown`."""

from datetime import datetime
from typing import Annotated, Any

import typer

from agent.cli.output import AsJson, errors_explained, lines, say, table
from agent.clock import TOKYO
from agent.main import open_app
from agent.ports import ModelCallMade
from agent.service.shown_blocks import shown_blocks

commands = typer.Typer()


@commands.command()
def shown(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id, e-mail address or LINE id")],
    texts: Annotated[bool, typer.Option("--texts", help="With every word that left and came back")] = False,
    as_json: AsJson = False,
) -> None:
    """List what a model was shown of one customer, call by call, oldest first; what left carries tokens for names and numbers."""
    with errors_explained(as_json=as_json):
        app = open_app()
        customer_id = app.charts.find(customer)
        with app.units(read_only=True) as work:
            calls = work.model_calls.of_customer(customer_id)
        if as_json:
            lines(shown_document(call, at, texts=texts) for call, at in calls)
            return
        _show(calls, texts=texts)


def shown_document(call: ModelCallMade, at: datetime, *, texts: bool) -> dict[str, Any]:
    """One call. fields: the marked blocks of the prompt that held something; cost_yen null without a price."""
    made: dict[str, Any] = {
        "call_id": call.call_id,
        "at": at.isoformat(),
        "step": call.step,
        "prompt": {"name": call.prompt_name, "version": call.prompt_version, "digest": call.prompt_digest},
        "fields": shown_blocks(text for _, text in call.messages),
        "model": call.model,
        "region": call.region,
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens,
        "cost_yen": None if call.cost_micro_yen is None else round(call.cost_micro_yen / 1_000_000, 4),
        "duration_ms": call.duration_ms,
        "error": call.error,
    }
    if texts:
        made |= {"request": [list(message) for message in call.messages], "response": call.response}
    return made


def _show(calls: list[tuple[ModelCallMade, datetime]], *, texts: bool) -> None:
    if not calls:
        say("このお客さまについて、AIモデルに渡したものはありません。")
        return
    rows = [shown_document(call, at, texts=True) for call, at in calls]
    table(
        "AIモデルに渡したもの（お名前や番号は記号に置き換えてあります）",
        ("日時", "段階", "欄", "モデル（地域）", "トークン", "円", "ミリ秒"),
        [
            (
                at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M"),
                f"{row['step']} {row['prompt']['name']}/{row['prompt']['version']}",
                "、".join(row["fields"]),
                f"{row['model']}（{row['region'] or '未設定'}）",
                f"{row['prompt_tokens'] or '—'} → {row['completion_tokens'] or '—'}",
                "—" if row["cost_yen"] is None else f"{row['cost_yen']:.2f}",
                row["duration_ms"],
            )
            for row, (_, at) in zip(rows, calls, strict=True)
        ],
    )
    if not texts:
        say("渡した文字をすべて見るには --texts を付けてください。")
        return
    for row in rows:
        say(f"── {row['step']} {row['prompt']['digest'][:12]}")
        for role, text in row["request"]:
            say(f"[{role}]\n{text}")
        say(f"[返答]\n{row['response'] or row['error'] or ''}")
