"""The command that writes a draft as it would leave, for mail readers and LINE's own tools to open."""

import json
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.output import AsJson, document, errors_explained, say
from agent.domain.errors import CallerMistake
from agent.domain.occasion import Channel
from agent.main import open_app

commands = typer.Typer()


@commands.command()
def preview(
    draft_id: Annotated[str, typer.Argument(metavar="DRAFT")],
    out: Annotated[Path, typer.Option(help="A folder; made when it is not there")],
    as_json: AsJson = False,
) -> None:
    """Write a draft as it would leave: message.eml (text and HTML) or message.json (LINE). Nothing is sent."""
    with errors_explained(as_json=as_json):
        from channels.email_message import build_email  # loads MJML, which other commands do without
        from channels.line_message import push_body

        app = open_app()
        message = app.decisions.message(draft_id)
        if message is None:
            raise CallerMistake(
                f"draft {draft_id} has no text", ja="この下書きには本文がまだありません。見本は作れません。"
            )
        if message.channel is Channel.EMAIL:
            name, content = "message.eml", build_email(message, now=app.clock.now()).as_bytes()
        else:
            pushed = json.dumps(push_body(message), ensure_ascii=False, indent=2)
            name, content = "message.json", f"{pushed}\n".encode()
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        except OSError as error:
            raise CallerMistake(
                f"cannot write {out / name}: {error}",
                ja=f"{out / name} に書けません（{error.strerror}）。フォルダーをご確認ください。",
            ) from error
        if as_json:
            document({"draft_id": draft_id, "channel": message.channel.value, "file": str(out / name)})
        else:
            say(f"{out / name}　（送信はしていません）")
