"""Commands that predict from any table of purchases, or from the shop's own: score, next-products."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.output import AsJson, document, errors_explained, progress, say, table
from agent.clock import TOKYO
from agent.domain.errors import CallerMistake
from agent.domain.prediction import MODEL_JA
from agent.main import open_app

commands = typer.Typer()

Orders = Annotated[
    Path | None,
    typer.Option(
        "--orders",
        metavar="FILE.parquet",
        help="Purchases: customer_id, ordered_at, amount_yen[, sku, discount_yen]. Without it: the shop's own.",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="The day the horizon begins; only what came before is seen."
    ),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE.parquet", help="Where to write the result.")]


def first_day(text: str | None, *, default: date) -> date:
    """The first day of the horizon. Raises CallerMistake."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CallerMistake(
            f"not a date: {text!r}", ja=f"日付「{text}」を読めません。2026-11-21 の形で指定してください。"
        ) from error


@commands.command()
def score(
    orders: Orders = None,
    as_of: AsOf = None,
    horizon_days: Annotated[
        int | None,
        typer.Option("--horizon-days", min=1, max=3650, help="Days ahead; default: the shop's rhythm"),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Predict for every customer: orders within the horizon, churn, lifetime value; print how well it did before."""
    with errors_explained(as_json=as_json), progress(as_json=as_json) as advance:
        app = open_app()
        tomorrow = app.clock.now().astimezone(TOKYO).date() + timedelta(days=1)
        report = app.score(
            orders,
            cut=first_day(as_of, default=tomorrow),
            horizon_days=horizon_days,
            out=out,
            progress=advance,
        )
    if as_json:
        document(report)
    else:
        _show_score(report)


def _show_score(report: dict[str, Any]) -> None:
    say(
        f"お客さま {report['customers']:,}人・ご注文 {report['orders']:,}件。"
        f"{report['as_of']} から {report['horizon_days']}日間の見込みです。"
    )
    if report["model"]:
        say(f"選んだ予測: {MODEL_JA.get(report['model'], report['model'])}")
    _show_proof(report)
    for note in report["notes"]:
        say(note)
    if report["out"]:
        say(f"結果: {report['out']}")


def _show_proof(report: dict[str, Any]) -> None:
    """How the models did on the shop's own past, and whether what they say comes true as often as they say."""
    if report["backtests"]:
        table(
            "過去での成績（学習に使っていない期間）",
            ("予測", "起点", "人数", "AUC", "Brier", "ECE", "RFMのAUC", "判定"),
            [
                (
                    MODEL_JA.get(test["model"], test["model"]),
                    test["cut"],
                    f"{test['people']:,}",
                    _measured(test["auc"]),
                    _measured(test["brier"]),
                    "—" if test["ece"] is None else f"{test['ece']:.3f}",
                    "—" if test["baseline_auc"] is None else f"{test['baseline_auc']:.3f}",
                    _judged(test),
                )
                for test in report["backtests"]
            ],
        )
    if report["calibration"]:
        table(
            "見込みは本当か（予測した割合と、実際に起きた割合）",
            ("予測", "実際", "95%区間", "件数", ""),
            [
                (
                    f"{100 * part['predicted']:.1f}%",
                    f"{100 * part['happened']:.1f}%",
                    f"{100 * part['low']:.1f}〜{100 * part['high']:.1f}%",
                    f"{part['people']:,}",
                    "■" * round(20 * part["happened"]),
                )
                for part in report["calibration"]
            ],
        )


def _judged(test: dict[str, Any]) -> str:
    if test["passed"]:
        return "合格（採用）" if test["chosen"] else "合格"
    return "不合格（使いません）" if test["chosen"] else "不合格"


def _measured(figure: dict[str, float] | None) -> str:
    return "—" if figure is None else f"{figure['value']:.3f}（{figure['low']:.3f}〜{figure['high']:.3f}）"


@commands.command("next-products")
def next_products(
    orders: Orders = None,
    as_of: AsOf = None,
    within_days: Annotated[int, typer.Option("--within-days", min=1, max=3650, help="Days ahead")] = 30,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="At most this many products a customer")] = 5,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Predict which products each customer buys next, with a probability."""
    with errors_explained(as_json=as_json), progress(as_json=as_json) as advance:
        app = open_app()
        tomorrow = app.clock.now().astimezone(TOKYO).date() + timedelta(days=1)
        report = app.next_products(
            orders,
            cut=first_day(as_of, default=tomorrow),
            within_days=within_days,
            k=k,
            out=out,
            progress=advance,
        )
    if as_json:
        document(report)
        return
    say(f"お客さま {report['customers']:,}人に、{report['rows']:,}件の見込みを出しました。")
    _show_proof(report)
    for test in report["backtests"]:
        recall = test["figures"].get("recall_at_10")
        if recall is not None:
            say(
                f"実際に買われた品のうち10点の一覧に入っていた割合: {recall:.3f}"
                f"（売れ筋 {test['figures']['recall_at_10_popular']:.3f}、"
                f"本人の回数順 {test['figures']['recall_at_10_own_frequency']:.3f}）"
            )
    for note in report["notes"]:
        say(note)
    if report["out"]:
        say(f"結果: {report['out']}")
