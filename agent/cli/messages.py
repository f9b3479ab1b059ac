"""Commands on messages: check, queue, decide, dispatch."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from agent.cli.documents import decision_document, draft_document
from agent.cli.eval_words import check_ja
from agent.cli.one_of import one_of
from agent.cli.output import REFUSED, AsJson, aside, document, errors_explained, lines, say, table
from agent.domain.decision import Verb
from agent.domain.draft import STATE_JA, Draft, DraftState, Recommendation
from agent.domain.errors import CallerMistake
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.main import App, open_app

commands = typer.Typer()

VERB_JA = {
    Verb.APPROVE: "承認",
    Verb.EDIT: "修正",
    Verb.REJECT: "却下",
    Verb.REWRITE: "書き直し",
    Verb.LATER: "あとで",
    Verb.NEVER: "このお客さまには送らない",
}


def show_draft(made: dict[str, Any]) -> None:
    """Print one draft with its evidence and findings for people."""
    say(f"下書き {made['draft_id']}　{STATE_JA[DraftState(made['state'])]}　書き手: {made['writer']}")
    say(f"理由: {made['why']}")
    wish = made.get("instruct")
    if note := (wish or {}).get("note") or made["fallback"]:
        about = f"ご希望「{wish['text']}」について。" if wish else ""
        say(f"ご注意: {about}{note}")
    if made["cost_yen"] is not None:
        say(f"AIの費用: {made['cost_yen']:.2f}円")
    if made["recommendation"] == Recommendation.DO_NOT_SEND:
        say("おすすめ: 送らない")
    if made["body"] is None:
        return
    if made["subject"]:
        say(f"件名: {made['subject']}")
    say("─" * 40)
    say(made["body"])
    say("─" * 40)
    for other in made.get("variants", [])[:-1]:
        say(f"別の案（版{other['version']}）: {other['angle']}")
        say(other["middle"])
        say(
            f"この案にする: okaeri decide {made['draft_id']} edit --version {other['version']} --as （お名前）"
        )
        say("─" * 40)
    table("根拠", ("番号", "内容"), [(f["id"], f["text"]) for f in made["facts_used"]])
    if made["passages_used"]:
        table(
            "商品・規約より", ("文書", "内容"), [(p["document_id"], p["text"]) for p in made["passages_used"]]
        )
    if made["findings"]:
        table("検査", ("重さ", "検査", "箇所", "理由"), [finding_row(f) for f in made["findings"]])
    else:
        say("検査: 指摘なし")


def finding_row(finding: dict[str, Any]) -> tuple[str, ...]:
    """A finding as a table row for people; with the words to write instead, where they are certain."""
    instead = finding.get("suggestion")
    return (
        SEVERITY_JA[finding["severity"]],
        check_ja(finding["check"]),
        f"{FIELD_JA.get(finding['field'], finding['field'])}「{finding['quote']}」",
        finding["message"] + (f"　→「{instead}」" if instead else ""),
    )


SEVERITY_JA = {"block": "停止", "review": "要確認", "note": "参考"}
FIELD_JA = {
    "subject": "件名",
    "body": "本文",
    "preheader": "プリヘッダー",
    "alt_text": "代替テキスト",
    "buttons": "ボタン",
}
"""How people call what the contract names in English."""


@commands.command()
def check(
    contexts: Annotated[Path, typer.Option(help="JSON Lines: what each message may rest on")],
    drafts: Annotated[Path, typer.Option(help="JSON Lines: the messages")],
    as_json: AsJson = False,
) -> None:
    """Judge messages from files; works without a database. Exits with 1 when a line could not be read."""
    with errors_explained(as_json=as_json):
        # Loads the gate, which other commands do without.
        from agent.cli.check_files import check_files, is_unreadable

        checked = check_files(contexts, drafts)
        for line in checked.refused:
            aside.print(escape(line.ja))
        unread = len(checked.refused)
        judged = 0
        for verdict in checked.verdicts:
            judged += 1
            unread += is_unreadable(verdict)
            if as_json:
                document(verdict)
            else:
                _show_verdict(verdict)
        if not judged:
            aside.print(escape(f"{drafts} に下書きが1件もありません。検査したものはありません。"))
        if unread:
            raise typer.Exit(REFUSED)


def _show_verdict(verdict: dict[str, Any]) -> None:
    judged = "停止" if verdict["blocked"] else "問題なし"
    say(f"{verdict['draft_id']}: {judged}")
    if verdict["findings"]:
        table("", ("重さ", "検査", "箇所", "理由"), [finding_row(f) for f in verdict["findings"]])


@commands.command()
def queue(
    state: Annotated[str, typer.Option(help="waiting, held, scheduled, … or all")] = "waiting",
    as_json: AsJson = False,
) -> None:
    """List drafts, oldest first; those advised against come last."""
    with errors_explained(as_json=as_json):
        with open_app().units(read_only=True) as unit:
            drafts = unit.drafts.listed(None if state == "all" else {_state(state)}, limit=10_000)
        drafts = send_advised_first(drafts)
        found = [draft_document(draft) for draft in drafts]
        if as_json:
            lines(found)
            return
        table(
            "下書き",
            ("番号", "状態", "お客さま", "用件", "経路", "件名・書き出し"),
            [
                (
                    row["draft_id"],
                    STATE_JA[DraftState(row["state"])]
                    + ("（送らないおすすめ）" if row["recommendation"] == Recommendation.DO_NOT_SEND else ""),
                    name,
                    OCCASION_JA[Occasion(row["occasion"])],
                    row["channel"],
                    row["subject"] or (row["body"] or "送らない")[:40],
                )
                for row, name in zip(found, map(_named, drafts), strict=True)
            ],
        )
        if not found:
            say("いまは、この状態の下書きはありません。")


def send_advised_first(drafts: Iterable[Draft]) -> list[Draft]:
    """The same drafts in the same order, those advised against at the end."""
    return sorted(drafts, key=lambda draft: draft.recommendation is Recommendation.DO_NOT_SEND)


def _state(text: str) -> DraftState:
    unknown = f"状態「{text}」はありません"
    return one_of(DraftState, text, name="state", unknown=unknown, also=("all",))


@commands.command()
def decide(
    draft_id: Annotated[str, typer.Argument(metavar="DRAFT")],
    verb: Annotated[str, typer.Argument(help="approve, edit, reject, rewrite, later or never")],
    user: Annotated[str, typer.Option("--as", help="Who decides")],
    text_file: Annotated[
        Path | None, typer.Option(help="The new text (edit), or the wish in words (rewrite)")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; for rewrite: the wish in words")] = None,
    version: Annotated[int | None, typer.Option(help="edit: take this earlier text again")] = None,
    as_json: AsJson = False,
) -> None:
    """Approve, edit, reject or put off a draft. An approval is final at once and binds the exact text."""
    with errors_explained(as_json=as_json):
        answer = _verb(verb)
        text = _text(text_file)
        app = open_app()
        if app.known_or_added(user):
            aside.print(
                escape(
                    f"担当者「{user}」を承認者として登録しました（ログインはまだできません: okaeri user add）。"
                )
            )
        reason = reason or _reason_of(app, answer, draft_id)
        if version is not None:
            if answer is not Verb.EDIT:
                raise CallerMistake(
                    "--version goes with edit", ja="--version は edit と一緒にお使いください。"
                )
            decided = app.take_version(draft_id, version, by=user)
        else:
            decided = asyncio.run(app.decisions.decide(draft_id, answer, by=user, text=text, reason=reason))
        made = decision_document(decided, by=user)
        if as_json:
            document(made)
        else:
            say(f"{draft_id}: {VERB_JA[answer]} → {STATE_JA[decided.state]}")
            if decided.awaits_second:
                say(
                    "お一人目の承認を記録しました。この用件は、別の方の承認で送信されます: "
                    f"okaeri decide {draft_id} approve --as （別の方）"
                )
            if decided.refusal:
                say(f"できませんでした: {decided.refusal.reason}")
            if made["findings"]:
                table("検査", ("重さ", "検査", "箇所", "理由"), [finding_row(f) for f in made["findings"]])
        if decided.refusal or decided.state is DraftState.HELD:
            raise typer.Exit(REFUSED)


def _named(draft: Draft) -> str:
    customer = draft.context.customer if draft.context else None
    return f"{customer.family_name} {customer.given_name}".strip() if customer else draft.customer_id


def _verb(text: str) -> Verb:
    return one_of(Verb, text, name="verb", unknown=f"「{text}」という判断はありません")


def _reason_of(app: App, answer: Verb, draft_id: str) -> str | None:
    """The reason a decision carries when the command gives none: the command line decides at once, and says what it overrode."""
    if answer is Verb.REJECT:
        return "other"
    if answer is not Verb.APPROVE:
        return None
    with app.units(read_only=True) as unit:
        draft = unit.drafts.get(draft_id)
    if draft.recommendation is Recommendation.SEND:
        return "コマンドからの承認"
    aside.print(escape(f"注意: 「送らない」をおすすめしている下書きです。（{draft.why}）"))
    return f"コマンドからの承認（「送らない」のおすすめ: {draft.why}）"


def _text(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CallerMistake(
            f"cannot read {file}: {error}",
            ja=f"文面のファイル {file} を読めません。UTF-8 で保存してください。",
        ) from error


@commands.command()
def dispatch(
    once: Annotated[
        bool, typer.Option("--once", help="Do not wait for messages a dead worker left under its lease.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what was approved and is due. Dry run unless OKAERI_SEND=live."""
    with errors_explained(as_json=as_json):
        report: dict[str, Any] = asyncio.run(open_app().dispatch(once=once))
        if as_json:
            document(report)
        else:
            _show_dispatch(report)
        if any(report[kind] for kind in ("suppressed", "failed", "unknown", "paused")):
            raise typer.Exit(REFUSED)


def _show_dispatch(report: dict[str, Any]) -> None:
    for sent in report["sent"]:
        say(f"送信: {sent['draft_id']}　{sent.get('place') or sent.get('message_id') or ''}")
    for kind, label in (("suppressed", "取りやめ"), ("failed", "失敗"), ("unknown", "結果不明")):
        for row in report[kind]:
            say(f"{label}: {row['draft_id']}　{row['reason']}")
    if report["reason"]:
        say(report["reason"])
    if not report["sent"] and not report["reason"]:
        say("いま送るものはありません。")
    if report["waiting"]:
        say(f"送信待ち: {report['waiting']}件")
