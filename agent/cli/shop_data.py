"""Commands on the shop's own records: import, chart, customers, products."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.one_of import one_of
from agent.cli.output import (
    REFUSED,
    AsJson,
    chosen,
    document,
    errors_explained,
    lines,
    people,
    progress,
    say,
    table,
    yen,
)
from agent.cli.show_expected import field_ja, share, show_expected
from agent.cli.show_groups import show_groups
from agent.cli.show_summary import show_summary, summary_document
from agent.clock import TOKYO
from agent.domain.chart import SEGMENT_JA, Segment
from agent.domain.errors import CallerMistake
from agent.main import App, Platform, open_app
from customers.charting.as_json import chart_as_json
from customers.charting.product_sales import product_as_json

commands = typer.Typer()

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="See everything before the end of this day (Tokyo)."),
]


def day(app: App, text: str | None) -> "datetime":
    """The day asked for, else today on the business clock, as midnight in Tokyo. Raises CallerMistake."""
    if text is None:
        return app.clock.now().astimezone(TOKYO)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=TOKYO)
    except ValueError as error:
        raise CallerMistake(
            f"not a date: {text!r}", ja=f"日付「{text}」を読めません。2026-11-21 の形で指定してください。"
        ) from error


@commands.command("import")
def import_(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Export files, or: undo IMPORT_ID")],
    platform: Annotated[Platform, typer.Option(help="The shop system the files come from")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take in a shop's export files (CSV, XLSX); `okaeri import undo ID` takes an import back."""
    with errors_explained(as_json=as_json):
        app = open_app()
        if paths[0] == "undo" and not Path("undo").exists():
            if len(paths) != 2:
                raise CallerMistake(
                    "import undo takes one import id",
                    ja="取り消す取り込みの番号を1つ指定してください: okaeri import undo ID",
                )
            undone = app.undo_import(paths[1]).as_json()
            if as_json:
                document(undone)
            else:
                say(f"取り込み {paths[1]} を取り消し、前の状態に戻しました。")
            return
        with progress(as_json=as_json) as advance:
            report = app.import_files(
                [Path(path) for path in paths], platform=platform, dry_run=dry_run, progress=advance
            ).as_json()
        if as_json:
            document(report)
        else:
            _show_report(report, dry_run=dry_run)
        if report["rejected"]:
            raise typer.Exit(REFUSED)


def _show_report(report: dict[str, Any], *, dry_run: bool) -> None:
    names = (
        "platform",
        "encoding",
        "customers",
        "orders",
        "order_lines",
        "products",
        "events",
        "revenue_orders",
    )
    labels = ("形式", "文字コード", "お客さま", "注文", "明細", "商品", "行動の記録", "売上になる注文")
    rows = [*zip(labels, chosen(report, *names), strict=True), ("純売上", f"{report['net_revenue_yen']:,}円")]
    table("取り込みの試し読み（保存していません）" if dry_run else "取り込み結果", ("項目", "値"), rows)
    rejected = report["rejected"]
    if rejected:
        table(
            f"取り込めなかった行: {len(rejected)}件",
            ("ファイル", "行", "列", "値", "理由"),
            [chosen(row, "file", "row", "column", "value", "reason") for row in rejected[:50]],
        )
    for warning in report["warnings"]:
        say(f"注意: {warning}")
    if not dry_run and report.get("import_id"):
        say(f"取り込み番号: {report['import_id']}（取り消すとき: okaeri import undo {report['import_id']}）")


