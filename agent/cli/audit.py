"""Who did what: `okaeri audit verify` and `okaeri audit export`."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.output import REFUSED, AsJson, document, errors_explained, progress, say
from agent.domain.audit import BROKEN_JA, AuditFilter
from agent.domain.errors import CallerMistake, OperatorMustFix
from agent.main import open_app
from agent.service.audit_csv import Encoding, audit_csv

commands = typer.Typer()
audit = typer.Typer(help="The record of who did what.", no_args_is_help=True)
commands.add_typer(audit, name="audit")


@audit.command("verify")
def verify(as_json: AsJson = False) -> None:
    """Look at every row of the audit log; exit 1 naming the first one that was altered or is missing."""
    with errors_explained(as_json=as_json):
        trail = open_app().audit_trail
        with progress(as_json=as_json) as advance:
            verdict = trail.verify(progress=lambda row: advance("監査記録", row, None))
        broken = verdict.broken
        if as_json:
            document(
                {
                    "holds": broken is None,
                    "rows": verdict.through,
                    "head": verdict.head,
                    "first_broken": broken.sequence if broken else None,
                    "how": broken.how if broken else None,
                    "at": verdict.at,
                }
            )
        elif broken is None:
            say(f"監査記録は{verdict.through:,}行目まで、すべて正しくつながっています。")
        else:
            say(
                f"監査記録の{broken.sequence:,}行目で鎖が切れています。{BROKEN_JA[broken.how]}"
                "控え（バックアップ）と見比べ、データベースに触れた人がいないかご確認ください。"
            )
        if broken:
            raise typer.Exit(REFUSED)


@audit.command("export")
def export(
    csv: Annotated[Path, typer.Option("--csv", help="The file to write; - for standard output")],
    encoding: Annotated[
        str, typer.Option(help="utf-8 (with a mark, for any spreadsheet) or cp932")
    ] = "utf-8",
    by: Annotated[str | None, typer.Option(help="Only what this person did")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, by its code")] = None,
    about: Annotated[
        str | None, typer.Option(help="Only what was done to this draft, person or rule")
    ] = None,
    day: Annotated[str | None, typer.Option(help="Only this day in Tokyo, YYYY-MM-DD")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the audit log as a CSV file, oldest first; streams, however many rows there are."""
    with errors_explained(as_json=as_json):
        wanted = AuditFilter(by, action, about, _day(day))
        trail = open_app().audit_trail
        written = _write(csv, audit_csv(trail.entries(wanted), encoding=_encoding(encoding)))
        if as_json and str(csv) != "-":
            document({"file": str(csv), "bytes": written})
        elif str(csv) != "-":
            say(f"{csv} に書き出しました（{written:,}バイト）。")


def _encoding(named: str) -> Encoding:
    folded = named.lower().replace("_", "-")
    if folded in ("utf-8", "utf8"):
        return "utf-8"
    if folded in ("cp932", "shift-jis", "sjis", "ms932"):
        return "cp932"
    raise CallerMistake(
        f"unknown encoding {named!r}", ja=f"文字コード「{named}」は選べません。utf-8 か cp932 です。"
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CallerMistake(
            f"not a day: {text!r}", ja=f"「{text}」は日付として読めません。例: 2026-11-21"
        ) from error


def _write(place: Path, parts: Iterable[bytes]) -> int:
    if str(place) == "-":
        sent = sum(sys.stdout.buffer.write(part) for part in parts)
        sys.stdout.buffer.flush()
        return sent
    try:
        with place.open("wb") as file:
            return sum(file.write(part) for part in parts)
    except OSError as error:
        raise OperatorMustFix(
            f"cannot write {place}: {error}", ja=f"{place} に書けません: {error.strerror}"
        ) from error
