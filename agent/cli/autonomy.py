"""Commands on sending without a person: autonomy (standings), autonomy on, off, stop, resume, run; and labels."""

from pathlib import Path
from typing import Annotated, Any

import typer

from agent.cli.output import AsJson, document, errors_explained, lines, say
from agent.domain.autonomy import NEEDED, STANDING_JA, Autonomy, Standing
from agent.domain.errors import CallerMistake
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.main import open_app

commands = typer.Typer()
autonomy = typer.Typer(help="Which occasions may send by themselves, and the switch that stops them all.")
commands.add_typer(autonomy, name="autonomy")

As = Annotated[str, typer.Option("--as", help="Who says so")]
Which = Annotated[str, typer.Argument(metavar="OCCASION", help="e.g. thank_you")]
Why = Annotated[str, typer.Option("--why", help="For the record")]


@autonomy.callback(invoke_without_command=True)
def standings(context: typer.Context, as_json: AsJson = False) -> None:
    """Show where every occasion stands and what it rests on."""
    if context.invoked_subcommand:
        return
    with errors_explained(as_json=as_json):
        found = open_app().autonomy.standings()
        if as_json:
            lines(standing_document(each) for each in found)
            return
        say("自動送信の実績（人がそのまま承認した下書きと、人と検査の一致）")
        for each in found:
            say(f"\n{OCCASION_JA[each.occasion]}（{each.occasion}）　{STANDING_JA[each.standing]}")
            if each.standing is not Standing.NEVER:
                say(f"  そのまま承認 {each.clean}／{NEEDED}件　一致 {_agreed(each)}")
            say(f"  {each.why}")


@autonomy.command("on")
def on(occasion: Which, user: As, as_json: AsJson = False) -> None:
    """Let an occasion send by itself. Owners only, and only when it has been earned."""
    _turn(occasion, user, to=True, as_json=as_json)


@autonomy.command("off")
def off(occasion: Which, user: As, as_json: AsJson = False) -> None:
    """Have people look at every draft of an occasion again."""
    _turn(occasion, user, to=False, as_json=as_json)


@autonomy.command("stop")
def stop(user: As, why: Why = "", as_json: AsJson = False) -> None:
    """The kill switch: nothing goes by itself any more, whatever the occasion."""
    with errors_explained(as_json=as_json):
        open_app().autonomy.stop_all(by=user, why=why)
        document({"stopped": True}) if as_json else say("すべての自動送信を止めました。")


@autonomy.command("resume")
def resume(user: As, why: Why = "", as_json: AsJson = False) -> None:
    """Take the kill switch back. Owners only."""
    with errors_explained(as_json=as_json):
        open_app().autonomy.resume_all(by=user, why=why)
        document({"stopped": False}) if as_json else say("停止を解除しました。")


@autonomy.command("run")
def run(as_json: AsJson = False) -> None:
    """Approve what may go without a person now; `okaeri dispatch` does this first, too."""
    with errors_explained(as_json=as_json):
        did = open_app().autonomy.run()
        if as_json:
            document(
                {
                    "approved": list(did.approved),
                    "sampled": list(did.sampled),
                    "refused": [{"draft_id": draft, "reason": why} for draft, why in did.refused],
                    "lost": list(did.lost),
                }
            )
            return
        say(f"自動で承認: {len(did.approved)}件　人の確認へ: {len(did.sampled)}件")
        for draft, why in did.refused:
            say(f"見送り: {draft}　{why}")
        for occasion in did.lost:
            say(f"自動送信を取り消しました: {OCCASION_JA[Occasion(occasion)]}")


@commands.command()
def labels(
    out: Annotated[Path | None, typer.Option(help="Folder; default OKAERI_HOME/evals/own")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the shop's own evaluation set from what people decided: private, it holds customers' messages."""
    with errors_explained(as_json=as_json):
        from agent.cli.own_labels import write_labels

        app = open_app()
        folder = out or app.settings.home / "evals" / "own"
        with app.units(read_only=True) as unit:
            texts = unit.labels.texts()
        count = write_labels(folder, texts)
        if as_json:
            document({"folder": str(folder), "labels": count})
        else:
            say(f"{count}件を {folder} に書きました。お客さまの文面を含みます。外に出さないでください。")


def standing_document(found: Autonomy) -> dict[str, Any]:
    """One occasion's standing as JSON."""
    return {
        "occasion": found.occasion.value,
        "standing": found.standing.value,
        "clean": found.clean,
        "needed": NEEDED,
        "agreement": {
            "agreed": found.agreed.agreed,
            "of": found.agreed.of,
            "share": found.agreed.share,
            "low": found.agreed.low,
            "high": found.agreed.high,
        },
        "week": {"agreed": found.week.agreed, "of": found.week.of},
        "why": found.why,
    }


def _turn(name: str, user: str, *, to: bool, as_json: bool) -> None:
    with errors_explained(as_json=as_json):
        found = open_app().autonomy.turn(_occasion(name), on=to, by=user)
        if as_json:
            document(standing_document(found))
        else:
            say(f"{OCCASION_JA[found.occasion]}: {STANDING_JA[found.standing]}。{found.why}")


def _occasion(name: str) -> Occasion:
    try:
        return Occasion(name)
    except ValueError:
        known = "、".join(each.value for each in Occasion)
        raise CallerMistake(
            f"no such occasion: {name}", ja=f"用件「{name}」はありません。使えるのは {known} です。"
        ) from None


def _agreed(found: Autonomy) -> str:
    if found.agreed.share is None or found.agreed.low is None:
        return "まだありません"
    return f"{found.agreed.agreed}／{found.agreed.of}件（控えめに見て{found.agreed.low:.0%}）"
