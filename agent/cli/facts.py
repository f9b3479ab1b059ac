"""Commands on what staff know of a customer: fact add, fact strike, fact restore, fact list."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from agent.cli.output import AsJson, aside, document, errors_explained, lines, say, table
from agent.clock import TOKYO
from agent.main import open_app
from agent.ports.facts import WrittenFact

if TYPE_CHECKING:
    from agent.service.keep_facts import KeepFacts

commands = typer.Typer()
fact = typer.Typer(help="Notes and preferences staff write down.", no_args_is_help=True)
commands.add_typer(fact, name="fact")

Customer = Annotated[
    str, typer.Argument(help="Customer id, e-mail address, LINE id or the shop's own number")
]
FactId = Annotated[str, typer.Argument(metavar="FACT", help="The fact's id, as `fact list` shows it")]
As = Annotated[str, typer.Option("--as", help="Who says so: a writer, an approver or the owner")]


@fact.command("add")
def add(
    customer: Customer,
    text: Annotated[str, typer.Argument(help="One sentence, as a colleague should read it")],
    user: As,
    quote: Annotated[str | None, typer.Option(help="The customer's own words")] = None,
    as_json: AsJson = False,
) -> None:
    """Write down what somebody told us; it appears in the chart with date and author."""
    with errors_explained(as_json=as_json):
        added = _desk(user).add(customer, text, quote=quote, by=user)
        if as_json:
            document(fact_document(added))
        else:
            say(f"メモを書きました: {added.fact_id}　{added.text}")


@fact.command("strike")
def strike(
    fact_id: FactId,
    user: As,
    reason: Annotated[str | None, typer.Option(help="Why it no longer holds")] = None,
    as_json: AsJson = False,
) -> None:
    """Strike a fact out: nothing uses it from now on. It is kept, and can be restored."""
    with errors_explained(as_json=as_json):
        struck = _desk(user).strike(fact_id, by=user, reason=reason)
        if as_json:
            document(fact_document(struck))
        else:
            say(
                f"メモを取り消しました: {struck.text}（戻すとき: okaeri fact restore {struck.fact_id} --as {user}）"
            )


@fact.command("restore")
def restore(fact_id: FactId, user: As, as_json: AsJson = False) -> None:
    """Let a struck fact count again."""
    with errors_explained(as_json=as_json):
        restored = _desk(user).restore(fact_id, by=user)
        if as_json:
            document(fact_document(restored))
        else:
            say(f"メモを戻しました: {restored.text}")


@fact.command("list")
def list_(
    customer: Customer,
    everything: Annotated[bool, typer.Option("--all", help="Struck ones as well")] = False,
    as_json: AsJson = False,
) -> None:
    """List a customer's written facts, oldest first."""
    with errors_explained(as_json=as_json):
        found = open_app().facts.listed(customer, struck=everything)
        if as_json:
            lines(fact_document(each) for each in found)
            return
        table("メモ", ("番号", "日付", "書いた人", "内容", "お客さまの言葉", "状態"), map(_row, found))
        if not found:
            say("メモはまだありません。")


def _desk(user: str) -> "KeepFacts":
    """The use case, its user known: like deciders, a new name on the command line is added (docs/adr/0009)."""
    app = open_app()
    if app.known_or_added(user):
        aside.print(
            escape(
                f"担当者「{user}」を承認者として登録しました（ログインはまだできません: okaeri user add）。"
            )
        )
    return app.facts


def fact_document(found: WrittenFact) -> dict[str, object]:
    """A written fact for programs."""
    return {
        "fact_id": found.fact_id,
        "customer_id": found.customer_id,
        "kind": found.kind,
        "text": found.text,
        "quote": found.quote,
        "author": found.author,
        "source": found.source,
        "at": found.at,
        "struck_at": found.struck_at,
        "struck_by": found.struck_by,
        "struck_reason": found.struck_reason,
    }


def _row(found: WrittenFact) -> tuple[object, ...]:
    state = "有効"
    if found.struck_at is not None:
        why = f"、{found.struck_reason}" if found.struck_reason else ""
        state = f"取り消し（{_day(found.struck_at)} {found.struck_by or ''}{why}）"
    return found.fact_id, _day(found.at), found.author or "取り込み", found.text, found.quote, state


def _day(moment: datetime | None) -> str:
    return moment.astimezone(TOKYO).strftime("%Y/%m/%d") if moment else "—"