@commands.command()
def chart(
    customer: Annotated[
        str, typer.Argument(help="Customer id, e-mail address, LINE id or the shop's own number")
    ],
    as_of: AsOf = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Also in one paragraph, by the chat model where one is set.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one customer's chart: what is known, and where each fact comes from."""
    with errors_explained(as_json=as_json):
        app = open_app()
        seen_to = day(app, as_of).date()
        found = app.charts.chart(customer, as_of=seen_to)
        with progress(as_json=as_json) as advance:
            app.fits.at(seen_to + timedelta(days=1), progress=advance)
        expected = app.insight.expectations(found)
        shown: dict[str, Any] = chart_as_json(found, expected, app.insight.nps_of(found))
        if summary:
            told = asyncio.run(app.summarise_customer(found))
            shown |= summary_document(told, shown["reasons"])
        if as_json:
            document(shown)
            return
        name = (
            " ".join(part for part in chosen(shown, "family_name", "given_name") if part) or "（お名前なし）"
        )
        rfm = shown["rfm"] or {}
        rank = shown["rank"]
        say(f"{name} さま　{shown['customer_id']}")
        if summary:
            show_summary(told)
        table(
            "お客さまカルテ",
            ("項目", "値"),
            [
                ("区分", SEGMENT_JA[Segment(shown["segment"])]),
                ("ランク", shown["reasons"].get("rank", rank["name"])),
                ("注文", f"{shown['orders']}回"),
                ("純売上", yen(shown["net_revenue_yen"])),
                ("最後の注文から", _or_dash(shown["recency_days"], "日")),
                ("ふだんの間隔", _or_dash(shown["average_gap_days"], "日")),
                ("R / F / M", " / ".join(str(rfm.get(part, "—")) for part in "rfm")),
                ("メールの同意", _consent(shown["consent"]["email"])),
                ("LINEの同意", _consent(shown["consent"]["line"])),
            ],
        )
        show_expected(shown)
        table(
            "事実と出どころ",
            ("内容", "出どころ"),
            [chosen(fact, "text", "source") for fact in shown["facts"]],
        )
        for field, reason in shown["unknown"].items():
            people.print(f"[dim]{field_ja(field)}: {reason}[/dim]")


def _or_dash(value: object, unit: str) -> str:
    shown = f"{value:.0f}" if isinstance(value, float) else value
    return "—" if value is None else f"{shown}{unit}"


def _consent(state: bool | None) -> str:
    return {True: "あり", False: "なし", None: "不明（送れません）"}[state]


@commands.command()
def customers(
    as_of: AsOf = None,
    segment: Annotated[str | None, typer.Option(help="Only this segment code")] = None,
    top: Annotated[int | None, typer.Option(min=1, help="At most this many")] = None,
    by: Annotated[str | None, typer.Option(help="gain, precious, ltv or churn")] = None,
    groups: Annotated[
        bool, typer.Option("--groups", help="List the groups found in the charts instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List chart summaries, one customer a line."""
    with errors_explained(as_json=as_json):
        app = open_app()
        if groups:
            known, why_none = asyncio.run(app.groups(day(app, as_of).date()))
            show_groups(known, why_none=why_none, as_json=as_json)
            return
        charts = app.insight.listed(
            as_of=day(app, as_of).date(), segment=_segment(segment) if segment else None, top=top, by=by
        )
        found: Iterator[dict[str, Any]] = (chart_as_json(chart, expected) for chart, expected in charts)
        if as_json:
            lines(found)
            return
        names = app.charts.rank_names
        table(
            "お客さま",
            (
                "番号",
                "お名前",
                "区分",
                "ランク",
                "注文",
                "純売上",
                "最後から",
                "離れる見込み",
                "1年の見込み",
                "理由",
            ),
            (
                (
                    row["customer_id"],
                    f"{row['family_name'] or ''} {row['given_name'] or ''}".strip() or "—",
                    SEGMENT_JA[Segment(row["segment"])],
                    names.get(row["rank"]["name"], row["rank"]["name"]),
                    row["orders"],
                    yen(row["net_revenue_yen"]),
                    _or_dash(row["recency_days"], "日"),
                    share(row["churn"]["score"]),
                    yen((row["ltv_yen"] or {}).get("point")),
                    next(iter(row["churn"]["reasons"]), ""),
                )
                for row in found
            ),
        )


def _segment(text: str) -> Segment:
    return one_of(Segment, text, name="segment", unknown=f"区分「{text}」はありません")


@commands.command()
def products(as_json: AsJson = False) -> None:
    """List products, one SKU a line, with what they sold."""
    with errors_explained(as_json=as_json):
        found: Iterator[dict[str, Any]] = (product_as_json(sale) for sale in open_app().product_sales())
        if as_json:
            lines(found)
            return
        table(
            "商品",
            ("SKU", "商品名", "種類", "価格", "在庫", "販売数", "純売上"),
            (
                (
                    row["sku"],
                    row["title"],
                    row["variant"],
                    yen(row["price_yen"]),
                    row["stock"],
                    row["units_sold"],
                    yen(row["net_revenue_yen"]),
                )
                for row in found
            ),
        )
