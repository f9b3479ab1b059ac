"""Commands that run the house: demo, serve, user add, doctor."""

import asyncio
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.output import REFUSED, AsJson, document, errors_explained, progress, say, table
from agent.main import open_app

commands = typer.Typer()
user = typer.Typer(help="People who may log in.", no_args_is_help=True)
commands.add_typer(user, name="user")


@commands.command()
def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the summary.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load the demo shop, draft, check, approve one, and show where everything is. Needs no key."""
    with errors_explained(as_json=as_json):
        from agent.cli.show_demo import propose_rules, show_demo  # loads every part of the road
        from agent.demo.run import run_demo

        with progress(as_json=as_json) as advance:
            run = run_demo(progress=advance)
        learned = propose_rules(run)
        if as_json:
            document(run.as_json() | {"rules": [rule.short for rule in learned.found]})
        else:
            show_demo(run, learned)
        if not no_serve:
            if not as_json:
                say("  （Ctrl-C で終わります）")
            run.app.serve()


@commands.command()
def serve() -> None:
    """Run the web service: the console for staff, opt-out pages, health."""
    with errors_explained(as_json=False):
        app = open_app()
        say(f"コンソール: {app.settings.console_address}")
        app.serve()


@user.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Log-in name")],
    role: Annotated[str, typer.Option(help="owner, approver, writer or viewer")] = "approver",
    password_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the password; - for standard input")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a member of staff, or change their role and password."""
    with errors_explained(as_json=as_json):
        password = _password(password_file)
        first = secrets.token_urlsafe(12) if password is None else None
        member = open_app().put_user(name, role, first or password or "")
        if as_json:
            document({"name": member.name, "role": member.role.value, "password": first})
        else:
            say(f"{member.name}（{member.role}）を登録しました。")
            if first:
                say(f"はじめのパスワード: {first}　（この画面にだけ表示されます）")


def _password(source: Path | None) -> str | None:
    """The password from a file or a prompt; None lets the program make one."""
    if source is not None:
        text = sys.stdin.readline() if str(source) == "-" else source.read_text(encoding="utf-8")
        return text.splitlines()[0] if text else ""
    if not sys.stdin.isatty():
        return None
    typed: str = typer.prompt(
        "パスワード（空のままで自動作成）", hide_input=True, default="", show_default=False
    )
    return typed or None


@commands.command()
def notify(as_json: AsJson = False) -> None:
    """Tell staff what cannot wait (mail, webhook). `okaeri dispatch` and `okaeri serve` do it too."""
    with errors_explained(as_json=as_json):
        told = asyncio.run(open_app().tell_staff.run())
        if as_json:
            document(told)
        else:
            say(f"お知らせ: 送信 {told['sent']}件、後でもう一度 {told['later']}件、送れず {told['failed']}件")
        if told["failed"]:
            raise typer.Exit(REFUSED)


@commands.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is configured, what is reachable, and what is wrong."""
    with errors_explained(as_json=as_json):
        from agent.cli.diagnosis import diagnose

        findings = diagnose(open_app())
        if as_json:
            document({"checks": findings})
        else:
            table("診断", ("項目", "状態", "説明"), [(f["name"], f["state"], f["detail"]) for f in findings])
        if any(f["state"] == "wrong" for f in findings):
            raise typer.Exit(REFUSED)
