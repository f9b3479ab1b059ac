"""Commands on the shop's voice guide: voice show, set, check."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.output import REFUSED, AsJson, document, errors_explained, say
from agent.cli.rules import rule_document
from agent.domain.house_rule import RuleState
from agent.main import open_app
from agent.service.voice_guide import GuideWrong, guide_lines, read_guide
from agent.store.voice_file import read_text

commands = typer.Typer()
voice = typer.Typer(help="The shop's guide of how it speaks: voice.md in OKAERI_HOME.", no_args_is_help=True)
commands.add_typer(voice, name="voice")

As = Annotated[str, typer.Option("--as", help="Who says so")]


@voice.command("show")
def show(as_json: AsJson = False) -> None:
    """Show what writers are told today: guide, accepted rules, and how often the guide changed."""
    with errors_explained(as_json=as_json):
        app = open_app()
        guide = app.voice_file()
        told = guide_lines(guide, today=app.today())
        accepted = [s.rule for s in app.house_rules.standing() if s.state is RuleState.ACCEPTED]
        with app.units(read_only=True) as work:
            kept = work.voice.guides()
        if as_json:
            document(
                {
                    "file": str(app.voice_file.path) if guide.digest else None,
                    "digest": guide.digest or None,
                    "told": list(told),
                    "say_instead": [list(pair) for pair in guide.say_instead],
                    "rules": [rule_document(rule) for rule in accepted],
                    "versions": [
                        {"number": k.number, "digest": k.digest, "by": k.by, "at": k.at} for k in kept
                    ],
                }
            )
            return
        if not guide.digest:
            say(f"{app.voice_file.path} はまだありません。okaeri voice set FILE で置けます。")
        for line in told:
            say(f"・{line}")
        for rule in accepted:
            say(f"・{rule.ja}（手直しから {rule.changed}/{rule.offered}）")
        if kept:
            say(f"ガイドは{kept[0].number}版目です（{kept[0].at:%Y-%m-%d} {kept[0].by}）。")


@voice.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="The guide; UTF-8")],
    user: As = "okaeri",
    as_json: AsJson = False,
) -> None:
    """Check a guide and make it the shop's; every version is kept."""
    with errors_explained(as_json=as_json):
        app = open_app()
        new = app.voice_file.put(read_text(file), by=user)
        with app.units(read_only=True) as work:
            newest = work.voice.guides(limit=1)[0]
        if as_json:
            document({"number": newest.number, "digest": newest.digest, "changed": new})
        else:
            say(f"ガイドを{newest.number}版目として置きました。" if new else "いまのガイドと同じです。")


@voice.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(help="Default: voice.md in OKAERI_HOME")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a writer would be told of a guide, or every line that cannot be understood; changes nothing."""
    with errors_explained(as_json=as_json):
        app = open_app()
        path = file or app.voice_file.path
        try:
            guide = read_guide(read_text(path))
        except GuideWrong as error:
            if as_json:
                document({"file": str(path), "problems": list(error.problems), "told": []})
            else:
                for problem in error.problems:
                    say(problem)
            raise typer.Exit(REFUSED) from error
        told = guide_lines(guide, today=app.today())
        if as_json:
            document({"file": str(path), "problems": [], "told": list(told)})
        else:
            say(f"{path} に問題はありません。いまの時期に書き手へ伝えるのは次のとおりです。")
            for line in told:
                say(f"・{line}")
